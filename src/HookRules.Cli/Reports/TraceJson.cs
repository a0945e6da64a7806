using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Tracing;

namespace HookRules.Cli.Reports;

/// <summary>Prints a <see cref="Trace"/> for programs.</summary>
internal static class TraceJson
{
    public static void Write(Cli cli, Trace trace) =>
        cli.Print(output =>
        {
            using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
            json.WriteStartObject();
            json.WriteStartArray("cascades");
            foreach (var cascade in trace.Cascades)
                Write(json, cascade);
            json.WriteEndArray();
            WriteTotal(json, trace);
            json.WriteStartArray("actions");
            foreach (var action in trace.Actions)
                Write(json, action);
            json.WriteEndArray();
            json.WriteNumber("cores", trace.Cores);
            json.WriteNumber("hooks", trace.Events.Count(line => line.HookUs is not null));
            json.WriteNumber("hook_p95_us", Percentiles.Of(trace.Events.Select(line => line.HookUs).OfType<long>()).P95);
            json.WriteNumber("claude_waited_ms", trace.HooksUs / 1000.0);
            json.WriteNumber("claude_awaited_ms", trace.AwaitedMs);
            json.WriteEndObject();
        });

    private static void Write(Utf8JsonWriter json, Cascade cascade)
    {
        json.WriteStartObject();
        json.WriteString("verdict", cascade.Verdict.Text);
        Write(json, cascade.Timing);
        json.WriteNumber("began_ms", cascade.BeganMs);
        json.WriteNumber("ended_ms", cascade.EndedMs);
        json.WriteStrings("events", cascade.EventIds);
        json.WriteStrings(
            "sessions",
            cascade
                .Events.Concat(cascade.Runs.Select(run => run.Entry))
                .Select(line => line.Session)
                .OfType<string>()
                .Distinct(StringComparer.Ordinal)
        );
        json.WriteStrings("critical", cascade.Critical.Chain.Select(run => NameOf(run.Entry)));
        json.WriteStartArray("causes");
        foreach (var held in cascade.Verdict.Causes)
        {
            json.WriteStartObject();
            json.WriteString("cause", held.Cause.Name());
            json.WriteString("action", held.Action);
            json.WriteNumber("pairs", held.Pairs);
            json.WriteNumber("held_ms", held.Ms);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (var run in cascade.Runs)
            Write(json, run);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TracedRun run)
    {
        var entry = run.Entry;
        json.WriteStartObject();
        json.WriteString("order", NameOf(entry));
        json.WriteString("action", entry.Action);
        json.WriteString("rule", entry.Rule);
        json.WriteString("event_id", entry.EventId);
        if (run.Before is { } before)
            json.WriteString("after", NameOf(before.Entry));
        json.WriteNumber("attempt", entry.Attempt);
        json.WriteNumber("ready_ms", run.ReadyMs);
        json.WriteNumber("start_ms", run.Work.Begin);
        json.WriteNumber("end_ms", run.Work.End);
        json.WriteNumber("duration_ms", run.Work.Length);
        WriteWaits(json, run.Waits);
        if (entry.CpuMs is { } cpu)
            json.WriteNumber("cpu_ms", cpu);
        json.WriteString("outcome", entry.Outcome);
        json.WriteEndObject();
    }

    private static void WriteTotal(Utf8JsonWriter json, Trace trace)
    {
        json.WriteStartObject("total");
        json.WriteNumber("cascades", trace.Cascades.Length);
        json.WriteNumber("events", trace.Events.Length);
        json.WriteNumber("runs", trace.Runs.Length);
        json.WriteNumber("failed", trace.Failed);
        Write(json, trace.Total);
        WriteWaits(json, trace.Waits);
        json.WriteNumber("cpu_ms", trace.CpuMs);
        json.WriteNumber("retries", trace.Retries);
        json.WriteNumber("cut", trace.Cut);
        json.WriteNumber("repeated", trace.Repeated);
        json.WriteNumber("saved_by_windows", trace.SavedByWindows);
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, TracedAction action)
    {
        json.WriteStartObject();
        json.WriteString("action", action.Name);
        json.WriteNumber("runs", action.Runs.Length);
        json.WriteNumber("failed", action.Failed);
        WriteTimes("wait_ms", action.Waits);
        WriteTimes("duration_ms", action.Durations);
        json.WriteNumber("cpu_ms", action.CpuMs);
        json.WriteNumber("most_at_once", action.MostAtOnce);
        json.WriteNumber("mean_at_once", Round(action.MeanAtOnce));
        json.WriteEndObject();

        void WriteTimes(string name, IEnumerable<long> values)
        {
            var (p50, p95) = Percentiles.Of(values);
            json.WriteStartObject(name);
            json.WriteNumber("p50", p50);
            json.WriteNumber("p95", p95);
            json.WriteNumber("max", values.Max());
            json.WriteEndObject();
        }
    }

    private static void Write(Utf8JsonWriter json, Timing timing)
    {
        json.WriteNumber("most_at_once", timing.MostAtOnce);
        json.WriteNumber("mean_at_once", Round(timing.MeanAtOnce));
        json.WriteNumber("wall_ms", timing.WallMs);
        json.WriteNumber("busy_ms", timing.BusyMs);
        json.WriteNumber("sum_ms", timing.SumMs);
        json.WriteNumber("critical_ms", timing.CriticalMs);
        json.WriteNumber("speed_up", Round(timing.SpeedUp));
        json.WriteNumber("efficiency", Round(timing.Efficiency));
    }

    private static void WriteWaits(Utf8JsonWriter json, IEnumerable<(WaitCause Cause, long Ms)> waits)
    {
        json.WriteStartObject("wait");
        foreach (var (cause, ms) in waits)
            json.WriteNumber(cause.Name(), ms);
        json.WriteEndObject();
    }

    /// <summary>Lines of the first version named no order.</summary>
    private static string NameOf(JournalEntry entry) => entry.Order ?? entry.Branch;

    private static double Round(double value) => Math.Round(value, 3);
}
