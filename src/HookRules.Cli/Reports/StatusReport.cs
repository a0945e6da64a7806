using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Spectre.Console;

namespace HookRules.Cli.Reports;

/// <summary>Prints <see cref="ProjectStatus"/> for people and for programs.</summary>
internal static class StatusReport
{
    private static readonly Dictionary<string, string> Causes = new(StringComparer.Ordinal)
    {
        ["window"] = "collected by a window",
        ["throttle"] = "a throttle lets no more start",
        ["busy"] = "another run of its key is under way",
        ["concurrency"] = "as many runs of the action as it allows",
        ["slot"] = "as many programs as the machine runs at once",
        ["later"] = "tried again at its time",
        ["plan"] = "the plan cannot be read",
        ["reading"] = "not taken yet",
        ["dead-consumer"] = "begun by a consumer that died",
    };

    public static string Describe(string cause) => Causes.GetValueOrDefault(cause, cause);

    public static void WriteText(Cli cli, ProjectStatus status)
    {
        var report = new Report(cli);
        var now = status.At;
        report.Line("project", status.Project.ProjectDir, Report.Strong);
        report.Line(
            "plan",
            Path.GetRelativePath(status.Project.ProjectDir, status.Project.Plan)
                + status.IsFresh switch
                {
                    true => ", as the rules are",
                    false => ", not as the rules are: hookrules compile",
                    null => "",
                },
            status.IsFresh is false ? Report.Warning : Report.Plain
        );
        report.Line("consumer", Consumer(cli, status), status.Consumer.Hangs ? Report.Bad : Report.Plain);
        var store = status.Store;
        report.Line(
            "store",
            $"{store.Waiting} waiting, {store.InHand} in hand, {Human.Count(store.Dead + store.Unreadable, "dead letter")}"
                + (store.Oldest is { } oldest ? $", the oldest published {Human.Duration(now - oldest)} ago" : "")
                + (store.NotLookedAt > 0 ? $" ({store.NotLookedAt} more not looked at)" : "")
        );
        foreach (var queue in store.Queues)
            report.Line(
                "",
                $"{queue.Address}{(queue.Problem is null ? "" : ": cannot be used")}",
                queue.Problem is null ? Report.Faint : Report.Bad
            );
        WriteTables(cli, report, status);
        var needs = status.Needs().ToList();
        if (needs.Count == 0)
            return;
        report.Heading("Needs you");
        foreach (var need in needs)
            report.Line("  " + need, Report.Bad);
    }

