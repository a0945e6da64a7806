using System.Globalization;

namespace HookRules.Tests.Faults;

/// <summary>How much a fault test does: little in the normal run, much where <c>tests/faults</c> asks for it.</summary>
internal static class FaultSize
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("HOOKRULES_FAULTS") == "long";

    /// <summary>So far may publishers be ahead of a consumer that is killed again and again: beyond it, its start is all that is
    /// measured.</summary>
    public const int MostAhead = 5_000;

    public static int Of(int brief, int full) => IsLong ? full : brief;

    /// <summary>How many events pass while processes are killed; <c>tests/faults --events N</c> says another number.</summary>
    public static int Events(int brief, int full) =>
        IsLong && int.TryParse(Environment.GetEnvironmentVariable("HOOKRULES_FAULT_EVENTS"), CultureInfo.InvariantCulture, out var said)
            ? said
            : Of(brief, full);
}
