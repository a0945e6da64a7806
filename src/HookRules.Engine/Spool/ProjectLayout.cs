namespace HookRules.Engine;

/// <summary>The names on which two programs must agree: files beside the settings, programs, and the arguments of the hook. The launchers'
/// templates spell them once more; a test compares.</summary>
public static class ProjectLayout
{
    public const string ClaudeFolder = ".claude";

    /// <summary>The folder of plan and launchers, beside the settings file that names them.</summary>
    public const string Folder = "hookrules";

    /// <summary>In that folder, what is one person's for a project.</summary>
    public const string PersonalFolder = "personal";

    /// <summary>In that folder, what systemd and others start a consumer by.</summary>
    public const string ServicesFolder = "services";

    public const string Plan = "plan.json";

    /// <summary>The plan before it: running sessions ask for it until they have read the new settings.</summary>
    public const string PreviousPlan = "previous.json";

    public const string Launcher = "hook";

    /// <summary>Names the folder of the runtime on this machine.</summary>
    public const string LocalRuntime = "local";

    /// <summary>Below the user's own folder, one empty folder for each session that was told that no runtime is there.</summary>
    public const string ToldFolder = "told";

    /// <summary>The same for what the hook tells.</summary>
    public const string NoticesFolder = "notices";

    public const string HookName = "hookrules-hook";

    public const string PlanArgument = "--plan";

    /// <summary>What the compiler wrote last, so that the hook and the consumer notice another plan in its place.</summary>
    public const string PlanHashArgument = "--plan-hash";

    public const string EventArgument = "--event";

    public const string ClosedArgument = "--closed";

    /// <summary>The hook runs in the background and wakes an idle session with what fails.</summary>
    public const string WakeArgument = "--wake";

    /// <summary>Asks hook or consumer whether it could work, and nothing else.</summary>
    public const string ProbeArgument = "--probe";

    /// <summary>The file name of the command line, which is the consumer too.</summary>
    public static string CommandLineProgram { get; } = OperatingSystem.IsWindows() ? "hookrules.exe" : "hookrules";

    /// <summary>The file name of the hook.</summary>
    public static string HookProgram { get; } = OperatingSystem.IsWindows() ? HookName + ".exe" : HookName;

    /// <summary>The folder with the settings that name a plan.</summary>
    public static string? SettingsFolder(string planPath)
    {
        var folder = Path.GetDirectoryName(Path.GetDirectoryName(planPath));
        return Path.GetFileName(Path.GetDirectoryName(planPath)) == PersonalFolder && Path.GetFileName(folder) == Folder
            ? Path.GetDirectoryName(folder)
            : folder;
    }
}
