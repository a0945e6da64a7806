using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Runtime.Stores.Files;
using Microsoft.Data.Sqlite;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>Looks into a queue's database without changing it.</summary>
internal static class SqliteLook
{
    private const string Columns = "SELECT id, body, due, hold.owner, hold.until, t.owner";

    public static QueueLook At(QueueAddress address, StateFolder state, DateTimeOffset now, int most)
    {
        try
        {
            using var db = SqliteDatabase.OpenToLook(address.Path);
            if (db is null || ProjectNumber.Read(state) is not { } project)
                return new QueueLook(address);
            // What is at work first: it says what others wait for.
            List<QueueItem> items = [.. ItemsOf(db, project, isEvent: true, now, most), .. ItemsOf(db, project, isEvent: false, now, most)];
            return new QueueLook(address)
            {
                Events = Count(db, project, "event", "owner IS NULL AND due = 0"),
                Orders = Count(db, project, "orders", "owner IS NULL AND due = 0"),
                Later =
                    Count(db, project, "event", "owner IS NULL AND due > 0") + Count(db, project, "orders", "owner IS NULL AND due > 0"),
                InHand = items.Count(item => item.Lives == true),
                LeftBehind = items.Count(item => item.Lives == false),
                Items = [.. items.OrderBy(item => item.Lives is null)],
            };
        }
        catch (SqliteException e)
        {
            return new QueueLook(address) { Problem = SqliteDatabase.Describe(e) };
        }
        catch (IOException e)
        {
            return new QueueLook(address) { Problem = e.Message };
        }
    }

    /// <summary>Null, or why a consumer could not use it.</summary>
    public static string? Try(QueueAddress address, Durability durability)
    {
        try
        {
            if (SqliteFile.Prepare(address.Path, address.Root) is { } refused)
                return refused;
            using var db = SqliteDatabase.Open(address.Path, durability, SqliteDatabase.LessPatience);
            db.Write(() => { });
            return null;
        }
        catch (SqliteException e)
        {
            return SqliteDatabase.Describe(e);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return e.Message;
        }
    }

    private static int Count(SqliteDatabase db, long project, string table, string which) =>
        db.Query($"SELECT count(*) FROM {table} WHERE project = $1 AND {which}", row => row.GetInt32(0), project)[0];

    private static IEnumerable<QueueItem> ItemsOf(SqliteDatabase db, long project, bool isEvent, DateTimeOffset now, int most)
    {
        var from = $"{Columns} FROM {(isEvent ? "event" : "orders")} AS t LEFT JOIN hold ON hold.n = t.owner WHERE t.project = $1";
        // All that is at work, which is never many, and the oldest of what waits.
        var rows = db.Query($"{from} AND t.owner IS NOT NULL", Read, project);
        rows.AddRange(db.Query($"{from} AND t.owner IS NULL ORDER BY t.n LIMIT $2", Read, project, most));
        return rows;

        QueueItem Read(SqliteDataReader row) =>
            new(
                row.GetString(0),
                row.GetFieldValue<byte[]>(1),
                isEvent,
                row.GetInt64(2) is var due and > 0 ? DateTimeOffset.FromUnixTimeMilliseconds(due) : null,
                row.IsDBNull(5) ? null : !row.IsDBNull(3) && SpoolOwner.IsAlive(row.GetString(3), row.GetInt64(4), now)
            );
    }
}
