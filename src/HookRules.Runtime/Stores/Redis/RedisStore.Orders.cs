using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>The worker's side: orders under a lease, busy keys, places of throttles, ends of branches.</summary>
internal sealed partial class RedisStore
{
    private const int MostPressing = 64,
        MostInHand = 10_000;
    private const long AtOnce = 3_600_000;

    private readonly Dictionary<string, OrderLease> inHand = new(StringComparer.Ordinal);
    private readonly HashSet<string> holds = new(StringComparer.Ordinal);
    private readonly HashSet<string> given = new(StringComparer.Ordinal);
    private long nextClaim;
    private long? dueMs;

    public DateTimeOffset? NextDue => dueMs is { } due ? DateTimeOffset.FromUnixTimeMilliseconds(due - ahead) : null;

    public int Delayed { get; private set; }

    public async ValueTask<IReadOnlyList<OrderLease>> Orders(string? group, int most)
    {
        try
        {
            await Flush().ConfigureAwait(false);
            if (HasUnwritten || !await IsReady().ConfigureAwait(false))
                return [];
            await LookAtEnds().ConfigureAwait(false);
            await GiveBack().ConfigureAwait(false);
            // What waits for its key or its throttle stops nobody; of the rest no more than can soon be begun.
            var room = Math.Min(MostPressing - inHand.Values.Count(one => !one.Waits), MostInHand - inHand.Count);
            if (room <= 0 || most == 0)
                return [];
            return await Take(group is null ? "" : Files.SpoolName.GroupName(group), Math.Min(most, room)).ConfigureAwait(false);
        }
        catch (StoreUnusableException)
        {
            return [];
        }
    }

    public async ValueTask<Order?> Load(OrderLease order)
    {
        if (!await IsReady().ConfigureAwait(false))
            throw new StoreUnusableException(Problem ?? "it cannot be reached");
        var (stream, id) = Split(order.Receipt);
        var entries = await server.Ask(database => database.StreamRangeAsync(Key($"orders:{stream}"), id, id)).ConfigureAwait(false);
        return entries is [var entry] && OrderJson.TryRead((byte[]?)entry["o"] ?? [], out _) is { } found ? Here(found) : null;
    }

    public async ValueTask<bool> Begin(OrderLease order)
    {
        await Begin([order]).ConfigureAwait(false);
        return order.IsBegun;
    }

    public async ValueTask Begin(IReadOnlyList<OrderLease> orders)
    {
        var asked = new List<(OrderLease Order, Task<RedisResult>? Answer)>();
        foreach (var order in orders)
        {
            var (stream, id) = Split(order.Receipt);
            asked.Add((order, server.IsUsable ? server.Run(RedisScript.Begin, home.Consumer, stream, id) : null));
        }

        foreach (var (order, answer) in asked)
        {
            try
            {
                order.IsBegun = answer is not null && (int)await answer.ConfigureAwait(false) > 0;
                if (!order.IsBegun)
                    Drop(order, isToComeAgain: answer is null);
            }
            catch (StoreUnusableException)
            {
                Drop(order, isToComeAgain: true);
            }
        }
    }

    public ValueTask Finish(OrderLease order, IReadOnlyList<Order> next, IReadOnlyList<Order> gathering)
    {
        Drop(order, isToComeAgain: false);
        var (stream, id) = Split(order.Receipt);
        writes.Enqueue(
            new Write(
                RedisScript.Finish,
                [
                    home.Consumer,
                    home.Name,
                    Text(ServerNow),
                    stream,
                    id,
                    string.Join(' ', order.Order.Events),
                    .. next.SelectMany(one => Arguments(one, StreamOf(one))),
                    .. gathering.SelectMany(one => Arguments(one, "")),
                ]
            )
        );
        return ValueTask.CompletedTask;
    }

    public ValueTask Delay(OrderLease order, Order waits, DateTimeOffset until)
    {
        Drop(order, isToComeAgain: false);
        var (stream, id) = Split(order.Receipt);
        var due = until.ToUnixTimeMilliseconds() + ahead;
        writes.Enqueue(new Write(RedisScript.Delay, [home.Consumer, stream, id, Text(due), .. Arguments(waits, StreamOf(waits))]));
        dueMs = dueMs is { } known && known < due ? known : due;
        Delayed++;
        return ValueTask.CompletedTask;
    }

    public async ValueTask<IReadOnlyList<RunEnd>?> EndBranch(string stageRun, string branch, RunEnd end, int of)
    {
        if (!await IsReady().ConfigureAwait(false))
            throw new StoreUnusableException(Problem ?? "it cannot be reached");
        var ends = (int[])(await server.Run(RedisScript.Stage, stageRun, Order.Hash(branch), (int)end, of).ConfigureAwait(false))!;
        return ends.Length == 0 ? null : [.. ends.Select(one => (RunEnd)one)];
    }

    public async ValueTask ForgetStage(string stageRun)
    {
        if (server.IsUsable)
            await Quietly(server.Ask(database => database.KeyDeleteAsync(Key($"stage:{stageRun}")))).ConfigureAwait(false);
    }

    public async ValueTask<DateTimeOffset?> Slot(string unit, int count, TimeSpan per, string by, DateTimeOffset at)
    {
        if (!await IsReady().ConfigureAwait(false))
            throw new StoreUnusableException(Problem ?? "it cannot be reached");
        var free = (string?)
            await server
                .Run(
                    RedisScript.Slot,
                    Order.Hash(unit),
                    count,
                    Text((long)per.TotalMilliseconds),
                    by,
                    Text(at.ToUnixTimeMilliseconds() + ahead)
                )
                .ConfigureAwait(false);
        return string.IsNullOrEmpty(free)
            ? null
            : DateTimeOffset.FromUnixTimeMilliseconds(long.Parse(free, System.Globalization.CultureInfo.InvariantCulture) - ahead);
    }

