using System.Buffers;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Journals;

/// <summary><c>runs.jsonl</c>: a line for each run. Lines are written together, before what they tell of leaves the spool.</summary>
internal sealed class RunJournal(StateFolder state, Durability durability, long largest = 8 << 20)
{
    private const int KeptFiles = 4;

    private static readonly int ParentPid = OperatingSystem.IsLinux() ? ProcessTable.Read(Environment.ProcessId)?.Parent ?? 0 : 0;

    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private ArrayBufferWriter<byte> pending = new(4096);
    private ArrayBufferWriter<byte> spare = new(4096);

    public static readonly PipelineStep Step = new("journal", "a line in runs.jsonl for each attempt");

    /// <param name="waited">Microseconds at each gate; null where it passed none.</param>
    public void Add(OrderRun run, RunResult result, long[]? waited)
    {
        var line = RunLine.Of(run, result, waited, ParentPid);
        lock (gate)
            pending.Write(line.WrittenSpan);
    }

    /// <summary>An order that ends without a run: skipped or dropped.</summary>
    public void Note(Order order, string what, DateTimeOffset now)
    {
        var line = RunLine.Of(order, what, now, ParentPid);
        lock (gate)
            pending.Write(line.WrittenSpan);
    }

    /// <summary>How the attempts of these orders ended, as far as they did: the journal is written before what follows.</summary>
    public IEnumerable<(string Order, int Attempt, RunResult Result)> EndsOf(IReadOnlySet<string> orders)
    {
        foreach (var path in new[] { Numbered(1), state.Runs })
        {
            if (!File.Exists(path))
                continue;
            foreach (var line in File.ReadLines(path))
                if (RunLine.EndOf(line) is { } end && orders.Contains(end.Order))
                    yield return end;
        }
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
        if (FileLock.TryAcquire(state.File("runs.lock")) is not { } turning)
            return;
        try
        {
            Turn(file);
        }
        finally
        {
            turning.Unlock();
        }
    }

    private void Turn(FileInfo file)
    {
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
}
