using System.Globalization;
using HookRules.Engine;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>
/// Events and orders in a Redis that several machines share: a stream of events, which the one dispatcher reads, and streams of orders by
/// group and by who may run them. Each step is a script, so that it is done in one piece or not at all, and done twice has the effect of
/// once. What a worker has in hand it leases: it says every ten seconds that it is still at it.
/// </summary>
internal sealed partial class RedisStore : ISharedStore
{
    private const string Dispatcher = "lock:dispatcher";

    /// <summary>So often at least it looks for what no notification tells, such as a lease that is over; for a short lease more
    /// often.</summary>
    public static readonly TimeSpan LookEvery = TimeSpan.FromSeconds(2);

    private const long Skewed = 2000;

    private readonly RedisServer server;
    private readonly RedisHome home;
    private readonly StoreContext context;
    private readonly TimeSpan lease;
    private readonly ITimer look,
        renewal;
    private readonly string token;
    private readonly Lock gate = new();
    private int openings;
    private string? epoch;
    private long ahead;

    public RedisStore(RedisUrl url, RedisHome home, StoreContext context, TimeSpan? lease = null)
    {
        (this.home, this.context, this.lease) = (home, context, lease ?? url.Lease);
        token = home.Consumer + "#";
        server = new RedisServer(url, home.Prefix, home.Consumer, context.Time, Woken);
        var renewed = this.lease / 3;
        var looks = renewed < LookEvery ? renewed : LookEvery;
        look = context.Time.CreateTimer(_ => Woken(), null, looks, looks);
        renewal = context.Time.CreateTimer(_ => StayAtWork(), null, renewed, renewed);
    }

    /// <summary>The store that a plan names; one that says why it cannot be used where its URL is missing or wrong.</summary>
    public static ISharedStore Open(QueueAddress address, StoreContext context)
    {
        if (UrlOf(address.UrlVariable, context.Environment, context.State, out var problem) is not { } url)
            return new UnusableStore(problem!);
        if (context.ProjectDir is not { } project)
            return new UnusableStore("the consumer was not told which project it works for");
        try
        {
            return new RedisStore(
                url,
                RedisHome.Of(address.Stream, project, !address.IsOwn, context.State, Files.SpoolOwner.NameOfThisProcess()),
                context
            );
        }
        catch (IOException e)
        {
            return new UnusableStore(e.Message);
        }
    }

    /// <summary>The server that a variable names; null, and why not.</summary>
    /// <param name="state">What hooks had in their environment is looked at where this process does not have it.</param>
    public static RedisUrl? UrlOf(string variable, Func<string, string?> environment, StateFolder state, out string? problem)
    {
        var text = environment(variable) is { Length: > 0 } own
            ? own
            : ActionEnvironment.All(state, environment).Select(hook => hook(variable)).FirstOrDefault(value => value is { Length: > 0 });
        if (text is null)
        {
            problem = $"the variable {variable} is not set";
            return null;
        }

        var url = RedisUrl.TryParse(text, out var wrong);
        problem = url is null ? $"the value of {variable} is no URL of a server: {wrong}" : null;
        return url;
    }

    public bool KeepsForGood => false;

    public bool IsEmpty => server.IsUsable && Unended == 0 && inHand.Count == 0 && !HasUnwritten;

    public string? Problem => server.Problem;

    /// <summary>Its clock is so far before this machine's, in milliseconds.</summary>
    public long Ahead => ahead;

    public async ValueTask DisposeAsync()
    {
        await look.DisposeAsync().ConfigureAwait(false);
        await renewal.DisposeAsync().ConfigureAwait(false);
        try
        {
            if (server.IsUsable)
            {
                await Flush().ConfigureAwait(false);
                await LetGoOfAll().ConfigureAwait(false);
            }
        }
        catch (StoreUnusableException)
        {
            // What it had comes to others when its lease is over.
        }

        await server.DisposeAsync().ConfigureAwait(false);
    }

    private long ServerNow => context.Time.GetUtcNow().ToUnixTimeMilliseconds() + ahead;

    private RedisKey Key(string name) => $"{home.Prefix}:{name}";

    internal void Woken()
    {
        isWoken = true;
        context.OnChange();
    }

    /// <summary>False where the server cannot be used. Where it was opened anew its data may be others.</summary>
    private async ValueTask<bool> IsReady()
    {
        if (!await server.IsReady().ConfigureAwait(false))
            return false;
        if (server.Openings == openings)
            return true;
        try
        {
            await Opened().ConfigureAwait(false);
            return true;
        }
        catch (StoreUnusableException)
        {
            return false;
        }
    }

    private async ValueTask Opened()
    {
        var (number, opening) = (server.Openings, server.Opened);
        if (opening is null)
            throw new StoreUnusableException("it was lost again");
        ahead = opening.Ahead;
        if (epoch is not null && epoch != opening.Epoch)
        {
            // It came back empty: what was to be written there is written about nothing.
            writes.Clear();
            promoted.Clear();
            lock (gate)
                inHand.Clear();
        }

        epoch = opening.Epoch;
        Leads = false;
        await Inherit().ConfigureAwait(false);
        await FindForwarded().ConfigureAwait(false);
        openings = number;
    }

    /// <summary>What consumers of this machine had in hand that are dead need not wait for the end of their lease.</summary>
    private async Task Inherit()
    {
        var now = ServerNow;
        var holders = (string[])(await server.Run(RedisScript.Inherit, now).ConfigureAwait(false))!;
        var dead = holders.Distinct(StringComparer.Ordinal).Where(IsDead).Select(name => (RedisValue)name).ToArray();
        if (dead.Length > 0)
            await server.Run(RedisScript.Inherit, [now, .. dead]).ConfigureAwait(false);
    }

    private bool IsDead(string consumer) =>
        consumer != home.Consumer
        && consumer.StartsWith(home.Machine + "/", StringComparison.Ordinal)
        && Files.SpoolOwner.IsGone(consumer[(home.Machine.Length + 1)..]);

    private static string Text(long number) => number.ToString(CultureInfo.InvariantCulture);
}
