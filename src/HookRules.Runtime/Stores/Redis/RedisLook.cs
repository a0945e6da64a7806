using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>A server and what waits in it, looked at without taking any of it: for <c>status</c>, <c>doctor</c> and
/// <c>run --probe</c>.</summary>
/// <param name="Problem">Why it cannot be used; null where it can.</param>
internal sealed record RedisLook(string? Problem)
{
    private const long Skewed = 2000;
    private const int Longest = 1000,
        EntriesAtOnce = 20;

    public string Version { get; init; } = "";

    /// <summary>The server's clock, so far before this machine's.</summary>
    public TimeSpan Ahead { get; init; }

    public int Events { get; init; }

    /// <summary>Orders that no worker has in hand.</summary>
    public int Orders { get; init; }

    public int Later { get; init; }

    public int InHand { get; init; }

    public int Dead { get; init; }

    /// <summary>The oldest of what waits, with the plan at its place on this machine.</summary>
    public IReadOnlyList<QueueItem> Items { get; init; } = [];

    /// <summary>Dead letters that lie on other machines, the oldest first.</summary>
    public IReadOnlyList<DeadNote> DeadElsewhere { get; init; } = [];

    /// <summary>What may cost events or time although it can be used.</summary>
    public IReadOnlyList<(string What, string Mend)> Risks { get; init; } = [];

    public static RedisLook At(
        QueueAddress address,
        string projectDir,
        StateFolder state,
        Func<string, string?> environment,
        int most = Longest
    )
    {
        if (RedisStore.UrlOf(address.UrlVariable, environment, state, out var problem) is not { } url)
            return new RedisLook(problem);
        try
        {
            var home = RedisHome.Of(address.Stream, projectDir, !address.IsOwn, state, "look");
            return Task.Run(() => At(url, home, Math.Min(most, Longest))).GetAwaiter().GetResult();
        }
        catch (IOException e)
        {
            return new RedisLook(e.Message);
        }
    }

    /// <summary>The same for <c>status</c> and <c>why</c>.</summary>
    public QueueLook Queue(QueueAddress address) =>
        new(address)
        {
            Problem = Problem,
            Events = Events,
            Orders = Orders,
            Later = Later,
            InHand = InHand,
            Items = Items,
        };

    private static async Task<RedisLook> At(RedisUrl url, RedisHome home, int most)
    {
        await using var server = new RedisServer(url, home.Prefix, "look", TimeProvider.System, () => { }, isLook: true);
        if (!await server.IsReady().ConfigureAwait(false) || server.Opened is not { } opened)
            return new RedisLook(server.Problem ?? $"{url.Name} cannot be reached");
        var look = new RedisLook((string?)null) { Version = opened.Version, Ahead = TimeSpan.FromMilliseconds(opened.Ahead) };
        look = await server.Ask(database => Count(look, database, home, most)).ConfigureAwait(false);
        return look with { Risks = [.. await server.Ask(database => RisksOf(look, database, url)).ConfigureAwait(false)] };
    }

    private static async Task<RedisLook> Count(RedisLook look, IDatabase database, RedisHome home, int most)
    {
        var prefix = home.Prefix;
        var (orders, inHand) = (0, 0);
        var items = new List<QueueItem>();
        // What is at work first: it says what others wait for.
        foreach (var stream in await database.SetMembersAsync($"{prefix}:streams").ConfigureAwait(false))
        {
            var key = $"{prefix}:orders:{stream}";
            var pending = await database.StreamPendingMessagesAsync(key, "workers", most, RedisValue.Null).ConfigureAwait(false);
            var begun = pending.Select(one => (string)one.MessageId!).ToHashSet(StringComparer.Ordinal);
            var length = (int)await database.StreamLengthAsync(key).ConfigureAwait(false);
            var held = (int)(await database.StreamPendingAsync(key, "workers").ConfigureAwait(false)).PendingMessageCount;
            (orders, inHand) = (orders + length - held, inHand + held);
            foreach (var entry in await database.StreamRangeAsync(key, count: most).ConfigureAwait(false))
                if (OrderJson.TryRead((byte[]?)entry["o"] ?? [], out _) is { } order)
                    items.Add(Item(order, home, isArrival: false, begun.Contains((string)entry.Id!) ? true : null));
        }

        foreach (var part in await Waiting(database, prefix, most).ConfigureAwait(false))
            if (OrderJson.TryRead((byte[]?)part.Order ?? [], out _) is { } order)
                items.Add(Item(order, home, isArrival: true, null));
            else if (Envelope.TryRead((byte[]?)part.Envelope ?? [], out _) is { } envelope)
                items.Add(
                    new QueueItem(
                        envelope.Id,
                        (envelope with { PlanPath = PlanPath(part.Mark?.Plan, home, envelope.PlanPath) }).ToJson(),
                        true,
                        null,
                        null
                    )
                );

        var dead = await database.StreamRangeAsync($"{prefix}:dead").ConfigureAwait(false);
        return look with
        {
            DeadElsewhere =
            [
                .. dead.Where(one => ((string?)one["h"])?.Split('/')[0] != home.Machine)
                    .Select(one =>
                        DeadNote.TryRead((byte[]?)one["d"] ?? []) is { } note
                            ? note with
                            {
                                Machine = ((string?)one["h"] ?? "").Split('/')[0],
                                Reason = (string?)one["why"] ?? "",
                            }
                            : null
                    )
                    .OfType<DeadNote>()
                    // Noted once more where its consumer ended before it was done with the order.
                    .DistinctBy(note => (note.Machine, note.Id)),
            ],
            Events = await Depth(database, prefix).ConfigureAwait(false),
            Orders = Math.Max(0, orders),
            Later = (int)await database.SortedSetLengthAsync($"{prefix}:later").ConfigureAwait(false),
            InHand = inHand,
            Dead = (int)await database.StreamLengthAsync($"{prefix}:dead").ConfigureAwait(false),
            Items = [.. items.Take(most)],
        };
    }

