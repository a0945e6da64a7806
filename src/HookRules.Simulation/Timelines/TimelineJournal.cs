using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Simulation.Timelines;

/// <summary>The journal of a simulation: it keeps what the consumer's journal would say, and writes nothing.</summary>
/// <param name="keepsLines">Also the very lines.</param>
internal sealed class TimelineJournal(Func<TimeSpan> now, bool keepsLines) : IRunJournal
{
    private static readonly ImmutableArray<string> Gates = ["busy", "hold", "concurrency", "slot", "throttle"];

    private readonly Dictionary<OrderRun, TimelineRunEntry> runs = new(ReferenceEqualityComparer.Instance);

    private readonly RunLine writer = new(machine: null);

    public List<TimelineNote> Notes { get; } = [];

    /// <summary>What <c>runs.jsonl</c> would hold.</summary>
    public List<JournalEntry> Lines { get; } = [];

    public void Begins(TimelineRunEntry entry) => runs[entry.Run] = entry;

    public void Add(OrderRun run, RunResult result, long[]? waited)
    {
        if (keepsLines)
            Lines.Add(JournalEntry.TryRead(writer.Of(run, result, waited).WrittenMemory)!);
        if (!runs.Remove(run, out var entry))
            return;
        var order = run.Order;
        var waits = ImmutableArray.CreateBuilder<(string, long)>();
        if (order.ClosedBy is not null && order.ReadyMs > order.FirstMs)
            waits.Add(("window", order.ReadyMs - order.FirstMs));
        if (order.LaterMs > 0)
            waits.Add(("backoff", order.LaterMs));
        for (var gate = 0; gate < (waited?.Length ?? 0); gate++)
            if (waited![gate] / 1000 is var ms and > 0)
                waits.Add((Gates[gate], ms));
        entry.Waits = waits.ToImmutable();
    }

    public void Note(Order order, Rule? rule, string outcome, string why, DateTimeOffset at)
    {
        if (keepsLines)
            Lines.Add(JournalEntry.TryRead(writer.Of(order, rule, outcome, why, at).WrittenMemory)!);
        Notes.Add(new TimelineNote(now(), outcome, order.Action, why));
    }

    public void Add(PublishedEvent published, IReadOnlyCollection<string> orders) { }

    public void AddEvents(IEnumerable<Order> orders) { }

    public IEnumerable<(string Order, int Attempt, RunResult Result)> EndsOf(IReadOnlySet<string> orders) => [];

    public string? Flush() => null;
}
