using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>What a window keeps of an event, or of an order that waits for it: no payload, which is read again when the window
/// closes.</summary>
/// <param name="At">When it was published, or its stage reached, on this boot's clock.</param>
internal sealed record Member(string Receipt, string LastEvent, long At, long FirstMs, string? File, OrderSession? Session)
{
    /// <summary>Of an order, which stands for several events already.</summary>
    public Order? Order { get; init; }

    public IEnumerable<string> Events => Order is { } order ? order.Events : [LastEvent];

    public IEnumerable<string> Files =>
        Order is { } order ? order.Files
        : File is { } file ? [file]
        : [];

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

/// <summary>The events of one key that share a run.</summary>
internal sealed class WindowGroup(WindowUnit unit, string key, Window window)
{
    public WindowUnit Unit => unit;

    public string Key => key;

    public List<Member> Members { get; } = [];

    public long FirstAt { get; private set; } = long.MaxValue;

    /// <summary>The event that the handler sees.</summary>
    public Member Last { get; private set; } = null!;

    /// <summary>A debounce closes later with each event, up to its limit, every other window its length after the first event.</summary>
    public long CloseAt =>
        window.Kind == WindowKind.Debounce
            ? Math.Min(Last.At + Micros(window.Length), FirstAt + Micros(Windows.LongestDebounce(window)))
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

    private const int DebounceLengths = 10;
    private static readonly TimeSpan LeastDebounceLimit = TimeSpan.FromSeconds(30);

    private readonly Dictionary<string, WindowGroup> open = new(StringComparer.Ordinal);
    private readonly PriorityQueue<WindowGroup, long> closing = new();
    private readonly HashSet<WindowGroup> waiting = [];
    private int members;

    public static readonly PipelineStep Step = new(
        "window",
        "dedup, debounce, batch: events of one key become one order when the window closes; they stay where they are until then"
    );

    public bool IsEmpty => waiting.Count == 0;

    /// <summary>The window where events wait in it: a throttle is the worker's gate, and those of a turn run one by one here.</summary>
    public static Window? Collecting(Window? window) =>
        window is { Kind: WindowKind.Dedup or WindowKind.Debounce or WindowKind.Batch } ? window : null;

    /// <summary>Without a limit of the author's own, writes that never pause must not put the run off for ever.</summary>
    public static TimeSpan LongestDebounce(Window window)
    {
        var limit = window.Length * DebounceLengths;
        return limit > LeastDebounceLimit ? limit : LeastDebounceLimit;
    }

    public void Join(WindowUnit unit, string key, Window window, Member member)
    {
        if (!open.TryGetValue(key, out var group) || member.At >= group.CloseAt)
        {
            // A window of the same key that waits for its close collects no more.
            open[key] = group = new WindowGroup(unit, key, window);
            waiting.Add(group);
        }

        group.Add(member);
        members++;
        closing.Enqueue(group, group.CloseAt);
    }

    /// <summary>Windows that closed before that moment; they are open no more.</summary>
    public List<(WindowGroup Group, string ClosedBy)> TakeDue(long nowUs)
    {
        var due = new List<(WindowGroup, string)>();
        while (Next() is { } group && (group.CloseAt + Micros(Settle) <= nowUs || members > mostMembers))
        {
            var closedBy = group.CloseAt + Micros(Settle) <= nowUs ? "time" : "room";
            Remove(group);
            due.Add((group, closedBy));
        }

        return due;
    }

    /// <summary>Takes what wanted windows hold, to be folded anew.</summary>
    public List<Member> TakeOut(Func<WindowGroup, bool> isWanted)
    {
        var taken = new List<Member>();
        foreach (var group in waiting.Where(isWanted).ToList())
        {
            Remove(group);
            taken.AddRange(group.Members);
        }

        return taken;
    }

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

    private void Remove(WindowGroup group)
    {
        waiting.Remove(group);
        members -= group.Members.Count;
        if (open.TryGetValue(group.Key, out var latest) && latest == group)
            open.Remove(group.Key);
    }

    private static long Micros(TimeSpan length) => (long)length.TotalMicroseconds;
}
