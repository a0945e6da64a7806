using System.Diagnostics;
using System.Globalization;

namespace HookRules.Tests;

/// <summary>How long the processor worked on this thread: unlike the time that passed, it does not grow when the machine is busy.</summary>
internal static class Worked
{
    private const string OfThisThread = "/proc/thread-self/schedstat";

    public static double Milliseconds(Action action)
    {
        var started = Now();
        action();
        return Now() - started;
    }

    private static double Now() =>
        File.Exists(OfThisThread)
            ? long.Parse(File.ReadAllText(OfThisThread).Split(' ')[0], CultureInfo.InvariantCulture) / 1e6
            : Stopwatch.GetTimestamp() * 1e3 / Stopwatch.Frequency;
}
