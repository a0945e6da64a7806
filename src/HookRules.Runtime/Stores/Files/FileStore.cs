using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>
/// Events and orders as files: <c>new/</c> is the dispatcher's, <c>orders/new/</c> the workers'; what is begun is renamed into the worker's
/// own folder below <c>claimed/</c>, what waits for its time into <c>later/</c>.
/// A rename is atomic on every system; a lock on the file would not keep a second reader away on Linux.
/// </summary>
internal sealed partial class FileStore : IWorkStore
{
    public const string OrdersNew = "orders/new";

    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15),
        LongestWait = TimeSpan.FromDays(2);

    private readonly StateFolder state;
    private readonly TimeProvider time;
    private readonly Durability durability;
    private readonly SpoolOwner owner;
    private readonly string claims;
    private readonly Action onChange;
    private readonly Lock gate = new();
    private readonly Found events;
    private readonly Found orders;
    private readonly Dictionary<string, Order> known = new(StringComparer.Ordinal);
    private readonly SortedSet<(long DueMs, string Name)> later = [];
    private readonly Dictionary<string, FileLock> holds = new(StringComparer.Ordinal);
    private SpoolWatcher? watcher;
    private bool lookAtLater = true;
    private bool ready;
    private int begun;

    public FileStore(StateFolder state, TimeProvider time, Durability durability, Action? onChange = null)
        : this(state, time, durability, SpoolOwner.OfThisProcess(), onChange) { }

    internal FileStore(StateFolder state, TimeProvider time, Durability durability, SpoolOwner owner, Action? onChange = null)
    {
        (this.state, this.time, this.durability, this.owner) = (state, time, durability, owner);
        this.onChange = onChange ?? (() => { });
        claims = state.Spool("claimed", owner.Folder);
        (events, orders) = (new Found(state.Spool("new")), new Found(state.Spool(OrdersNew)));
    }

    public string? Problem { get; private set; }

    /// <summary>Called for what cannot be read and was put aside.</summary>
    public Action<string>? OnUnreadable { get; init; }

    /// <summary>Other consumers, living or dead, have folders of claims.</summary>
    public bool HasOthers { get; private set; }

    /// <summary>A consumer has come since the last <see cref="Refresh"/>.</summary>
    public bool OthersChanged { get; private set; }

    public DateTimeOffset? NextDue
    {
        get
        {
            lock (gate)
                return later.Count == 0 || lookAgain is not null ? lookAgain : DateTimeOffset.FromUnixTimeMilliseconds(later.Min.DueMs);
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

    public ValueTask Publish(Envelope envelope)
    {
        var result = FileSpool.Publish(state, envelope, durability);
        if (!result.Ok)
            throw new IOException(result.Problem);
        lock (gate)
            events.Add(envelope.Id + FileSpool.Extension);
        return ValueTask.CompletedTask;
    }

    /// <summary>Makes the folders, watches them, and takes back what dead consumers had claimed.</summary>
    public bool Open()
    {
        lock (gate)
            return ready || MakeReady();
    }

    public void Refresh()
    {
        lock (gate)
        {
            OthersChanged = false;
            if (!ready && !MakeReady())
                return;
            ReturnDeadClaims();
            events.LookAtAll = orders.LookAtAll = lookAtLater = lookAtAwaits = true;
        }
    }

    public void CatchUp() => watcher?.CatchUp();

    public void LookAgain()
    {
        lock (gate)
        {
            // What was promoted is with the worker.
            foreach (var name in events.Given.Where(name => !orders.Given.Contains(name) && !known.ContainsKey(name)).ToList())
                events.Given.Remove(name);
            events.LookAtAll = true;
        }
    }

    public ValueTask<IReadOnlyList<Arrival>> Arrivals(int most)
    {
        var arrivals = new List<Arrival>();
        lock (gate)
        {
            if (!ready && !MakeReady())
                return new(arrivals);
            ReturnWhatIsDue();
            foreach (var name in events.Take(most, _ => true, this))
                if (OrLater(name, Read) is { } arrival)
                    arrivals.Add(arrival);
                else
                    events.Given.Remove(name);
        }

        return new(arrivals);
    }

    public ValueTask SetAside(string receipt, string problem)
    {
        PutAside("new", receipt, problem);
        lock (gate)
            events.Given.Remove(receipt);
        return ValueTask.CompletedTask;
    }

    public ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        FaultPoint.Pass("commit:before-orders");
        Put(born, gathering);
        FaultPoint.Pass("commit:after-orders");
        foreach (var receipt in done)
        {
            Remove(state.Spool("new", receipt));
            FaultPoint.Pass("commit:after-ack");
            lock (gate)
                events.Given.Remove(receipt);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask Promote(Arrival arrival, Order order)
    {
        lock (gate)
        {
            known[arrival.Receipt] = order;
            orders.AddOnce(arrival.Receipt);
        }

        return ValueTask.CompletedTask;
    }

    public ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most)
    {
        var leases = new List<OrderLease>();
        lock (gate)
        {
            if (!ready && !MakeReady())
                return new(leases);
            ReturnWhatIsDue();
            foreach (var name in orders.Take(most, name => SpoolName.IsOfGroup(name, group), this))
            {
                if (known.Remove(name, out var order) || (order = OrLater(name, one => ReadOrder(OrdersNew, one))) is not null)
                    leases.Add(new OrderLease(order, name, SpoolName.DeliveriesOf(name)));
                else
                    orders.Given.Remove(name);
            }
        }

        return new(leases);
    }

    public ValueTask<bool> Begin(OrderLease lease)
    {
        lock (gate)
        {
            var from = PlaceOf(lease);
            var to = Path.Join(claims, lease.Receipt);
            // Another consumer was faster, or has cleared our folder away, taking us for dead.
            if (!TryMove(from, to) && (!Libc.Exists(from) || !MakeReady() || !TryMove(from, to)))
            {
                Forget(lease);
                return new(false);
            }

            begun++;
            lease.IsBegun = true;
        }

        FaultPoint.Pass("run:after-claim");
        return new(true);
    }

    public ValueTask Finish(OrderLease lease, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering)
    {
        FaultPoint.Pass("finish:before-next");
        Put(next, gathering);
        FaultPoint.Pass("finish:after-next");
        Drop(lease);
        FaultPoint.Pass("finish:after-ack");
        return ValueTask.CompletedTask;
    }

    public ValueTask Delay(OrderLease lease, Order order, DateTimeOffset until)
    {
        var own = SpoolName.Of(order);
        // A worker that died just behind the writing left one, and it is to come once.
        if (lease.Deliveries > 0 && IsDelayed(own))
        {
            Drop(lease);
            return ValueTask.CompletedTask;
        }

        var name = SpoolName.Later(own, until);
        Write("later", name, order);
        FaultPoint.Pass("delay:after-order");
        Drop(lease);
        lock (gate)
            later.Add(SpoolName.SplitLater(name)!.Value);
        return ValueTask.CompletedTask;
    }

    private bool IsDelayed(string own)
    {
        lock (gate)
            return orders.Given.Contains(own)
                || Libc.Exists(state.Spool(OrdersNew, own))
                || NamesIn(state.Spool("later")).Any(name => SpoolName.SplitLater(name)?.Name == own);
    }

    public ValueTask DisposeAsync()
    {
        watcher?.Dispose();
        slotFiles?.Dispose();
        lock (gate)
        {
            foreach (var hold in holds.Values)
                hold.Dispose();
            holds.Clear();
            if (begun > 0 || !ready)
                return ValueTask.CompletedTask;
            Remove(Path.Join(claims, SpoolOwner.FileName));
            try
            {
                Directory.Delete(claims);
            }
            catch (IOException)
            {
                // Something is left in it, which the next consumer returns.
            }
        }

        return ValueTask.CompletedTask;
    }

    public void Renew()
    {
        lock (gate)
        {
            if (!ready || begun == 0)
                return;
            try
            {
                owner.Write(claims, time.GetUtcNow(), Lease);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk: on this machine the claim holds without it.
            }
        }
    }

    private void Put(IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        foreach (var order in born)
        {
            var name = SpoolName.Of(order);
            lock (gate)
                if (known.ContainsKey(name) || orders.Given.Contains(name))
                    continue; // In place since a commit that failed at another one.
            Write(OrdersNew, name, order);
            lock (gate)
            {
                known[name] = order;
                orders.AddOnce(name);
            }
        }

        foreach (var order in gathering)
        {
            Write("new", SpoolName.Of(order), order);
            lock (gate)
                events.Add(SpoolName.Of(order));
        }
    }

    private void Write(string folder, string name, Order order)
    {
        if (FileSpool.Put(state, folder, name, default, OrderJson.Write(order).Span, default, durability) is { } problem)
            throw new IOException(problem);
    }

    private void Drop(OrderLease lease)
    {
        Remove(lease.IsBegun ? Path.Join(claims, lease.Receipt) : PlaceOf(lease));
        lock (gate)
        {
            if (lease.IsBegun)
                begun--;
            Forget(lease);
        }
    }

    private void Forget(OrderLease lease)
    {
        orders.Given.Remove(lease.Receipt);
        events.Given.Remove(lease.Receipt);
        known.Remove(lease.Receipt);
    }

    private string PlaceOf(OrderLease lease) => state.Spool(SpoolName.IsOrder(lease.Receipt) ? OrdersNew : "new", lease.Receipt);
}
