using System.Globalization;

namespace HookRules.Engine;

/// <summary>What became of a publishing; a full or read-only disk is a result, not an exception.</summary>
public readonly record struct PublishResult(string? Problem)
{
    public bool Ok => Problem is null;
}

/// <summary>
/// The queue as a folder: written to <c>tmp/</c>, published by a rename into <c>new/</c>, claimed by a rename into the consumer's own
/// folder below <c>claimed/</c>.
/// A rename is atomic on every system; a lock on the file would not keep a second reader away on Linux.
/// </summary>
public sealed partial class FileSpool : IQueue, IDisposable
{
    private const string Extension = ".json";
    private static readonly TimeSpan RenewEvery = TimeSpan.FromSeconds(5);
    private static readonly TimeSpan AskOthersFor = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan LongestWait = TimeSpan.FromHours(1);
    private static readonly TimeSpan KeepUnfinished = TimeSpan.FromHours(1);

    private readonly StateFolder state;
    private readonly TimeProvider time;
    private readonly Durability durability;
    private readonly SpoolOwner owner;
    private readonly string claims;
    private readonly Lock gate = new();
    private readonly Queue<string> found = new();
    private readonly HashSet<string> held = [];
    private readonly Dictionary<string, long> leftToOthers = [];
    private readonly ITimer renewal;
    private TimeSpan lease = TimeSpan.FromSeconds(15);
    private bool ready;
    private bool disposed;

    public FileSpool(StateFolder state, TimeProvider time, Durability durability = Durability.Fast)
        : this(state, time, durability, SpoolOwner.OfThisProcess()) { }

    internal FileSpool(StateFolder state, TimeProvider time, Durability durability, SpoolOwner owner)
    {
        (this.state, this.time, this.durability, this.owner) = (state, time, durability, owner);
        claims = state.Spool("claimed", owner.Folder);
        renewal = time.CreateTimer(_ => Renew(), null, RenewEvery, RenewEvery);
    }

    /// <summary>Why nothing can be claimed now; null where all is well.</summary>
    public string? Problem { get; private set; }

    /// <summary>Called for what cannot be read and was put aside.</summary>
    public Action<string>? OnUnreadable { get; init; }

    /// <summary>The hook's way: no lock, no scan, no thread; the fewest system calls that leave no half message behind.</summary>
    public static PublishResult Publish(StateFolder state, in Envelope envelope, Durability durability)
    {
        if (state.Prepare() is { } problem)
            return new PublishResult(problem);
        var name = envelope.Id + Extension;
        var unfinished = state.Spool("tmp", name);
        var published = state.Spool("new", name);
        return new PublishResult(
            OperatingSystem.IsLinux()
                ? PublishLinux(state, envelope, unfinished, published, durability)
                : PublishPortable(state, envelope, unfinished, published, durability)
        );
    }

    public Task Publish(Envelope envelope, CancellationToken ct)
    {
        var result = Publish(state, envelope, durability);
        return result.Ok ? Task.CompletedTask : Task.FromException(new IOException(result.Problem));
    }

    public Task<Delivery?> Receive(TimeSpan lease, CancellationToken ct)
    {
        ct.ThrowIfCancellationRequested();
        lock (gate)
        {
            this.lease = lease;
            if (found.Count == 0)
                Scan();
            while (found.TryDequeue(out var name))
            {
                if (Claim(name) is { } delivery)
                    return Task.FromResult<Delivery?>(delivery);
            }
        }

        return Task.FromResult<Delivery?>(null);
    }

    public Task Ack(Delivery delivery, CancellationToken ct)
    {
        lock (gate)
            held.Remove(delivery.Receipt);
        Remove(Path.Join(claims, delivery.Receipt));
        return Task.CompletedTask;
    }

    public Task Nack(Delivery delivery, TimeSpan retryAfter, CancellationToken ct)
    {
        var claimed = Path.Join(claims, delivery.Receipt);
        lock (gate)
        {
            held.Remove(delivery.Receipt);
            if (retryAfter == Timeout.InfiniteTimeSpan)
            {
                // Under its old name: it has not been tried.
                leftToOthers[delivery.Receipt] = time.GetTimestamp();
                Move(claimed, "new", delivery.Receipt);
            }
            else if (retryAfter <= TimeSpan.Zero)
            {
                Move(claimed, "new", NextAttempt(delivery.Receipt));
            }
            else
            {
                var due = (time.GetUtcNow() + retryAfter).ToUnixTimeMilliseconds();
                Move(claimed, "later", string.Create(CultureInfo.InvariantCulture, $"{due:D13}+{NextAttempt(delivery.Receipt)}"));
            }
        }

        return Task.CompletedTask;
    }

    public void Dispose()
    {
        lock (gate)
        {
            if (disposed)
                return;
            disposed = true;
            renewal.Dispose();
            if (held.Count > 0 || !ready)
                return;
            Remove(Path.Join(claims, SpoolOwner.FileName));
            try
            {
                Directory.Delete(claims);
            }
            catch (IOException)
            {
                // Something is left in it, which the next consumer returns.
            }
        }
    }

    /// <summary>Lists what is there: one pass over the folder for many envelopes.</summary>
    private void Scan()
    {
        if (!ready && !MakeReady())
            return;
        ReturnDeadClaims();
        ReturnWhatIsDue();
        var names = Names("new");
        Forget(names);
        names.Sort(StringComparer.Ordinal);
        foreach (var name in names)
        {
            if (!leftToOthers.ContainsKey(name))
                found.Enqueue(name);
        }
    }

