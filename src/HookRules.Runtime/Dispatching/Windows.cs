using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>What a window keeps of an event, or of an order that waits for it: no payload, which is read again when the window
/// closes.</summary>
/// <param name="At">When it was published, or its stage reached, on this boot's clock.</param>
internal sealed record Member(string Receipt, string LastEvent, long At, long FirstMs, string? File, OrderSession? Session)
{
    /// <summary>Of an order, which stands for several events already.</summary>
    public Order? Order { get; init; }

    /// <summary>The name of the hook event.</summary>
    public string Event { get; init; } = "";
    public int? HookUs { get; init; }

    /// <summary>What the journal says of it; null of an order, whose events were written when they left the spool.</summary>
    public PublishedEvent? Published => Order is null ? new PublishedEvent(LastEvent, Event, Session, File, FirstMs, HookUs) : null;

    public IEnumerable<string> Events => Order is { } order ? order.Events : [LastEvent];

    public IEnumerable<string> Files =>
        Order is { } order ? order.Files
        : File is { } file ? [file]
        : [];

    /// <summary>The prompt that Claude was at.</summary>
    public string? Prompt => Sessions.LastOrDefault()?.Prompt;

    /// <summary>The process of Claude Code; 0 where the hook did not know it.</summary>
    public int Client { get; init; }

    public IEnumerable<OrderSession> Sessions =>
        Order is { } order ? order.Sessions
        : Session is { } session ? [session]
        : [];
}

/// <summary>The unit that a window belongs to: a rule, or one branch of it.</summary>
internal sealed record WindowUnit(string PlanPath, string Rule, string? Branch)
{
    public string Id => Branch ?? Rule;
}

/// <summary>What comes of a window when it closes.</summary>
/// <param name="Actions">As in <see cref="PendingMark"/>: who awaits one of them has it closed.</param>
/// <param name="Keys">Of the orders: a failure of such a key is kept back, since a newer run is to come.</param>
internal sealed record WindowYield(IReadOnlyCollection<string> Actions, IReadOnlyCollection<string> Keys);

/// <summary>The events of one key that share a run.</summary>
/// <param name="isForAll">Of all machines that share a store: what one of them hands on late is not the first of another window.</param>
internal sealed class WindowGroup(WindowUnit unit, string key, Window window, WindowYield yields, bool isForAll)
{
    public WindowUnit Unit => unit;

    public string Key => key;

    public WindowYield Yields => yields;

    public bool IsForAll => isForAll && window.Kind is WindowKind.Dedup or WindowKind.Debounce;

    public bool IsTurn => window.Kind == WindowKind.BatchTurn;

    public List<Member> Members { get; } = [];

    public long FirstAt { get; private set; } = long.MaxValue;

    /// <summary>The event that the handler sees.</summary>
    public Member Last { get; private set; } = null!;

    /// <summary>The turn that it collects is over.</summary>
    public bool HasEnded { get; set; }

    /// <summary>A debounce closes later with each event, up to its limit, every other window its length after the first event; a turn when
    /// it ends, or when nothing has come for long.</summary>
    public long CloseAt =>
        HasEnded ? Last.At
        : IsTurn ? Last.At + Micros(Windows.LongestTurn)
        : window.Kind == WindowKind.Debounce ? Math.Min(Last.At + Micros(window.Length), FirstAt + Micros(Windows.LongestDebounce(window)))
        : FirstAt + Micros(window.Length);

    public void Add(Member member)
    {
        Members.Add(member);
        FirstAt = Math.Min(FirstAt, member.At);
        if (Last is null || (member.At, member.LastEvent).CompareTo((Last.At, Last.LastEvent)) >= 0)
            Last = member;
    }

    private static long Micros(TimeSpan length) => (long)length.TotalMicroseconds;
}

/// <summary>Collects events into windows by the time they were published, whenever they are read. It is a fold over what is not
/// acknowledged, so it is stored nowhere: whoever becomes dispatcher reads the events again.</summary>
internal sealed class Windows(int mostMembers = 1_000_000)
{
    /// <summary>A hook notes the time before it publishes: so a window waits a little for what belongs to it.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(25);

    /// <summary>A turn whose end nobody saw is over when nothing of it has come for so long.</summary>
    public static readonly TimeSpan LongestTurn = TimeSpan.FromMinutes(30);

    /// <summary>What comes later than that has a window of its own.</summary>
    private static readonly TimeSpan Remembered = TimeSpan.FromMinutes(1);

    private const int DebounceLengths = 10;
    private static readonly TimeSpan LeastDebounceLimit = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, WindowGroup> open = new(StringComparer.Ordinal);
    private readonly PriorityQueue<WindowGroup, long> closing = new();
    private readonly HashSet<WindowGroup> waiting = [];
    private readonly Dictionary<string, long> closed = new(StringComparer.Ordinal);
    private readonly Queue<(string Key, long At)> remembered = new();
    private int members,
        turns;

    public static readonly PipelineStep Step = new(
        "window",
        "dedup, debounce, batch: events of one key become one order when the window closes (its time is over, its turn ends, or somebody "
            + "awaits it); they stay where they are until then"
    );

