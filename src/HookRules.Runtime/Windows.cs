using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>How a rule or a branch ended for its events; <see cref="Skipped"/> ends the rule without a failure, <see cref="Left"/> is for
/// another time or another consumer.</summary>
internal enum RunEnd
{
    Succeeded,
    Failed,
    Skipped,
    Left,
}

/// <summary>The events of one key that share a run.</summary>
internal sealed class WindowGroup(string key, Window window, long firstMs, long seenAt, Func<WindowGroup, Task<RunEnd>> run)
{
    private readonly TaskCompletionSource<RunEnd> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

    public string Key => key;

    public Window Window => window;

    public long FirstMs { get; set; } = firstMs;

    /// <summary>When a throttle has room for it.</summary>
    public long RoomMs { get; init; }

    /// <summary>A debounce closes later with each event, a throttle when it has room, every other window its length after the first
    /// event.</summary>
    public long CloseMs =>
        window.Kind switch
        {
            WindowKind.Throttle => RoomMs,
            WindowKind.Debounce => Last.PublishedMs + (long)window.Length.TotalMilliseconds,
            _ => FirstMs + (long)window.Length.TotalMilliseconds,
        };

    /// <summary>How long it is open after the event that was seen at <see cref="SeenAt"/>.</summary>
    public TimeSpan Open => window.Kind == WindowKind.Throttle ? TimeSpan.FromMilliseconds(RoomMs - FirstMs) : window.Length;

    /// <summary>When the event was seen that the close is counted from.</summary>
    public long SeenAt { get; set; } = seenAt;

    public List<Held> Members { get; } = [];

    public Held Last { get; set; } = null!;

    public Task<RunEnd> End => end.Task;

    /// <summary>The first event of a <c>dedup first</c>, which stays in the spool until the window closes: so a restart knows of
    /// it.</summary>
    public Held? Reserved { get; set; }

    public async void Start()
    {
        try
        {
            end.SetResult(await run(this).ConfigureAwait(false));
        }
        catch (Exception e)
        {
            end.SetException(e);
        }
    }

    public void Abandon() => end.TrySetResult(RunEnd.Left);

    public void StartedBefore() => end.TrySetResult(RunEnd.Succeeded);
}

/// <summary>Collects events into windows by the time they were published, whenever they are read.</summary>
internal sealed class Windows(TimeProvider time)
{
    /// <summary>A hook notes the time before it publishes, and an envelope may pass through another consumer's hands: so a window waits a
    /// little for what belongs to it.</summary>
    public static readonly TimeSpan Settle = TimeSpan.FromMilliseconds(25);

    private readonly Lock gate = new();
    private readonly Dictionary<string, WindowGroup> open = new(StringComparer.Ordinal);
    private readonly List<WindowGroup> waiting = [];
    private readonly Throttles throttles = new();

    public bool IsEmpty
    {
        get
        {
            lock (gate)
                return waiting.Count == 0;
        }
    }

    /// <summary>The window if events wait in it; those of a turn run one by one here.</summary>
    public static Window? Collecting(Window? window) => window is { Kind: WindowKind.BatchTurn } ? null : window;

    /// <summary>The key of an event's window: what the rule says, else the file, else the session. A batch holds the files of its
    /// session.</summary>
    public static string KeyOf(string unit, Window? window, Payload payload)
    {
        IEnumerable<string> values =
            window is { By.Length: > 0 } ? window.By.Select(field => payload.Text(field) ?? "")
            : window is not { IsBatch: true } && payload.File is { } file ? ["file", file]
            : ["session", payload.Session ?? ""];
        return string.Join('\0', values.Prepend(unit));
    }

