using System.Buffers;
using System.Globalization;
using System.Text;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Journals;

/// <summary><c>runs.jsonl</c>: a line for each run. Lines are written together, before what they tell of leaves the spool.</summary>
internal sealed class RunJournal(StateFolder state, Durability durability, long largest = 8 << 20) : IRunJournal
{
    private const int KeptFiles = 4,
        OwnerOnly = 0b110_000_000;

    private readonly Lazy<RunLine> line = new(() => new RunLine(MachineId.Of(state)));
    private readonly Lock gate = new();
    private readonly Lock writing = new();
    private ArrayBufferWriter<byte> pending = new(4096);
    private ArrayBufferWriter<byte> spare = new(4096);
    private bool isBegun;

    public static readonly PipelineStep Step = new("journal", "a line in runs.jsonl for each attempt, and for each event");

    /// <param name="waited">Microseconds at each gate; null where it passed none.</param>
    public void Add(OrderRun run, RunResult result, long[]? waited) => Add(line.Value.Of(run, result, waited));

    /// <summary>An order that ends without a run.</summary>
    /// <param name="rule">Null where the plan has it no more.</param>
    /// <param name="outcome"><c>skipped</c> or <c>dropped</c>.</param>
    public void Note(Order order, Rule? rule, string outcome, string why, DateTimeOffset now) =>
        Add(line.Value.Of(order, rule, outcome, why, now));

    /// <summary>An event leaves the spool.</summary>
    public void Add(PublishedEvent published, IReadOnlyCollection<string> orders) => Add(line.Value.Of(published, orders));

    /// <summary>The same for orders that were their own events.</summary>
    public void AddEvents(IEnumerable<Order> orders)
    {
        foreach (var order in orders)
            if (PublishedEvent.Of(order) is { } published)
                Add(published, [order.Id]);
    }

    private void Add(ArrayBufferWriter<byte> text)
    {
        lock (gate)
            pending.Write(text.WrittenSpan);
    }

    /// <summary>How the attempts of these orders ended, as far as they did: the journal is written before what follows.</summary>
    public IEnumerable<(string Order, int Attempt, RunResult Result)> EndsOf(IReadOnlySet<string> orders)
    {
        foreach (var path in new[] { Numbered(1), state.Runs })
        {
            if (!File.Exists(path))
                continue;
            foreach (var text in File.ReadLines(path))
                if (
                    RunLine.OrderIn(text) is { } order
                    && orders.Contains(order)
                    && JournalEntry.TryRead(Encoding.UTF8.GetBytes(text)) is { } entry
                    && RunLine.EndOf(entry) is { } end
                    && orders.Contains(end.Order)
                )
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
            if (!isBegun && CutLine.In(state.Runs) is not null)
                AppendFile.Append(state.Runs, "\n"u8, OwnerOnly);
            isBegun = true;
            var problem = AppendFile.Append(state.Runs, spare.WrittenSpan, OwnerOnly, durability == Durability.Fsync);
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

    private string Numbered(int number) => Numbered(state, number);

    /// <summary>The files of a journal, the oldest first.</summary>
    public static IEnumerable<string> Files(StateFolder state) =>
        Enumerable.Range(1, KeptFiles - 1).Reverse().Select(number => Numbered(state, number)).Append(state.Runs);

    private static string Numbered(StateFolder state, int number) =>
        state.File(string.Create(CultureInfo.InvariantCulture, $"runs.{number}.jsonl"));
}
