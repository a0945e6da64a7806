using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>What an order has to pass before it runs, in this sequence.</summary>
internal enum Gate
{
    Busy,
    Concurrency,
    Slot,
    Hold,
    Throttle,
    Running,
}

/// <summary>One run that is to be: an order, and all those of its key that it stands for.</summary>
internal sealed class Turn(Place place, LoadedPlan plan, OrderLease lease, BusyMode? mode, long nowUs) : IDisposable
{
    private readonly CancellationTokenSource cut = new();
    private long since = nowUs;

    public Place Place { get; set; } = place;

    public LoadedPlan Plan { get; set; } = plan;

    public List<OrderLease> Leases { get; } = [lease];

    public BusyMode? Mode => mode;

    public string Key { get; } = lease.Order.Key;

    public string PlanPath { get; } = lease.Order.PlanPath;

    /// <summary>What the units of its throttle belong to.</summary>
    public string Scope => Keys.Scope(Last.Order.PlanName, Last.Order.Origin, Place.Rule, Plan);

    /// <summary>The gate that it waits at.</summary>
    public Gate Gate { get; private set; }

    /// <summary>It waits for its key or its throttle.</summary>
    public bool Waits
    {
        set
        {
            foreach (var lease in Leases)
                lease.Waits = value;
        }
    }

    public bool Started => Gate == Gate.Running;

    /// <summary>How long it waited at each gate, in microseconds.</summary>
    public long[] Waited { get; } = new long[(int)Gate.Running];

    /// <summary>The run that stands for this one's events too, which it cut short.</summary>
    public Turn? Next { get; set; }

    /// <summary>Orders that were skipped since this one runs.</summary>
    public List<Order> EndsToo { get; } = [];

    /// <summary>The store in which its key is held.</summary>
    public IWorkStore? HeldIn { get; set; }

    public CancellationToken Cut => cut.Token;

    /// <summary>The last event decides what the run sees.</summary>
    public OrderLease Last => Leases.MaxBy(lease => lease.Order.LastEvent, StringComparer.Ordinal)!;

    public bool IsSame(Turn other) => other.Place.Branch.Id == Place.Branch.Id && other.Key == Key;

    /// <summary>The action of which it has one of the places; null where it has none.</summary>
    public string? PlaceAt { get; set; }

    /// <summary>It is one of those of its kind that run at once; null where it is none, or where its kind has no limit.</summary>
    public Slot? Slot { get; set; }

    public void Pass(Gate next, long nowUs)
    {
        if (Gate < Gate.Running)
            Waited[(int)Gate] += nowUs - since;
        (Gate, since) = (next, nowUs);
    }

    public void CutShort() => cut.Cancel();

    public void Dispose() => cut.Dispose();
}
