using Microsoft.Data.Sqlite;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>Reads what can be read of a damaged database: from its beginning up to the damage, and from its end down to it.</summary>
internal static class SqliteSalvage
{
    private const string Columns = "project, id, ms, due, owner, deliveries, body";

    /// <summary>How many events and orders were copied.</summary>
    public static (int Events, int Orders) Copy(string damaged, SqliteDatabase whole)
    {
        try
        {
            using var from = SqliteDatabase.OpenDamaged(damaged);
            Copy(from, whole, "hold", "n, project, owner, until");
            return (Copy(from, whole, "event", Columns), Copy(from, whole, "orders", Columns + ", grp, attempt"));
        }
        catch (SqliteException)
        {
            return (0, 0);
        }
    }

    private static int Copy(SqliteDatabase from, SqliteDatabase whole, string table, string columns)
    {
        var rows = new SortedDictionary<long, object?[]>();
        foreach (var order in (ReadOnlySpan<string>)["ASC", "DESC"])
            try
            {
                // Row by row, so that those before the damage are had when it is met.
                from.Query(
                    $"SELECT n, {columns} FROM {table} NOT INDEXED ORDER BY n {order}",
                    row =>
                    {
                        var values = new object[row.FieldCount];
                        row.GetValues(values);
                        rows[(long)values[0]] = [.. values.Skip(1).Select(value => value is DBNull ? null : value)];
                        return 0;
                    }
                );
                break;
            }
            catch (SqliteException)
            {
                // The other end may be whole.
            }

        var copied = 0;
        var names = string.Join(", ", Enumerable.Range(1, columns.Split(',').Length).Select(n => $"${n}"));
        whole.Write(() =>
        {
            foreach (var row in rows.Values)
                copied += whole.Run($"INSERT INTO {table}({columns}) VALUES ({names}) ON CONFLICT DO NOTHING", row);
        });
        return copied;
    }
}
