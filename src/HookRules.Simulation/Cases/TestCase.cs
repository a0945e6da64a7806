using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>What should happen, written beside the rules.</summary>
/// <param name="At">Where it stands.</param>
/// <param name="Title">How reports name it.</param>
/// <param name="With">Values for the pack's parameters, as they stand between the braces behind <c>with</c>.</param>
internal abstract record TestCase(SourceRef At, string Title, CaseParameters With);

/// <summary>Values for the parameters of a pack, as the text form of <c>use</c> writes them, and where they stand.</summary>
internal sealed record CaseParameters(string Text, SourceRef At)
{
    public static CaseParameters None { get; } = new("", new SourceRef("", 1, 1, 1, 1));

    public bool Equals(CaseParameters? other) => other?.Text == Text;

    public override int GetHashCode() => Text.GetHashCode(StringComparison.Ordinal);
}

/// <summary>One event, and what the rules make of it.</summary>
/// <param name="Subject">The event as it is written.</param>
internal sealed record EventCase(
    SourceRef At,
    string Title,
    CaseParameters With,
    string Subject,
    ReadOnlyMemory<byte> Payload,
    Expectation Expected
) : TestCase(At, Title, With);

/// <summary>What is expected of one event.</summary>
/// <param name="Steps">Each has to come; none is <c>nothing</c>.</param>
/// <param name="IsWhole">Nothing else may come that Claude or its user would notice.</param>
internal sealed record Expectation(ImmutableArray<ExpectedStep> Steps, bool IsWhole)
{
    public ImmutableArray<ExpectedText> Texts { get; init; } = [];

    /// <summary>The rules that match fail closed.</summary>
    public bool? IsClosed { get; init; }

    public string Shown =>
        string.Join(
            ", ",
            (Steps.IsEmpty && IsWhole ? ["nothing"] : Steps.Select(step => step.Shown))
                .Concat(IsClosed is { } closed ? [closed ? "closed" : "open"] : Array.Empty<string>())
                .Concat(Texts.Select(text => text.Shown))
        );
}

/// <param name="Word">A decision, or <c>set</c>, <c>reply</c>, <c>sync</c>, <c>queue</c>, <c>await</c>.</param>
/// <param name="Name">A rule, or one of the actions that it runs; null for any.</param>
internal sealed record ExpectedStep(string Word, string? Name)
{
    /// <summary>With a denial: that it must not come.</summary>
    public bool IsAbsent { get; init; }

    public static ImmutableArray<string> Words { get; } =
    [.. DecisionWords.All.ToArray().Select(word => word.Name), "set", "reply", "sync", "queue", "await"];

    public string Shown =>
        IsAbsent ? $"no {Word}"
        : Name is null ? Word
        : $"{Word} {Name}";
}

/// <summary>Which of the texts that an event causes is meant.</summary>
internal enum TextPlace
{
    /// <summary>Whatever is told or run.</summary>
    Any,
    Reason,
    Context,
    Warn,
    Run,
}

internal enum TextComparison
{
    Contains,
    Is,
    Matches,
}

internal sealed record ExpectedText(TextPlace Place, TextComparison How, string Text)
{
    public RegexPattern? Pattern { get; init; }

    public string Shown =>
        $"{(Place == TextPlace.Any ? "a text" : Place.ToString().ToLowerInvariant())} that "
        + $"{(How == TextComparison.Is ? "is" : How == TextComparison.Matches ? "matches" : "holds")} \"{Text}\"";

    public bool Holds(string found) =>
        How switch
        {
            TextComparison.Is => found == Text,
            TextComparison.Matches => Pattern!.IsMatch(found),
            _ => found.Contains(Text, StringComparison.Ordinal),
        };
}
