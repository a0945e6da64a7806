using System.Text;

namespace HookRules.Compiler.Emit;

/// <summary>
/// The list of a repository that no commit holds: what is one person's alone is ignored there, so that nobody else's files change.
/// </summary>
public static class GitExclude
{
    /// <summary>Adds paths below a folder that are not listed yet; without a repository there is nothing to do.</summary>
    /// <exception cref="IOException">The list could not be written.</exception>
    public static void Add(string folder, IEnumerable<string> paths)
    {
        var root = ProjectFiles.RootOf(folder);
        if (Shared(Path.Combine(root, ".git")) is not { } git)
            return;
        var list = Path.Combine(git, "info", "exclude");
        var text = File.Exists(list) ? File.ReadAllText(list) : "";
        var known = text.Split('\n').Select(line => line.TrimEnd('\r')).ToHashSet(StringComparer.Ordinal);
        var missing = paths.Select(path => "/" + Escaped(Path.GetRelativePath(root, path))).Where(line => !known.Contains(line)).ToList();
        if (missing.Count == 0)
            return;
        if (text.Length > 0 && !text.EndsWith('\n'))
            text += "\n";
        AtomicFile.Write(list, Encoding.UTF8.GetBytes(text + string.Concat(missing.Select(line => line + "\n"))));
    }

    /// <summary>The folder that all worktrees of a repository share.</summary>
    private static string? Shared(string git)
    {
        if (Directory.Exists(git))
            return git;
        if (
            !File.Exists(git)
            || File.ReadLines(git).FirstOrDefault() is not { } line
            || !line.StartsWith("gitdir: ", StringComparison.Ordinal)
        )
            return null;
        var own = Path.GetFullPath(line["gitdir: ".Length..], Path.GetDirectoryName(git)!);
        var common = Path.Combine(own, "commondir");
        return File.Exists(common) && File.ReadLines(common).FirstOrDefault() is { } shared ? Path.GetFullPath(shared, own)
            : Directory.Exists(own) ? own
            : null;
    }

    private static string Escaped(string path) =>
        string.Concat(path.Replace('\\', '/').Select(c => "*?[\\! #".Contains(c, StringComparison.Ordinal) ? $"\\{c}" : c.ToString()));
}
