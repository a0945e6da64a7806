using System.Globalization;
using HookRules.Engine;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>The dispatcher's side: one of all machines has the role, and reads the events that wait from the first to the last.</summary>
internal sealed partial class RedisStore
{
    private const int MostEvents = 100_000,
        InAnEntry = 100,
        EntriesAtOnce = 100,
        LargestEntry = 1 << 19;
    private const string Start = "-";

    private readonly List<(string Receipt, Order Order)> promoted = [];
    private readonly Queue<EventPart> read = new();
    private string cursor = Start;

    /// <summary>Those that are asked for one after the other mostly lie in one entry. Until something is written.</summary>
    private (string Entry, IReadOnlyList<EventPart> Parts)? found;
    private int inAnEntry = InAnEntry;
    private long leadUntil,
        nextTry;

    /// <summary>Grows when the role is this one's anew: what was folded before may be somebody else's by now.</summary>
    public int Term { get; private set; }

    /// <summary>This consumer is the dispatcher of all machines.</summary>
    public bool Leads { get; private set; }

    public int PublishAtOnce => 40 * InAnEntry;

    public async ValueTask Publish(Envelope envelope) => await Publish([envelope]).ConfigureAwait(false);

    public async ValueTask Publish(IReadOnlyList<Envelope> envelopes)
    {
        if (!await IsReady().ConfigureAwait(false))
            throw new StoreUnusableException(Problem ?? $"{server.Url.Name} cannot be reached");
        // Sent behind one another; where one of them fails all are sent again, which changes nothing.
        var each = envelopes.DistinctBy(envelope => envelope.Id).ToList();
        var asked = new List<Task<RedisResult[]>>();
        var sent = 0;
        foreach (var entry in Entries(each))
        {
            sent += entry.Count;
            // The first one wakes the dispatcher, and the last one for what came while it read.
            asked.Add(Add(entry, wakes: asked.Count == 0 || sent == each.Count));
        }

        foreach (var answer in await Task.WhenAll(asked).ConfigureAwait(false))
            if (answer is [var refused, var waiting] && (int)refused < 0)
                throw new StoreUnusableException($"{(long)waiting} events wait in {server.Url.Name} already, and nothing works them off");
        foreach (var envelope in each)
            Forwarded(envelope.Id);
    }

    private IEnumerable<List<(EventMark Mark, byte[] Envelope)>> Entries(IEnumerable<Envelope> envelopes)
    {
        var (entry, bytes) = (new List<(EventMark Mark, byte[])>(InAnEntry), 0);
        Envelope? before = null;
        foreach (var envelope in envelopes)
        {
            var text = envelope.ToJson();
            if (entry.Count == InAnEntry || (entry.Count > 0 && bytes + text.Length > LargestEntry))
            {
                yield return entry;
                (entry, bytes) = (new List<(EventMark, byte[])>(InAnEntry), 0);
            }

            var plan =
                entry.Count > 0 && before?.PlanPath == envelope.PlanPath && before.ProjectDir == envelope.ProjectDir
                    ? entry[^1].Mark.Plan
                    : PlanNames.NameOf(envelope.PlanPath, envelope.ProjectDir);
            // A clock that is far off says nothing of when it was.
            var when = Text(Math.Abs(ahead) > Skewed ? ServerNow : envelope.PublishedMs);
            entry.Add((new EventMark(envelope.Id, when, home.Name, plan), text));
            bytes += text.Length;
            before = envelope;
        }

        if (entry.Count > 0)
            yield return entry;
    }

    private async Task<RedisResult[]> Add(List<(EventMark Mark, byte[] Envelope)> events, bool wakes) =>
        (RedisResult[])
            (
                await server
                    .Add(
                        Key("events"),
                        EventEntry.Of(events),
                        RedisScript.Add,
                        [MostEvents, home.Name, wakes ? 1 : 0],
                        [.. events.Select(one => (RedisValue)one.Mark.Id)]
                    )
                    .ConfigureAwait(false)
            )!;

    public void CatchUp() { }

    public void LookAgain()
    {
        cursor = Start;
        read.Clear();
        found = null;
    }

