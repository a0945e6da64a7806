using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>How long this process has been at work: the clock since its first line, and the processor time that it had used before. The
/// system notes the start of a process in hundredths of a second, in which a whole hook fits.</summary>
internal static class HookTime
{
    private static long beganUs;

    public static void Begin() => beganUs = BootClock.Micros(BootClock.Instance) - BootClock.ProcessorMicros();

    public static int Micros => (int)Math.Clamp(BootClock.Micros(BootClock.Instance) - beganUs, 0, int.MaxValue);
}
