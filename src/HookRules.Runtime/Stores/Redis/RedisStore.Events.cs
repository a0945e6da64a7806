using System.Globalization;
using HookRules.Engine;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>The dispatcher's side: one of all machines has the role, and reads the events that wait from the first to the last.</summary>
internal sealed partial class RedisStore
{
    private const int MostEvents = 100_000,
        InAScript = 100;
    private const string Start = "-";

    private readonly List<(string Receipt, Order Order)> promoted = [];
    private string cursor = Start;
    private long leadUntil,
        nextTry;

    /// <summary>Grows when the role is this one's anew: what was folded before may be somebody else's by now.</summary>
    public int Term { get; private set; }

    /// <summary>This consumer is the dispatcher of all machines.</summary>
    public bool Leads { get; private set; }

    public int PublishAtOnce => 10 * InAScript;

    public async ValueTask Publish(Envelope envelope) => await Publish([envelope]).ConfigureAwait(false);

    public async ValueTask Publish(IReadOnlyList<Envelope> envelopes)
    {
        if (!await IsReady().ConfigureAwait(false))
            throw new StoreUnusableException(Problem ?? $"{server.Url.Name} cannot be reached");
        // Sent behind one another; where one of them fails all are sent again, which changes nothing.
        var asked = envelopes.Chunk(InAScript).Select(Add).ToList();
        foreach (var answer in await Task.WhenAll(asked).ConfigureAwait(false))
            if (answer is [var refused, var waiting] && (int)refused < 0)
                throw new StoreUnusableException($"{(long)waiting} events wait in {server.Url.Name} already, and nothing works them off");
        foreach (var envelope in envelopes)
            Forwarded(envelope.Id);
    }

    private async Task<RedisResult[]> Add(Envelope[] envelopes)
    {
        const int Head = 2,
            Each = 3;
        var args = new RedisValue[Head + (Each * envelopes.Length)];
        (args[0], args[1]) = (MostEvents, home.Name);
        for (var i = 0; i < envelopes.Length; i++)
        {
            var envelope = envelopes[i];
            // A clock that is far off says nothing of when it was.
            var when = Text(Math.Abs(ahead) > Skewed ? ServerNow : envelope.PublishedMs);
            var plan = PlanNames.NameOf(envelope.PlanPath, envelope.ProjectDir);
            var at = Head + (Each * i);
            args[at] = envelope.Id;
            args[at + 1] = new EventMark(envelope.Id, when, home.Name, plan).ToString();
            args[at + 2] = envelope.ToJson();
        }

        return (RedisResult[])(await server.Run(RedisScript.Add, args).ConfigureAwait(false))!;
    }

    public void CatchUp() { }

    public void LookAgain() => cursor = Start;

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
            var from = cursor == Start ? Start : $"({cursor}";
            var entries = await server.Ask(database => database.StreamRangeAsync(Key("events"), from, "+", most)).ConfigureAwait(false);
            var arrivals = new List<Arrival>();
            foreach (var entry in entries)
            {
                cursor = (string)entry.Id!;
                if (await Read(entry).ConfigureAwait(false) is { } arrival)
                    arrivals.Add(arrival);
            }

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
        var id = receipt.Split('/')[0];
        var entries = await server.Ask(database => database.StreamRangeAsync(Key("events"), id, id)).ConfigureAwait(false);
        return entries is [var entry] ? await Read(entry).ConfigureAwait(false) : null;
    }

    public async ValueTask SetAside(string receipt, string problem)
    {
        await SetAside(receipt, problem, receipt).ConfigureAwait(false);
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
            (Leads, cursor) = (true, Start);
            Term++;
        }

        return Leads;
    }

    private async ValueTask<Arrival?> Read(StreamEntry entry)
    {
        string? problem = null;
        var mark = EventMark.TryRead((string?)entry["m"]);
        if (entry["o"] is { IsNull: false } text)
        {
            if (OrderJson.TryRead((byte[])text!, out problem) is { } order)
                return new Arrival((string)entry.Id!, null, Here(order));
        }
        else if (mark is null)
        {
            problem = "its entry has no id, no publisher or no plan";
        }
        else if (Envelope.TryRead((byte[]?)entry["e"] ?? [], out problem) is { } envelope)
        {
            return new Arrival($"{entry.Id}/{mark.Id}", Here(envelope, mark), null) { Origin = new Origin(mark.Home, mark.Plan) };
        }

        await SetAside($"{entry.Id}/{mark?.Id}", problem!, (string)entry.Id!).ConfigureAwait(false);
        return null;
    }

    private async ValueTask SetAside(string receipt, string problem, string what)
    {
        var id = receipt.Split('/')[0];
        var entries = await server.Ask(database => database.StreamRangeAsync(Key("events"), id, id)).ConfigureAwait(false);
        RedisValue text = what;
        if (entries is [var entry])
            text = entry["e"].IsNull ? entry["o"] : entry["e"];
        Ended(
            await server
                .Run(RedisScript.Aside, Text(ServerNow), home.Name, token, receipt, problem, text.IsNull ? (RedisValue)what : text)
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
