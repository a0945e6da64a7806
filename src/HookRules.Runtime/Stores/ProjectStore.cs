using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Runtime.Stores;

/// <summary>
/// All that waits for one project: the spool, into which every hook writes, and the stores that its plans name by <c>queue</c>.
/// Events of such a plan are forwarded from the spool to its store; what Claude is told of, and what waits for a run, stays in this
/// machine's state folder. An order lies where its event lay.
/// </summary>
internal sealed class ProjectStore : IWorkStore
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(8);

    private readonly FileStore spool;
    private readonly StoreContext context;
    private readonly Func<string, QueueSettings?> queueOf;
    private readonly Dictionary<string, (QueueSettings Queue, QueueAddress? Address)> named = new(StringComparer.Ordinal);
    private readonly List<ForwardedQueue> queues = [];

    /// <summary>The spool, then those of the queues.</summary>
    private ImmutableArray<IWorkStore> stores;

    /// <summary>The last events of what was given from another store than their plan names by now.</summary>
    private readonly Dictionary<string, IWorkStore> strays = new(StringComparer.Ordinal);

    /// <param name="queueOf">What a plan says of its queue; null where it cannot be read.</param>
    public ProjectStore(StoreContext context, Func<string, QueueSettings?> queueOf)
    {
        (this.context, this.queueOf, spool) = (context, queueOf, context.Spool);
        stores = [spool];
    }

    public string? Problem =>
        spool.Problem
        ?? queues
            .Where(queue => queue.Waiting > 0 || queue.Store.Problem is not null)
            .Select(queue =>
                queue.Waiting == 1 ? $"an event waits in the spool for {queue.Address}"
                : queue.Waiting > 0 ? $"{queue.Waiting} events wait in the spool for {queue.Address}"
                : $"{queue.Address} cannot be used: {queue.Store.Problem}"
            )
            .FirstOrDefault();

    /// <summary>Something waits for a store that cannot be reached, or for others that share it, and it is worth waiting for
    /// that.</summary>
    public bool IsWaiting(bool forEver) =>
        queues.Exists(queue =>
            // Of a store that cannot be read just now nobody knows whether it is empty.
            (queue.Waiting > 0 || queue.Store.HasUnwritten || queue.Store.Unended > 0 || (!forEver && queue.UnusableSince is not null))
            && (forEver || queue.UnusableSince is not { } since || context.Time.GetUtcNow() - since < Patience)
        );

    /// <summary>When events are to be forwarded that could not be before.</summary>
    public DateTimeOffset? NextForward => queues.Select(queue => queue.NextLook).Min();

    public DateTimeOffset? NextDue => stores.Select(store => store.NextDue).Min();

    public int Delayed => stores.Sum(store => store.Delayed);

    public bool HasUnwritten => stores.Any(store => store.HasUnwritten);

    /// <summary>Opens what waits there already, whatever the plans say by now.</summary>
    public void Open(IEnumerable<string> plans)
    {
        foreach (var address in QueueAddress.Noted(context.State))
            Find(address);
        foreach (var plan in plans)
            QueueOf(plan);
    }

    /// <summary>While a server is lost, what goes on here keeps to the rest of what goes on here.</summary>
    public IWorkStore Of(string planPath) =>
        QueueOf(planPath) is { } queue && !(queue.IsLost && IsElseLocal(planPath)) ? queue.Store : spool;

    public ValueTask Publish(Envelope envelope) => spool.Publish(envelope);

    public ValueTask<bool> TryHold(string name) => spool.TryHold(name);

    public void Release(string name) => spool.Release(name);

    public ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at) =>
        spool.Slot(unit, count, per, by, at);

    public ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of) =>
        spool.EndBranch(stageRun, branch, end, of);

    public ValueTask ForgetStage(string stageRun) => spool.ForgetStage(stageRun);

    public ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits() => spool.Awaits();

    public async ValueTask<IReadOnlyList<Arrival>> Arrivals(int most)
    {
        var arrivals = new List<Arrival>();
        foreach (var arrival in await spool.Arrivals(most).ConfigureAwait(false))
            // An order that is to be collected stays where it is.
            if (arrival.Event is { } envelope && QueueOf(envelope.PlanPath) is { } queue)
                queue.Add(arrival);
            else
                arrivals.Add(Given(arrival, 0));
        for (var i = 0; i < queues.Count; i++)
        {
            queues[i].Look();
            await queues[i].Forward().ConfigureAwait(false);
            foreach (var arrival in await queues[i].TakeLost(IsElseLocal, most).ConfigureAwait(false))
                arrivals.Add(Given(arrival, 0));
            if (stores[i + 1] != queues[i].Store)
                stores = stores.SetItem(i + 1, queues[i].Store);
            foreach (var arrival in await queues[i].Store.Arrivals(most).ConfigureAwait(false))
                arrivals.Add(Given(arrival, i + 1));
            queues[i].Look();
        }

        return arrivals;
    }

    public void CatchUp()
    {
        foreach (var store in stores)
            store.CatchUp();
    }

    public void LookAgain()
    {
        Drop();
        foreach (var store in stores)
            store.LookAgain();
    }

    public int Term => stores.Sum(store => store.Term);

    /// <summary>What waits in the spool is another dispatcher's.</summary>
    public void Resign()
    {
        Drop();
        foreach (var store in stores)
            store.Resign();
    }

    public void LetGo()
    {
        foreach (var store in stores)
            store.LetGo();
    }

    private void Drop() => queues.ForEach(queue => queue.Drop());

    public async ValueTask<Arrival?> Load(string receipt)
    {
        var store = StoreOf(receipt);
        return await stores[store].Load(receipt[1..]).ConfigureAwait(false) is { } arrival ? Given(arrival, store) : null;
    }

    public ValueTask SetAside(string receipt, string problem) => stores[StoreOf(receipt)].SetAside(receipt[1..], problem);

    public async ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        if (queues.Count == 0)
        {
            await spool.Commit([.. done.Select(receipt => receipt[1..])], born, gathering).ConfigureAwait(false);
            return;
        }

        // The spool first: it is the one that says no by an exception, after which all of this is done again.
        for (var i = 0; i < stores.Length; i++)
        {
            var (receipts, orders, collected) = (
                done.Where(receipt => StoreOf(receipt) == i).Select(receipt => receipt[1..]).ToList(),
                born.Where(order => HomeOf(order) == stores[i]).ToList(),
                gathering.Where(order => HomeOf(order) == stores[i]).ToList()
            );
            if (receipts.Count + orders.Count + collected.Count > 0)
                await stores[i].Commit(receipts, orders, collected).ConfigureAwait(false);
        }

        if (strays.Count == 0)
            return;
        foreach (var order in born.Concat(gathering))
            strays.Remove(order.LastEvent);
    }

    public ValueTask Promote(Arrival arrival, Order order) =>
        stores[StoreOf(arrival.Receipt)].Promote(arrival with { Receipt = arrival.Receipt[1..] }, order);

    public async ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most)
    {
        if (queues.Count == 0)
            return Of(await spool.Orders(group, most).ConfigureAwait(false), spool);
        var leases = new List<OrderLease>();
        foreach (var store in stores)
            leases.AddRange(Of(await store.Orders(group, most).ConfigureAwait(false), store));
        queues.ForEach(queue => queue.Look());
        return leases;

        static IReadOnlyList<OrderLease> Of(IReadOnlyList<OrderLease> found, IWorkStore home)
        {
            foreach (var lease in found)
                lease.Home = home;
            return found;
        }
    }

    public ValueTask<Order?> Load(OrderLease lease) => lease.Home!.Load(lease);

    public ValueTask<bool> Begin(OrderLease lease) => lease.Home!.Begin(lease);

    public async ValueTask Begin(IReadOnlyList<OrderLease> leases)
    {
        foreach (var of in leases.GroupBy(lease => lease.Home!))
            await of.Key.Begin([.. of]).ConfigureAwait(false);
    }

    public ValueTask Finish(OrderLease lease, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering) =>
        lease.Home!.Finish(lease, next, gathering);

    public ValueTask Delay(OrderLease lease, Order order, DateTimeOffset until) => lease.Home!.Delay(lease, order, until);

    public async ValueTask Flush()
    {
        foreach (var queue in queues)
        {
            await queue.Store.Flush().ConfigureAwait(false);
            queue.Look();
        }
    }

    public IReadOnlySet<string> LivingEvents() => stores.SelectMany(store => store.LivingEvents()).ToHashSet(StringComparer.Ordinal);

    public void Refresh()
    {
        // Another consumer may have begun to use one.
        Open([]);
        foreach (var store in stores)
            store.Refresh();
    }

    public void Renew()
    {
        foreach (var store in stores)
            store.Renew();
    }

    public async ValueTask DisposeAsync()
    {
        foreach (var queue in queues)
        {
            if (!queue.IsNamed && queue.Waiting == 0 && queue.Store.IsEmpty)
                queue.Address.Forget(context.State);
            await queue.DisposeAsync().ConfigureAwait(false);
        }

        await spool.DisposeAsync().ConfigureAwait(false);
    }

    /// <summary>Null where its events stay in the spool.</summary>
    private ForwardedQueue? QueueOf(string planPath)
    {
        if (AddressOf(planPath) is not { } address || Find(address) is not { } queue)
            return null;
        queue.IsNamed = true;
        return queue;
    }

    private IWorkStore NamedBy(string planPath) => QueueOf(planPath) is { } queue ? queue.Store : spool;

    private bool IsElseLocal(string planPath) => queueOf(planPath) is { ElseLocal: true };

    private ForwardedQueue? Find(QueueAddress address)
    {
        if (queues.Find(queue => queue.Address == address) is { } known)
            return known;
        if (!SharedStores.Has(address.Kind))
            return null;
        if (address.Note(context.State) is { } problem)
            context.OnProblem($"{address} cannot be noted, so its events wait in the spool: {problem}");
        var queue = new ForwardedQueue(address, () => SharedStores.Open(address, context), spool, context.Time, context.OnProblem);
        queues.Add(queue);
        stores = stores.Add(queue.Store);
        return queue;
    }

    private QueueAddress? AddressOf(string planPath)
    {
        if (queueOf(planPath) is not { } queue)
            return null;
        if (!named.TryGetValue(planPath, out var known) || known.Queue != queue)
            named[planPath] = known = (queue, QueueAddress.Of(queue, planPath, context.Environment));
        return known.Address;
    }

    /// <summary>With the number of its store before the receipt.</summary>
    private Arrival Given(Arrival arrival, int store)
    {
        if (queues.Count > 0 && NamedBy(arrival.Event?.PlanPath ?? arrival.Order!.PlanPath) != stores[store])
            strays[arrival.Event?.Id ?? arrival.Order!.LastEvent] = stores[store];
        return arrival with { Receipt = (char)('0' + store) + arrival.Receipt };
    }

    private static int StoreOf(string receipt) => receipt[0] - '0';

    private IWorkStore HomeOf(Order order) => strays.GetValueOrDefault(order.LastEvent) ?? NamedBy(order.PlanPath);
}
