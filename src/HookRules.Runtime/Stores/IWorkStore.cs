using HookRules.Engine;

namespace HookRules.Runtime.Stores;

/// <summary>What waits for the dispatcher: an event, or an order that a window of its branch is to collect.</summary>
/// <param name="Receipt">The store's own name of it.</param>
internal sealed record Arrival(string Receipt, Envelope? Event, Order? Order)
{
    /// <summary>Of an event in a store that several machines share; an order has its own.</summary>
    public Origin? Origin { get; init; }
}

/// <summary>An order that waits for a worker, or that one is at work on.</summary>
internal sealed class OrderLease(Order order, string receipt, int deliveries)
{
    /// <summary>Without its payload while it waits for long.</summary>
    public Order Order { get; set; } = order;

    /// <summary>The store's own name of it.</summary>
    public string Receipt { get; set; } = receipt;

    /// <summary>How often it has been begun and not ended.</summary>
    public int Deliveries { get; } = deliveries;

    /// <summary>It is claimed: whoever finds it otherwise knows that its worker died.</summary>
    public bool IsBegun { get; set; }

    /// <summary>It waits for its key or its throttle, and not for room.</summary>
    public bool Waits { get; set; }

    /// <summary>Where it lies, of a project with several stores.</summary>
    public IWorkStore? Home { get; set; }
}

/// <summary>Where events and orders wait. Whatever is done twice has the effect of once, so that after a crash each step may be
/// repeated.</summary>
/// <remarks>A store that is out of reach says why in <see cref="Problem"/>: it gives nothing, begins nothing, and keeps what
/// <see cref="Commit"/>, <see cref="Finish"/> and <see cref="Delay"/> were told, to write it in the same sequence when it can. Only the
/// spool, which is this machine's own, throws an <see cref="IOException"/> there. What is not written when the process ends is there
/// again for the next one.</remarks>
internal interface IWorkStore : IAsyncDisposable
{
    /// <summary>Why nothing can be read or written now; null where all is well.</summary>
    string? Problem => null;

    /// <summary>Finishing and delaying may be put off until here, so that many of them are written at once.</summary>
    ValueTask Flush() => ValueTask.CompletedTask;

    /// <summary>Something was told to be written and is not.</summary>
    bool HasUnwritten => false;

    /// <summary>Looks at everything again: what no notification told, and what a consumer that died had in hand.</summary>
    void Refresh() { }

    /// <summary>Says again that this consumer lives, for those who cannot see its process. On any thread.</summary>
    void Renew() { }

    /// <summary>Grows when all that waits is to be read anew: this dispatcher may not have been the only one since.</summary>
    int Term => 0;

    /// <summary>Another dispatcher may have the role at once.</summary>
    void Resign() { }

    /// <summary>Nothing more is begun: others may have at once what was given and not begun.</summary>
    void LetGo() { }

    /// <summary>Where the events of a plan wait, and what its rules share: busy keys, places of throttles, ends of branches.</summary>
    IWorkStore Of(string planPath) => this;

    /// <summary>The hook's way is <see cref="FileSpool.Publish"/>; this is for what hands events on.</summary>
    /// <exception cref="IOException">None of them is there, or it is not known.</exception>
    ValueTask Publish(Envelope envelope);

    /// <summary>The same for many at once, oldest first.</summary>
    async ValueTask Publish(IReadOnlyList<Envelope> envelopes)
    {
        foreach (var envelope in envelopes)
            await Publish(envelope).ConfigureAwait(false);
    }

    /// <summary>A lock that only its holder's death or <see cref="Release"/> takes away: a busy key.</summary>
    ValueTask<bool> TryHold(string name);

    void Release(string name);

    /// <summary>What waits for the dispatcher and has not been given since <see cref="LookAgain"/>, oldest first.</summary>
    /// <param name="most">0 gives nothing, and the store is kept going all the same.</param>
    ValueTask<IReadOnlyList<Arrival>> Arrivals(int most);

    /// <summary>All that was published until now is given by the next <see cref="Arrivals"/>.</summary>
    void CatchUp();

    /// <summary>The dispatcher is a new one: it gets all that waits.</summary>
    void LookAgain();

    /// <summary>What was given before, once more; null where it is gone.</summary>
    ValueTask<Arrival?> Load(string receipt);

    /// <summary>What no program can make sense of is put aside, for a person to look at.</summary>
    ValueTask SetAside(string receipt, string problem);

    /// <summary>The orders are in place, then what they were made of is gone; after a crash in between it comes again.</summary>
    /// <param name="gathering">Orders that wait for the dispatcher again, to be collected by a window.</param>
    ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering);

    /// <summary>An event with one branch and nothing to wait for is its own order.</summary>
    ValueTask Promote(Arrival arrival, Order order);

    /// <summary>Orders that nobody has begun and that were not given before, oldest first.</summary>
    /// <param name="group">Only of this group; null for all.</param>
    /// <param name="most">0 gives nothing, and the store is kept going all the same.</param>
    ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most);

    /// <summary>The order with its payload; null where it is gone.</summary>
    ValueTask<Order?> Load(OrderLease lease);

    /// <summary>Claims it; false where another worker was faster. Counts as a delivery until it is finished or delayed.</summary>
    ValueTask<bool> Begin(OrderLease lease);

    /// <summary>The same for many at once: those that it claimed say so themselves.</summary>
    async ValueTask Begin(IReadOnlyList<OrderLease> leases)
    {
        foreach (var lease in leases)
            await Begin(lease).ConfigureAwait(false);
    }

    /// <summary>What follows is in place, then the order is gone.</summary>
    ValueTask Finish(OrderLease lease, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering);

    /// <summary>Lets it wait, to be given again then.</summary>
    ValueTask Delay(OrderLease lease, Order order, DateTimeOffset until);

    /// <summary>Notes how a branch of a stage ended. The ends of all branches for the last of them, null for the others.</summary>
    ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of);

    /// <summary>What was noted about a stage is needed no more.</summary>
    ValueTask ForgetStage(string stageRun);

    /// <summary>A place in a unit that allows so many within a time; null where it is taken now, else when one is free.</summary>
    /// <param name="by">Who asks: who got a place has it, however often it asks.</param>
    ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at);

    /// <summary>Hooks that hold Claude until something has ended, by the names of their requests.</summary>
    ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits();

    /// <summary>The ids of all events that wait or that an order stands for.</summary>
    IReadOnlySet<string> LivingEvents();

    /// <summary>When the next of the delayed is to be given; null where none waits.</summary>
    DateTimeOffset? NextDue { get; }

    /// <summary>How many are delayed.</summary>
    int Delayed { get; }
}

/// <summary>How a branch ended for its events; <see cref="Skipped"/> ends the rule without a failure.</summary>
internal enum RunEnd
{
    Succeeded,
    Failed,
    Skipped,
}