    private void Forget(List<string> present)
    {
        if (leftToOthers.Count == 0)
            return;
        var there = present.ToHashSet();
        foreach (var (name, since) in leftToOthers.ToArray())
        {
            if (!there.Contains(name) || time.GetElapsedTime(since) >= AskOthersFor)
                leftToOthers.Remove(name);
        }
    }

    private Delivery? Claim(string name)
    {
        var claimed = Path.Join(claims, name);
        if (!TryMove(state.Spool("new", name), claimed))
        {
            // Another consumer was faster, or has cleared our folder away, taking us for dead.
            if (File.Exists(state.Spool("new", name)) is false || !MakeReady() || !TryMove(state.Spool("new", name), claimed))
                return null;
        }

        Envelope? envelope;
        string? problem;
        try
        {
            envelope = Envelope.TryRead(File.ReadAllBytes(claimed), out problem);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            (envelope, problem) = (null, e.Message);
        }

        if (envelope is null)
        {
            Move(claimed, "dead", name + ".unreadable");
            OnUnreadable?.Invoke($"{name} cannot be read and was put into {state.Spool("dead")}: {problem}");
            return null;
        }

        held.Add(name);
        return new Delivery(envelope, AttemptOf(name), name);
    }

    private bool MakeReady()
    {
        try
        {
            Problem = state.Prepare();
            if (Problem is not null)
                return false;
            foreach (var folder in (ReadOnlySpan<string>)["tmp", "new", "claimed", "later", "dead"])
                state.CreateBelow(state.Spool(folder));
            if (!state.CreateBelow(claims, out var problem))
            {
                Problem = problem;
                return false;
            }

            owner.Write(claims, time.GetUtcNow(), lease);
            RemoveUnfinished();
            ready = true;
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Problem = e.Message;
            return false;
        }
    }

    private void Renew()
    {
        lock (gate)
        {
            if (disposed || held.Count == 0)
                return;
            try
            {
                owner.Write(claims, time.GetUtcNow(), lease);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A full disk: on this machine the claim holds without it.
            }
        }
    }

    private void ReturnDeadClaims()
    {
        foreach (var folder in Folders("claimed"))
        {
            if (folder == claims || SpoolOwner.IsAlive(folder, time.GetUtcNow()))
                continue;
            foreach (var path in Directory.EnumerateFiles(folder, "*" + Extension))
            {
                var name = Path.GetFileName(path);
                if (name != SpoolOwner.FileName)
                    Move(path, "new", NextAttempt(name));
            }

            try
            {
                Remove(Path.Join(folder, SpoolOwner.FileName));
                Directory.Delete(folder);
            }
            catch (IOException)
            {
                // Another consumer is at it as well.
            }
        }
    }

    private void ReturnWhatIsDue()
    {
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        foreach (var name in Names("later"))
        {
            // What seems to wait for longer than anybody asks for was put there before the clock was set back.
            if (DueOf(name) is { } due && (due <= now || due > now + (long)LongestWait.TotalMilliseconds))
                TryMove(state.Spool("later", name), state.Spool("new", name[(name.IndexOf('+', StringComparison.Ordinal) + 1)..]));
        }
    }

    // What a killed hook left in tmp/ was never acknowledged; the hour keeps us away from one that still writes.
    private void RemoveUnfinished()
    {
        foreach (var path in Directory.EnumerateFiles(state.Spool("tmp")))
        {
            if (time.GetUtcNow() - File.GetLastWriteTimeUtc(path) > KeepUnfinished)
                Remove(path);
        }
    }

    private List<string> Names(string folder)
    {
        try
        {
            return [.. new DirectoryInfo(state.Spool(folder)).EnumerateFiles("*" + Extension).Select(file => file.Name)];
        }
        catch (DirectoryNotFoundException)
        {
            ready = false;
            return [];
        }
    }

    private string[] Folders(string folder)
    {
        try
        {
            return Directory.GetDirectories(state.Spool(folder));
        }
        catch (DirectoryNotFoundException)
        {
            return [];
        }
    }

    private void Move(string path, string folder, string name)
    {
        var target = state.Spool(folder, name);
        if (TryMove(path, target))
            return;
        state.CreateBelow(state.Spool(folder));
        TryMove(path, target);
    }

    private static bool TryMove(string from, string to)
    {
        if (!OperatingSystem.IsWindows())
            return Libc.Rename(from, to) == 0;
        try
        {
            File.Move(from, to, overwrite: true);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private static void Remove(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            Libc.Unlink(path);
            return;
        }

        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The envelope comes again: at least once.
        }
    }

    private static long? DueOf(string name) =>
        name.IndexOf('+', StringComparison.Ordinal) is var at and > 0
        && long.TryParse(name.AsSpan(0, at), NumberStyles.None, CultureInfo.InvariantCulture, out var due)
            ? due
            : null;

    // The attempt stands in the name (id~2.json), so that counting it needs no second file and no rewriting.
    private static int AttemptOf(string name) =>
        name.LastIndexOf('~') is var at and > 0
        && int.TryParse(name.AsSpan((at + 1)..^Extension.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var attempt)
            ? attempt
            : 1;

    private static string NextAttempt(string name)
    {
        var stem = name.LastIndexOf('~') is var at and > 0 ? name[..at] : name[..^Extension.Length];
        return string.Create(CultureInfo.InvariantCulture, $"{stem}~{AttemptOf(name) + 1}{Extension}");
    }
}
