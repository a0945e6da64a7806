using System.Collections.Immutable;
using System.Globalization;

namespace HookRules.Runtime.Tracing;

/// <summary>Whether runs went on at once, and if not, why.</summary>
/// <param name="Text"><c>parallel</c>, <c>parallel up to N (cause)</c>, <c>serial (cause)</c> or <c>single</c>.</param>
/// <param name="Causes">Of the pairs of runs that could have gone on at once and did not, the most frequent first.</param>
internal sealed record Verdict(string Text, ImmutableArray<Held> Causes)
{
    private const double Saturated = 0.9;

    public static Verdict Of(IReadOnlyList<TracedRun> runs, int cores)
    {
        var spans = runs.Select(run => run.Work).ToList();
        var most = Span.MostAtOnce(spans);
        var busy = Span.Covered(spans);
        var isSaturated = busy > 0 && runs.Sum(run => run.Entry.CpuMs ?? 0) / (double)busy / cores > Saturated;
        var causes = Held.Of(runs, isSaturated);
        return new Verdict(Judge(runs.Count, most, causes, isSaturated, cores), causes);
    }

    private static string Judge(int runs, int most, ImmutableArray<Held> causes, bool isSaturated, int cores)
    {
        if (runs < 2)
            return "single";
        if (most == 1)
            return Serial(causes.IsEmpty ? WaitCause.Arrival : causes[0].Cause);
        if (causes.FirstOrDefault(held => held.Cause.IsLimit() && held.Cause != WaitCause.Cpu) is { } limit)
            return UpTo(most, limit.Cause);
        // More went on at once than there are processors: they took turns all the same.
        return !isSaturated || most <= cores ? "parallel"
            : cores == 1 ? Serial(WaitCause.Cpu)
            : UpTo(cores, WaitCause.Cpu);
    }

    private static string Serial(WaitCause cause) => $"serial ({cause.Words()})";

    private static string UpTo(int most, WaitCause cause) =>
        string.Create(CultureInfo.InvariantCulture, $"parallel up to {most} ({cause.Words()})");
}

/// <summary>What kept pairs of runs from going on at once.</summary>
/// <param name="Action">The action that was held most by it.</param>
/// <param name="Ms">How long runs were held by it.</param>
internal sealed record Held(WaitCause Cause, string Action, int Pairs, long Ms)
{
    public static ImmutableArray<Held> Of(IReadOnlyList<TracedRun> runs, bool isSaturated)
    {
        var ends = runs.Select(run => run.EndMs).Order().ToArray();
        var found = new List<(WaitCause Cause, string Action, int Pairs, long Ms)>();
        foreach (var run in runs)
        {
            if (run.Before is { } before)
                found.Add((run.Entry.Order == before.Entry.Order ? WaitCause.Retry : WaitCause.Stage, run.Entry.Action, 1, 0));
            // A pair is held by what the later run waited for when the earlier one ended.
            var at = run.ReadyMs;
            foreach (var (cause, ms) in run.Waits)
            {
                var pairs = Upto(ends, at + ms) - Upto(ends, at);
                var named = cause == WaitCause.Start && isSaturated ? WaitCause.Cpu : cause;
                if (pairs > 0)
                    found.Add((named, run.Entry.Action, pairs, ms));
                at += ms;
            }
        }

        return
        [
            .. from one in found
            group one by one.Cause into cause
            let pairs = cause.Sum(one => one.Pairs)
            let ms = cause.Sum(one => one.Ms)
            orderby pairs descending, ms descending, cause.Key
            select new Held(cause.Key, cause.GroupBy(one => one.Action).MaxBy(one => one.Sum(held => held.Pairs))!.Key, pairs, ms),
        ];
    }

    /// <summary>How many of these are no later.</summary>
    private static int Upto(long[] sorted, long at)
    {
        var (low, high) = (0, sorted.Length);
        while (low < high)
        {
            var middle = (low + high) / 2;
            if (sorted[middle] <= at)
                low = middle + 1;
            else
                high = middle;
        }

        return low;
    }
}
