using System.Diagnostics;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Redis;

namespace HookRules.Tests.Runtime.Stores;

using Reach = HookRules.Runtime.Stores.Reach;

/// <summary>A Redis server, and machines that share it: each with a state folder of its own.</summary>
internal sealed class RedisBench : IDisposable
{
    private const string Stream = "{test:0}:v1";

    private readonly TestFolder folder = new();
    private readonly Lazy<RedisServerFixture> server = new(() =>
    {
        var fixture = new RedisServerFixture();
        fixture.Start();
        return fixture;
    });
    private readonly List<RedisStore> opened = [];
    private readonly Dictionary<string, FileStore> spools = new(StringComparer.Ordinal);

    public RedisServerFixture Server => server.Value;

    public ManualTime Time { get; } = new();

    public string Key(string name) => $"{Stream}:{name}";

    public FileStore Spool(string machine) => spools[machine];

    public RedisStore Machine(
        string name,
        TimeSpan? lease = null,
        string? checkout = null,
        TimeProvider? time = null,
        RedisHome? home = null
    )
    {
        if (!spools.TryGetValue(name, out var spool))
        {
            var state = StateFolder.At(Directory.CreateDirectory(folder.Of(name, "state")).FullName);
            spools[name] = spool = new FileStore(state, Time, Durability.Fast);
            spool.Open();
        }

        var context = new StoreContext
        {
            State = StateFolder.At(folder.Of(name, "state")),
            Time = time ?? Time,
            ProjectDir = "/project",
            Durability = Durability.Fast,
            Environment = _ => null,
            Spool = spool,
            OnChange = () => { },
            OnProblem = _ => { },
        };
        home ??= new RedisHome(Stream, name, checkout ?? $"{name}-1", $"{name}/{opened.Count}", "/project");
        opened.Add(new RedisStore(RedisUrl.TryParse(Server.Url, out _)!, home, context, lease));
        return opened[^1];
    }

    public Envelope Event() =>
        Envelope.Create(Time.GetUtcNow(), "0123", "/project", "/project/plan.json", """{"hook_event_name":"Stop"}"""u8.ToArray());

    public Order Order(Arrival arrival) => WorkStoreContract.Order(arrival.Event!) with { Origin = arrival.Origin, Reach = Reach.Anywhere };

    /// <summary>An order that waits, of an event that is gone.</summary>
    public async Task WithOrder(RedisStore store)
    {
        await store.Publish(Event());
        var arrivals = await store.Arrivals(9);
        await store.Commit([arrivals[0].Receipt], [Order(arrivals[0])], []);
    }

    /// <summary>As a consumer does it: into the spool, to the server, among what was forwarded.</summary>
    public async Task Forward(string machine, params Envelope[] envelopes)
    {
        foreach (var envelope in envelopes)
            await Spool(machine).Publish(envelope);
        var arrivals = await Spool(machine).Arrivals(99);
        await opened.First().Publish([.. arrivals.Select(arrival => arrival.Event!)]);
        Spool(machine).Forwarded([.. arrivals.Select(arrival => arrival.Receipt)], keep: true);
    }

    /// <summary>As the server's message does it.</summary>
    public void Wake(RedisStore store) => store.Woken();

    /// <summary>Asks until the answer is as wished.</summary>
    public async Task<T> Until<T>(Func<ValueTask<T>> ask, Func<T, bool> isEnough)
    {
        for (var since = Stopwatch.StartNew(); since.Elapsed < TimeSpan.FromSeconds(20); await Task.Delay(10))
            if (await ask() is var answer && isEnough(answer))
                return answer;
        throw new TimeoutException("it did not come about");
    }

    public void Dispose()
    {
        if (!server.IsValueCreated)
            return;
        foreach (var store in opened)
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        Server.Dispose();
        folder.Dispose();
    }
}
