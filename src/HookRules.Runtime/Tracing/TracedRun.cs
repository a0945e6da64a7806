using System.Collections.Immutable;
using HookRules.Runtime.Journals;

namespace HookRules.Runtime.Tracing;

/// <summary>A run of the journal, what had to end before it, and where the time until its start went.</summary>
internal sealed class TracedRun
{
    // The sequence of the gates.
    private static readonly WaitCause[] Limits = [WaitCause.Busy, WaitCause.Concurrency, WaitCause.Slot, WaitCause.Throttle];

    private TracedRun(JournalEntry entry, TracedRun? before)
    {
        (Entry, Before) = (entry, before);
        var start = Math.Max(entry.StartMs, before?.EndMs ?? long.MinValue);
        Work = new Span(start, Math.Max(start, entry.EndMs));
        ReadyMs = before?.EndMs ?? FirstOf(entry);
        Waits = Divide(entry, Work.Begin - ReadyMs);
    }

    public JournalEntry Entry { get; }

    /// <summary>The end of a stage, or the attempt, that it comes after; null where its event alone made it ready.</summary>
    public TracedRun? Before { get; }

    /// <summary>When nothing but windows, limits and the machine stood before it.</summary>
    public long ReadyMs { get; }

    public Span Work { get; }

    public long EndMs => Work.End;

    /// <summary>What lies between being ready and the start, in its sequence and without a gap.</summary>
    public ImmutableArray<(WaitCause Cause, long Ms)> Waits { get; }

    public long WaitMs => Work.Begin - ReadyMs;

    public long LimitMs => Waits.Where(wait => wait.Cause.IsLimit()).Sum(wait => wait.Ms);

    /// <summary>From the first event on, limits left out.</summary>
    public long CriticalMs => (Before?.CriticalMs ?? 0) + WaitMs - LimitMs + Work.Length;

    /// <summary>When the chain that it ends began.</summary>
    public long BeganMs => Before?.BeganMs ?? ReadyMs;

    /// <summary>Its chain, the first run first.</summary>
    public IEnumerable<TracedRun> Chain => (Before?.Chain ?? []).Append(this);

    /// <summary>The runs among these lines, each behind what it comes after.</summary>
    public static IReadOnlyList<TracedRun> Of(IEnumerable<JournalEntry> lines)
    {
        var attempts = new Dictionary<(string, int), TracedRun>();
        var ofEvent = new Dictionary<string, List<TracedRun>>(StringComparer.Ordinal);
        var runs = new List<TracedRun>();
        foreach (var entry in lines.Where(line => line.IsRun).OrderBy(line => line.StartMs).ThenBy(line => line.EndMs))
        {
            var of = $"{entry.Rule}\n{entry.EventId}";
            var before =
                entry.Order is { } order && attempts.GetValueOrDefault((order, entry.Attempt - 1)) is { } attempt ? attempt
                : entry.Cause is "stage" or "failure" ? StageBefore(entry, ofEvent.GetValueOrDefault(of) ?? [])
                : null;
            var run = new TracedRun(entry, before);
            runs.Add(run);
            if (entry.Order is not null)
                attempts[(entry.Order, entry.Attempt)] = run;
            if (!ofEvent.TryGetValue(of, out var list))
                ofEvent[of] = list = [];
            list.Add(run);
        }

        return runs;
    }

    // A branch of its own stage may have ended while it waited: what it comes after had ended before.
    private static TracedRun? StageBefore(JournalEntry entry, List<TracedRun> candidates)
    {
        const long Rounding = 2;
        var held = entry.Waits.Where(wait => Limits.Any(limit => limit.Name() == wait.Cause)).Sum(wait => wait.Ms);
        return candidates.Where(run => run.EndMs <= entry.StartMs - held + Rounding).MaxBy(run => run.EndMs)
            ?? candidates.Where(run => run.EndMs <= entry.StartMs).MinBy(run => run.EndMs);
    }

    // The clock may have been set between publishing and start. A person's retry comes long after its event.
    private static long FirstOf(JournalEntry entry) =>
        entry.Cause == "dead-retry" || Published(entry) == 0 ? entry.StartMs - entry.WaitMs : Math.Min(Published(entry), entry.StartMs);

    private static long Published(JournalEntry entry) => entry.FirstMs > 0 ? entry.FirstMs : entry.PublishedMs;

    private static ImmutableArray<(WaitCause Cause, long Ms)> Divide(JournalEntry entry, long left)
    {
        var all = new List<(WaitCause, long)>();
        // Those of limits are measured; a window's is counted from its first event, which a stage before may have used up.
        foreach (var cause in Limits.Reverse().Append(WaitCause.Window).Append(WaitCause.Retry))
        {
            var ms = Math.Clamp(entry.Waits.Where(wait => wait.Cause == cause.Name()).Sum(wait => wait.Ms), 0, left);
            if (ms > 0)
                all.Add((cause, ms));
            left -= ms;
        }

        if (left > 0)
            all.Add((WaitCause.Start, left));
        return [.. all.OrderBy(wait => wait.Item1)];
    }
}
