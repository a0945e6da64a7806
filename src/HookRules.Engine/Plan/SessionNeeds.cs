using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What the rules of a graph need to be kept of a session: the hook makes marks of it, the compiler entries.</summary>
public static class SessionNeeds
{
    /// <summary>The events at which failed checks are told, where a rule uses <c>feedback</c>; a hook that runs at another event that
    /// honours context tells them there, too.</summary>
    public static IEnumerable<HookEvent> FeedbackEvents => HookEvents.All.Where(known => known.TellsFailures);

    /// <summary>The events that end a turn, where a rule uses <c>batch turn</c>.</summary>
    public static IEnumerable<HookEvent> TurnEnds => HookEvents.All.Where(known => known.EndsTurn);

    /// <summary>Where an idle session is woken, with the setting <c>feedback wake</c>.</summary>
    public const string WakeEvent = "Stop";

    /// <summary>So long a check that runs behind an idle session may take to wake it.</summary>
    public static readonly TimeSpan LongestWake = TimeSpan.FromMinutes(15);

    /// <summary>Which SessionStart is told of what failed: the others begin with nothing.</summary>
    public const string Resume = "resume";

    public static bool FeedsBack(RuleGraph graph) => graph.Rules.Any(rule => rule.QueuedBranches.Any(branch => branch.Options.Feedback));

    public static bool HasTurns(RuleGraph graph) =>
        graph.Rules.Any(rule => IsTurn(rule.Window) || rule.QueuedBranches.Any(branch => IsTurn(branch.Options.Window)));

    /// <summary>The actions that something waits for: an <c>await</c>, or the waking of an idle session.</summary>
    public static ImmutableArray<string> Awaited(RuleGraph graph)
    {
        var names = new SortedSet<string>(graph.Rules.SelectMany(rule => rule.Await?.Actions ?? []), StringComparer.Ordinal);
        if (graph.Settings.FeedbackWakes)
            names.UnionWith(
                graph.Rules.SelectMany(rule => rule.QueuedBranches).Where(branch => branch.Options.Feedback).Select(branch => branch.Action)
            );
        return [.. names];
    }

    private static bool IsTurn(Window? window) => window is { Kind: WindowKind.BatchTurn };
}
