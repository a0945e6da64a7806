namespace HookRules.Tests.Runtime;

/// <summary>A clock that stands until it is told to go on; its timers fire in order, on the thread that moves it.</summary>
internal sealed class ManualTime(DateTimeOffset start) : TimeProvider
{
    private readonly Lock gate = new();
    private readonly List<ManualTimer> timers = [];
    private readonly long began = start.UtcTicks;
    private long elapsed;
    private long offset;

    public ManualTime()
        : this(new DateTimeOffset(2026, 5, 4, 8, 0, 0, TimeSpan.Zero)) { }

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    public override long GetTimestamp() => Interlocked.Read(ref elapsed);

    public override DateTimeOffset GetUtcNow() => new(began + Interlocked.Read(ref elapsed) + Interlocked.Read(ref offset), TimeSpan.Zero);

    /// <summary>Sets the wall clock, and nothing else, forward or back.</summary>
    public void JumpWallClock(TimeSpan by) => Interlocked.Add(ref offset, by.Ticks);

    public void Advance(TimeSpan by)
    {
        var end = GetTimestamp() + by.Ticks;
        while (true)
        {
            ManualTimer? next;
            lock (gate)
            {
                next = timers.Where(timer => timer.Due <= end).MinBy(timer => timer.Due);
                if (next is not null)
                {
                    Interlocked.Exchange(ref elapsed, Math.Max(elapsed, next.Due));
                    next.Due = next.Period > 0 ? next.Due + next.Period : long.MaxValue;
                }
            }

            if (next is null)
                break;
            next.Fire();
        }

        Interlocked.Exchange(ref elapsed, end);
    }

    public override ITimer CreateTimer(TimerCallback callback, object? state, TimeSpan dueTime, TimeSpan period)
    {
        var timer = new ManualTimer(this, callback, state);
        lock (gate)
            timers.Add(timer);
        timer.Change(dueTime, period);
        return timer;
    }

    private sealed class ManualTimer(ManualTime time, TimerCallback callback, object? state) : ITimer
    {
        public long Due { get; set; } = long.MaxValue;

        public long Period { get; private set; }

        public void Fire() => callback(state);

        public bool Change(TimeSpan dueTime, TimeSpan period)
        {
            lock (time.gate)
            {
                Due = dueTime == Timeout.InfiniteTimeSpan ? long.MaxValue : time.GetTimestamp() + dueTime.Ticks;
                Period = period == Timeout.InfiniteTimeSpan ? 0 : period.Ticks;
            }

            return true;
        }

        public void Dispose()
        {
            lock (time.gate)
                time.timers.Remove(this);
        }

        public ValueTask DisposeAsync()
        {
            Dispose();
            return ValueTask.CompletedTask;
        }
    }
}
