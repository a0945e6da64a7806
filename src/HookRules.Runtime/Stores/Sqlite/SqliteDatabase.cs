using HookRules.Engine;
using Microsoft.Data.Sqlite;
using SQLitePCL;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>A file is not to be used as a queue, and why: nothing in it was changed.</summary>
internal sealed class SqliteRefusedException(string problem) : IOException(problem);

/// <summary>One connection to a queue's database: opened as the queue needs it, its statements compiled once.</summary>
internal sealed class SqliteDatabase : IDisposable
{
    /// <summary>Stands in <c>user_version</c>.</summary>
    public const int Format = 1;

    private const int Corrupt = 11,
        NotADatabase = 26,
        Busy = 5,
        Locked = 6,
        ReadOnly = 8,
        IoError = 10,
        Full = 13,
        CannotOpen = 14;

    /// <summary>So large a file is not read through at every start.</summary>
    private const long MostChecked = 16 << 20;

    /// <summary>So long the lock of another program is waited for; where that was in vain, not for long again.</summary>
    public static readonly TimeSpan Patience = TimeSpan.FromSeconds(5),
        LessPatience = TimeSpan.FromMilliseconds(100);

    // A claim is looked for by its owner, an order that waits by its time; what is free is found by its number, behind the last one seen.
    private static readonly string[] Schema =
    [
        "CREATE TABLE event(n INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, id TEXT NOT NULL, ms INTEGER NOT NULL, "
            + "due INTEGER NOT NULL DEFAULT 0, owner INTEGER, deliveries INTEGER NOT NULL DEFAULT 0, body BLOB NOT NULL, "
            + "UNIQUE(project, id))",
        "CREATE TABLE orders(n INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, id TEXT NOT NULL, grp TEXT, "
            + "due INTEGER NOT NULL DEFAULT 0, ms INTEGER NOT NULL, owner INTEGER, deliveries INTEGER NOT NULL DEFAULT 0, "
            + "attempt INTEGER NOT NULL DEFAULT 1, body BLOB NOT NULL, UNIQUE(project, id))",
        // Who is at work here; a row's owner is one of these.
        "CREATE TABLE hold(n INTEGER PRIMARY KEY AUTOINCREMENT, project INTEGER NOT NULL, owner TEXT NOT NULL UNIQUE, "
            + "until INTEGER NOT NULL)",
        "CREATE INDEX event_held ON event(project, owner) WHERE owner IS NOT NULL",
        "CREATE INDEX orders_held ON orders(project, owner) WHERE owner IS NOT NULL",
        "CREATE INDEX event_later ON event(project, due) WHERE owner IS NULL AND due > 0",
        "CREATE INDEX orders_later ON orders(project, due) WHERE owner IS NULL AND due > 0",
    ];

    private static readonly Lazy<bool> hasLibrary = new(() =>
    {
        try
        {
            Batteries_V2.Init();
            return raw.sqlite3_libversion_number() > 0;
        }
        catch (Exception e) when (e is TypeInitializationException or DllNotFoundException or InvalidOperationException)
        {
            return false;
        }
    });

    private readonly SqliteConnection connection;
    private readonly Dictionary<string, SqliteCommand> commands = new(StringComparer.Ordinal);
    private readonly ulong? identity;
    private TimeSpan waits;

    private SqliteDatabase(string path)
    {
        if (!hasLibrary.Value)
            throw new SqliteRefusedException("SQLite's library is not beside the program hookrules; run: hookrules install");
        Path = path;
        identity = SqliteFile.Identity(path);
        connection = new SqliteConnection(
            new SqliteConnectionStringBuilder
            {
                DataSource = path,
                Mode = SqliteOpenMode.ReadWrite,
                Pooling = false,
                // SQLite itself waits for a lock; what has waited so long is not tried once more.
                DefaultTimeout = 1,
            }.ToString()
        );
    }

    public string Path { get; }

    /// <summary>It is still the file at its path.</summary>
    public bool IsInPlace => SqliteFile.Identity(Path) == identity;

    /// <summary>How long the lock of another program is waited for.</summary>
    public TimeSpan Waits
    {
        get => waits;
        set
        {
            waits = value;
            Run(FormattableString.Invariant($"PRAGMA busy_timeout = {value.TotalMilliseconds}"));
        }
    }