    public void Resign()
    {
        if (!Leads)
            return;
        Leads = false;
        if (server.IsUsable)
            _ = Quietly(server.Run(RedisScript.Release, Dispatcher, token));
    }

    public async ValueTask<IReadOnlyList<Arrival>> Arrivals(int most)
    {
        try
        {
            await Flush().ConfigureAwait(false);
            if (HasUnwritten || !await IsReady().ConfigureAwait(false))
                return [];
            await LookAtEnds().ConfigureAwait(false);
            if (!await Lead().ConfigureAwait(false) || most == 0)
                return [];
            var arrivals = new List<Arrival>();
            while (arrivals.Count < most && (read.Count > 0 || await ReadOn(most - arrivals.Count).ConfigureAwait(false)))
                if (await Read(read.Dequeue()).ConfigureAwait(false) is { } arrival)
                    arrivals.Add(arrival);
            return arrivals;
        }
        catch (StoreUnusableException)
        {
            return [];
        }
    }

    public async ValueTask<Arrival?> Load(string receipt)
    {
        if (!await IsReady().ConfigureAwait(false))
            throw new StoreUnusableException(Problem ?? "it cannot be reached");
        return await Find(receipt).ConfigureAwait(false) is { } part ? await Read(part).ConfigureAwait(false) : null;
    }

    public async ValueTask SetAside(string receipt, string problem)
    {
        await SetAside(await Find(receipt).ConfigureAwait(false), receipt, problem).ConfigureAwait(false);
        context.OnProblem($"{receipt} cannot be used and was put among the dead letters of {server.Url.Name}: {problem}");
    }

    public ValueTask Commit(IReadOnlyList<string> done, IReadOnlyList<Order> born, IReadOnlyList<Order> gathering)
    {
        writes.Enqueue(
            new Write(
                RedisScript.Commit,
                [
                    token,
                    home.Name,
                    Text(ServerNow),
                    done.Count,
                    .. done.Select(receipt => (RedisValue)receipt),
                    .. born.SelectMany(order => Arguments(order, StreamOf(order))),
                    .. gathering.SelectMany(order => Arguments(order, "")),
                ]
            )
            {
                NeedsRole = true,
            }
        );
        return Flush();
    }

    public ValueTask Promote(Arrival arrival, Order order)
    {
        promoted.Add((arrival.Receipt, order));
        return ValueTask.CompletedTask;
    }

    /// <summary>An event that is its own order becomes one of its own here, together with all that came with it.</summary>
    private void CommitPromoted()
    {
        if (promoted.Count == 0)
            return;
        var all = promoted.ToList();
        promoted.Clear();
        writes.Enqueue(
            new Write(
                RedisScript.Commit,
                [
                    token,
                    home.Name,
                    Text(ServerNow),
                    all.Count,
                    .. all.Select(one => (RedisValue)one.Receipt),
                    .. all.SelectMany(one => Arguments(one.Order, StreamOf(one.Order))),
                ]
            )
            {
                NeedsRole = true,
            }
        );
    }

    private async ValueTask<bool> Lead()
    {
        var now = Environment.TickCount64;
        if (Leads && now < leadUntil)
            return true;
        if (!Leads && now < nextTry)
            return false;
        var held = (int)await server.Run(RedisScript.Hold, Dispatcher, token, Text((long)lease.TotalMilliseconds)).ConfigureAwait(false);
        (leadUntil, nextTry) = (now + ((long)lease.TotalMilliseconds / 6), now + Math.Min(500, (long)lease.TotalMilliseconds / 3));
        if (held == 0)
        {
            Leads = false;
        }
        else if (held == 1 || !Leads)
        {
            Leads = true;
            LookAgain();
            Term++;
        }

        return Leads;
    }

    /// <summary>The entries behind the cursor, without what this dispatcher or the one before has taken out of them. False where there are
    /// none.</summary>
    private async Task<bool> ReadOn(int events)
    {
        while (true)
        {
            var from = cursor == Start ? Start : $"({cursor}";
            var most = Math.Clamp(events / inAnEntry, 1, EntriesAtOnce);
            var entries = await server.Ask(database => database.StreamRangeAsync(Key("events"), from, "+", most)).ConfigureAwait(false);
            if (entries.Length == 0)
                return false;
            var parts = await Task.WhenAll(entries.Select(WaitingIn)).ConfigureAwait(false);
            cursor = (string)entries[^1].Id!;
            foreach (var part in parts.SelectMany(waiting => waiting))
                read.Enqueue(part);
            inAnEntry = Math.Max(1, read.Count / entries.Length);
            if (read.Count > 0)
                return true;
        }
    }