    public async ValueTask<bool> TryHold(string name)
    {
        if (!await IsReady().ConfigureAwait(false))
            return false;
        var key = BusyName(name);
        lock (gate)
            if (!holds.Add(key))
                return false;
        try
        {
            if ((int)await server.Run(RedisScript.Hold, key, token, Text((long)lease.TotalMilliseconds)).ConfigureAwait(false) > 0)
                return true;
        }
        catch (StoreUnusableException)
        {
            // Then it is asked again.
        }

        lock (gate)
            holds.Remove(key);
        return false;
    }

    public void Release(string name)
    {
        var key = BusyName(name);
        lock (gate)
            if (!holds.Remove(key))
                return;
        if (server.IsUsable)
            _ = Quietly(server.Run(RedisScript.Release, key, token));
    }

    /// <summary>Says that it is still at what it has in hand, long before its lease is over.</summary>
    internal void StayAtWork()
    {
        if (!server.IsUsable)
            return;
        List<string> orders,
            keys;
        lock (gate)
            (orders, keys) = ([.. inHand.Keys], [.. holds]);
        foreach (var some in orders.Chunk(500))
            _ = Quietly(server.Run(RedisScript.Renew, [home.Consumer, "0", .. some.SelectMany(Arguments)]));
        foreach (var key in keys)
            _ = Quietly(server.Run(RedisScript.Hold, key, token, Text((long)lease.TotalMilliseconds)));
    }

    /// <summary>Nothing more is begun here: others may have at once what was given and not begun, and the role.</summary>
    public void LetGo()
    {
        Resign();
        lock (gate)
            foreach (var order in inHand.Values.Where(one => !one.IsBegun).ToList())
            {
                inHand.Remove(order.Receipt);
                given.Add(order.Receipt);
            }

        if (server.IsUsable)
            _ = Quietly(GiveBack());
    }

    private async Task LetGoOfAll()
    {
        LetGo();
        await GiveBack().ConfigureAwait(false);
        await server.Run(RedisScript.Release, Dispatcher, token).ConfigureAwait(false);
        foreach (var key in holds.ToArray())
            await server.Run(RedisScript.Release, key, token).ConfigureAwait(false);
    }

    private async Task GiveBack()
    {
        List<string> back;
        lock (gate)
        {
            if (given.Count == 0)
                return;
            back = [.. given];
            given.Clear();
        }

        foreach (var some in back.Chunk(500))
            await server.Run(RedisScript.Renew, [home.Consumer, Text(AtOnce), .. some.SelectMany(Arguments)]).ConfigureAwait(false);
        nextClaim = 0;
    }

    private async ValueTask<List<OrderLease>> Take(string group, int most)
    {
        var now = Environment.TickCount64;
        var claims = now >= nextClaim;
        if (claims)
            nextClaim = now + Math.Min(2000, (long)lease.TotalMilliseconds / 3);
        var answer = (RedisResult[])
            (
                await server
                    .Run(
                        RedisScript.Take,
                        [
                            home.Consumer,
                            Text(ServerNow),
                            most,
                            claims ? Text((long)lease.TotalMilliseconds) : "0",
                            group,
                            .. home.Targets.Select(target => (RedisValue)target),
                        ]
                    )
                    .ConfigureAwait(false)
            )!;
        dueMs = (string?)answer[0] is { Length: > 0 } due
            ? (long)double.Parse(due, System.Globalization.CultureInfo.InvariantCulture)
            : null;
        Delayed = (int)answer[1];
        var leases = new List<OrderLease>();
        foreach (var found in (RedisResult[])answer[2]!)
        {
            var parts = (RedisResult[])found!;
            var receipt = $"{(string)parts[0]!}\n{(string)parts[1]!}";
            if (OrderJson.TryRead((byte[]?)parts[3] ?? [], out var problem) is not { } order)
            {
                await PutAside(receipt, problem!, (byte[]?)parts[3] ?? []).ConfigureAwait(false);
                continue;
            }

            var taken = new OrderLease(Here(order), receipt, (int)parts[2]);
            lock (gate)
                // One's own, of which nobody could say that it is at work.
                if (!inHand.TryAdd(receipt, taken))
                    continue;
            leases.Add(taken);
        }

        return leases;
    }

    private async ValueTask PutAside(string receipt, string problem, byte[] text)
    {
        await server.Run(RedisScript.Aside, Text(ServerNow), home.Name, "", "", problem, text).ConfigureAwait(false);
        var (stream, id) = Split(receipt);
        Ended(await server.Run(RedisScript.Finish, home.Consumer, home.Name, Text(ServerNow), stream, id, "").ConfigureAwait(false));
        context.OnProblem($"an order cannot be read and was put among the dead letters of {server.Url.Name}: {problem}");
    }

    private void Drop(OrderLease order, bool isToComeAgain)
    {
        lock (gate)
        {
            inHand.Remove(order.Receipt);
            if (isToComeAgain)
                given.Add(order.Receipt);
        }
    }

    private static string BusyName(string name) => $"busy:{Order.Hash(name)}";

    private static (string Stream, string Id) Split(string receipt) =>
        receipt.Split('\n') is [var stream, var id] ? (stream, id) : ("", receipt);

    private static IEnumerable<RedisValue> Arguments(string receipt)
    {
        var (stream, id) = Split(receipt);
        return [stream, id];
    }

    private static async Task Quietly(Task task)
    {
        try
        {
            await task.ConfigureAwait(false);
        }
        catch (StoreUnusableException)
        {
            // The lease runs out, or it is done again.
        }
    }
}