    public bool IsEmpty => waiting.Count == 0;

    /// <summary>The window where events wait in it: a throttle is the worker's gate.</summary>
    public static Window? Collecting(Window? window) =>
        window is { Kind: WindowKind.Dedup or WindowKind.Debounce or WindowKind.Batch or WindowKind.BatchTurn } ? window : null;

    /// <summary>Without a limit of the author's own, writes that never pause must not put the run off for ever.</summary>
    public static TimeSpan LongestDebounce(Window window)
    {
        if (window.Most is { } most)
            return most;
        var limit = window.Length * DebounceLengths;
        return limit > LeastDebounceLimit ? limit : LeastDebounceLimit;
    }

    /// <summary>False where its window is closed, and had its run.</summary>
    /// <param name="yields">Asked for each new window.</param>
    public bool Join(WindowUnit unit, string key, Window window, Member member, Func<WindowYield> yields, bool isForAll = false)
    {
        open.TryGetValue(key, out var group);
        if (isForAll && group is null && closed.TryGetValue(key, out var until) && member.At < until)
            return false;
        // Another prompt: the turn before was broken off, of which no event tells.
        if (group is { IsTurn: true } && group.Last.Prompt != member.Prompt)
            End(group);
        if (group is null || group.HasEnded || member.At >= group.CloseAt)
        {
            // A window of the same key that waits for its close collects no more.
            open[key] = group = new WindowGroup(unit, key, window, yields(), isForAll);
            waiting.Add(group);
            turns += group.IsTurn ? 1 : 0;
        }

        group.Add(member);
        members++;
        closing.Enqueue(group, group.CloseAt);
        return true;
    }

    /// <summary>Windows that closed before that moment; they are open no more.</summary>
    public List<(WindowGroup Group, string ClosedBy)> TakeDue(long nowUs)
    {
        var due = new List<(WindowGroup, string)>();
        while (Next() is { } group && (group.CloseAt + Micros(Settle) <= nowUs || members > mostMembers))
        {
            var closedBy =
                group.HasEnded ? "turn"
                : group.CloseAt + Micros(Settle) <= nowUs ? "time"
                : "room";
            Remove(group);
            if (group.IsForAll && closedBy == "time")
            {
                closed[group.Key] = group.CloseAt;
                remembered.Enqueue((group.Key, group.CloseAt));
            }

            due.Add((group, closedBy));
        }

        while (remembered.TryPeek(out var old) && old.At + Micros(Remembered) < nowUs)
        {
            remembered.Dequeue();
            if (closed.GetValueOrDefault(old.Key) == old.At)
                closed.Remove(old.Key);
        }

        return due;
    }

    /// <summary>Somebody else may be the dispatcher from now on, and what was closed may not be written.</summary>
    public void Clear()
    {
        TakeOut(_ => true);
        closed.Clear();
        remembered.Clear();
    }

    /// <summary>Some of them wait for the end of a turn.</summary>
    public bool HasTurns => turns > 0;

    /// <summary>An event of this key waits in a window.</summary>
    public bool Collects(string verdictKey) => waiting.Any(group => group.Yields.Keys.Contains(verdictKey));

    /// <summary>The turns of a session, or of one agent in it, are over.</summary>
    public void EndTurns(Func<WindowGroup, bool> isOver)
    {
        foreach (var group in waiting.Where(group => group.IsTurn && isOver(group)).ToList())
            End(group);
    }

    /// <summary>Wanted windows, which are open no more.</summary>
    public List<WindowGroup> Take(Func<WindowGroup, bool> isWanted)
    {
        var taken = waiting.Where(isWanted).OrderBy(group => group.FirstAt).ToList();
        taken.ForEach(Remove);
        return taken;
    }

    /// <summary>Takes what wanted windows hold, to be folded anew.</summary>
    public List<Member> TakeOut(Func<WindowGroup, bool> isWanted) => [.. Take(isWanted).SelectMany(group => group.Members)];

    /// <summary>When the next one closes; null if none is open.</summary>
    public long? NextDueUs => Next() is { } group ? group.CloseAt + Micros(Settle) : null;

    // A group stands in the queue once for each of its events; only its latest entry counts.
    private WindowGroup? Next()
    {
        while (closing.TryPeek(out var group, out var at))
        {
            if (waiting.Contains(group) && group.CloseAt == at)
                return group;
            closing.Dequeue();
            if (waiting.Contains(group) && group.CloseAt < at)
                closing.Enqueue(group, group.CloseAt);
        }

        return null;
    }

    private void End(WindowGroup group)
    {
        group.HasEnded = true;
        closing.Enqueue(group, group.CloseAt);
    }

    private void Remove(WindowGroup group)
    {
        waiting.Remove(group);
        members -= group.Members.Count;
        turns -= group.IsTurn ? 1 : 0;
        if (open.TryGetValue(group.Key, out var latest) && latest == group)
            open.Remove(group.Key);
    }

    private static long Micros(TimeSpan length) => (long)length.TotalMicroseconds;
}
