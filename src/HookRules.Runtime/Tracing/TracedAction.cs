using System.Collections.Immutable;

namespace HookRules.Runtime.Tracing;

/// <summary>How the runs of one action went.</summary>
internal sealed record TracedAction(string Name, ImmutableArray<TracedRun> Runs)
{
    public int Failed => Runs.Count(run => run.Entry.Failed);

    public IEnumerable<long> Waits => Runs.Select(run => run.WaitMs);

    public IEnumerable<long> Durations => Runs.Select(run => run.Work.Length);

    public long CpuMs => Runs.Sum(run => run.Entry.CpuMs ?? 0);

    /// <summary>While one of them ran.</summary>
    public double MeanAtOnce => Span.Covered(Runs.Select(run => run.Work)) is var busy and > 0 ? Durations.Sum() / (double)busy : 1;

    public int MostAtOnce => Span.MostAtOnce([.. Runs.Select(run => run.Work)]);

    /// <summary>Those with the most work first.</summary>
    public static ImmutableArray<TracedAction> Of(IEnumerable<TracedRun> runs) =>
        [
            .. from run in runs
            group run by run.Entry.Action into action
            orderby action.Sum(run => run.Work.Length) descending, action.Key
            select new TracedAction(action.Key, [.. action]),
        ];
}
