using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>One run of an action's key at a time: what becomes of the next one is for its author to say.</summary>
internal sealed class BusyKeys
{
    private readonly Dictionary<string, List<Turn>> turns = new(StringComparer.Ordinal);

    public static readonly PipelineStep Step = new(
        "busy",
        "one run of a key at a time: where the rule does not say otherwise, one more run stands for all that came meanwhile"
    );

    /// <summary>Where the rule says nothing: programs that look at the same file, or that a window collects, stand for one another; a
    /// message is sent for each event.</summary>
    public static BusyMode? ModeOf(Rule rule, Branch branch, ActionDefinition? action, bool hasFile) =>
        branch.Options.Busy
        ?? (
            action?.Handler is Handler.Run or Handler.Shell && (hasFile || branch.Options.Window is not null || rule.Window is not null)
                ? BusyMode.Coalesce
                : null
        );

    /// <summary>What becomes of a turn that comes to its key.</summary>
    public Entry Enter(Turn turn)
    {
        if (turn.Mode is not { } mode)
            return Entry.Free;
        if (!turns.TryGetValue(turn.Key, out var queue))
        {
            turns[turn.Key] = [turn];
            return Entry.Free;
        }

        var current = queue[0];
        if (mode == BusyMode.Skip)
            return Entry.Skipped;
        if (mode != BusyMode.Queue && queue.Find(waiting => !waiting.Started && waiting.IsSame(turn)) is { } same)
        {
            same.Leases.AddRange(turn.Leases);
            return Entry.Joined;
        }

        queue.Add(turn);
        if (mode != BusyMode.Restart || !current.IsSame(turn))
            return Entry.Waits;
        turn.Leases.InsertRange(0, current.Leases);
        current.Next = turn;
        current.CutShort();
        return Entry.Waits;
    }

    /// <summary>The run of a key that is under way or next; null where there is none.</summary>
    public Turn? Current(string key) => turns.TryGetValue(key, out var queue) ? queue[0] : null;

    /// <summary>Another run of the same key waits for this one.</summary>
    public bool HasFollower(Turn turn) => turns.TryGetValue(turn.Key, out var queue) && queue[^1] != turn;

    /// <summary>The one whose turn it is now; null where nobody waits.</summary>
    public Turn? Leave(Turn turn)
    {
        if (turn.Mode is null || !turns.TryGetValue(turn.Key, out var queue))
            return null;
        var wasFirst = queue[0] == turn;
        queue.Remove(turn);
        if (queue.Count == 0)
            turns.Remove(turn.Key);
        return wasFirst && queue.Count > 0 ? queue[0] : null;
    }
}

internal enum Entry
{
    Free,
    Waits,
    Joined,
    Skipped,
}
