namespace HookRules.Runtime.Stores.Redis;

/// <summary>A plan's name for all machines: its place below the project, wherever that lies.</summary>
internal static class PlanNames
{
    private const string InProject = "project:",
        Elsewhere = "path:";

    public static string NameOf(string planPath, string projectDir)
    {
        var folder = Path.TrimEndingDirectorySeparator(projectDir) + Path.DirectorySeparatorChar;
        return planPath.StartsWith(folder, StringComparison.Ordinal)
            ? InProject + planPath[folder.Length..].Replace(Path.DirectorySeparatorChar, '/')
            : Elsewhere + planPath;
    }

    /// <summary>Null where it is no part of a project. What another machine says leads nowhere outside of it.</summary>
    public static string? Find(string name, string projectDir) =>
        name.StartsWith(InProject, StringComparison.Ordinal)
        && name[InProject.Length..].Split('/') is var parts
        && !parts.Contains("..", StringComparer.Ordinal)
        && !parts.Contains("", StringComparer.Ordinal)
            ? Path.Join([projectDir, .. parts])
            : null;
}
