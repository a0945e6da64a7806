using System.Diagnostics;
using HookRules.Runtime;

/// <summary>Loaded into a consumer by <c>DOTNET_STARTUP_HOOKS</c>: kills it, as by SIGKILL, when it comes to the moment that
/// <c>HOOKRULES_FAULT</c> names.</summary>
internal static class StartupHook
{
    public static void Initialize()
    {
        var wanted = Environment.GetEnvironmentVariable("HOOKRULES_FAULT");
        FaultPoint.Reached = name =>
        {
            if (name != wanted)
                return;
            using var self = Process.GetCurrentProcess();
            self.Kill();
            Thread.Sleep(Timeout.Infinite);
        };
    }
}
