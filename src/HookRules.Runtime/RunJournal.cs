using System.Buffers;
using System.Globalization;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary><c>runs.jsonl</c>: a line for each run. Lines are written together, before what they tell of leaves the spool.</summary>
internal sealed class RunJournal(StateFolder state, Durability durability, long largest = 8 << 20)
{
    private const int KeptFiles = 4;

    private static readonly int ParentPid = OperatingSystem.IsLinux() ? ProcessTable.Read(Environment.ProcessId)?.Parent ?? 0 : 0;

    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private ArrayBufferWriter<byte> pending = new(4096);
    private ArrayBufferWriter<byte> spare = new(4096);

    public void Add(BranchRun run, RunResult result)
    {
        var line = Line(run, result);
        lock (gate)
            pending.Write(line.WrittenSpan);
    }

    /// <summary>Null, or why it could not be written; what could not is kept for the next time.</summary>
    public string? Flush()
    {
        lock (writing)
        {
            lock (gate)
            {
                if (pending.WrittenCount == 0)
                    return null;
                (pending, spare) = (spare, pending);
            }

            Rotate();
            var problem = AppendFile.Append(state.Runs, spare.WrittenSpan, 0b110_000_000, durability == Durability.Fsync);
            if (problem is not null)
            {
                // It cannot grow without end: until it is written nothing leaves the spool, and what is in hand is bounded.
                lock (gate)
                {
                    spare.Write(pending.WrittenSpan);
                    (pending, spare) = (spare, pending);
                }
            }

            spare.ResetWrittenCount();
            return problem;
        }
    }

    private void Rotate()
    {
        var file = new FileInfo(state.Runs);
        if (!file.Exists || file.Length < largest)
            return;
        // Of several consumers one turns the files; the others write on, into whichever has the name.
        using var turning = FileLock.TryAcquire(state.File("runs.lock"));
        if (turning is null)
            return;
        file.Refresh();
        if (!file.Exists || file.Length < largest)
            return;
        for (var number = KeptFiles - 1; number > 0; number--)
        {
            var from = number == 1 ? state.Runs : Numbered(number - 1);
            if (File.Exists(from))
                File.Move(from, Numbered(number), overwrite: true);
        }
    }

    private string Numbered(int number) => state.File(string.Create(CultureInfo.InvariantCulture, $"runs.{number}.jsonl"));

    private static ArrayBufferWriter<byte> Line(BranchRun run, RunResult result)
    {
        var line = new ArrayBufferWriter<byte>(512);
        using (
            var json = new Utf8JsonWriter(
                line,
                new JsonWriterOptions { Encoder = System.Text.Encodings.Web.JavaScriptEncoder.UnsafeRelaxedJsonEscaping }
            )
        )
        {
            var startMs = result.Started.ToUnixTimeMilliseconds();
            var endMs = result.Ended.ToUnixTimeMilliseconds();
            json.WriteStartObject();
            json.WriteString("hook", run.Branch.Id);
            json.WriteString("cmd", result.Shown);
            // What needs no process of its own ran in this one.
            json.WriteNumber("pid", result.Pid > 0 ? result.Pid : Environment.ProcessId);
            json.WriteNumber("ppid", result.Pid > 0 ? Environment.ProcessId : ParentPid);
            json.WriteString("start_iso", result.Started.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", CultureInfo.InvariantCulture));
            json.WriteNumber("start_ms", startMs);
            json.WriteNumber("end_ms", endMs);
            json.WriteNumber("duration_ms", Math.Max(0, endMs - startMs));
            json.WriteNumber("queue_ms", Math.Max(0, startMs - run.Last.PublishedMs));
            if (result.ExitCode is { } code)
                json.WriteNumber("exit_code", code);
            else
                json.WriteNull("exit_code");
            json.WriteNumber("attempt", run.Attempt);
            json.WriteString("event", run.Event);
            json.WriteString("rule", run.Rule.Id);
            json.WriteString("action", run.Branch.Action);
            json.WriteString("session_id", run.Last.Session);
            json.WriteString("event_id", run.Last.Id);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line;
    }
}
