namespace HookRules.Compiler.Settings;

/// <summary>What lint may look at beyond the text of a file; without a project folder nothing on the machine is looked at.</summary>
/// <param name="ProjectDir">Absolute path of the folder that <c>$CLAUDE_PROJECT_DIR</c> (in a plugin <c>$CLAUDE_PLUGIN_ROOT</c>) stands
/// for.</param>
/// <param name="SearchPath">The folders in which programs are looked for.</param>
public sealed record ProjectContext(string? ProjectDir = null, string? SearchPath = null)
{
    /// <summary>Where scripts that a file names may lie when its project is not known: what is there is read, and what is missing says
    /// nothing.</summary>
    public string? ScriptFolder { get; init; }

    /// <summary>The rules are those of a plugin, whose settings are its hooks.</summary>
    public bool IsPlugin { get; init; }

    /// <summary>The ids of guards that none of the project's cases reaches; null where it has no cases.</summary>
    public IReadOnlySet<string>? UnreachedGuards { get; init; }

    public static readonly ProjectContext TextOnly = new();

    /// <summary>Null where it cannot be known.</summary>
    internal bool? ProgramExists(string name)
    {
        if (ProjectDir is null || SearchPath is null || OperatingSystem.IsWindows())
            return null;
        if (name.Contains('/', StringComparison.Ordinal))
            return File.Exists(Path.GetFullPath(name, ProjectDir));
        return SearchPath
            .Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries)
            .Any(folder => File.Exists(Path.Combine(folder, name)));
    }

    /// <summary>Whether a file of the project may be started as a program; null where there is no such file or no such bit.</summary>
    internal bool? IsExecutable(string path)
    {
        if (ProjectDir is null || OperatingSystem.IsWindows())
            return null;
        var full = Path.GetFullPath(path, ProjectDir);
        return File.Exists(full)
            ? (File.GetUnixFileMode(full) & (UnixFileMode.UserExecute | UnixFileMode.GroupExecute | UnixFileMode.OtherExecute)) != 0
            : null;
    }
}
