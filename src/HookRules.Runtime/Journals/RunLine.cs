using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Journals;

/// <summary>One line of <c>runs.jsonl</c>: an attempt, or an order that ended without one.</summary>
internal static class RunLine
{
    private const int Version = 2,
        MostFiles = 20;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly string[] GateNames = ["busy", "hold", "concurrency", "slot", "throttle"];

    public static ArrayBufferWriter<byte> Of(OrderRun run, RunResult result, long[]? waited, int parentPid)
    {
        var outcome =
            result.Succeeded ? "ok"
            : run.Cut.IsCancellationRequested ? "cut"
            : result.ExitCode == Engine.ChildResult.TimeoutCode ? "timeout"
            : result.ExitCode is null ? "gone"
            : result.ExitCode == Engine.ChildResult.NotExecutable && result.Pid == 0 ? "refused"
            : "failed";
        return Write(
            run.Order,
            result,
            outcome,
            parentPid,
            json =>
            {
                json.WriteString("place", run.Rule.Source.ToString());
                json.WriteNumber("of", run.Branch.Options.Retry + 1);
                if (run.Orders.Length > 1)
                    WriteList(json, "orders", run.Orders);
                if (waited is not null)
                    WriteWaits(json, run.Order, waited);
            }
        );
    }

    public static ArrayBufferWriter<byte> Of(Order order, string what, DateTimeOffset now, int parentPid) =>
        Write(
            order,
            new RunResult(null, what, now, now),
            what[..Math.Max(0, what.IndexOf(':', StringComparison.Ordinal))],
            parentPid,
            _ => { }
        );

    /// <summary>The order that a line is about, and how the attempt ended; null where it says nothing of an end.</summary>
    public static (string Order, int Attempt, RunResult Result)? EndOf(string line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            if (
                !json.TryGetProperty("order", out var order)
                || json.GetProperty("outcome").GetString() is "cut" or "skipped" or "dropped"
                || json.GetProperty("exit_code") is not { ValueKind: JsonValueKind.Number } code
            )
                return null;
            var started = DateTimeOffset.FromUnixTimeMilliseconds(json.GetProperty("start_ms").GetInt64());
            var ended = DateTimeOffset.FromUnixTimeMilliseconds(json.GetProperty("end_ms").GetInt64());
            var result = new RunResult(code.GetInt32(), json.GetProperty("cmd").GetString()!, started, ended)
            {
                Problem = "it ended just before the consumer did; its output is not known",
                IsJournalled = true,
                MayRetry = json.GetProperty("outcome").GetString() is not "refused",
            };
            return (order.GetString()!, json.GetProperty("attempt").GetInt32(), result);
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static ArrayBufferWriter<byte> Write(Order order, RunResult result, string outcome, int parentPid, Action<Utf8JsonWriter> more)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(line, Relaxed))
        {
            var startMs = result.Started.ToUnixTimeMilliseconds();
            var endMs = result.Ended.ToUnixTimeMilliseconds();
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("kind", "run");
            json.WriteString("hook", order.Branch);
            json.WriteString("cmd", result.Shown);
            // What needs no process of its own ran in this one.
            json.WriteNumber("pid", result.Pid > 0 ? result.Pid : Environment.ProcessId);
            json.WriteNumber("ppid", result.Pid > 0 ? Environment.ProcessId : parentPid);
            json.WriteString("start_iso", result.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteNumber("start_ms", startMs);
            json.WriteNumber("end_ms", endMs);
            json.WriteNumber("duration_ms", Math.Max(0, endMs - startMs));
            json.WriteNumber("queue_ms", Math.Max(0, startMs - order.LastMs));
            if (result.ExitCode is { } code)
                json.WriteNumber("exit_code", code);
            else
                json.WriteNull("exit_code");
            json.WriteString("outcome", outcome);
            if (result.Problem is { } why)
                json.WriteString("why", why);
            json.WriteNumber("attempt", order.Attempt);
            json.WriteString("event", order.Event);
            json.WriteString("rule", order.Rule);
            json.WriteString("action", order.Action);
            json.WriteString("session_id", order.Sessions.IsEmpty ? null : order.Sessions[^1].Id);
            json.WriteString("event_id", order.LastEvent);
            json.WriteString("order", order.Id);
            WriteList(json, "events", order.Events);
            WriteList(json, "sessions", order.Sessions.Select(session => session.Id).Distinct(StringComparer.Ordinal));
            WriteList(json, "agents", order.Sessions.Select(session => session.Agent).OfType<string>().Distinct(StringComparer.Ordinal));
            WriteList(json, "files", order.Files.Take(MostFiles));
            if (order.Files.Length > MostFiles)
                json.WriteNumber("more_files", order.Files.Length - MostFiles);
            if (order.Group is { } group)
                json.WriteString("group", group);
            json.WriteNumber("first_ms", order.FirstMs);
            json.WriteNumber("published_ms", order.LastMs);
            if (order.ClosedBy is { } closedBy)
            {
                json.WriteNumber("closed_ms", order.ReadyMs);
                json.WriteString("closed_by", closedBy);
            }

            if (order.Env is { } env)
                json.WriteString("env", env);
            more(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line;
    }

    private static void WriteWaits(Utf8JsonWriter json, Order order, long[] waited)
    {
        json.WriteStartObject("wait");
        if (order.ClosedBy is not null)
            json.WriteNumber("window", Math.Max(0, order.ReadyMs - order.FirstMs));
        for (var gate = 0; gate < waited.Length; gate++)
            if (waited[gate] >= TimeSpan.MicrosecondsPerMillisecond)
                json.WriteNumber(GateNames[gate], waited[gate] / TimeSpan.MicrosecondsPerMillisecond);
        json.WriteEndObject();
    }

    private static void WriteList(Utf8JsonWriter json, string name, IEnumerable<string> values)
    {
        json.WriteStartArray(name);
        foreach (var value in values)
            json.WriteStringValue(value);
        json.WriteEndArray();
    }
}
