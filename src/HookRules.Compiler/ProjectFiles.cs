using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler;

/// <summary>Which rules file a command works on, and the project folder that its paths are relative to.</summary>
/// <param name="File">Absolute path of the rules file.</param>
/// <param name="ProjectDir">Absolute path of the project folder: the one that holds the file, or the parent of <c>.claude</c>.</param>
public sealed record ProjectFiles(string File, string ProjectDir)
{
    private const string ClaudeFolder = ".claude";

    /// <summary>Names that are looked for, the first one first.</summary>
    public static IReadOnlyList<string> Names { get; } = ["hookrules.yaml", "hookrules.yml", "main.hookrules"];

    /// <summary>How messages and the plan name the file: relative to the project folder, with forward slashes.</summary>
    public string RelativePath => Relative(File);

    /// <summary>How messages name another file, from its absolute path.</summary>
    public string Relative(string path) => Path.GetRelativePath(ProjectDir, path).Replace('\\', '/');

    /// <summary>Other files of the project that have one of the names, and are not read because this one comes first.</summary>
    public IEnumerable<string> Others =>
        from folder in new[] { ProjectDir, Path.Combine(ProjectDir, ClaudeFolder) }
        from name in Names
        let file = Path.Combine(folder, name)
        where file != File && System.IO.File.Exists(file)
        select file;

    /// <summary>A file that the user named.</summary>
    public static ProjectFiles Of(string file)
    {
        var full = Path.GetFullPath(file);
        var folder = Path.GetDirectoryName(full)!;
        return new ProjectFiles(
            full,
            Path.GetFileName(folder) == ClaudeFolder && Path.GetDirectoryName(folder) is { } parent ? parent : folder
        );
    }

    /// <summary>Looks in a folder, in its <c>.claude</c>, then further up to the root of the repository (without one, in the folder alone);
    /// null if there is none.</summary>
    public static ProjectFiles? Find(string folder)
    {
        var start = Path.GetFullPath(folder);
        var root = RootOf(start);
        foreach (var here in Upward(start))
        {
            foreach (var name in Names.Concat(Names.Select(name => Path.Combine(ClaudeFolder, name))))
            {
                var file = Path.Combine(here, name);
                if (System.IO.File.Exists(file))
                    return Of(file);
            }

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
