using System.Globalization;
using HookRules.Runtime.Stores.Files;
using Microsoft.Data.Sqlite;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>Whether the database can be used now: opened when it is needed, tried again when it could not be, begun anew when it is
/// damaged; and what was put off is written before anything is read.</summary>
internal sealed partial class SqliteStore
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromMilliseconds(100),
        LongestRetry = TimeSpan.FromSeconds(10);

    private readonly List<Unwritten> unwritten = [];
    private SqliteDatabase? database;
    private SpoolWatcher? watcher;
    private DateTimeOffset? nextTry;
    private TimeSpan retry;
    private long project;

    /// <summary>This consumer's number in the database.</summary>
    private long holder;

    public string? Problem { get; private set; }

    public bool HasUnwritten
    {
        get
        {
            lock (gate)
                return unwritten.Count > 0;
        }
    }

    public ValueTask Flush()
    {
        lock (gate)
            if (unwritten.Count > 0)
                TryWrite();
        return ValueTask.CompletedTask;
    }

    public void Refresh()
    {
        lock (gate)
        {
            lookAtLater = true;
            TryUse(ReturnDeadClaims);
        }
    }

    public void Renew()
    {
        lock (gate)
            if (begun > 0 && database is not null)
                TryUse(Hold);
    }

    public ValueTask DisposeAsync()
    {
        watcher?.Dispose();
        lock (gate)
        {
            if (unwritten.Count > 0)
                TryWrite();
            if (begun == 0 && database is not null)
                TryUse(db => db.Run(Sql.LetGo, holder));
            database?.Dispose();
            database = null;
        }

        return ValueTask.CompletedTask;
    }

    /// <summary>Writes what was put off; false where that is not possible now.</summary>
    private bool TryWrite()
    {
        if (unwritten.Count == 0)
            return TryUse(_ => { });
        var isWritten = TryUse(db =>
            db.Write(() =>
            {
                var gone = new List<Gone>();
                foreach (var change in unwritten)
                {
                    if (change.Put is { } put)
                    {
                        // In the sequence in which it was told, and still many at once where nothing is put.
                        Delete(db, gone);
                        gone.Clear();
                        put(db);
                    }

                    gone.AddRange(change.Gone);
                }

                Delete(db, gone);
            })
        );
        if (!isWritten)
            return false;
        foreach (var change in unwritten)
            change.Done();
        unwritten.Clear();
        FaultPoint.Pass("write:after-commit");
        return true;
    }

    private void Must(Action<SqliteDatabase> use)
    {
        if (!TryUse(use))
            throw new IOException(Problem);
    }

    private bool TryUse(Action<SqliteDatabase> use)
    {
        if (nextTry > time.GetUtcNow())
            return false;
        // Damage is found once; what is damaged again at once is no case for beginning anew for ever.
        for (var isSecond = false; ; isSecond = true)
            try
            {
                use(Reach());
                if (Problem is not null)
                    (Problem, nextTry, retry, Reach().Waits) = (null, null, FirstRetry, patience);
                return true;
            }
            catch (SqliteException e) when (SqliteDatabase.IsCorrupt(e) && !isSecond && TryBeginAnew())
            {
                // Once more, on the new one.
            }
            catch (SqliteException e)
            {
                return Failed(SqliteDatabase.Describe(e));
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                return Failed(e.Message);
            }
    }

    private bool Failed(string problem)
    {
        Problem = problem;
        // What was to be given may have been half read.
        lookAtLater = true;
        nextTry = time.GetUtcNow() + retry;
        retry = retry * 2 < LongestRetry ? retry * 2 : LongestRetry;
        Close();
        return false;
    }

    private void Close()
    {
        database?.Dispose();
        database = null;
    }

    private SqliteDatabase Reach()
    {
        if (database is not null && database.IsInPlace)
            return database;
        var wasThere = database is not null;
        Close();
        if (SqliteFile.Prepare(address.Path, address.Root) is { } problem)
            throw new IOException(problem);
        if (project == 0)
            project = ProjectNumber.Of(context.State);
        database = SqliteDatabase.Open(address.Path, context.Durability, Problem is null ? patience : SqliteDatabase.LessPatience);
        if (wasThere)
        {
            Renumber();
            holder = 0;
            context.OnProblem($"{address} was removed or replaced while it was in use, so it begins anew; what waited in it is gone");
        }

        Hold(database);
        ReturnDeadClaims(database);
        watcher ??= new SpoolWatcher([Path.GetDirectoryName(address.Path)!], Changed, alsoWrites: true);
        return database;
    }

    // What this process writes is told as well, and it knows of that.
    private void Changed(string folder, string? name)
    {
        if (spool.HasOthers && (name is null || name.StartsWith(Path.GetFileName(address.Path), StringComparison.Ordinal)))
            context.OnChange();
    }

    /// <summary>Another file has other numbers; what was given is found there by its id.</summary>
    private void Renumber()
    {
        foreach (var given in (ReadOnlySpan<Dictionary<string, long>>)[givenEvents, givenOrders])
        foreach (var receipt in given.Keys.ToList())
            given[receipt] = 0;
        lastEvent = 0;
        ForgetHanded();
        lastOrder.Clear();
        lookAtLater = true;
    }

    /// <summary>The damaged file gets another name, what can be read of it goes into a new one.</summary>
    private bool TryBeginAnew()
    {
        Close();
        try
        {
            if (SqliteFile.Prepare(address.Path, address.Root) is not null)
                return false;
            var aside = SqliteFile.SetAside(address.Path, time.GetUtcNow());
            SqliteFile.Prepare(address.Path, address.Root);
            database = SqliteDatabase.Open(address.Path, context.Durability, patience);
            Renumber();
            holder = 0;
            var (events, orders) = SqliteSalvage.Copy(aside, database);
            context.OnProblem(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"{address} is damaged and was put aside as {aside}; a new one has taken its place, "
                        + $"with {events} events and {orders} orders that could be read"
                )
            );
            return true;
        }
        catch (Exception e) when (e is SqliteException or IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }

    private void ReturnDeadClaims(SqliteDatabase db)
    {
        var now = time.GetUtcNow();
        var dead = db.Query(Sql.Holders, row => (Number: row.GetInt64(0), Owner: row.GetString(1), UntilMs: row.GetInt64(2)), project)
            .Where(one => one.Number != holder && !SpoolOwner.IsAlive(one.Owner, one.UntilMs, now))
            .ToList();
        if (dead.Count == 0)
            return;
        db.Write(() =>
        {
            foreach (var one in dead)
                db.Run(Sql.LetGo, one.Number);
            foreach (var isEvent in (ReadOnlySpan<bool>)[true, false])
                db.Run(Sql.TakeBack.Of(isEvent), project, now.ToUnixTimeMilliseconds());
        });
        lookAtLater = true;
    }

    /// <summary>Says that this consumer lives, for those who cannot see its process.</summary>
    private void Hold(SqliteDatabase db) =>
        holder = db.Query(
            Sql.Hold,
            row => row.GetInt64(0),
            holder == 0 ? null : holder,
            project,
            owner.Text,
            (time.GetUtcNow() + Lease).ToUnixTimeMilliseconds()
        )[0];

    /// <summary>A change that was told and is not in the database yet, and what is to be done when it is.</summary>
    private sealed record Unwritten(Action<SqliteDatabase>? Put, IReadOnlyList<Gone> Gone, Action Done);
}
