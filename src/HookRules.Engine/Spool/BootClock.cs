using System.Diagnostics;

namespace HookRules.Engine;

/// <summary>The system's time, whose timestamps also count the machine's sleep. Setting the clock does not move them, so hooks and
/// consumers of one boot agree on them.</summary>
public sealed class BootClock : TimeProvider
{
    private const int ClockBootTime = 7,
        ClockProcessorTime = 2;
    private const int BootLength = 16;

    public static readonly BootClock Instance = new();

    private static readonly Lazy<string?> ThisBoot = new(ReadBoot);

    private BootClock() { }

    /// <summary>Names this boot of the machine; null where the system has no name for it.</summary>
    public static string? Boot => ThisBoot.Value;

    public override long TimestampFrequency => OperatingSystem.IsLinux() ? 1_000_000_000 : Stopwatch.Frequency;

    public override unsafe long GetTimestamp()
    {
        if (!OperatingSystem.IsLinux())
            return Stopwatch.GetTimestamp();
        var time = stackalloc long[2];
        return Libc.clock_gettime(ClockBootTime, time) == 0 ? (time[0] * 1_000_000_000) + time[1] : Stopwatch.GetTimestamp();
    }

    /// <summary>Microseconds of processor time that this process has used; 0 where the system does not say.</summary>
    public static unsafe long ProcessorMicros()
    {
        if (!OperatingSystem.IsLinux())
            return 0;
        var time = stackalloc long[2];
        return Libc.clock_gettime(ClockProcessorTime, time) == 0 ? (time[0] * 1_000_000) + (time[1] / 1000) : 0;
    }

    /// <summary>Microseconds since the clock began.</summary>
    public static long Micros(TimeProvider time) => (long)((Int128)time.GetTimestamp() * 1_000_000 / time.TimestampFrequency);

    private static string? ReadBoot()
    {
        if (!OperatingSystem.IsLinux())
            return null;
        try
        {
            return File.ReadAllText("/proc/sys/kernel/random/boot_id").Replace("-", "", StringComparison.Ordinal)[..BootLength];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }
}
