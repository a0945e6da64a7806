using System.Globalization;
using StackExchange.Redis;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>A server cannot be used now; the message says why and what to do, and holds no secret.</summary>
internal sealed class RedisUnusableException(string problem) : StoreUnusableException(problem);

/// <summary>What a server is found to be when it is opened.</summary>
/// <param name="Ahead">Its clock's milliseconds before this machine's.</param>
internal sealed record RedisOpening(string Epoch, string Version, long Ahead);

/// <summary>One connection to a server: made when it is first needed, made anew in the background after a fault, so that nobody waits
/// for a server that does not answer more than once.</summary>
internal sealed class RedisServer(RedisUrl url, string prefix, string name, TimeProvider time, Action onChange, bool isLook = false)
    : IAsyncDisposable
{
    public const string Format = "1";
    private const int Oldest = 0x00070000;
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100),
        LongestRetry = TimeSpan.FromSeconds(10);

    private readonly RedisKey[] keys = [$"{prefix}:meta"];
    private readonly CancellationTokenSource closing = new();
    private readonly Lock gate = new();
    private ConnectionMultiplexer? connection;
    private Task? opening;
    private volatile RedisOpening? opened;

    public RedisUrl Url => url;

    /// <summary>Why it cannot be used; null where it can, or was not tried yet.</summary>
    public string? Problem { get; private set; }

    /// <summary>Null as long as it cannot be used.</summary>
    public RedisOpening? Opened => opened;

    /// <summary>How often it was opened: behind each number may be other data.</summary>
    public int Openings { get; private set; }

    public bool IsUsable => opened is not null;

    /// <summary>Opens it where nobody tried yet, and waits for that one try. False where it cannot be used.</summary>
    public async ValueTask<bool> IsReady()
    {
        if (opened is not null)
            return true;
        if (Problem is not null)
            return false;
        Task task;
        lock (gate)
            task = opening ??= Task.Run(Open);
        await task.ConfigureAwait(false);
        return opened is not null;
    }

    /// <summary>Runs a script of which the epoch is the first argument.</summary>
    /// <exception cref="RedisUnusableException">The server cannot be used now, or is full.</exception>
    public Task<RedisResult> Run(RedisScript script, params RedisValue[] args) =>
        Ask((used, now) => Evaluate(used, script, [now.Epoch, .. args]));

    /// <summary>Adds an entry to a stream, and ends with a script that may take it back: both in one piece.</summary>
    /// <param name="args">Of the script, behind the epoch and before the ids; it can be asked with them alone.</param>
    /// <exception cref="RedisUnusableException">The server cannot be used now, or is full.</exception>
    public Task<RedisResult> Add(RedisKey stream, NameValueEntry[] entry, RedisScript last, RedisValue[] args, RedisValue[] ids) =>
        Ask(
            async (used, now) =>
            {
                var transaction = used.GetDatabase().CreateTransaction();
                _ = transaction.StreamAddAsync(stream, entry, flags: CommandFlags.FireAndForget);
                // By its text and not by its hash: a server that has forgotten it would keep the entry.
                var answer = transaction.ScriptEvaluateAsync(last.Text, keys, [now.Epoch, .. args, .. ids]);
                try
                {
                    await transaction.ExecuteAsync(CommandFlags.DemandMaster).ConfigureAwait(false);
                }
                catch (RedisServerException e) when (RedisFault.IsDiscarded(e))
                {
                    // Nothing was done, and the answer does not say why: the script alone does.
                    await Evaluate(used, last, [now.Epoch, .. args]).ConfigureAwait(false);
                    throw;
                }

                return await answer.ConfigureAwait(false);
            }
        );

    public Task<T> Ask<T>(Func<IDatabase, Task<T>> question) => Ask((used, _) => question(used.GetDatabase()));

    public Task<T> Ask<T>(Func<ConnectionMultiplexer, Task<T>> question) => Ask((used, _) => question(used));

    private async Task<T> Ask<T>(Func<ConnectionMultiplexer, RedisOpening, Task<T>> question)
    {
        if (opened is not { } now || connection is not { } used)
            throw new RedisUnusableException(Problem ?? $"{url.Name} is not connected");
        try
        {
            return await question(used, now).ConfigureAwait(false);
        }
        catch (Exception e) when (RedisFault.IsOfServer(e))
        {
            throw await Failed(e, now).ConfigureAwait(false);
        }
    }

    public async ValueTask DisposeAsync()
    {
        await closing.CancelAsync().ConfigureAwait(false);
        if (opening is { } task)
            await task.ConfigureAwait(false);
        if (connection is not null)
            await connection.DisposeAsync().ConfigureAwait(false);
        closing.Dispose();
    }

    private async Task<RedisUnusableException> Failed(Exception e, RedisOpening during)
    {
        var problem = RedisFault.Describe(e, url);
        if (RedisFault.IsFull(e))
            return new RedisUnusableException(problem);
        if (e is not RedisServerException)
            problem = await RedisReach.Diagnose(url, closing.Token).ConfigureAwait(false) ?? problem;
        lock (gate)
        {
            if (opened == during)
            {
                opened = null;
                Problem = RedisFault.IsEpoch(e) ? null : problem;
                opening = Task.Run(OpenAgain);
            }
        }

        return new RedisUnusableException(problem);
    }

    private async Task OpenAgain()
    {
        var retry = FirstRetry;
        while (!closing.IsCancellationRequested)
        {
            await Open().ConfigureAwait(false);
            if (opened is not null)
            {
                onChange();
                return;
            }

            try
            {
                await Task.Delay(retry, closing.Token).ConfigureAwait(false);
            }
            catch (OperationCanceledException)
            {
                return;
            }

            retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        }
    }

    /// <summary>One try. After the first that fails more follow in the background.</summary>
    private async Task Open()
    {
        try
        {
            connection ??= await Connect().ConfigureAwait(false);
            var found = await Look(connection).ConfigureAwait(false);
            lock (gate)
            {
                Openings++;
                Problem = null;
                opened = found;
            }
        }
        catch (Exception e) when (RedisFault.IsOfServer(e))
        {
            Problem =
                e is RedisUnusableException ? e.Message
                : e is RedisServerException ? RedisFault.Describe(e, url)
                : IsAboutCredentials(e) ? RedisFault.Describe(e, url)
                : await RedisReach.Diagnose(url, closing.Token).ConfigureAwait(false) ?? RedisFault.Describe(e, url);
            lock (gate)
                if (Openings == 0 && !isRetrying)
                {
                    isRetrying = true;
                    opening = Task.Run(OpenAgain);
                }
        }
    }

    private bool isRetrying;

    private static bool IsAboutCredentials(Exception e) =>
        e is RedisConnectionException { FailureType: ConnectionFailureType.AuthenticationFailure };

    private async Task<ConnectionMultiplexer> Connect()
    {
        // Where nothing listens the library waits out its time before it says so.
        if (await RedisReach.Diagnose(url, closing.Token).ConfigureAwait(false) is { } problem)
            throw new RedisUnusableException(problem);
        var made = await ConnectionMultiplexer.ConnectAsync(url.Options(isLook)).ConfigureAwait(false);
        if (isLook)
            return made;
        try
        {
            await made.GetSubscriber().SubscribeAsync(RedisChannel.Literal($"{prefix}:wake"), (_, _) => onChange()).ConfigureAwait(false);
        }
        catch
        {
            await made.DisposeAsync().ConfigureAwait(false);
            throw;
        }

        return made;
    }

    private async Task<RedisOpening> Look(ConnectionMultiplexer used)
    {
        var before = time.GetUtcNow();
        var answer = (RedisResult[])
            (await Evaluate(used, RedisScript.Open, [isLook ? "" : Guid.NewGuid().ToString("N")[..16], name]).ConfigureAwait(false))!;
        var here = before + ((time.GetUtcNow() - before) / 2);
        var version = (int)answer[0];
        if (version < Oldest)
            throw new RedisUnusableException($"{url.Name} is older than Redis 7.0, which this needs{VersionOf(used)}");
        if ((string?)answer[1] is var format && format != Format && !(isLook && format is null or ""))
            throw new RedisUnusableException(
                $"what lies in {url.Name} under {prefix} has format {Engine.Printable.Line(format ?? "")}, and this version reads "
                    + $"format {Format}: let every machine of the project have the same hookrules, or name another stream"
            );
        return new RedisOpening(
            (string)answer[2]!,
            string.Create(CultureInfo.InvariantCulture, $"{version >> 16}.{(version >> 8) & 0xff}.{version & 0xff}"),
            long.Parse((string)answer[3]!, CultureInfo.InvariantCulture) - here.ToUnixTimeMilliseconds()
        );
    }

    private static string VersionOf(ConnectionMultiplexer used) =>
        used.GetServers() is [var server, ..] ? $" (it says {server.Version})" : "";

    private async Task<RedisResult> Evaluate(ConnectionMultiplexer used, RedisScript script, RedisValue[] args)
    {
        var database = used.GetDatabase();
        try
        {
            return await database.ScriptEvaluateAsync(script.Hash, keys, args, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
        catch (RedisServerException e) when (RedisFault.IsUnknownScript(e))
        {
            // A server that was restarted has forgotten it.
            await database.ExecuteAsync("SCRIPT", "LOAD", script.Text).ConfigureAwait(false);
            return await database.ScriptEvaluateAsync(script.Hash, keys, args, CommandFlags.DemandMaster).ConfigureAwait(false);
        }
    }
}
