using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A regular expression that runs in linear time and means the same in JavaScript: searched for anywhere, case-sensitive unless flagged <c>i</c>.</summary>
public sealed class RegexPattern
{
    private RegexPattern(string source, string flags) => (Source, Flags) = (source, flags);

    public string Source { get; }

    /// <summary>Any of <c>i</c>, <c>m</c>, <c>s</c>.</summary>
    public string Flags { get; }

    /// <summary>Texts of which at least one must occur in whatever matches (compared without regard to ASCII case where flagged <c>i</c>); empty where nothing is certain.</summary>
    public ImmutableArray<string> RequiredLiterals { get; }

    /// <summary>Null with the reason, and its offset in the source, where the expression is wrong, cannot run in linear time (look-around, back-references) or is read differently elsewhere.</summary>
    public static RegexPattern? TryParse(string source, string flags, out string? problem, out int problemAt) => throw new NotImplementedException();

    public bool IsMatch(ReadOnlySpan<char> text) => throw new NotImplementedException();
}
