namespace HookRules.Runtime.Tracing;

/// <summary>How long runs took together, and how many went on at once. Times in milliseconds.</summary>
/// <param name="WallMs">Time in which something waited or ran: from publishing to the last end, without the pauses.</param>
/// <param name="BusyMs">Time in which something ran.</param>
/// <param name="SumMs">As long as it takes when one runs after the other.</param>
/// <param name="CriticalMs">As long as it takes without any limit: the longest chain of windows and work.</param>
internal sealed record Timing(long WallMs, long BusyMs, long SumMs, long CriticalMs, int MostAtOnce)
{
    public static Timing Of(IReadOnlyList<TracedRun> runs, IEnumerable<Span> critical)
    {
        var work = runs.Select(run => run.Work).ToList();
        return new(
            Span.Covered(runs.Select(run => new Span(run.ReadyMs, run.EndMs))),
            Span.Covered(work),
            work.Sum(span => span.Length),
            Span.Covered(critical),
            Span.MostAtOnce(work)
        );
    }

    public double SpeedUp => BusyMs == 0 ? 1 : SumMs / (double)BusyMs;

    /// <summary>While something ran.</summary>
    public double MeanAtOnce => SpeedUp;

    /// <summary>1 where no limit held anything up.</summary>
    public double Efficiency => WallMs == 0 ? 1 : CriticalMs / (double)WallMs;

    public long SavedMs => SumMs - BusyMs;

    public long HeldUpMs => WallMs - CriticalMs;
}
