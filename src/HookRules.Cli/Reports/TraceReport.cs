using System.Globalization;
using HookRules.Runtime.Tracing;
using Spectre.Console;

namespace HookRules.Cli.Reports;

/// <summary>Prints a <see cref="Trace"/> for people.</summary>
internal static class TraceReport
{
    /// <summary>Of those before these only the verdict is printed.</summary>
    private const int MostInFull = 20;

    private const int MostSteps = 8;

    public static void Write(Cli cli, Trace trace)
    {
        var report = new Report(cli);
        var inFull = trace.Cascades.Length - MostInFull;
        for (var i = 0; i < trace.Cascades.Length; i++)
            if (i < inFull)
                report.Line(
                    $"verdict: {trace.Cascades[i].Verdict.Text}  ({Title(cli, trace.Cascades[i])})",
                    StyleOf(trace.Cascades[i].Verdict)
                );
            else
                Write(cli, report, trace.Cascades[i], i + 1);
        if (trace.Runs.IsEmpty)
            report.Line("No runs are in the journal for that.");
        else
            WriteTotal(report, trace);
        WriteClaude(report, trace);
        WriteTimes(report, trace);
        WriteActions(report, trace);
    }

    private static void Write(Cli cli, Report report, Cascade cascade, int number)
    {
        report.Line($"cascade {number}  {Title(cli, cascade)}", Report.Strong);
        report.Line($"verdict: {cascade.Verdict.Text}", StyleOf(cascade.Verdict));
        Write(report, cascade.Timing);
        report.Line(
            "  critical",
            string.Join(" → ", Steps(cascade).TakeLast(MostSteps))
                + $"  ({Human.Duration(cascade.Timing.CriticalMs)}, {Percent(cascade.Timing.Efficiency)} of the wall)"
        );
        report.Line("  bounds", Bounds(cascade.Timing, cascade.Verdict, cascade.Runs));
        foreach (var held in cascade.Verdict.Causes)
            report.Line("  apart by", $"{held.Cause.Words()}: {Human.Count(held.Pairs, "pair")} of runs, most of {held.Action}");
        report.Blank();
    }

    private static void Write(Report report, Timing timing)
    {
        report.Line(
            "  time",
            $"wall {Human.Duration(timing.WallMs)}, busy wall {Human.Duration(timing.BusyMs)}, "
                + $"sum {Human.Duration(timing.SumMs)}, speed-up {Ratio(timing.SpeedUp)}"
        );
        report.Line("  at once", $"most {timing.MostAtOnce}, mean {Ratio(timing.MeanAtOnce)}");
    }

    private static string Title(Cli cli, Cascade cascade)
    {
        var names = cascade.Runs.Select(run => run.Entry.Event).Distinct().ToList();
        return $"{Human.Clock(DateTimeOffset.FromUnixTimeMilliseconds(cascade.BeganMs), cli.Time)}, {string.Join(", ", names)}: "
            + $"{Human.Count(cascade.EventIds.Count(), "event")}, {Human.Count(cascade.Runs.Length, "run")}"
            + (cascade.Runs[0].Entry.Session is { } session ? $", session {session}" : "");
    }

    /// <summary>The critical path: what was waited for, and what ran.</summary>
    public static IEnumerable<string> Steps(Cascade cascade)
    {
        foreach (var run in cascade.Critical.Chain)
        {
            foreach (var (cause, ms) in run.Waits)
                if (ms > 0)
                    yield return cause.IsLimit()
                        ? $"({cause.Words()} {Human.Duration(ms)}, not counted)"
                        : $"{cause.Words()} {Human.Duration(ms)}";
            yield return $"{run.Entry.Action} {Human.Duration(run.Work.Length)}";
        }
    }

    /// <summary>What it was, between what it would be one after the other and without limits.</summary>
    public static string Bounds(Timing timing, Verdict? verdict, IReadOnlyList<TracedRun> runs)
    {
        var text =
            $"all serial {Human.Duration(timing.SumMs)}, as it was {Human.Duration(timing.WallMs)}, "
            + $"no limits {Human.Duration(timing.CriticalMs)}; parallel saved {Human.Duration(timing.SavedMs)}";
        if (timing.HeldUpMs <= 0)
            return text;
        var limit = verdict?.Causes.FirstOrDefault(held => held.Cause.IsLimit() && held.Cause != WaitCause.Cpu);
        var by = limit is null ? "" : $" by {NameOf(limit, runs)}";
        return limit is null && verdict is not null ? text : $"{text}; {Human.Duration(timing.HeldUpMs)} more is held up{by}";
    }

