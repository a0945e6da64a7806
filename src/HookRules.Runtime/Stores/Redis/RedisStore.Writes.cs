using HookRules.Engine;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>What is to be written, and what becomes of events that were forwarded.</summary>
internal sealed partial class RedisStore
{
    private const int AtATime = 128,
        MostChecked = 500;
    private const long CheckEvery = 5000;

    /// <summary>A step that may be done again: its script sees what was done of it.</summary>
    private sealed record Write(RedisScript Script, RedisValue[] Args)
    {
        public bool NeedsRole { get; init; }
    }

    private readonly Queue<Write> writes = new();
    private readonly Dictionary<string, long> forwarded = new(StringComparer.Ordinal);
    private volatile bool isWoken = true;
    private string outCursor = "";
    private long nextCheck;

    public bool HasUnwritten => writes.Count > 0 || promoted.Count > 0;

    public int Unended => forwarded.Count;

    public IReadOnlySet<string> LivingEvents() => forwarded.Keys.ToHashSet(StringComparer.Ordinal);

    /// <summary>The requests are this machine's own, in the spool.</summary>
    public ValueTask<IReadOnlyDictionary<string, AwaitRequest>> Awaits() =>
        new(new Dictionary<string, AwaitRequest>(StringComparer.Ordinal));

    public async ValueTask Flush()
    {
        found = null;
        CommitPromoted();
        if (writes.Count == 0 || !await IsReady().ConfigureAwait(false))
            return;
        if (!Leads && writes.Any(write => write.NeedsRole))
            await Lead().ConfigureAwait(false);
        while (writes.Count > 0)
        {
            var some = writes.Take(AtATime).ToList();
            // Sent behind one another without waiting for answers: the server does them in this sequence.
            var answers = some.Select(write => server.Run(write.Script, write.Args)).ToList();
            var done = 0;
            try
            {
                for (; done < some.Count; done++)
                    Written(some[done], await answers[done].ConfigureAwait(false));
            }
            catch (StoreUnusableException)
            {
                // Those that were done are done once more, which changes nothing.
                await Task.WhenAll(answers.Select(Quietly)).ConfigureAwait(false);
            }

            for (var i = 0; i < done && writes.Count > 0; i++)
                writes.Dequeue();
            if (done < some.Count)
                return;
        }
    }

    public void Note(DeadNote dead) =>
        writes.Enqueue(new Write(RedisScript.Aside, [Text(ServerNow), home.Name, "", "", dead.Reason, dead.ToJson()]));

    private void Written(Write write, RedisResult answer)
    {
        if (answer.Resp2Type == ResultType.Array)
            Ended(answer);
        else if (write.NeedsRole && (int)answer < 0)
        {
            // Another dispatcher has the events, and makes the same orders of them.
            Leads = false;
            LookAgain();
        }
    }

    private void Ended(RedisResult ids)
    {
        if (ids.Resp2Type != ResultType.Array)
            return;
        foreach (var id in (string[])ids!)
            Ended(id);
    }

    private void Ended(string id)
    {
        forwarded.Remove(id);
        context.Spool.ForgetForwarded(id);
    }

    private void Forwarded(string id) => forwarded[id] = Environment.TickCount64;

    /// <summary>After each opening: what the server does not know of is sent again.</summary>
    private async Task FindForwarded()
    {
        foreach (var id in context.Spool.ForwardedEvents())
            forwarded.TryAdd(id, 0);
        // From here on ends are read; what ended before is seen by the question.
        var last = await server
            .Ask(database =>
                database.StreamRangeAsync(Key($"out:{home.Machine}"), count: 1, messageOrder: StackExchange.Redis.Order.Descending)
            )
            .ConfigureAwait(false);
        outCursor = last is [var entry] ? (string)entry.Id! : "0-0";
        foreach (var some in forwarded.Keys.ToList().Chunk(MostChecked))
            await Check(some).ConfigureAwait(false);
        isWoken = true;
    }

    /// <summary>What others say has ended, and from time to time the question what became of the rest.</summary>
    private async ValueTask LookAtEnds()
    {
        if (forwarded.Count == 0)
            return;
        if (isWoken)
        {
            isWoken = false;
            const int Most = 1000;
            StreamEntry[] entries;
            do
            {
                var from = $"({outCursor}";
                entries = await server
                    .Ask(database => database.StreamRangeAsync(Key($"out:{home.Machine}"), from, "+", Most))
                    .ConfigureAwait(false);
                foreach (var entry in entries)
                {
                    outCursor = (string)entry.Id!;
                    if ((string?)entry["h"] == home.Name && (string?)entry["i"] is { } id)
                        Ended(id);
                }
            } while (entries.Length == Most);
        }

        var now = Environment.TickCount64;
        if (now < nextCheck)
            return;
        nextCheck = now + CheckEvery;
        var old = forwarded.Where(one => now - one.Value > CheckEvery).OrderBy(one => one.Value).Take(MostChecked).ToList();
        foreach (var (id, _) in old)
            forwarded[id] = now;
        await Check([.. old.Select(one => one.Key)]).ConfigureAwait(false);
    }

    private async Task Check(string[] ids)
    {
        if (ids.Length == 0)
            return;
        var states = (int[])(await server.Run(RedisScript.Check, [.. ids.Select(id => (RedisValue)id)]).ConfigureAwait(false))!;
        for (var i = 0; i < ids.Length; i++)
            if (states[i] == 1)
            {
                Ended(ids[i]);
            }
            else if (states[i] == 0)
            {
                forwarded.Remove(ids[i]);
                context.Spool.ForwardAgain(ids[i]);
            }
    }
}
