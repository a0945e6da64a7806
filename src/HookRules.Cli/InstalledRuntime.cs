using HookRules.Engine;

namespace HookRules.Cli;

/// <summary>Where this command line is installed, with the native hook process beside it.</summary>
internal static class InstalledRuntime
{
    /// <summary>Null where no hook process is there, as in a plain build of the command line.</summary>
    public static string? Directory { get; } = Find();

    private static string? Find()
    {
        var folder = Path.TrimEndingDirectorySeparator(AppContext.BaseDirectory);
        return File.Exists(Path.Combine(folder, ProjectLayout.HookProgram)) ? folder : null;
    }
}
