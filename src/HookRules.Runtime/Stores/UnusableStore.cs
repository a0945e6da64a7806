using HookRules.Engine;

namespace HookRules.Runtime.Stores;

/// <summary>A store that cannot even be asked, such as one without an address: all that is meant for it waits in the spool.</summary>
internal sealed class UnusableStore(string problem) : ISharedStore
{
    public string? Problem => problem;

    public bool KeepsForGood => false;

    public bool IsEmpty => false;

    public DateTimeOffset? NextDue => null;

    public int Delayed => 0;

    public ValueTask Publish(Envelope envelope) => throw new StoreUnusableException(problem);

    public ValueTask<bool> TryHold(string name) => new(false);

    public void Release(string name) { }

    public ValueTask<IReadOnlyList<Arrival>> Arrivals(int most) => new([]);

    public void CatchUp() { }

    public void LookAgain() { }

    public ValueTask<Arrival?> Load(string receipt) => throw new StoreUnusableException(problem);

    public ValueTask SetAside(string receipt, string why) => throw new StoreUnusableException(problem);

    public ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering) =>
        throw new StoreUnusableException(problem);

    public ValueTask Promote(Arrival arrival, Order order) => throw new StoreUnusableException(problem);

    public ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most) => new([]);

    public ValueTask<Order?> Load(OrderLease lease) => throw new StoreUnusableException(problem);

    public ValueTask<bool> Begin(OrderLease lease) => new(false);

    public ValueTask Finish(OrderLease lease, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering) =>
        throw new StoreUnusableException(problem);

    public ValueTask Delay(OrderLease lease, Order order, DateTimeOffset until) => throw new StoreUnusableException(problem);

    public ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of) =>
        throw new StoreUnusableException(problem);

    public ValueTask ForgetStage(string stageRun) => ValueTask.CompletedTask;

    public ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at) =>
        throw new StoreUnusableException(problem);

    public ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits() =>
        new(new Dictionary<string, AwaitRequest>(StringComparer.Ordinal));

    public IReadOnlySet<string> LivingEvents() => new HashSet<string>(StringComparer.Ordinal);

    public ValueTask DisposeAsync() => ValueTask.CompletedTask;
}
