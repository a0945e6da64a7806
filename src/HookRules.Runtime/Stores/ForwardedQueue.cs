using HookRules.Engine;
using HookRules.Runtime.Stores.Files;

namespace HookRules.Runtime.Stores;

/// <summary>A store beside the spool, and the events that are on their way to it: in the spool's order, so many at a time, and out of
/// the spool only after the store's yes. While it is out of reach they stay in the spool, and the tries become rarer.</summary>
/// <remarks><c>open</c>: opens the store; asked again where its address could not be found out.</remarks>
internal sealed class ForwardedQueue(
    QueueAddress address,
    Func<ISharedStore> open,
    FileStore spool,
    TimeProvider time,
    Action<string> onProblem
) : IAsyncDisposable
{
    private const long MostBytes = 16 << 20;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100),
        LongestRetry = TimeSpan.FromSeconds(10),
        LongestWait = TimeSpan.FromSeconds(30);

    private readonly Queue<(string Receipt, string Plan, Arrival? Arrival)> waiting = new();
    private ISharedStore store = open();
    private TimeSpan retry = FirstRetry;
    private DateTimeOffset? nextTry;
    private DateTimeOffset? storeFailsSince;
    private string? told;
    private bool isToldLost;

    public QueueAddress Address => address;

    public ISharedStore Store => store;

    /// <summary>How many events wait in the spool for the store to be in reach.</summary>
    public int Waiting => waiting.Count;

    /// <summary>When it is tried again, or given up for now; null where nothing waits for that.</summary>
    public DateTimeOffset? NextLook =>
        waiting.Count > 0 && !IsLost && UnusableSince + LongestWait is var lost && !(nextTry < lost) ? lost : nextTry;

    /// <summary>It could not be reached for so long that the work of rules that allow it is done on this machine.</summary>
    public bool IsLost => UnusableSince + LongestWait <= time.GetUtcNow();

    /// <summary>Since when it could not be reached; null where all is well.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>The same, also where nothing was to be forwarded.</summary>
    public DateTimeOffset? UnusableSince => FailingSince ?? storeFailsSince;

    /// <summary>A plan names it since this process began.</summary>
    public bool IsNamed { get; set; }

    public void Add(Arrival arrival)
    {
        // What waits for long must not fill the memory: it is read again when its turn comes.
        waiting.Enqueue((arrival.Receipt, arrival.Event!.PlanPath, FailingSince is null ? arrival : null));
    }

    /// <summary>Hands on what waits, if the store is in reach.</summary>
    public async ValueTask Forward()
    {
        while (waiting.Count > 0 && !(nextTry > time.GetUtcNow()))
        {
            if (store is UnusableStore)
                store = open();
            var envelopes = new List<Envelope>(store.PublishAtOnce);
            var receipts = new List<string>(store.PublishAtOnce);
            var bytes = 0L;
            foreach (var (receipt, _, known) in waiting.Take(store.PublishAtOnce))
            {
                receipts.Add(receipt);
                if ((known ?? await spool.Load(receipt).ConfigureAwait(false))?.Event is not { } envelope)
                    continue;
                envelopes.Add(envelope);
                // What is under way is in memory: of large payloads fewer at once.
                bytes += envelope.Payload.Length;
                if (bytes >= MostBytes)
                    break;
            }

            try
            {
                await store.Publish(envelopes).ConfigureAwait(false);
            }
            catch (IOException e)
            {
                Failed(e.Message);
                return;
            }

            spool.Forwarded(receipts, keep: !store.KeepsForGood);
            for (var i = 0; i < receipts.Count; i++)
                waiting.Dequeue();
            Succeeded();
        }
    }

    /// <summary>Of a store that is lost: events that this machine works off alone, oldest first. They are in the spool.</summary>
    public async ValueTask<IReadOnlyList<Arrival>> TakeLost(Func<string, bool> isElseLocal, int most)
    {
        if (waiting.Count == 0 || !IsLost)
            return [];
        var taken = new List<Arrival>();
        for (var left = waiting.Count; left > 0; left--)
        {
            var one = waiting.Dequeue();
            if (taken.Count == most || !isElseLocal(one.Plan))
                waiting.Enqueue(one);
            else if ((one.Arrival ?? await spool.Load(one.Receipt).ConfigureAwait(false)) is { } arrival)
                taken.Add(arrival);
        }

        if (taken.Count > 0 && !isToldLost)
        {
            isToldLost = true;
            onProblem($"{address} has been out of reach for {LongestWait.TotalSeconds:0} s, so this machine works its events off alone");
        }

        return taken;
    }

    /// <summary>What its other operations met is told as well.</summary>
    public void Look()
    {
        // It is in reach again: what waits need not wait for the next try.
        if (storeFailsSince is not null && store.Problem is null)
            Succeeded();
        storeFailsSince = store.Problem is null ? null : storeFailsSince ?? time.GetUtcNow();
        if (store.Problem is { } problem)
            Tell(problem);
        else if (waiting.Count == 0)
            told = null;
    }

    /// <summary>The events in the spool are another dispatcher's now.</summary>
    public void Drop()
    {
        waiting.Clear();
        nextTry = null;
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private void Failed(string problem)
    {
        if (FailingSince is null)
        {
            FailingSince = time.GetUtcNow();
            var all = waiting.ToList();
            waiting.Clear();
            all.ForEach(one => waiting.Enqueue(one with { Arrival = null }));
        }

        nextTry = time.GetUtcNow() + retry;
        retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        Tell(problem);
    }

    private void Succeeded() => (FailingSince, nextTry, retry, told, isToldLost) = (null, null, FirstRetry, null, false);

    private void Tell(string problem)
    {
        if (told == problem)
            return;
        told = problem;
        onProblem($"{address} cannot be used, so its events wait in the spool: {problem}");
    }
}
