namespace HookRules.Tests.Faults;

/// <summary>How much a fault test does: little in the normal run, much where <c>tests/faults</c> asks for it.</summary>
internal static class FaultSize
{
    public static bool IsLong { get; } = Environment.GetEnvironmentVariable("HOOKRULES_FAULTS") == "long";

    public static int Of(int brief, int full) => IsLong ? full : brief;
}
