using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a rule compares with the event's matcher value (tool name, source, reason, …); means the same as the matcher written to
/// settings.json.</summary>
public abstract record Matcher
{
    private Matcher() { }

    /// <summary>The matcher as its author wrote it for settings.json, in <c>matcher "…"</c>: written there unchanged. It means the same as
    /// this one.</summary>
    public string? Raw { get; init; }

    public sealed record Any : Matcher
    {
        public static readonly Any Instance = new();
    }

    /// <summary>Exact, case-sensitive names.</summary>
    public sealed record Names(ImmutableArray<string> Values) : Matcher;

    /// <summary>An unanchored regular expression that JavaScript and we read alike; a name with <c>*</c> is written as an anchored
    /// one.</summary>
    public sealed record Expression(RegexPattern Pattern) : Matcher;
}