    /// <summary>The first of what waits for the dispatcher.</summary>
    private static async Task<IReadOnlyList<EventPart>> Waiting(IDatabase database, string prefix, int most)
    {
        var (waiting, last) = (new List<EventPart>(), "-");
        while (waiting.Count < most)
        {
            var entries = await database
                .StreamRangeAsync($"{prefix}:events", last, "+", Math.Min(most, EntriesAtOnce))
                .ConfigureAwait(false);
            if (entries.Length == 0)
                break;
            foreach (var entry in entries)
                waiting.AddRange(await EventEntry.WaitingIn(entry, database, prefix).ConfigureAwait(false));
            last = $"({entries[^1].Id}";
        }

        return waiting;
    }

    /// <summary>How many events and orders wait for the dispatcher: entries, and what they hold beyond one each.</summary>
    private static async Task<int> Depth(IDatabase database, string prefix)
    {
        var entries = (int)await database.StreamLengthAsync($"{prefix}:events").ConfigureAwait(false);
        return entries == 0 ? 0 : entries + (int)await database.HashGetAsync($"{prefix}:meta", "more").ConfigureAwait(false);
    }

    private static QueueItem Item(Order order, RedisHome home, bool isArrival, bool? lives) =>
        new(
            order.Id,
            OrderJson.Write(order with { PlanPath = PlanPath(order.Origin?.Plan, home, order.PlanPath) }),
            isArrival,
            null,
            lives
        );

    private static string PlanPath(string? name, RedisHome home, string otherwise) =>
        PlanNames.Find(name ?? "", home.ProjectDir) ?? otherwise;

    private static async Task<List<(string, string)>> RisksOf(RedisLook look, IDatabase database, RedisUrl url)
    {
        var risks = new List<(string, string)>();
        if (Math.Abs(look.Ahead.TotalMilliseconds) > Skewed)
        {
            var skew = string.Create(CultureInfo.InvariantCulture, $"{Math.Abs(look.Ahead.TotalSeconds):0.0} s");
            var side = look.Ahead > TimeSpan.Zero ? "before" : "behind";
            risks.Add(
                (
                    $"the clock of {url.Name} is {skew} {side} this machine's, so windows count from when events arrive there",
                    "let both be set by NTP"
                )
            );
        }

        string info;
        try
        {
            info = (string?)await database.ExecuteAsync("INFO").ConfigureAwait(false) ?? "";
        }
        catch (RedisServerException)
        {
            return risks; // This user may not ask.
        }

        var says = info.Split('\n')
            .Select(line => line.Trim().Split(':', 2))
            .Where(pair => pair.Length == 2)
            .ToLookup(pair => pair[0], pair => pair[1]);
        if (says["aof_enabled"].FirstOrDefault() == "0" && says["rdb_last_save_time"].Any() && !await Saves(database).ConfigureAwait(false))
            risks.Add(
                (
                    $"{url.Name} keeps its data in memory alone: after a restart what has not ended is sent again and may run twice",
                    "redis-cli CONFIG SET appendonly yes, and the same in redis.conf"
                )
            );
        if (
            says["maxmemory"].FirstOrDefault() is not (null or "0")
            && says["maxmemory_policy"].FirstOrDefault() is { } policy and not "noeviction"
        )
            risks.Add(
                (
                    $"{url.Name} throws keys away when its memory is full (maxmemory-policy {policy}), and events with them",
                    "redis-cli CONFIG SET maxmemory-policy noeviction, and the same in redis.conf"
                )
            );
        return risks;
    }

    private static async Task<bool> Saves(IDatabase database)
    {
        try
        {
            var answer = (string[]?)await database.ExecuteAsync("CONFIG", "GET", "save").ConfigureAwait(false);
            return answer is not [_, ""];
        }
        catch (RedisServerException)
        {
            return true; // It does not say.
        }
    }
}
