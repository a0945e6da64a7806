using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>What became of recorded events under other rules.</summary>
/// <param name="Same">What is decided, queued and told is the same.</param>
/// <param name="Unknown">It depends on a value that was left out of the record.</param>
/// <param name="OtherRules">Passed over: other rules than these decided on them, such as the user's own.</param>
internal sealed record ReplayResult(int Events, int Same, int Different, int Unknown, int OtherRules)
{
    /// <summary>How often another decision came out, the most frequent first.</summary>
    public ImmutableArray<ReplayVerdict> Verdicts { get; init; } = [];

    /// <summary>What rules do that they did not, or do no more, the most frequent first.</summary>
    public ImmutableArray<ReplayChange> Changes { get; init; } = [];

    /// <summary>The rules of which nobody knows whether they match, with what they look at.</summary>
    public ImmutableArray<ReplayUnknown> UnknownRules { get; init; } = [];

    /// <summary>Rules matched that are no more, so nobody knows what they queued.</summary>
    public bool HasGoneRules { get; init; }
}

/// <summary>Events on which another decision came out.</summary>
/// <param name="Was">A decision's word; null where the event was let through.</param>
internal sealed record ReplayVerdict(string? Was, string? WouldBe, int Events);

/// <param name="Rule">Its label; of one that is no more its id.</param>
/// <param name="IsNew">The rule does it now; otherwise it did it then.</param>
/// <param name="What">As <see cref="ReplayEffect.Kind"/>.</param>
internal sealed record ReplayChange(string Rule, SourceRef? Place, bool IsNew, string What)
{
    public int Events { get; private set; }

    public List<ReplayExample> Examples { get; } = [];

    private string? latest;

    /// <summary>Counts an event, once.</summary>
    public void Add(ReplayExample example)
    {
        const int MostExamples = 3;
        if (latest == example.Id)
            return;
        latest = example.Id;
        Events++;
        if (Examples.Count < MostExamples)
            Examples.Add(example);
    }
}

/// <param name="Detail">What is told or run; empty where nobody knows it.</param>
internal sealed record ReplayExample(string Id, long Ms, string Event, string? Tool, string? About, string Detail);

internal sealed record ReplayUnknown(string Rule, SourceRef Place, int Events, ImmutableArray<string> Fields);
