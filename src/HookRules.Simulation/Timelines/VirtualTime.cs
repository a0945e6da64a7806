namespace HookRules.Simulation.Timelines;

/// <summary>A clock that stands until it is told to go on.</summary>
internal sealed class VirtualTime : TimeProvider
{
    /// <summary>Where no event says otherwise, a timeline begins here.</summary>
    public static readonly DateTimeOffset Beginning = new(2026, 1, 1, 0, 0, 0, TimeSpan.Zero);

    private readonly DateTimeOffset start;
    private TimeSpan elapsed;

    public VirtualTime(DateTimeOffset? start = null) => this.start = start ?? Beginning;

    public override long TimestampFrequency => TimeSpan.TicksPerSecond;

    /// <summary>Since the timeline began.</summary>
    public TimeSpan Elapsed => elapsed;

    public override long GetTimestamp() => elapsed.Ticks;

    public override DateTimeOffset GetUtcNow() => start + elapsed;

    /// <summary>Never back.</summary>
    public void GoTo(TimeSpan moment) => elapsed = moment > elapsed ? moment : elapsed;
}