    /// <summary>Opens the database, and makes its tables where the file is empty.</summary>
    /// <exception cref="SqliteException">See <see cref="Describe"/> and <see cref="IsCorrupt"/>.</exception>
    /// <exception cref="SqliteRefusedException">It is somebody else's, or of another version.</exception>
    public static SqliteDatabase Open(string path, Durability durability, TimeSpan waits)
    {
        var database = new SqliteDatabase(path);
        try
        {
            database.connection.Open();
            database.Waits = waits;
            // Tables that somebody else has made run no code of theirs.
            database.Run("PRAGMA trusted_schema = OFF");
            database.Run("PRAGMA cell_size_check = ON");
            database.Refuse();
            if (database.Text("PRAGMA journal_mode = WAL") is var mode and not "wal")
                throw new SqliteRefusedException($"its file system gives SQLite no write-ahead log (it says \"{mode}\"); use another path");
            database.Run($"PRAGMA synchronous = {(durability == Durability.Fsync ? "FULL" : "NORMAL")}");
            database.MakeTables();
            if (new FileInfo(path).Length <= MostChecked && database.Text("PRAGMA quick_check(1)") is not "ok")
                throw new SqliteException("the file is damaged", Corrupt);
            return database;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens it to look at, changing nothing; null where nobody has made it yet.</summary>
    public static SqliteDatabase? OpenToLook(string path)
    {
        if (SqliteFile.Identity(path) is null)
            return null;
        var database = new SqliteDatabase(path);
        try
        {
            database.connection.Open();
            database.Waits = LessPatience;
            database.Run("PRAGMA trusted_schema = OFF");
            // What looks is gone at once: it is not to write the log back into the database.
            _ = raw.sqlite3_db_config(database.connection.Handle, raw.SQLITE_DBCONFIG_NO_CKPT_ON_CLOSE, 1, out _);
            database.Run("PRAGMA query_only = ON");
            database.Refuse();
            if (database.Tables().Count > 0)
                return database;
            database.Dispose();
            return null;
        }
        catch
        {
            database.Dispose();
            throw;
        }
    }

    /// <summary>Opens what is corrupt, to read what can be read of it.</summary>
    public static SqliteDatabase OpenDamaged(string path)
    {
        var database = new SqliteDatabase(path);
        database.connection.Open();
        database.Run("PRAGMA trusted_schema = OFF");
        return database;
    }

    /// <summary>All of it, or nothing. Nobody else writes meanwhile.</summary>
    public void Write(Action change)
    {
        Run("BEGIN IMMEDIATE");
        try
        {
            change();
            Run("COMMIT");
        }
        catch
        {
            RollBack();
            throw;
        }
    }

    /// <summary>Runs a statement with these values for <c>$1</c>, <c>$2</c>, …; how many rows it changed.</summary>
    public int Run(string sql, params ReadOnlySpan<object?> values) => Bind(sql, values).ExecuteNonQuery();

    public List<T> Query<T>(string sql, Func<SqliteDataReader, T> read, params ReadOnlySpan<object?> values)
    {
        using var rows = Bind(sql, values).ExecuteReader();
        var found = new List<T>();
        while (rows.Read())
            found.Add(read(rows));
        return found;
    }

    /// <summary>The number that the last insertion gave its row.</summary>
    public long LastRow => raw.sqlite3_last_insert_rowid(connection.Handle);

    public static bool IsCorrupt(SqliteException e) => e.SqliteErrorCode is Corrupt or NotADatabase;

    /// <summary>What is wrong, and what to do.</summary>
    public static string Describe(SqliteException e) =>
        e.SqliteErrorCode switch
        {
            Busy or Locked => "another program holds its lock; it is tried again",
            Full => "no space is left on its disk; make room",
            ReadOnly => "the file or its file system is read-only",
            CannotOpen => "it cannot be opened: its folder is missing, read-only or not yours to write to",
            IoError => FormattableString.Invariant(
                $"its disk gives errors, is full, or a limit on the size of files is reached (SQLite says {e.SqliteExtendedErrorCode})"
            ),
            Corrupt or NotADatabase => "it is damaged",
            _ => e.Message,
        };

    public void Dispose()
    {
        foreach (var command in commands.Values)
            command.Dispose();
        connection.Dispose();
    }

    private void Refuse()
    {
        var version = Query("PRAGMA user_version", row => row.GetInt32(0))[0];
        if (version is not (0 or Format))
            throw new SqliteRefusedException(
                FormattableString.Invariant(
                    $"its format is {version}, and this version of hookrules knows only {Format}; use another path, or the one that made it"
                )
            );
        var tables = Tables();
        if (version == Format ? !tables.SetEquals(Schema) : tables.Count > 0)
            throw new SqliteRefusedException("it is another program's database; use another path");
    }

    private HashSet<string> Tables() =>
        [.. Query("SELECT sql FROM sqlite_master WHERE name NOT LIKE 'sqlite_%'", row => row.IsDBNull(0) ? "" : row.GetString(0))];

    private void MakeTables()
    {
        if (Tables().Count > 0)
            return;
        Write(() =>
        {
            // Another consumer may have been faster.
            if (Tables().Count > 0)
                return;
            foreach (var statement in Schema)
                Run(statement);
            Run(FormattableString.Invariant($"PRAGMA user_version = {Format}"));
        });
    }

    private string? Text(string sql) => Query(sql, row => row.GetString(0)).FirstOrDefault();

    private void RollBack()
    {
        try
        {
            Run("ROLLBACK");
        }
        catch (SqliteException)
        {
            // SQLite has done so itself.
        }
    }

    private SqliteCommand Bind(string sql, ReadOnlySpan<object?> values)
    {
        if (!commands.TryGetValue(sql, out var command))
        {
            command = connection.CreateCommand();
            command.CommandText = sql;
            for (var i = 1; i <= values.Length; i++)
                command.Parameters.Add(new SqliteParameter { ParameterName = FormattableString.Invariant($"${i}") });
            commands[sql] = command;
        }

        for (var i = 0; i < values.Length; i++)
            command.Parameters[i].Value = values[i] ?? DBNull.Value;
        return command;
    }
}
