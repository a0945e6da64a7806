using HookRules.Engine;
using Microsoft.Data.Sqlite;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>Single rows, and which of them are due: found by number, or by id where the file has become another one.</summary>
internal sealed partial class SqliteStore
{
    private readonly List<(bool IsEvent, string Id)> again = [];
    private bool lookAtLater = true;

    private static Found Read(SqliteDataReader row) =>
        new(row.GetInt64(0), row.GetString(1), row.GetInt32(2), row.GetFieldValue<byte[]>(3));

    private static List<Found> New(SqliteDatabase db, string sql, params ReadOnlySpan<object?> values) => db.Query(sql, Read, values);

    private Found? Row(SqliteDatabase db, bool isEvent, string receipt)
    {
        var found = Number(isEvent, receipt) is var number and > 0
            ? db.Query(Sql.Row.Of(isEvent), Read, number, project)
            : db.Query(Sql.RowById.Of(isEvent), Read, receipt, project);
        return found is [var row] ? row : null;
    }

    /// <summary>Those of the leases that are claimed now.</summary>
    private List<OrderLease> Claim(SqliteDatabase db, IReadOnlyList<OrderLease> leases)
    {
        var claimed = new List<OrderLease>(leases.Count);
        foreach (var kind in leases.GroupBy(IsEvent))
        {
            var known = new Dictionary<long, OrderLease>();
            foreach (var lease in kind)
                if (Number(kind.Key, lease.Receipt) is var number and > 0)
                    known[number] = lease;
                else if (db.Run(Sql.ClaimById.Of(kind.Key), lease.Receipt, project, holder) == 1)
                    claimed.Add(lease);
            if (known.Count > 0)
                claimed.AddRange(
                    db.Query(Sql.Claim.Of(kind.Key), row => row.GetInt64(0), ListOf(known.Keys), project, holder).Select(row => known[row])
                );
        }

        return claimed;
    }

    private void Delete(SqliteDatabase db, IEnumerable<Gone> gone)
    {
        foreach (var kind in gone.GroupBy(one => one.IsEvent))
        {
            var known = new List<long>();
            foreach (var (_, receipt) in kind)
                if (Number(kind.Key, receipt) is var number and > 0)
                    known.Add(number);
                else
                    db.Run(Sql.DeleteById.Of(kind.Key), receipt, project);
            if (known.Count > 0)
                db.Run(Sql.Delete.Of(kind.Key), ListOf(known), project);
        }
    }

    private static string ListOf(IEnumerable<long> numbers) => $"[{string.Join(',', numbers)}]";

    private long Number(bool isEvent, string receipt) => (isEvent ? givenEvents : givenOrders).GetValueOrDefault(receipt);

    private void SetAside(SqliteDatabase db, bool isEvent, string receipt, string problem)
    {
        if (Row(db, isEvent, receipt) is not { } row)
            return;
        spool.KeepUnreadable(row.Id + FileSpool.Extension, row.Body, problem);
        Delete(db, [new Gone(isEvent, receipt)]);
    }

    /// <summary>Those whose time has come.</summary>
    private List<Found> Due(SqliteDatabase db, bool isEvent)
    {
        if (lookAtLater)
        {
            later.Clear();
            foreach (var kind in (ReadOnlySpan<bool>)[true, false])
                later.UnionWith(db.Query(Sql.Later.Of(kind), row => (row.GetInt64(0), kind, row.GetInt64(1)), project));
            lookAtLater = false;
        }

        var found = new List<Found>();
        foreach (var (_, id) in again.Where(one => one.IsEvent == isEvent).ToList())
            found.AddRange(db.Query(Sql.RowById.Of(isEvent), Read, id, project));
        again.RemoveAll(one => one.IsEvent == isEvent);
        var now = time.GetUtcNow().ToUnixTimeMilliseconds();
        // What seems to wait for longer than anybody asks for was put there before the clock was set back.
        var due = later
            .TakeWhile(one => one.DueMs <= now)
            .Concat(later.Reverse().TakeWhile(one => one.DueMs > now + (long)LongestWait.TotalMilliseconds))
            .Where(one => one.IsEvent == isEvent)
            .ToList();
        foreach (var one in due)
        {
            found.AddRange(db.Query(Sql.Row.Of(isEvent), Read, one.Row, project));
            later.Remove(one);
        }

        return found;
    }

    /// <summary>What is to be deleted.</summary>
    private readonly record struct Gone(bool IsEvent, string Receipt);
}