    private Task<IReadOnlyList<EventPart>> WaitingIn(StreamEntry entry) =>
        server.Ask(database => EventEntry.WaitingIn(entry, database, home.Prefix));

    private async Task<EventPart?> Find(string receipt)
    {
        var (id, place) = EventEntry.Find(receipt);
        if (found?.Entry != id)
        {
            var entries = await server.Ask(database => database.StreamRangeAsync(Key("events"), id, id)).ConfigureAwait(false);
            found = (id, entries is [var entry] ? await WaitingIn(entry).ConfigureAwait(false) : []);
        }

        return found.Value.Parts.FirstOrDefault(part => part.Place == place);
    }

    private async ValueTask<Arrival?> Read(EventPart part)
    {
        string? problem = null;
        if (!part.Order.IsNull)
        {
            if (OrderJson.TryRead((byte[])part.Order!, out problem) is { } order)
                return new Arrival(part.Receipt, null, Here(order));
        }
        else if (part.Mark is not { } mark)
        {
            problem = "its entry has no id, no publisher or no plan";
        }
        else if (Envelope.TryRead((byte[]?)part.Envelope ?? [], out problem) is { } envelope)
        {
            return new Arrival(part.Receipt, Here(envelope, mark), null) { Origin = new Origin(mark.Home, mark.Plan) };
        }

        await SetAside(part, part.Receipt, problem!).ConfigureAwait(false);
        return null;
    }

    private async ValueTask SetAside(EventPart? part, string receipt, string problem)
    {
        found = null;
        var text = part is null || part.Order.IsNull ? part?.Envelope ?? RedisValue.Null : part.Order;
        Ended(
            await server
                .Run(RedisScript.Aside, Text(ServerNow), home.Name, token, receipt, problem, text.IsNull ? receipt : text)
                .ConfigureAwait(false)
        );
    }

    /// <summary>An event as this machine's programs understand it: the plan at its place here, no process and no variables of another
    /// machine, its time by this machine's clock.</summary>
    private Envelope Here(Envelope envelope, EventMark mark)
    {
        if (mark.Home == home.Name)
            return envelope;
        var here = envelope with { PlanPath = PlanNames.Find(mark.Plan, home.ProjectDir) ?? envelope.PlanPath };
        if (long.TryParse(mark.When, NumberStyles.None, CultureInfo.InvariantCulture, out var ms))
            here = here with { PublishedMs = Math.Abs(ahead) > Skewed ? ms - ahead : ms };
        return IsOfThisMachine(mark.Home) ? here : here with { Env = null, Client = 0 };
    }

    private Order Here(Order order)
    {
        if (order.Origin is not { } origin || origin.Home == home.Name)
            return order;
        var here = order with { PlanPath = PlanNames.Find(origin.Plan, home.ProjectDir) ?? order.PlanPath };
        return IsOfThisMachine(origin.Home) ? here : here with { Env = null, Client = 0 };
    }

    private bool IsOfThisMachine(string publisher) => publisher.StartsWith(home.Machine + "/", StringComparison.Ordinal);

    private static IEnumerable<RedisValue> Arguments(Order order, string stream) =>
        [stream, order.Id, string.Join(' ', order.Events), OrderJson.Write(order)];

    /// <summary>Where it is put: with its group, and with what may run it.</summary>
    private string StreamOf(Order order)
    {
        var group = order.Group is { } named ? Files.SpoolName.GroupName(named) : "main";
        var publisher = (order.Origin?.Home ?? home.Name).Split('/', 2);
        return order.Reach switch
        {
            Reach.Anywhere => group,
            Reach.Publisher => $"{group}:@{publisher[0]}",
            Reach.Checkout => $"{group}:{publisher[^1]}",
            _ => throw new InvalidOperationException($"unknown reach {order.Reach}"),
        };
    }
}
