using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Graphs;
using HookRules.Engine;
using HookRules.Simulation.Timelines;

namespace HookRules.Cli.Reports;

/// <summary>Prints what a timeline caused: in order for people, by kind for programs.</summary>
internal static class TimelineReport
{
    private const int LongestText = 400;

    public static void WriteText(TextWriter output, TimelineResult result, bool explains)
    {
        foreach (var (_, _, lines) in Happenings(result, explains).OrderBy(one => one.At).ThenBy(one => one.Rank))
        foreach (var line in lines)
            output.WriteLine(Printable.Line(line));
        output.WriteLine(Summary(result));
    }

    /// <summary>What all of it amounts to.</summary>
    public static string Summary(TimelineResult result) =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Counted(result.Events.Length, "event")}, {Counted(result.Runs.Length, "run")}, {Counted(result.Saved, "run")} saved by "
                + $"windows; Claude would have waited {Seconds(result.Waited)}"
        );

    private static IEnumerable<(TimeSpan At, int Rank, ImmutableArray<string> Lines)> Happenings(TimelineResult result, bool explains)
    {
        foreach (var run in result.Runs)
        {
            if (run.End is { } end)
                yield return (end, 0, [$"{Time(end)}  {Name(run)} ends: {How(run)}"]);
            yield return (run.Start, 3, Start(run));
        }

        foreach (var note in result.Notes)
            yield return (note.At, 1, [$"{Time(note.At)}  {note.Action} {Kind(note.Kind)}: {note.Why}"]);
        foreach (var one in result.Events)
            yield return (one.At, 2, Event(one, explains));
        foreach (var held in result.Held)
            yield return (
                held.To,
                1,
                [
                    $"{Time(held.To)}  {result.Events[held.Event].Payload.Event} of {Time(held.From).Trim()} is let go after "
                        + $"{Seconds(held.To - held.From)}{(held.IsOverdue ? ": its time is over" : "")} "
                        + $"(await {string.Join(", ", held.Actions)})",
                ]
            );
        foreach (var told in result.Told)
            yield return (
                told.At,
                4,
                [
                    $"{Time(told.At)}  {(told.Blocks ? "holds Claude with" : "tells Claude at")} "
                        + $"{result.Events[told.Event].Payload.Event}:",
                    .. told.Text.Split('\n').Select(line => $"              {Human.Short(line, LongestText)}"),
                ]
            );
    }

    private static ImmutableArray<string> Event(SimulatedEvent one, bool explains)
    {
        var payload = one.Payload;
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(
            $"{Time(one.At)}  {payload.Event}{(payload.Tool is { } tool ? $" {tool}" : "")}{(payload.File is { } file ? $" {file}" : "")}"
                + $"  Claude Code gets: {Human.Short(SimulationReport.Describe(one.Output), LongestText)}"
        );
        foreach (var (rule, branch) in one.Queued)
        {
            var window = (branch.Options.Window ?? rule.Window) is { } open ? $", {WindowText.Of(open)}" : "";
            lines.Add($"            queued: {branch.Action}  ({rule.Label}{window})");
        }

        foreach (var run in one.Sync)
            lines.Add($"            runs while Claude Code waits: {SimulationReport.Describe(run)}");
        if (explains)
            foreach (var trace in one.Rules.Where(trace => !trace.Matched))
                lines.Add($"            no match {trace.Rule.Label}: {trace.FailedClause}: {trace.Detail}");
        return lines.ToImmutable();
    }

    private static ImmutableArray<string> Start(TimelineRunEntry run)
    {
        var order = run.Run.Order;
        var why = new List<string>();
        if (run.Members.Length > 1)
        {
            var first = TimeSpan.FromMilliseconds(order.FirstMs - StartOf(run));
            why.Add($"{Counted(run.Members.Length, "event")}, the first of {Time(first).Trim()}");
        }

        if (order.ClosedBy is { } by)
            why.Add($"window closed by {by}");
        if (order.Cause is { } cause)
            why.Add(cause == "failure" ? "on failure" : $"next {cause}");
        if (order.Attempt > 1)
            why.Add(string.Create(CultureInfo.InvariantCulture, $"attempt {order.Attempt}"));
        foreach (var (reason, ms) in run.Waits)
            why.Add($"waited {Seconds(TimeSpan.FromMilliseconds(ms))} for {reason}");
        return [$"{Time(run.Start)}  {Name(run)} starts: {Shown(run)}{(why.Count == 0 ? "" : $"  ({string.Join("; ", why)})")}"];
    }

    private static long StartOf(TimelineRunEntry run) => run.Result!.Started.ToUnixTimeMilliseconds() - (long)run.Start.TotalMilliseconds;

    private static string Name(TimelineRunEntry run) =>
        run.Run.Files is [var file, ..] ? $"{run.Run.Branch.Action} {Path.GetFileName(file)}" : run.Run.Branch.Action;

    private static string Shown(TimelineRunEntry run) =>
        run.Invocation switch
        {
            null => "no such action",
            Invocation.Process process => ShellQuoting.Join(process.Argv),
            Invocation.Refused refused => $"refused: {refused.Why}",
            var other => other.Shown,
        };

    private static string How(TimelineRunEntry run)
    {
        var result = run.Result!;
        var text = string.Create(CultureInfo.InvariantCulture, $"exit {result.ExitCode}");
        if (result.Problem is { } problem)
            text += $", {problem}";
        return result.Stdout.Length == 0 ? text : $"{text}: {Human.Short(result.Stdout, 120)}";
    }

    private static string Kind(string kind) => kind == "dead" ? "is a dead letter" : kind;

    private static string Time(TimeSpan at) => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds, 8:0.000} s");

    private static string Seconds(TimeSpan length) => string.Create(CultureInfo.InvariantCulture, $"{length.TotalSeconds:0.###} s");

    private static string Counted(int count, string what) =>
        string.Create(CultureInfo.InvariantCulture, $"{count} {what}{(count == 1 ? "" : "s")}");

    public static void WriteJson(Stream output, TimelineResult result, bool explains)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteStartArray("events");
        foreach (var one in result.Events)
            WriteEvent(json, one, explains);
        json.WriteEndArray();
        json.WriteStartArray("runs");
        foreach (var run in result.Runs)
            WriteRun(json, run);
        json.WriteEndArray();
        json.WriteStartArray("told");
        foreach (var told in result.Told)
        {
            json.WriteStartObject();
            WriteEventOf(json, result, told.Event);
            json.WriteNumber("at_ms", Ms(told.At));
            json.WriteBoolean("blocks", told.Blocks);
            json.WriteString("text", told.Text);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("held");
        foreach (var held in result.Held)
        {
            json.WriteStartObject();
            WriteEventOf(json, result, held.Event);
            json.WriteNumber("from_ms", Ms(held.From));
            json.WriteNumber("to_ms", Ms(held.To));
            json.WriteStrings("actions", held.Actions);
            json.WriteBoolean("overdue", held.IsOverdue);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("notes");
        foreach (var note in result.Notes)
        {
            json.WriteStartObject();
            json.WriteNumber("at_ms", Ms(note.At));
            json.WriteString("kind", note.Kind);
            json.WriteString("action", note.Action);
            json.WriteString("why", note.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartObject("total");
        json.WriteNumber("events", result.Events.Length);
        json.WriteNumber("runs", result.Runs.Length);
        json.WriteNumber("saved", result.Saved);
        json.WriteNumber("waited_ms", Ms(result.Waited));
        json.WriteEndObject();
        json.WriteEndObject();
    }

    private static void WriteEventOf(Utf8JsonWriter json, TimelineResult result, int index)
    {
        json.WriteString("event", result.Events[index].Payload.Event);
        json.WriteNumber("index", index);
    }

    private static void WriteEvent(Utf8JsonWriter json, SimulatedEvent one, bool explains)
    {
        json.WriteStartObject();
        json.WriteNumber("at_ms", Ms(one.At));
        json.WriteNumber("answered_ms", Ms(one.AnsweredAt));
        json.WriteString("event", one.Payload.Event);
        if (one.Payload.Tool is { } tool)
            json.WriteString("tool", tool);
        if (one.Payload.File is { } file)
            json.WriteString("file", file);
        if (one.Payload.Session is { } session)
            json.WriteString("session", session);
        RoutingJson.WriteAnswer(json, one.Output);
        json.WriteStartArray("queued");
        foreach (var (rule, branch) in one.Queued)
        {
            json.WriteStartObject();
            WriteRule(json, rule);
            json.WriteString("action", branch.Action);
            if ((branch.Options.Window ?? rule.Window) is { } window)
                json.WriteString("window", WindowText.Of(window));
            json.WriteEndObject();
        }

        json.WriteEndArray();
        if (explains)
            RoutingJson.WriteRules(json, one.Rules, rule => WriteRule(json, rule));
        json.WriteEndObject();
    }

    private static void WriteRun(Utf8JsonWriter json, TimelineRunEntry run)
    {
        var order = run.Run.Order;
        json.WriteStartObject();
        json.WriteString("action", run.Run.Branch.Action);
        WriteRule(json, run.Run.Rule);
        if (run.Invocation is Invocation.Process process)
        {
            json.WriteStrings("argv", process.Argv);
        }
        else
        {
            json.WriteString("shown", Shown(run));
        }

        json.WriteStrings("files", run.Run.Files);
        json.WriteNumber("start_ms", Ms(run.Start));
        if (run.End is { } end)
            json.WriteNumber("end_ms", Ms(end));
        else
            json.WriteNull("end_ms");
        if (run.Result?.ExitCode is { } exit)
            json.WriteNumber("exit", exit);
        else
            json.WriteNull("exit");
        if (run.Result?.Problem is { } problem)
            json.WriteString("problem", problem);
        json.WriteNumber("attempt", order.Attempt);
        if (order.ClosedBy is { } by)
            json.WriteString("closed_by", by);
        if (order.Cause is { } cause)
            json.WriteString("cause", cause);
        if (run.IsCut)
            json.WriteBoolean("cut", true);
        json.WriteStartObject("wait");
        foreach (var (reason, ms) in run.Waits)
            json.WriteNumber(reason, ms);
        json.WriteEndObject();
        json.WriteStartArray("members");
        foreach (var member in run.Members)
            json.WriteNumberValue(member);
        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void WriteRule(Utf8JsonWriter json, Rule rule)
    {
        json.WriteString("rule", rule.Name ?? rule.Id);
        json.WriteString("place", $"{rule.Source.File}:{rule.Source.Line}");
    }

    private static long Ms(TimeSpan at) => (long)at.TotalMilliseconds;
}
