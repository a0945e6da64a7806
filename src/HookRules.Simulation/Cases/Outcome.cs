using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>One thing that a rule does at an event.</summary>
/// <param name="Word">As in <see cref="ExpectedStep.Words"/>.</param>
internal sealed record Outcome(string Word, Rule Rule)
{
    private static readonly ImmutableArray<DecisionKind> Permissions =
    [
        DecisionKind.Deny,
        DecisionKind.Defer,
        DecisionKind.Ask,
        DecisionKind.Allow,
    ];

    /// <summary>A permission that another rule gave before: it is told beside that one's reason.</summary>
    public bool IsAlso { get; init; }

    public string Shown => $"{Word} {Rule.Name ?? Rule.Id}";

    /// <summary>Of permissions the strongest is told, all else of every rule.</summary>
    public static ImmutableArray<Outcome> Of(IReadOnlyCollection<Rule> matched, string @event)
    {
        var strongest = Permissions.Where(kind => matched.Any(rule => Decisions(rule, @event).Contains(kind))).Take(1).ToList();
        var first = matched.FirstOrDefault(rule => Decisions(rule, @event).Any(strongest.Contains));
        return
        [
            .. from rule in matched
            from word in Words(rule, strongest, @event)
            select new Outcome(word, rule) { IsAlso = rule != first && strongest.Exists(kind => DecisionWords.Of(kind) == word) },
        ];
    }

    /// <summary>A rule, or one of the actions that it runs, is called so.</summary>
    public bool IsNamed(string name) =>
        IsShort(Rule.Name, name)
        || Rule.Id == name
        || (Word == "queue" && Rule.QueuedBranches.Any(branch => IsShort(branch.Action, name)))
        || (Word == "sync" && Rule.Sync.Any(branch => IsShort(branch.Action, name)));

    /// <summary>Within a pack its name goes without saying.</summary>
    internal static bool IsShort(string? full, string name) =>
        full is not null && (full == name || (full.EndsWith(name, StringComparison.Ordinal) && full[^(name.Length + 1)] == '.'));

    private static IEnumerable<DecisionKind> Decisions(Rule rule, string @event) =>
        from step in rule.Decisions
        // Nothing can be allowed in the text of a skill, nor is anything said to Claude there.
        where rule.Event == @event || HookEvents.Find(@event)?.Decisions.Contains(step.Kind) is true
        select step.Kind;

    private static IEnumerable<string> Words(Rule rule, List<DecisionKind> strongest, string @event)
    {
        foreach (var kind in Decisions(rule, @event).Where(kind => strongest.Contains(kind) || !Permissions.Contains(kind)))
            yield return DecisionWords.Of(kind);
        if (rule.Sets.Length > 0)
            yield return "set";
        if (rule.Replies.Length > 0)
            yield return "reply";
        if (rule.Sync.Length > 0)
            yield return "sync";
        if (rule.Stages.Length > 0)
            yield return "queue";
        if (rule.Await is not null)
            yield return "await";
    }
}
