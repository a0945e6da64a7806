using System.Diagnostics;
using Shouldly;

namespace HookRules.Tests.Runtime;

/// <summary>Waits for what happens in another process or thread, for long enough on any machine.</summary>
internal static class Eventually
{
    public static void True(Func<bool> condition, string? what = null)
    {
        var started = Stopwatch.GetTimestamp();
        while (!condition())
        {
            if (Stopwatch.GetElapsedTime(started) > TimeSpan.FromSeconds(20))
                throw new ShouldAssertException(what ?? "it did not happen within 20 s");
            Thread.Sleep(5);
        }
    }
}
