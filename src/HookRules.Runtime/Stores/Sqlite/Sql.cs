namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>The statements of the queue. Each is of one project: a file may serve several, and rows that somebody else has put into it are
/// nobody's.</summary>
/// <remarks>A plus before a column keeps SQLite from an index on it: what is found by number is not to be looked for among all of the
/// project's rows.</remarks>
internal static class Sql
{
    public const string AddEvent = "INSERT INTO event(project, id, ms, body) VALUES ($1, $2, $3, $4) ON CONFLICT(project, id) DO NOTHING",
        AddOrder =
            "INSERT INTO orders(project, id, grp, due, ms, attempt, body) VALUES ($1, $2, $3, $4, $5, $6, $7) "
            + "ON CONFLICT(project, id) DO NOTHING",
        NewEvents =
            "SELECT n, id, deliveries, body FROM event WHERE n > $2 AND +project = $1 AND owner IS NULL AND due = 0 ORDER BY n LIMIT $3",
        NewOrders =
            "SELECT n, id, deliveries, body FROM orders WHERE n > $2 AND +project = $1 AND owner IS NULL AND due = 0 ORDER BY n LIMIT $3",
        NewOrdersOfGroup =
            "SELECT n, id, deliveries, body FROM orders WHERE n > $2 AND +project = $1 AND owner IS NULL AND due = 0 AND grp = $4 "
            + "ORDER BY n LIMIT $3",
        Anything =
            "SELECT n FROM (SELECT n FROM event WHERE project = $1 LIMIT 1) UNION ALL "
            + "SELECT n FROM (SELECT n FROM orders WHERE project = $1 LIMIT 1)",
        AllEventIds = "SELECT id FROM event WHERE project = $1",
        AllOrders = "SELECT body FROM orders WHERE project = $1";

    /// <summary>Each of these for events and for orders.</summary>
    public static Both Row { get; } = new("SELECT n, id, deliveries, body FROM {0} WHERE n = $1 AND +project = $2");

    public static Both RowById { get; } = new("SELECT n, id, deliveries, body FROM {0} WHERE id = $1 AND project = $2");

    /// <summary>Many at once, by a JSON list of their numbers.</summary>
    public static Both Claim { get; } =
        new(
            "UPDATE {0} SET owner = $3, due = 0, deliveries = deliveries + 1 "
                + "WHERE n IN (SELECT value FROM json_each($1)) AND +project = $2 AND owner IS NULL RETURNING n"
        );

    public static Both ClaimById { get; } =
        new("UPDATE {0} SET owner = $3, due = 0, deliveries = deliveries + 1 WHERE id = $1 AND project = $2 AND owner IS NULL");

    public static Both Delete { get; } = new("DELETE FROM {0} WHERE n IN (SELECT value FROM json_each($1)) AND +project = $2");

    public static Both DeleteById { get; } = new("DELETE FROM {0} WHERE id = $1 AND project = $2");

    public static Both Later { get; } = new("SELECT due, n FROM {0} WHERE project = $1 AND owner IS NULL AND due > 0");

    /// <summary>The number of a consumer, which it keeps also where others took it for dead meanwhile.</summary>
    public const string Hold =
            "INSERT INTO hold(n, project, owner, until) VALUES ($1, $2, $3, $4) ON CONFLICT DO UPDATE SET until = $4 RETURNING n",
        Holders = "SELECT n, owner, until FROM hold WHERE project = $1",
        LetGo = "DELETE FROM hold WHERE n = $1";

    /// <summary>What was begun so often and not ended waits before it comes again: whatever ended the consumer may pass.</summary>
    public static Both TakeBack { get; } =
        new(
            "UPDATE {0} SET owner = NULL, due = $2 + CASE deliveries WHEN 2 THEN 1000 WHEN 3 THEN 5000 WHEN 4 THEN 30000 ELSE 0 END "
                + "WHERE project = $1 AND owner IS NOT NULL AND owner NOT IN (SELECT n FROM hold)"
        );

    internal sealed class Both(string statement)
    {
        private readonly string events = statement.Replace("{0}", "event", StringComparison.Ordinal),
            orders = statement.Replace("{0}", "orders", StringComparison.Ordinal);

        public string Of(bool isEvent) => isEvent ? events : orders;
    }
}
