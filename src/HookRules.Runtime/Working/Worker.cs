using System.Collections.Concurrent;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>The second role of a consumer: takes orders, lets each wait for what it has to wait for, runs it, and finishes it. All but the
/// runs themselves happens in <see cref="Turn"/>, one at a time.</summary>
/// <remarks><c>isCollected</c>: an event of that key waits in a window.</remarks>
internal sealed partial class Worker
{
    private const int MostAtOnce = 256,
        MostDeliveries = 5,
        MostDeliveriesOfLog = 20;
    private const long MostBytes = 16 << 20;
    private static readonly TimeSpan HoldRetry = TimeSpan.FromMilliseconds(50),
        WriteRetry = TimeSpan.FromSeconds(1);

    private readonly IWorkStore store;
    private readonly Plans plans;
    private readonly IRunJournal journal;
    private readonly Func<OrderRun, RunResult, string?> bury;
    private readonly Clock clock;
    private readonly string? group;
    private readonly Handle handle;
    private readonly Action wake;
    private readonly Action<string, string?> onProblem;
    private readonly Verdicts verdicts;
    private readonly Func<string, bool> isCollected;

    private readonly ConcurrentQueue<(Turn Turn, OrderRun Run, RunResult Result)> ended = new();
    private readonly List<(Turn Turn, OrderRun Run, RunResult Result)> unwritten = [];
    private readonly Queue<Turn> ready = new();
    private readonly List<OrderLease> parked = [];
    private readonly BusyKeys busy = new();
    private readonly Throttles throttles = new();
    private readonly Places places;
    private readonly List<Turn> forHold = [];
    private readonly Queue<Turn> starting = new();
    private DateTimeOffset? holdRetry;
    private DateTimeOffset? writeRetry;
    private int turns;
    private bool isFullTold;
    private long loaded;

    public Worker(
        IWorkStore store,
        Plans plans,
        IRunJournal journal,
        Func<OrderRun, RunResult, string?> bury,
        Clock clock,
        string? group,
        int mostProcesses,
        Handle handle,
        Action wake,
        Action<string, string?> onProblem,
        Verdicts verdicts,
        Func<string, bool> isCollected
    )
    {
        (this.verdicts, this.isCollected) = (verdicts, isCollected);
        (this.store, this.plans, this.journal, this.bury, this.clock) = (store, plans, journal, bury, clock);
        (this.group, this.handle, this.wake, this.onProblem) = (group, handle, wake, onProblem);
        places = new Places(mostProcesses);
    }

    /// <summary>How many turns it keeps in memory.</summary>
    public int MostInHand { get; init; } = int.MaxValue;

    /// <summary>So many wait that nothing new is taken until some have run.</summary>
    public bool IsFull => turns >= MostInHand;

    /// <summary>Nothing new is begun; what runs comes to its end.</summary>
    public bool Stopping { get; set; }

    public int Running { get; private set; }

    /// <summary>Runs have ended whose journal cannot be written.</summary>
    public bool HasUnwritten => unwritten.Count > 0;

    /// <summary>Runs have ended that were not looked at yet.</summary>
    public bool HasEnded => !ended.IsEmpty;

    /// <summary>Something was read or ended since the last look.</summary>
    public bool HasWorked { get; private set; }

    /// <summary>Nothing runs and nothing waits to run.</summary>
    public bool IsIdle => turns == 0 && ended.IsEmpty && unwritten.Count == 0;

    /// <summary>How many orders wait for a plan that cannot be read.</summary>
    public int Parked => parked.Count;

    public DateTimeOffset? NextDue => Earliest(Earliest(holdRetry, writeRetry), Earliest(throttles.NextDue, store.NextDue));

    /// <summary>One look at everything. True if there may be more to read at once.</summary>
    public async ValueTask<bool> Turn()
    {
        HasWorked = HasEnded;
        var count = Stopping ? 0 : await TakeNew().ConfigureAwait(false);
        // After what is new was taken: a failure is kept back where a newer run of its key is to come.
        await Conclude().ConfigureAwait(false);
        foreach (var turn in throttles.TakeDue(clock.Now))
            Again(turn);
        if (holdRetry <= clock.Now)
        {
            holdRetry = null;
            forHold.ForEach(Again);
            forHold.Clear();
        }

        while (ready.Count > 0)
        {
            while (ready.TryDequeue(out var turn))
                await Advance(turn).ConfigureAwait(false);
            await BeginAll().ConfigureAwait(false);
            if (places.LogsAreFull && !HasUnwritten)
                await Conclude().ConfigureAwait(false);
        }

        await store.Flush().ConfigureAwait(false);
        HasWorked |= count > 0;
        return count > 0 || !ended.IsEmpty;
    }