    private static string NameOf(Held limit, IReadOnlyList<TracedRun> runs)
    {
        var most = Span.MostAtOnce([.. runs.Where(run => run.Entry.Action == limit.Action).Select(run => run.Work)]);
        return limit.Cause == WaitCause.Concurrency
            ? $"concurrency {Human.Number(most)} of {limit.Action}"
            : $"{limit.Cause.Words()} of {limit.Action}";
    }

    private static void WriteTotal(Report report, Trace trace)
    {
        report.Line(
            $"total  {Human.Count(trace.Cascades.Length, "cascade")}, {Human.Count(trace.Runs.Length, "run")}, {trace.Failed} failed: "
                + string.Join(
                    ", ",
                    trace
                        .Cascades.GroupBy(cascade => cascade.Verdict.Text)
                        .OrderByDescending(verdict => verdict.Count())
                        .Select(verdict => $"{verdict.Count()} {verdict.Key}")
                ),
            Report.Strong
        );
        Write(report, trace.Total);
        report.Line("  bounds", Bounds(trace.Total, null, trace.Runs));
    }

    private static void WriteClaude(Report report, Trace trace) => report.Line("Claude", Waited(trace));

    /// <summary>How long Claude waited, in a sentence.</summary>
    public static string Waited(Trace trace)
    {
        var hooks = trace.Events.Where(line => line.HookUs is not null).ToList();
        var hooksMs = trace.HooksUs / 1000.0;
        var part = trace.Total.SumMs == 0 ? "" : $" ({hooksMs / trace.Total.SumMs * 100:0.#} %)";
        var p95 = Percentiles.Of(hooks.Select(line => line.HookUs!.Value)).P95 / 1000.0;
        var text = FormattableString.Invariant(
            $"of {Human.Duration(trace.Total.SumMs)} of work Claude waited {Human.Duration((long)Math.Round(hooksMs))}{part}"
        );
        text += FormattableString.Invariant($" for {hooks.Count} hooks, p95 {p95:0.0} ms");
        return trace.Awaits.IsEmpty
            ? text
            : $"{text}; and {Human.Duration(trace.AwaitedMs)} in {Human.Count(trace.Awaits.Length, "await")}";
    }

    private static void WriteTimes(Report report, Trace trace)
    {
        if (trace.Runs.IsEmpty)
            return;
        var waits = trace.Waits.Select(wait => $"{wait.Cause.Words()} {Human.Duration(wait.Ms)}");
        var work = $"work {Human.Duration(trace.Total.SumMs)} (CPU {Human.Duration(trace.CpuMs)})";
        report.Line("where", string.Join(", ", waits.Append(work)));
        report.Line(
            "runs",
            $"{trace.Retries} repeated after a failure, {trace.Cut} cut, {trace.Repeated} that ended as the one before on the same file, "
                + $"{trace.SavedByWindows} saved by windows"
        );
    }

    private static void WriteActions(Report report, Trace trace)
    {
        var table = Report.Table(
            "action",
            ">runs",
            ">failed",
            ">wait",
            ">p95",
            ">max",
            ">duration",
            ">p95",
            ">max",
            ">CPU",
            ">at once",
            ">mean"
        );
        foreach (var action in trace.Actions)
            table.AddRow([
                Report.Cell(action.Name),
                Report.Cell(Human.Number(action.Runs.Length)),
                Report.Cell(Human.Number(action.Failed), action.Failed > 0 ? Report.Bad : Report.Faint),
                .. Times(action.Waits),
                .. Times(action.Durations),
                Report.Cell(Human.Duration(action.CpuMs)),
                Report.Cell(Human.Number(action.MostAtOnce)),
                Report.Cell(Ratio(action.MeanAtOnce)),
            ]);
        report.Write(table);
    }

    private static IEnumerable<Text> Times(IEnumerable<long> values)
    {
        var (p50, p95) = Percentiles.Of(values);
        foreach (var value in new[] { p50, p95, values.Max() })
            yield return Report.Cell(Human.Duration(value));
    }

    private static Style StyleOf(Verdict verdict) =>
        verdict.Text == "parallel" ? Report.Good
        : verdict.Text == "single" ? Report.Plain
        : Report.Warning;

    private static string Ratio(double value) => value.ToString("0.00", CultureInfo.InvariantCulture);

    private static string Percent(double part) => part.ToString("0 %", CultureInfo.InvariantCulture);
}
