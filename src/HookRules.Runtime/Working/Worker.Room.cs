namespace HookRules.Runtime.Working;

/// <summary>What the system has no room for now, such as a process or an open file, has not failed: it is started later.</summary>
internal sealed partial class Worker
{
    private static readonly TimeSpan RoomRetry = TimeSpan.FromSeconds(1),
        LongestLack = TimeSpan.FromMinutes(10);

    /// <summary>By order, since when.</summary>
    private readonly Dictionary<string, DateTimeOffset> lacking = new(StringComparer.Ordinal);
    private bool isLackTold;

    /// <summary>The same, and a failure where it has lacked room for too long.</summary>
    private RunResult WithRoom(Turn turn, OrderRun run, RunResult result)
    {
        if (!result.LacksRoom || turn.Next is not null)
        {
            isLackTold &= !lacking.Remove(run.Order.Id) || lacking.Count > 0;
            return result;
        }

        lacking.TryAdd(run.Order.Id, clock.Now);
        // Also those that another machine has started since.
        var over = lacking.Where(one => clock.Now - one.Value >= LongestLack).Select(one => one.Key).ToList();
        over.ForEach(id => lacking.Remove(id));
        if (over.Contains(run.Order.Id))
            return result with { LacksRoom = false };
        if (!isLackTold)
            onProblem($"{result.Problem}: what there is no room for is started later", run.Order.LastEvent);
        isLackTold = true;
        return result;
    }
}
