using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler;

/// <summary>Which rules file a command works on, and the project folder that its paths are relative to.</summary>
/// <param name="File">Absolute path of the rules file.</param>
/// <param name="ProjectDir">Absolute path of the project folder: the one that holds the file, or the parent of <c>.claude</c>.</param>
public sealed record ProjectFiles(string File, string ProjectDir)
{
    /// <summary>Whose rules these are, as the file's name and place say.</summary>
    public Layer Layer { get; init; }

    /// <summary>Names that are looked for, the first one first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hookrules.yaml", "hookrules.yml", "main.hookrules"];

    /// <summary>The same of what is one person's for this project.</summary>
    public static IReadOnlyList<string> PersonalNames { get; } = ["hookrules.local.yaml", "hookrules.local.yml", "main.local.hookrules"];

    /// <summary>How messages and the plan name the file: relative to the project folder, with forward slashes.</summary>
    public string RelativePath => Relative(File);

    /// <summary>How messages name another file, from its absolute path.</summary>
    public string Relative(string path)
    {
        var relative = Path.GetRelativePath(ProjectDir, path).Replace('\\', '/');
        return Layer == Layer.User && !relative.StartsWith("../", StringComparison.Ordinal) ? $"~/{relative}" : relative;
    }

    /// <summary>Other files of the project that have one of the names, and are not read because this one comes first.</summary>
    public IEnumerable<string> Others =>
        from folder in new[] { ProjectDir, Path.Combine(ProjectDir, ProjectLayout.ClaudeFolder) }
        from name in Layer == Layer.Personal ? PersonalNames : Names
        let file = Path.Combine(folder, name)
        where file != File && System.IO.File.Exists(file)
        select file;

    /// <summary>A file that the user named.</summary>
    /// <param name="home">The user's home folder, whose rules are for every project.</param>
    public static ProjectFiles Of(string file, string? home = null)
    {
        var full = Path.GetFullPath(file);
        var folder = Path.GetDirectoryName(full)!;
        var project =
            Path.GetFileName(folder) == ProjectLayout.ClaudeFolder && Path.GetDirectoryName(folder) is { } parent ? parent : folder;
        return new ProjectFiles(full, project)
        {
            Layer =
                PersonalNames.Contains(Path.GetFileName(full)) ? Layer.Personal
                : home is not null && project == Path.TrimEndingDirectorySeparator(home) ? Layer.User
                : Directory.Exists(Path.Combine(project, ".claude-plugin")) ? Layer.Plugin
                : Layer.Project,
        };
    }

    /// <summary>Looks in a folder, in its <c>.claude</c>, then further up to the root of the repository (without one, in the folder alone);
    /// null if there is none.</summary>
    public static ProjectFiles? Find(string folder, string? home = null) => Find(folder, Names, home);

    /// <summary>Looks for what is one person's alone: beside the project's own rules, or where there are none, as for those.</summary>
    public static ProjectFiles? FindPersonal(string folder, ProjectFiles? project, string? home = null) =>
        project is null ? Find(folder, PersonalNames, home) : In(project.ProjectDir, PersonalNames, home);

    /// <summary>Looks in a folder and in its <c>.claude</c> alone.</summary>
    public static ProjectFiles? In(string folder, IReadOnlyList<string> names, string? home) =>
        names
            .Concat(names.Select(name => Path.Combine(ProjectLayout.ClaudeFolder, name)))
            .Select(name => Path.Combine(folder, name))
            .Where(System.IO.File.Exists)
            .Select(file => Of(file, home))
            .FirstOrDefault();

    private static ProjectFiles? Find(string folder, IReadOnlyList<string> names, string? home)
    {
        var start = Path.GetFullPath(folder);
        var root = RootOf(start);
        foreach (var here in Upward(start))
        {
            if (In(here, names, home) is { } found)
                return found;
            if (here == root)
                return null;
        }

        return null;
    }

    /// <summary>The root of the repository that holds a folder; without one the folder itself.</summary>
    public static string RootOf(string folder) => Upward(Path.GetFullPath(folder)).FirstOrDefault(IsRepository) ?? Path.GetFullPath(folder);

    /// <param name="path">How messages and the plan name it; by default relative to the project folder.</param>
    public SourceText Load(string? path = null) => SourceText.Load(File, path ?? RelativePath);

    private static IEnumerable<string> Upward(string folder)
    {
        for (var here = folder; here is not null; here = Path.GetDirectoryName(here))
            yield return here;
    }

    // A linked worktree and a submodule have a file of that name.
    private static bool IsRepository(string folder) => Path.Exists(Path.Combine(folder, ".git"));
}