    private async ValueTask<int> TakeNew()
    {
        await TakeParked().ConfigureAwait(false);
        if (IsFull && !isFullTold)
            onProblem($"{turns} runs wait already: what comes now stays in the spool until some of them have run", null);
        isFullTold = IsFull || (isFullTold && turns > MostInHand / 2);
        // Where nothing is taken the store still moves what is due, or its time would come again and again.
        var leases = await store.Orders(group, IsFull ? 0 : MostAtOnce).ConfigureAwait(false);
        await NoteEnds(leases).ConfigureAwait(false);
        foreach (var lease in leases)
            await TakeOrPark(lease).ConfigureAwait(false);
        return leases.Count;
    }

    private async ValueTask TakeParked()
    {
        if (parked.Count == 0)
            return;
        var waiting = parked.ToList();
        parked.Clear();
        foreach (var lease in waiting)
            await TakeOrPark(lease).ConfigureAwait(false);
    }

    private async ValueTask TakeOrPark(OrderLease lease)
    {
        try
        {
            await Take(lease).ConfigureAwait(false);
        }
        catch (StoreUnusableException)
        {
            parked.Add(lease);
        }
    }

    private async ValueTask Take(OrderLease lease)
    {
        var order = lease.Order;
        if (plans.Present(order.PlanPath) is not { } plan)
        {
            parked.Add(lease);
            return;
        }

        if (Place.Find(plan, order) is not { } place)
        {
            await TakeAnew(lease, plan).ConfigureAwait(false);
            return;
        }

        if (lease.Deliveries >= MostDeliveriesOf(plan.Action(place.Branch.Action)))
        {
            await Bury(lease, plan, place).ConfigureAwait(false);
            return;
        }

        var mode = BusyKeys.ModeOf(place.Rule, place.Branch, plan.Action(place.Branch.Action), order.Files.Length > 0);
        var turn = new Turn(place, plan, lease, mode, clock.NowUs);
        loaded += order.Payload.Length;
        switch (busy.Enter(turn))
        {
            case Entry.Free:
                turns++;
                ready.Enqueue(turn);
                break;
            case Entry.Waits:
                turns++;
                turn.Waits = true;
                LetGo(turn);
                break;
            case Entry.Joined:
                turn.Waits = true;
                LetGo(turn);
                turn.Dispose();
                break;
            default:
                turn.Dispose();
                loaded -= order.Payload.Length;
                journal.Note(order, place.Rule, "skipped", "another run of its key was under way", clock.Now);
                journal.AddEvents([order]);
                // Who waits for it waits for the run that it was skipped for.
                busy.Current(turn.Key)?.EndsToo.Add(order with { Payload = default });
                if (await WithPayload(lease).ConfigureAwait(false) is { } whole)
                    await FinishAll([lease], whole, place, plan, RunEnd.Skipped).ConfigureAwait(false);
                break;
        }
    }

    /// <summary>Lines of logs are claimed many at once and end nobody: that a consumer ended while it had one in hand says little of
    /// it.</summary>
    private static int MostDeliveriesOf(ActionDefinition? action) => action?.Handler is Handler.Log ? MostDeliveriesOfLog : MostDeliveries;

    /// <summary>The rule was changed while it waited: what matches its event now takes it.</summary>
    private async ValueTask TakeAnew(OrderLease lease, LoadedPlan plan)
    {
        if (await WithPayload(lease).ConfigureAwait(false) is not { } order || Payload.TryParse(order.Payload, out _) is not { } payload)
        {
            await store.Finish(lease, [], []).ConfigureAwait(false);
            return;
        }

        var born = new List<Order>();
        var gathering = new List<Order>();
        foreach (var place in Place.Anew(plan, order, payload))
            Sort(Orders.For(order, payload, plan, place.Rule, place.Branch, place.Of), place.Branch, born, gathering);
        verdicts.Move(
            order,
            plan,
            born.Concat(gathering).Select(one => Place.Find(plan, one)).OfType<Place>().Select(p => (p.Rule, p.Branch))
        );
        if (born.Count + gathering.Count == 0)
            journal.Note(order, null, "dropped", "no rule matches it any more", clock.Now);
        journal.AddEvents([order]);
        if (journal.Flush() is { } problem)
            onProblem($"the journal cannot be written: {problem}", order.LastEvent);
        await store.Finish(lease, born, gathering).ConfigureAwait(false);
    }

