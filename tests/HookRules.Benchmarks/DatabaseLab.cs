using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Sqlite;
using Microsoft.Data.Sqlite;

namespace HookRules.Benchmarks;

/// <summary>Events through <c>queue sqlite</c> as a consumer takes them: forwarded, read, claimed and finished in batches.</summary>
internal sealed class DatabaseLab(string path, Project project, byte[] payload) : IDisposable
{
    private const int Batch = 100;

    private readonly SqliteStore store = new(
        new QueueAddress(QueueKind.Sqlite, path),
        new StoreContext
        {
            State = project.State,
            Time = TimeProvider.System,
            Durability = Durability.Fast,
            Environment = _ => null,
            Spool = new FileStore(project.State, TimeProvider.System, Durability.Fast),
            OnChange = () => { },
            OnProblem = problem => throw new IOException(problem),
        }
    );

    public void Pass(int count)
    {
        for (var i = 0; i < count; i += Batch)
            Await(
                store.Publish([
                    .. Enumerable
                        .Range(0, Batch)
                        .Select(_ =>
                            Envelope.Create(TimeProvider.System.GetUtcNow(), project.Hash, project.Folder, project.PlanPath, payload)
                        ),
                ])
            );
        while (Await(store.Arrivals(Batch)) is { Count: > 0 } arrivals)
        {
            foreach (var arrival in arrivals)
                Await(store.Promote(arrival, OrderOf(arrival.Event!)));
            var leases = Await(store.Orders(null, Batch));
            Await(((IWorkStore)store).Begin(leases));
            foreach (var lease in leases)
                Await(store.Finish(lease, [], []));
            Await(store.Flush());
        }
    }

    public void Dispose() => Await(store.DisposeAsync());

    private static Order OrderOf(Envelope envelope) =>
        new()
        {
            Id = envelope.Id + ".0",
            Plan = envelope.PlanHash,
            PlanPath = envelope.PlanPath,
            Project = envelope.ProjectDir,
            Rule = "r",
            Branch = "r/a",
            Action = "a",
            Key = "k",
            Event = "PostToolUse",
            Events = [envelope.Id],
            Payload = envelope.Payload,
        };

    private static void Await(ValueTask task) => task.AsTask().GetAwaiter().GetResult();

    private static T Await<T>(ValueTask<T> task) => task.AsTask().GetAwaiter().GetResult();
}

/// <summary>The same in SQLite alone: a table with a number, a text that is its own, and what is in it.</summary>
internal sealed class PlainDatabase : IDisposable
{
    private const int Batch = 100;

    private readonly byte[] payload;
    private readonly SqliteConnection connection;
    private long next;

    public PlainDatabase(string path, byte[] payload)
    {
        this.payload = payload;
        connection = new SqliteConnection($"Data Source={path};Pooling=False");
        connection.Open();
        Run("PRAGMA journal_mode = WAL");
        Run("PRAGMA synchronous = NORMAL");
        Run("CREATE TABLE event(n INTEGER PRIMARY KEY, id TEXT UNIQUE, body BLOB, owner TEXT)");
        Run("CREATE INDEX free ON event(n) WHERE owner IS NULL");
    }

    public void Pass(int count)
    {
        using var insert = Command("INSERT INTO event(id, body) VALUES ($1, $2)", "$1", "$2");
        insert.Parameters[1].Value = payload;
        for (var i = 0; i < count; i += Batch)
        {
            Run("BEGIN IMMEDIATE");
            for (var k = 0; k < Batch; k++)
            {
                insert.Parameters[0].Value = $"{next++:D30}";
                insert.ExecuteNonQuery();
            }

            Run("COMMIT");
        }

        using var claim = Command(
            $"UPDATE event SET owner = 'me' WHERE n IN (SELECT n FROM event WHERE owner IS NULL LIMIT {Batch}) RETURNING n, body"
        );
        using var delete = Command("DELETE FROM event WHERE n = $1", "$1");
        while (true)
        {
            var rows = new List<(long Number, byte[] Body)>();
            Run("BEGIN IMMEDIATE");
            using (var reader = claim.ExecuteReader())
                while (reader.Read())
                    rows.Add((reader.GetInt64(0), reader.GetFieldValue<byte[]>(1)));
            Run("COMMIT");
            if (rows.Count == 0)
                return;
            Run("BEGIN IMMEDIATE");
            foreach (var (number, _) in rows)
            {
                delete.Parameters[0].Value = number;
                delete.ExecuteNonQuery();
            }

            Run("COMMIT");
        }
    }

    public void Dispose() => connection.Dispose();

    private void Run(string sql)
    {
        using var command = Command(sql);
        command.ExecuteNonQuery();
    }

    private SqliteCommand Command(string sql, params ReadOnlySpan<string> names)
    {
        var command = connection.CreateCommand();
        command.CommandText = sql;
        foreach (var name in names)
            command.Parameters.Add(new SqliteParameter { ParameterName = name });
        return command;
    }
}
