using HookRules.Engine;

namespace HookRules.Runtime.Stores.Memory;

/// <summary>Events and orders in memory, for a virtual clock: simulations and tests run the same dispatcher and worker over it.</summary>
internal sealed class MemoryStore(TimeProvider time) : IWorkStore
{
    private readonly SortedDictionary<string, (Envelope? Event, Order? Order)> arrivals = new(StringComparer.Ordinal);
    private readonly SortedDictionary<string, Order> orders = new(StringComparer.Ordinal);
    private readonly SortedSet<(DateTimeOffset Due, string Id)> later = [];
    private readonly Dictionary<string, Order> delayed = new(StringComparer.Ordinal);

    // What was not given yet: a look costs nothing for all that waits and is known.
    private readonly SortedSet<string> newArrivals = new(StringComparer.Ordinal),
        newOrders = new(StringComparer.Ordinal);
    private readonly HashSet<string> holds = new(StringComparer.Ordinal);
    private readonly Dictionary<string, Slots> slots = new(StringComparer.Ordinal);
    private readonly Queue<string> slotNames = new();
    private readonly Dictionary<string, Dictionary<string, RunEnd>> stages = new(StringComparer.Ordinal);

    public DateTimeOffset? NextDue => later.Count == 0 ? null : later.Min.Due;

    public int Delayed => later.Count;

    /// <summary>Nothing waits and nothing is at work.</summary>
    public bool IsEmpty => arrivals.Count == 0 && orders.Count == 0 && later.Count == 0;

    /// <summary>Hooks that wait.</summary>
    public Dictionary<string, AwaitRequest> Requests { get; } = new(StringComparer.Ordinal);

    public ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits() => new(Requests);

    public IReadOnlySet<string> LivingEvents() =>
        arrivals
            .Values.SelectMany(entry => entry.Order?.Events ?? [entry.Event!.Id])
            .Concat(orders.Values.Concat(delayed.Values).SelectMany(order => order.Events))
            .ToHashSet(StringComparer.Ordinal);

    /// <summary>The consumer that worked here is gone, as by a kill: another one finds all that it had not finished.</summary>
    public void Abandon()
    {
        newArrivals.UnionWith(arrivals.Keys);
        newOrders.UnionWith(orders.Keys);
        holds.Clear();
    }

    public ValueTask Publish(Envelope envelope)
    {
        arrivals[envelope.Id] = (envelope, null);
        newArrivals.Add(envelope.Id);
        return ValueTask.CompletedTask;
    }

    public ValueTask<bool> TryHold(string name) => new(holds.Add(name));

    public void Release(string name) => holds.Remove(name);

    public void CatchUp() { }

    public void LookAgain() => newArrivals.UnionWith(arrivals.Keys);

    public ValueTask<IReadOnlyList<Arrival>> Arrivals(int most)
    {
        var taken = newArrivals.Take(most).Select(id => new Arrival(id, arrivals[id].Event, arrivals[id].Order)).ToList();
        foreach (var arrival in taken)
            newArrivals.Remove(arrival.Receipt);
        return new(taken);
    }

    public ValueTask<Arrival?> Load(string receipt) =>
        new(arrivals.TryGetValue(receipt, out var entry) ? new Arrival(receipt, entry.Event, entry.Order) : null);

    public ValueTask SetAside(string receipt, string problem) => Commit([receipt], [], []);

    public ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        Put(born, gathering);
        foreach (var receipt in done)
        {
            arrivals.Remove(receipt);
            newArrivals.Remove(receipt);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Promote(Arrival arrival, Order order) => Commit([arrival.Receipt], [order], []);

    public ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most)
    {
        while (later.Count > 0 && later.Min.Due <= time.GetUtcNow())
        {
            var id = later.Min.Id;
            later.Remove(later.Min);
            delayed.Remove(id, out var order);
            orders[id] = order!;
            newOrders.Add(id);
        }

        var taken = newOrders
            .Where(id => group is null || orders[id].Group == group)
            .Take(most)
            .Select(id => new OrderLease(orders[id], id, 0))
            .ToList();
        foreach (var lease in taken)
            newOrders.Remove(lease.Receipt);
        return new(taken);
    }

    public ValueTask<Order?> Load(OrderLease lease) => new(orders.GetValueOrDefault(lease.Receipt));

    public ValueTask<bool> Begin(OrderLease lease)
    {
        lease.IsBegun = orders.ContainsKey(lease.Receipt);
        return new(lease.IsBegun);
    }

    public ValueTask Finish(OrderLease lease, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering)
    {
        Put(next, gathering);
        Drop(lease);
        return ValueTask.CompletedTask;
    }

    public ValueTask Delay(OrderLease lease, Order order, DateTimeOffset until)
    {
        Drop(lease);
        later.Add((until, order.Id));
        delayed[order.Id] = order;
        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of)
    {
        if (!stages.TryGetValue(stageRun, out var ends))
            stages[stageRun] = ends = new(StringComparer.Ordinal);
        ends[branch] = end;
        return new(ends.Count < of ? null : [.. ends.Values]);
    }

    public ValueTask ForgetStage(string stageRun)
    {
        stages.Remove(stageRun);
        return ValueTask.CompletedTask;
    }

    public ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at)
    {
        if (!slots.TryGetValue(unit, out var places))
        {
            slots[unit] = places = new Slots(count, per);
            slotNames.Enqueue(unit);
            ForgetSomeOver();
        }

        return new(places.Take(by, at.ToUnixTimeMilliseconds(), out _) is { } free ? DateTimeOffset.FromUnixTimeMilliseconds(free) : null);
    }

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;

    /// <summary>As in files: each new one pays for a look at two others.</summary>
    private void ForgetSomeOver()
    {
        for (var looks = Math.Min(2, slotNames.Count - 1); looks > 0; looks--)
        {
            var name = slotNames.Dequeue();
            if (time.GetUtcNow() - slots[name].Over > Slots.KeepOver)
                slots.Remove(name);
            else
                slotNames.Enqueue(name);
        }
    }

    private void Put(IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        foreach (var order in born)
        {
            orders[order.Id] = order;
            newOrders.Add(order.Id);
        }

        foreach (var order in gathering)
        {
            arrivals[order.Id] = (null, order);
            newArrivals.Add(order.Id);
        }
    }

    private void Drop(OrderLease lease)
    {
        orders.Remove(lease.Receipt);
        newOrders.Remove(lease.Receipt);
    }
}
