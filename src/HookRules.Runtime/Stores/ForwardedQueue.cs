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
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100),
        LongestRetry = TimeSpan.FromSeconds(10);

    private readonly Queue<(string Receipt, Arrival? Arrival)> waiting = new();
    private ISharedStore store = open();
    private TimeSpan retry = FirstRetry;
    private DateTimeOffset? storeFailsSince;
    private string? told;

    public QueueAddress Address => address;

    public ISharedStore Store => store;

    /// <summary>How many events wait in the spool for the store to be in reach.</summary>
    public int Waiting => waiting.Count;

    /// <summary>When it is tried again; null where nothing waits for that.</summary>
    public DateTimeOffset? NextTry { get; private set; }

    /// <summary>Since when it could not be reached; null where all is well.</summary>
    public DateTimeOffset? FailingSince { get; private set; }

    /// <summary>The same, also where nothing was to be forwarded.</summary>
    public DateTimeOffset? UnusableSince => FailingSince ?? storeFailsSince;

    /// <summary>A plan names it since this process began.</summary>
    public bool IsNamed { get; set; }

    public void Add(Arrival arrival)
    {
        // What waits for long must not fill the memory: it is read again when its turn comes.
        waiting.Enqueue((arrival.Receipt, FailingSince is null ? arrival : null));
    }

    /// <summary>Hands on what waits, if the store is in reach.</summary>
    public async ValueTask Forward()
    {
        while (waiting.Count > 0 && !(NextTry > time.GetUtcNow()))
        {
            if (store is UnusableStore)
                store = open();
            var envelopes = new List<Envelope>(store.PublishAtOnce);
            var receipts = new List<string>(store.PublishAtOnce);
            foreach (var (receipt, known) in waiting.Take(store.PublishAtOnce))
            {
                receipts.Add(receipt);
                if ((known ?? await spool.Load(receipt).ConfigureAwait(false))?.Event is { } envelope)
                    envelopes.Add(envelope);
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

    /// <summary>What its other operations met is told as well.</summary>
    public void Look()
    {
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
        NextTry = null;
    }

    public ValueTask DisposeAsync() => store.DisposeAsync();

    private void Failed(string problem)
    {
        if (FailingSince is null)
        {
            FailingSince = time.GetUtcNow();
            var receipts = waiting.Select(one => one.Receipt).ToList();
            waiting.Clear();
            receipts.ForEach(receipt => waiting.Enqueue((receipt, null)));
        }

        NextTry = time.GetUtcNow() + retry;
        retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        Tell(problem);
    }

    private void Succeeded() => (FailingSince, NextTry, retry, told) = (null, null, FirstRetry, null);

    private void Tell(string problem)
    {
        if (told == problem)
            return;
        told = problem;
        onProblem($"{address} cannot be used, so its events wait in the spool: {problem}");
    }
}
