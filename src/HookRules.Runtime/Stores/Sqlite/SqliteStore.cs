using HookRules.Engine;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>
/// Events and orders in a database of this machine. A row is claimed by its owner's name, as a file is by its folder; numbers only grow, so
/// that what is new stands behind what was seen.
/// What consumers of a project agree on besides (busy keys, places of throttles, ends of stages) stays in the spool, which all of them
/// share: there a lock ends with its process.
/// </summary>
internal sealed partial class SqliteStore : ISharedStore
{
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15),
        LongestWait = TimeSpan.FromDays(2);

    private readonly QueueAddress address;
    private readonly StoreContext context;
    private readonly TimeProvider time;
    private readonly FileStore spool;
    private readonly SpoolOwner owner;
    private readonly TimeSpan patience;
    private readonly Lock gate = new();

    /// <summary>What was given and is not done with, by its receipt, with its row; 0 where that is not known any more.</summary>
    private readonly Dictionary<string, long> givenEvents = new(StringComparer.Ordinal),
        givenOrders = new(StringComparer.Ordinal);

    /// <summary>Of events that are their own orders and wait to be given as such.</summary>
    private readonly SortedDictionary<string, Order> promoted = new(StringComparer.Ordinal);
    private readonly HashSet<string> withWorker = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> deliveries = new(StringComparer.Ordinal);
    private readonly Dictionary<string, long> lastOrder = new(StringComparer.Ordinal);
    private readonly SortedSet<(long DueMs, bool IsEvent, long Row)> later = [];
    private int begun;

    public SqliteStore(QueueAddress address, StoreContext context)
        : this(address, context, SpoolOwner.OfThisProcess(), SqliteDatabase.Patience) { }

    internal SqliteStore(QueueAddress address, StoreContext context, SpoolOwner owner, TimeSpan patience)
    {
        (this.address, this.context, this.owner, this.patience) = (address, context, owner, patience);
        (time, spool) = (context.Time, context.Spool);
        retry = FirstRetry;
    }

    public bool KeepsForGood => true;

    public bool IsEmpty
    {
        get
        {
            var isEmpty = false;
            lock (gate)
                TryUse(db => isEmpty = db.Query(Sql.Anything, row => row.GetInt64(0), project).Count == 0);
            return isEmpty;
        }
    }

    public DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
            {
                // While it is out of reach nothing else is due.
                return nextTry ?? (later.Count == 0 ? null : DateTimeOffset.FromUnixTimeMilliseconds(later.Min.DueMs));
            }
        }
    }

    public int Delayed
    {
        get
        {
            lock (gate)
                return later.Count;
        }
    }

    public ValueTask<bool> TryHold(string name) => spool.TryHold(name);

    public void Release(string name) => spool.Release(name);

    public ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at) =>
        spool.Slot(unit, count, per, by, at);

    public ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of) =>
        spool.EndBranch(stageRun, branch, end, of);

    public ValueTask ForgetStage(string stageRun) => spool.ForgetStage(stageRun);

    public ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits() => spool.Awaits();

    public void CatchUp() { }

    public void LookAgain()
    {
        lock (gate)
        {
            foreach (var id in givenEvents.Keys.Where(id => !withWorker.Contains(id)).ToList())
                givenEvents.Remove(id);
            (lastEvent, lookAtLater) = (0, true);
            ForgetHanded();
        }
    }

    public ValueTask<Arrival?> Load(string receipt)
    {
        Arrival? found = null;
        lock (gate)
            Must(db => found = Row(db, isEvent: true, receipt) is { } row ? ArrivalOf(row, out _) : null);
        return new(found);
    }

    public ValueTask SetAside(string receipt, string problem)
    {
        lock (gate)
        {
            if (TryUse(db => SetAside(db, isEvent: true, receipt, problem)))
                givenEvents.Remove(receipt);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        FaultPoint.Pass("commit:before-orders");
        lock (gate)
        {
            unwritten.Add(
                new Unwritten(
                    born.Count + gathering.Count == 0 ? null : db => Put(db, born, gathering),
                    [.. done.Select(receipt => new Gone(true, receipt))],
                    () =>
                    {
                        foreach (var receipt in done)
                            Forget(receipt);
                    }
                )
            );
            TryWrite();
        }

        FaultPoint.Pass("commit:after-ack");
        return ValueTask.CompletedTask;
    }

    public ValueTask Promote(Arrival arrival, Order order)
    {
        lock (gate)
        {
            promoted[arrival.Receipt] = order;
            withWorker.Add(arrival.Receipt);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most)
    {
        var leases = new List<OrderLease>();
        lock (gate)
        {
            if (!TryWrite())
                return new(leases);
            foreach (var (receipt, order) in promoted.Take(most).ToList())
            {
                promoted.Remove(receipt);
                leases.Add(new OrderLease(order, receipt, deliveries.GetValueOrDefault(receipt)));
            }

            TryUse(db =>
            {
                var from = lastOrder.GetValueOrDefault(group ?? "");
                var rows = group is null
                    ? New(db, Sql.NewOrders, project, from, most)
                    : New(db, Sql.NewOrdersOfGroup, project, from, most, group);
                foreach (var row in Due(db, isEvent: false).Concat(rows))
                {
                    if (givenOrders.ContainsKey(row.Id))
                        continue;
                    if (OrderJson.TryRead(row.Body, out var problem) is not { } order)
                    {
                        SetAside(db, isEvent: false, row.Id, problem!);
                        continue;
                    }

                    if (group is not null && order.Group != group)
                        continue;
                    givenOrders[row.Id] = row.Number;
                    leases.Add(new OrderLease(order, row.Id, row.Deliveries));
                }

                lastOrder[group ?? ""] = rows is [.., var newest] ? newest.Number : from;
            });
        }

        return new(leases);
    }

    public ValueTask<Order?> Load(OrderLease lease)
    {
        Order? found = null;
        lock (gate)
            Must(db =>
            {
                var isEvent = IsEvent(lease);
                if (Row(db, isEvent, lease.Receipt) is { } row)
                    found = isEvent
                        ? Envelope.TryRead(row.Body, out _) is { } envelope
                            ? lease.Order with
                            {
                                Payload = envelope.Payload,
                            }
                            : null
                        : OrderJson.TryRead(row.Body, out _);
            });
        return new(found);
    }

    public async ValueTask<bool> Begin(OrderLease lease)
    {
        await Begin([lease]).ConfigureAwait(false);
        return lease.IsBegun;
    }

    public ValueTask Begin(IReadOnlyList<OrderLease> leases)
    {
        if (leases.Count == 0)
            return ValueTask.CompletedTask;
        lock (gate)
        {
            List<OrderLease> claimed = [];
            var isDone = TryUse(db =>
                db.Write(() =>
                {
                    // Where nothing was in hand for long, others may have taken this consumer for dead.
                    if (begun == 0)
                        Hold(db);
                    claimed = Claim(db, leases);
                })
            );
            foreach (var lease in claimed)
                lease.IsBegun = isDone;
            begun += isDone ? claimed.Count : 0;
            foreach (var lease in leases.Where(lease => !lease.IsBegun))
                if (isDone)
                    Forget(lease.Receipt); // Another consumer was faster.
                else
                    Again(lease);
        }

        FaultPoint.Pass("run:after-claim");
        return ValueTask.CompletedTask;
    }

    public ValueTask Finish(OrderLease lease, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering)
    {
        FaultPoint.Pass("finish:before-next");
        lock (gate)
            unwritten.Add(
                new Unwritten(
                    next.Count + gathering.Count == 0 ? null : db => Put(db, next, gathering),
                    [new Gone(IsEvent(lease), lease.Receipt)],
                    () => Ended(lease)
                )
            );
        return ValueTask.CompletedTask;
    }

    public ValueTask Delay(OrderLease lease, Order order, DateTimeOffset until)
    {
        var due = Math.Max(1, until.ToUnixTimeMilliseconds());
        lock (gate)
        {
            long row = 0;
            unwritten.Add(
                new Unwritten(
                    db =>
                    {
                        Delete(db, [new Gone(IsEvent(lease), lease.Receipt)]);
                        db.Run(
                            Sql.AddOrder,
                            project,
                            order.Id,
                            order.Group,
                            due,
                            order.LastMs,
                            order.Attempt,
                            OrderJson.Write(order).ToArray()
                        );
                        row = db.LastRow;
                    },
                    [],
                    () =>
                    {
                        Ended(lease);
                        later.Add((due, false, row));
                    }
                )
            );
            TryWrite();
        }

        FaultPoint.Pass("delay:after-order");
        return ValueTask.CompletedTask;
    }

    public IReadOnlySet<string> LivingEvents()
    {
        var living = new HashSet<string>(StringComparer.Ordinal);
        lock (gate)
            Must(db =>
            {
                living.UnionWith(db.Query(Sql.AllEventIds, row => row.GetString(0), project).Select(id => id.Split('.')[0]));
                foreach (var body in db.Query(Sql.AllOrders, row => row.GetFieldValue<byte[]>(0), project))
                    living.UnionWith(OrderJson.TryRead(body, out _)?.Events ?? []);
            });
        return living;
    }

    private void Put(SqliteDatabase db, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        foreach (var order in born)
            db.Run(Sql.AddOrder, project, order.Id, order.Group, 0L, order.LastMs, order.Attempt, OrderJson.Write(order).ToArray());
        foreach (var order in gathering)
            db.Run(Sql.AddEvent, project, order.Id, order.LastMs, OrderJson.Write(order).ToArray());
    }

    private void Ended(OrderLease lease)
    {
        if (lease.IsBegun)
            begun--;
        Forget(lease.Receipt);
    }

    private void Forget(string receipt)
    {
        givenEvents.Remove(receipt);
        givenOrders.Remove(receipt);
        withWorker.Remove(receipt);
        deliveries.Remove(receipt);
        promoted.Remove(receipt);
    }

    /// <summary>It could not be claimed, and comes once more when the database can be written to.</summary>
    private void Again(OrderLease lease)
    {
        again.Add((IsEvent(lease), lease.Receipt));
        Forget(lease.Receipt);
    }

    /// <summary>An order's own id has two parts, an event's that is its own order only one.</summary>
    private static bool IsEvent(OrderLease lease) => !lease.Receipt.Contains('.', StringComparison.Ordinal);

    private static Arrival? ArrivalOf(Found row, out string? problem) =>
        row.Id.Contains('.', StringComparison.Ordinal)
            ? OrderJson.TryRead(row.Body, out problem) is { } order
                ? new Arrival(row.Id, null, order)
                : null
            : Envelope.TryRead(row.Body, out problem) is { } envelope
                ? new Arrival(row.Id, envelope, null)
                : null;

    /// <summary>A row as it was found.</summary>
    private readonly record struct Found(long Number, string Id, int Deliveries, byte[] Body);
}
