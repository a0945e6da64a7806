using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>Time as windows are measured: microseconds of this boot, which setting the clock does not move.</summary>
internal sealed class Clock(TimeProvider time, string? boot)
{
    public TimeProvider Time => time;

    public string? Boot => boot;

    public long NowUs => BootClock.Micros(time);

    public DateTimeOffset Now => time.GetUtcNow();

    /// <summary>The moment of something that was published: of this boot as its hook measured it, else as its clock said, and never later
    /// than now.</summary>
    public long Of(string? itsBoot, long itsUs, long publishedMs)
    {
        var now = NowUs;
        return Math.Min(
            now,
            itsBoot is not null && itsBoot == boot
                ? itsUs
                : now - ((Now.ToUnixTimeMilliseconds() - publishedMs) * TimeSpan.MicrosecondsPerMillisecond)
        );
    }

    public DateTimeOffset WallTimeOf(long us) => Now.AddMicroseconds(us - NowUs);
}
