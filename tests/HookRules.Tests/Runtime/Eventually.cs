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

    /// <summary>Removes a folder of processes that were killed: one of them may still be writing.</summary>
    public static void Removed(string folder) =>
        True(
            () =>
            {
                try
                {
                    Directory.Delete(folder, recursive: true);
                    return true;
                }
                catch (DirectoryNotFoundException)
                {
                    return !Directory.Exists(folder);
                }
                catch (IOException)
                {
                    return false;
                }
            },
            $"{folder} cannot be removed"
        );
}