    private static void Sort(Order order, Branch branch, List<Order> born, List<Order> gathering) =>
        (Windows.Collecting(branch.Options.Window) is null ? born : gathering).Add(order);

    private async ValueTask Start(Turn turn)
    {
        if (plans.Present(turn.PlanPath) is { } present && present.Hash != turn.Plan.Hash)
        {
            // The rules were changed while it waited.
            if (Place.Find(present, turn.Last.Order) is not { } place)
            {
                Release(turn);
                foreach (var lease in turn.Leases)
                    await Take(lease).ConfigureAwait(false);
                return;
            }

            (turn.Plan, turn.Place) = (present, place);
        }

        // What it waits from here on is the store, and no gate.
        turn.Pass(Gate.Running, clock.NowUs);
        starting.Enqueue(turn);
    }

    /// <summary>Claims what is to start, all of it at once, and starts it.</summary>
    private async ValueTask BeginAll()
    {
        if (starting.Count == 0)
            return;
        await store.Begin([.. starting.SelectMany(turn => turn.Leases).Where(lease => !lease.IsBegun)]).ConfigureAwait(false);
        while (starting.TryDequeue(out var turn))
            await Begin(turn).ConfigureAwait(false);
    }

    private async ValueTask Begin(Turn turn)
    {
        // Another consumer was faster.
        foreach (var lease in turn.Leases.Where(lease => !lease.IsBegun).ToList())
        {
            turn.Leases.Remove(lease);
            loaded -= lease.Order.Payload.Length;
        }

        if (turn.Leases.Count == 0)
        {
            Release(turn);
            return;
        }

        var last = turn.Last;
        Order? found;
        try
        {
            found = await WithPayload(last).ConfigureAwait(false);
        }
        catch (StoreUnusableException)
        {
            Release(turn);
            parked.AddRange(turn.Leases);
            return;
        }

        if (found is not { } whole || Payload.TryParse(whole.Payload, out _) is not { } payload)
        {
            Release(turn);
            foreach (var lease in turn.Leases)
                await store.Finish(lease, [], []).ConfigureAwait(false);
            return;
        }

        Running++;
        var run = new OrderRun(
            Order.Merge(turn.Leases.Select(lease => lease == last ? whole : lease.Order)),
            payload,
            turn.Place,
            turn.Plan.Action(turn.Place.Branch.Action)
        )
        {
            Cut = turn.Cut,
            Orders = [.. turn.Leases.Select(lease => lease.Order.Id)],
            Deliveries = last.Deliveries,
            Named = turn.Plan.Graph.Settings.Environment,
        };
        if (EndedBefore(last) is { } before)
            ended.Enqueue((turn, run, before));
        else
            Run(turn, run);
    }

    private async void Run(Turn turn, OrderRun run)
    {
        var started = clock.Now;
        RunResult result;
        try
        {
            result = await handle(run).ConfigureAwait(false);
        }
        catch (Exception e)
        {
            // One handler's accident must neither stop the consumer nor keep the order for ever.
            onProblem($"{run.Branch.Id} failed in the consumer itself: {e.GetType().Name}: {e.Message}", run.Order.LastEvent);
            result = new RunResult(1, run.Branch.Action, started, clock.Now) { Problem = e.Message, MayRetry = false };
        }

        ended.Enqueue((turn, run, result));
        wake();
    }

    private async ValueTask<Order?> WithPayload(OrderLease lease)
    {
        if (!lease.Order.Payload.IsEmpty)
            return lease.Order;
        return await store.Load(lease).ConfigureAwait(false) is { } whole ? lease.Order with { Payload = whole.Payload } : null;
    }

    /// <summary>What waits must not fill the memory: its payload is read again when it starts.</summary>
    private void LetGo(Turn turn)
    {
        if (loaded <= MostBytes)
            return;
        foreach (var lease in turn.Leases)
        {
            loaded -= lease.Order.Payload.Length;
            lease.Order = lease.Order with { Payload = default };
        }
    }

    private void Release(Turn turn)
    {
        turns--;
        if (turn.Next is null)
            foreach (var lease in turn.Leases)
                loaded -= lease.Order.Payload.Length;
        turn.HeldIn?.Release(turn.Key);
        foreach (var next in places.Leave(turn))
            ready.Enqueue(next);
        if (busy.Leave(turn) is { } waiting)
            ready.Enqueue(waiting);
        turn.Dispose();
    }

    private static DateTimeOffset? Earliest(DateTimeOffset? one, DateTimeOffset? other) => one is null || other < one ? other ?? one : one;
}