    public static void WriteJson(Cli cli, ProjectStatus status) =>
        cli.Print(output =>
        {
            using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
            json.WriteStartObject();
            json.WriteString("project", status.Project.ProjectDir);
            json.WriteString("state_folder", status.Project.State.Path);
            json.WriteStartObject("plan");
            json.WriteString("path", status.Project.Plan);
            if (status.IsFresh is { } isFresh)
                json.WriteBoolean("fresh", isFresh);
            else
                json.WriteNull("fresh");
            json.WriteEndObject();
            WriteConsumer(json, status);
            WriteStore(json, status);
            json.WriteStartArray("actions");
            foreach (var action in status.Actions)
                Write(json, action);
            json.WriteEndArray();
            json.WriteStartArray("sessions");
            foreach (var session in status.Sessions)
            {
                json.WriteStartObject();
                json.WriteString("session", session.Name);
                json.WriteNumber("pending", session.Pending);
                json.WriteNumber("failing", session.Failing);
                json.WriteNumber("untold", session.Untold);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("errors");
            foreach (var error in status.Errors)
            {
                json.WriteStartObject();
                json.WriteString("time", error.At);
                json.WriteString("source", error.Source);
                json.WriteString("message", error.Message);
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStrings("needs", status.Needs());
            json.WriteEndObject();
        });

    private static string Consumer(Cli cli, ProjectStatus status)
    {
        var consumer = status.Consumer;
        if (!consumer.Runs)
            return $"none; {status.Start}";
        if (consumer.Record is not { } record)
            return "one runs and does not say which process it is";
        var since = DateTimeOffset.FromUnixTimeMilliseconds(record.SinceMs);
        return $"{consumer.State}, process {record.Pid}, version {record.Version}, since {Human.Clock(since, cli.Time)}"
            + (consumer.Silence is { } silence ? $", sign of life {Human.Duration(silence)} ago" : "");
    }

    private static void WriteTables(Cli cli, Report report, ProjectStatus status)
    {
        var waiting = Report.Table("waiting for", ">events", ">oldest", "");
        foreach (var (cause, count, oldest) in status.Waiting)
            waiting.AddRow(
                Report.Cell(cause),
                Report.Cell(Human.Number(count)),
                Report.Cell(Human.Duration(status.At - oldest)),
                Report.Cell(Describe(cause), Report.Faint)
            );
        report.Write(waiting);

        var actions = Report.Table("action", ">runs", ">failed", ">wait", ">p95", ">duration", ">p95", ">CPU", "last", "rule");
        foreach (var action in status.Actions)
            actions.AddRow(
                Report.Cell(action.Action),
                Report.Cell(Human.Number(action.Runs)),
                Report.Cell(Human.Number(action.Failed), action.Failed > 0 ? Report.Bad : Report.Faint),
                Report.Cell(Human.Duration(action.Wait.P50)),
                Report.Cell(Human.Duration(action.Wait.P95)),
                Report.Cell(Human.Duration(action.Duration.P50)),
                Report.Cell(Human.Duration(action.Duration.P95)),
                Report.Cell(Human.Duration(action.CpuMs)),
                Report.Cell(Human.Clock(action.Last, cli.Time)),
                Report.Cell(action.Place is { } place ? Places.Short(place) : "several")
            );
        report.Write(actions);

        var sessions = Report.Table("session", ">awaited runs", ">failing", ">not told yet");
        foreach (var session in status.Sessions)
            sessions.AddRow(
                Report.Cell(session.Name),
                Report.Cell(Human.Number(session.Pending)),
                Report.Cell(Human.Number(session.Failing), session.Failing > 0 ? Report.Bad : Report.Faint),
                Report.Cell(Human.Number(session.Untold))
            );
        report.Write(sessions);

        if (status.Errors.Count == 0)
            return;
        var errors = Report.Table("time", "from", "error of the last day");
        foreach (var error in status.Errors)
            errors.AddRow(Report.Cell(Human.Clock(error.At, cli.Time)), Report.Cell(error.Source), Report.Cell(error.Message));
        report.Write(errors);
    }

    private static void WriteConsumer(Utf8JsonWriter json, ProjectStatus status)
    {
        json.WriteStartObject("consumer");
        json.WriteString("state", status.Consumer.State);
        if (status.Consumer.Record is { } record)
        {
            json.WriteNumber("pid", record.Pid);
            json.WriteString("version", record.Version);
            json.WriteNumber("since_ms", record.SinceMs);
            if (status.Consumer.Silence is { } silence)
                json.WriteNumber("silent_ms", (long)silence.TotalMilliseconds);
        }

        json.WriteEndObject();
    }

    private static void WriteStore(Utf8JsonWriter json, ProjectStatus status)
    {
        var store = status.Store;
        json.WriteStartObject("store");
        json.WriteNumber("events", store.Events);
        json.WriteNumber("orders", store.Orders);
        json.WriteNumber("later", store.Later);
        json.WriteNumber("in_hand", store.InHand);
        json.WriteNumber("left_behind", store.LeftBehind);
        json.WriteNumber("dead", store.Dead);
        json.WriteNumber("unreadable", store.Unreadable);
        if (store.Oldest is { } oldest)
            json.WriteNumber("oldest_ms", (long)(status.At - oldest).TotalMilliseconds);
        json.WriteStartArray("waiting");
        foreach (var (cause, count, since) in status.Waiting)
        {
            json.WriteStartObject();
            json.WriteString("cause", cause);
            json.WriteNumber("count", count);
            json.WriteNumber("oldest_ms", (long)(status.At - since).TotalMilliseconds);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("queues");
        foreach (var queue in store.Queues)
        {
            json.WriteStartObject();
            json.WriteString("queue", queue.Address.ToString());
            json.WriteNumber("waiting", queue.Events + queue.Orders + queue.Later);
            json.WriteNumber("in_hand", queue.InHand);
            json.WriteString("problem", queue.Problem);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Write(Utf8JsonWriter json, ActionStatus action)
    {
        json.WriteStartObject();
        json.WriteString("action", action.Action);
        json.WriteString("place", action.Place);
        json.WriteNumber("runs", action.Runs);
        json.WriteNumber("failed", action.Failed);
        WritePercentiles("wait_ms", action.Wait);
        WritePercentiles("duration_ms", action.Duration);
        json.WriteNumber("cpu_ms", action.CpuMs);
        json.WriteNumber("last_ms", action.Last.ToUnixTimeMilliseconds());
        json.WriteEndObject();

        void WritePercentiles(string name, Percentiles values)
        {
            json.WriteStartObject(name);
            json.WriteNumber("p50", values.P50);
            json.WriteNumber("p95", values.P95);
            json.WriteEndObject();
        }
    }
}