    /// <summary>Puts events into the window of their key. The task ends when the run that stands for them does.</summary>
    /// <param name="run">Called once for each window, with all that it collected.</param>
    public Task<RunEnd> Join(string unit, Window window, IReadOnlyList<Held> members, bool letGo, Func<WindowGroup, Task<RunEnd>> run)
    {
        var last = members.Aggregate(Held.Later);
        var key = KeyOf(unit, window, last.Payload);
        WindowGroup group;
        bool startsNow;
        lock (gate)
        {
            if (open.TryGetValue(key, out var known) && last.PublishedMs < known.CloseMs)
            {
                if (window.Kind == WindowKind.DedupFirst)
                    return known.End;
                Add(known, members, letGo);
                return known.End;
            }

            group = Open(unit, key, window, members, run);
            Add(group, members, letGo);
            // What a throttle has room for does not wait, and nothing joins it.
            var hasRoom = window.Kind == WindowKind.Throttle && group.RoomMs <= group.FirstMs;
            if (hasRoom)
                Remove(group);
            startsNow = hasRoom || window.Kind == WindowKind.DedupFirst;
        }

        if (startsNow)
            group.Start();
        return group.End;
    }

    /// <summary>Opens the window of an event that ran at once before a restart.</summary>
    public void Reserve(string unit, Window window, Held first)
    {
        lock (gate)
        {
            var key = KeyOf(unit, window, first.Payload);
            if (open.TryGetValue(key, out var known) && first.PublishedMs < known.CloseMs)
                return;
            Open(unit, key, window, [first], _ => Task.FromResult(RunEnd.Succeeded)).StartedBefore();
        }
    }

    /// <summary>Windows that closed before that moment; they are open no more.</summary>
    public List<WindowGroup> TakeDue(DateTimeOffset now)
    {
        lock (gate)
        {
            var due = waiting.Where(group => Left(group, now) <= TimeSpan.Zero).OrderBy(group => group.CloseMs).ToList();
            foreach (var group in due)
                Remove(group);
            return due;
        }
    }

    /// <summary>How long until the next one closes; null if none is open.</summary>
    public TimeSpan? NextDue(DateTimeOffset now)
    {
        lock (gate)
            return waiting.Count == 0 ? null : waiting.Min(group => Left(group, now));
    }

    public List<WindowGroup> TakeAll()
    {
        lock (gate)
        {
            var all = waiting.ToList();
            foreach (var group in all)
                Remove(group);
            return all;
        }
    }

    private WindowGroup Open(string unit, string key, Window window, IReadOnlyList<Held> members, Func<WindowGroup, Task<RunEnd>> run)
    {
        var first = members.Min(member => member.PublishedMs);
        var group = new WindowGroup(key, window, first, time.GetTimestamp(), run)
        {
            RoomMs = window.Kind == WindowKind.Throttle ? throttles.Take(unit, window, first) : 0,
        };
        if (window.Kind == WindowKind.DedupFirst)
        {
            group.Reserved = members[0];
            group.Reserved.Hold();
        }

        // A window of the same key that waits for its close stays in the list and collects no more.
        open[key] = group;
        waiting.Add(group);
        return group;
    }

    private void Add(WindowGroup group, IReadOnlyList<Held> members, bool letGo)
    {
        foreach (var member in members)
        {
            group.Members.Add(member);
            group.FirstMs = Math.Min(group.FirstMs, member.PublishedMs);
            if (group.Last is not { } last)
            {
                group.Last = member;
                continue;
            }

            group.Last = Held.Later(last, member);
            if (group.Window.Kind == WindowKind.Debounce && group.Last == member)
                group.SeenAt = time.GetTimestamp();
            if (letGo)
                (group.Last == member ? last : member).LetGo();
        }
    }

    private void Remove(WindowGroup group)
    {
        waiting.Remove(group);
        if (open.TryGetValue(group.Key, out var latest) && latest == group)
            open.Remove(group.Key);
    }

    // The clock may jump, in either direction: no window is open for longer than its length after its event was seen.
    private TimeSpan Left(WindowGroup group, DateTimeOffset now)
    {
        var byClock = DateTimeOffset.FromUnixTimeMilliseconds(group.CloseMs) + Settle - now;
        var bySight = group.Open + Settle - time.GetElapsedTime(group.SeenAt);
        return byClock < bySight ? byClock : bySight;
    }
}
