using System.Buffers;
using System.Globalization;
using System.Text.Encodings.Web;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Journals;

/// <summary>One line of <c>runs.jsonl</c>: an attempt, an order that ended without one, or an event that has left the spool.</summary>
internal sealed class RunLine(string? machine)
{
    private const int Version = 2,
        MostFiles = 20;

    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };
    private static readonly int ParentPid = OperatingSystem.IsLinux() ? ProcessTable.Read(Environment.ProcessId)?.Parent ?? 0 : 0;

    public static string OutcomeOf(OrderRun run, RunResult result) =>
        result.Succeeded ? "ok"
        : run.Cut.IsCancellationRequested ? "cut"
        : result.ExitCode == ChildResult.TimeoutCode ? "timeout"
        : result.ExitCode is null ? "gone"
        : result.ExitCode == ChildResult.NotExecutable && result.Pid == 0 ? "refused"
        : "failed";

    /// <param name="waited">Microseconds at each gate; null where it passed none.</param>
    public ArrayBufferWriter<byte> Of(OrderRun run, RunResult result, long[]? waited) =>
        Write(json =>
        {
            Begin(json, "run", run.Order, run.Rule);
            json.WriteString("cmd", result.Shown);
            WriteTimes(json, run.Order, result);
            json.WriteString("outcome", OutcomeOf(run, result));
            if (result.Problem is { } why)
                json.WriteString("why", why);
            json.WriteNumber("attempt", run.Order.Attempt);
            json.WriteNumber("of", run.Branch.Options.Retry + 1);
            if (run.Deliveries > 0)
                json.WriteNumber("deliveries", run.Deliveries);
            if (run.Orders.Length > 1)
                json.WriteStrings("orders", run.Orders);
            WriteOrder(json, run.Order);
            WriteWaits(json, run.Order, waited);
            if (result.Output is { } output)
            {
                json.WriteStartObject("out");
                json.WriteNumber("bytes", output.Bytes);
                json.WriteNumber("cut", output.Cut);
                json.WriteEndObject();
            }
        });

    /// <summary>An order that ended without a run.</summary>
    public ArrayBufferWriter<byte> Of(Order order, Rule? rule, string outcome, string why, DateTimeOffset now) =>
        Write(json =>
        {
            Begin(json, "note", order, rule);
            json.WriteString("cmd", "");
            WriteTimes(json, order, new RunResult(null, "", now, now));
            json.WriteString("outcome", outcome);
            json.WriteString("why", why);
            json.WriteNumber("attempt", order.Attempt);
            WriteOrder(json, order);
        });

    /// <summary>An event that has left the spool: its orders are in place, or, where it was its own order, at their end.</summary>
    public ArrayBufferWriter<byte> Of(PublishedEvent published, IReadOnlyCollection<string> orders) =>
        Write(json =>
        {
            json.WriteNumber("v", Version);
            json.WriteString("kind", "event");
            json.WriteString("event", published.Name);
            json.WriteString("event_id", published.Id);
            json.WriteString("session_id", published.Session?.Id);
            if (published.Session?.Agent is { } agent)
                json.WriteString("agent", agent);
            if (published.Session?.Prompt is { } prompt)
                json.WriteString("prompt", prompt);
            if (published.File is { } file)
                json.WriteStrings("files", [file]);
            json.WriteNumber("published_ms", published.Ms);
            // Whoever adds up all lines finds the moment of publishing in the columns of a run.
            json.WriteNumber("start_ms", published.Ms);
            json.WriteNumber("end_ms", published.Ms);
            json.WriteNumber("duration_ms", 0);
            if (published.HookUs is { } hookUs)
                json.WriteNumber("hook_us", hookUs);
            json.WriteStrings("orders", orders);
            WriteWhere(json);
        });

    /// <summary>The order that a line may be about, without taking the line apart: of megabytes a few lines are wanted.</summary>
    public static string? OrderIn(string line)
    {
        const string Name = "\"order\":\"";
        if (line.IndexOf(Name, StringComparison.Ordinal) is not (>= 0 and var at))
            return null;
        var value = line.AsSpan(at + Name.Length);
        return value.IndexOf('"') is >= 0 and var end ? value[..end].ToString() : null;
    }

    /// <summary>The order that a line is about, and how the attempt ended; null where it says nothing of an end.</summary>
    public static (string Order, int Attempt, RunResult Result)? EndOf(JournalEntry line) =>
        line is { IsRun: true, Order: { } order, ExitCode: { } code } && line.Outcome is not "cut"
            ? (
                order,
                line.Attempt,
                new RunResult(code, line.Command, Moment(line.StartMs), Moment(line.EndMs))
                {
                    Problem = "it ended just before the consumer did; its output is not known",
                    IsJournalled = true,
                    MayRetry = line.Outcome is not "refused",
                }
            )
            : null;

    private static DateTimeOffset Moment(long ms) => DateTimeOffset.FromUnixTimeMilliseconds(ms);

    private static ArrayBufferWriter<byte> Write(Action<Utf8JsonWriter> write)
    {
        var line = new ArrayBufferWriter<byte>(1024);
        using (var json = new Utf8JsonWriter(line, Relaxed))
        {
            json.WriteStartObject();
            write(json);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line;
    }

    private static void Begin(Utf8JsonWriter json, string kind, Order order, Rule? rule)
    {
        json.WriteNumber("v", Version);
        json.WriteString("kind", kind);
        json.WriteString("hook", order.Branch);
        json.WriteString("event", order.Event);
        json.WriteString("rule", order.Rule);
        json.WriteString("action", order.Action);
        if (rule is not null)
            json.WriteString("place", rule.Source.ToString());
    }

    private static void WriteTimes(Utf8JsonWriter json, Order order, RunResult result)
    {
        var startMs = result.Started.ToUnixTimeMilliseconds();
        var endMs = result.Ended.ToUnixTimeMilliseconds();
        // What needs no process of its own ran in this one.
        json.WriteNumber("pid", result.Pid > 0 ? result.Pid : Environment.ProcessId);
        json.WriteNumber("ppid", result.Pid > 0 ? Environment.ProcessId : ParentPid);
        json.WriteString("start_iso", result.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
        json.WriteNumber("start_ms", startMs);
        json.WriteNumber("end_ms", endMs);
        json.WriteNumber("duration_ms", Math.Max(0, endMs - startMs));
        json.WriteNumber("queue_ms", Math.Max(0, startMs - order.LastMs));
        if (result.CpuMs is { } cpu)
            json.WriteNumber("cpu_ms", cpu);
        if (result.MaxRssKb is { } memory)
            json.WriteNumber("max_rss_kb", memory);
        if (result.ExitCode is { } code)
            json.WriteNumber("exit_code", code);
        else
            json.WriteNull("exit_code");
        if (result.Signal is { } signal)
            json.WriteNumber("signal", signal);
    }

    private void WriteOrder(Utf8JsonWriter json, Order order)
    {
        json.WriteString("session_id", order.Sessions.IsEmpty ? null : order.Sessions[^1].Id);
        json.WriteString("event_id", order.LastEvent);
        json.WriteString("order", order.Id);
        if (order.Cause is { } cause)
            json.WriteString("cause", cause);
        json.WriteStrings("events", order.Events);
        json.WriteStrings("sessions", order.Sessions.Select(session => session.Id).Distinct(StringComparer.Ordinal));
        json.WriteStrings("agents", order.Sessions.Select(session => session.Agent).OfType<string>().Distinct(StringComparer.Ordinal));
        json.WriteStrings("files", order.Files.Take(MostFiles));
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
        WriteWhere(json);
    }

    private void WriteWhere(Utf8JsonWriter json)
    {
        if (machine is not null)
            json.WriteString("machine", machine);
        json.WriteNumber("consumer", Environment.ProcessId);
    }

    /// <summary>Milliseconds by cause; one that is not there was less than one.</summary>
    private static void WriteWaits(Utf8JsonWriter json, Order order, long[]? waited)
    {
        json.WriteStartObject("wait");
        if (order is { ClosedBy: not null, Attempt: 1 })
            json.WriteNumber("window", Math.Max(0, order.ReadyMs - order.FirstMs));
        if (order.LaterMs > 0)
            json.WriteNumber("later", order.LaterMs);
        Write("throttle", Gate.Throttle);
        // Another process that runs the same key keeps it as busy as one of our own runs does.
        Write("busy", Gate.Busy, Gate.Hold);
        Write("concurrency", Gate.Concurrency);
        Write("slot", Gate.Slot);
        json.WriteEndObject();

        void Write(string name, params ReadOnlySpan<Gate> gates)
        {
            var us = 0L;
            foreach (var gate in gates)
                us += waited?[(int)gate] ?? 0;
            if (us >= TimeSpan.MicrosecondsPerMillisecond)
                json.WriteNumber(name, us / TimeSpan.MicrosecondsPerMillisecond);
        }
    }
}
