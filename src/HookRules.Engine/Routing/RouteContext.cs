namespace HookRules.Engine;

/// <summary>What a route needs to know besides the payload: where the project is, and so what a file's path is relative to.</summary>
/// <param name="projectDir">Absolute path of the project folder; globs with a slash are relative to it.</param>
public sealed class RouteContext(string projectDir)
{
    private (string Cwd, string? Root)? worktree;

    public string ProjectDir { get; } = Normal(projectDir).TrimEnd('/') is { Length: > 0 } trimmed ? trimmed : "/";

    /// <summary>The home folder of the user on whose behalf commands run; null where there is none.</summary>
    public string? Home { get; init; } = Environment.GetEnvironmentVariable("HOME") is { Length: > 1 } home ? Collapse(Normal(home)) : null;

    /// <summary>The file system takes <c>.ENV</c> for <c>.env</c>.</summary>
    public bool IgnoresCase { get; init; } = OperatingSystem.IsMacOS() || OperatingSystem.IsWindows();

    /// <summary>A path below the user's home folder, or that folder itself, but not in the project.</summary>
    internal string? BelowHome(string path, Payload payload)
    {
        if (Home is null || !(path == Home || Below(path, Home) is not null))
            return null;
        foreach (var folder in ProjectFolders(payload))
            if (path == folder || Below(path, folder) is not null)
                return null;
        return path.Length == Home.Length ? "~/-" : "~/" + Below(path, Home);
    }

    /// <summary>The git worktree that holds the payload's <c>cwd</c>, if it is another than the project, and the project folder.</summary>
    internal IEnumerable<string> ProjectFolders(Payload payload)
    {
        if (payload.Cwd is { } cwd && WorktreeOf(cwd) is { } root)
            yield return root;
        yield return ProjectDir;
    }

    /// <summary>Compares a file with a glob, whether negated or not: by base name, else by its path below the git worktree that holds the
    /// payload's <c>cwd</c> or below the project folder.</summary>
    public bool Matches(Glob glob, string path, Payload payload)
    {
        payload.Budget.Scan(path.Length);
        path = Normal(path);
        if (!glob.Anchored)
            return glob.IsMatch(path, payload.Budget);
        path = FullPath(path, payload.Cwd ?? ProjectDir)!;
        if (Below(path, ProjectDir) is { } relative && glob.IsMatch(relative, payload.Budget))
            return true;
        // Besides, not instead: whoever can write a file .git must not move the rest of the project out of the globs' sight.
        return payload.Cwd is { } cwd
            && WorktreeOf(cwd) is { } root
            && Below(path, root) is { } inTree
            && glob.IsMatch(inTree, payload.Budget);
    }

    /// <summary>A path as globs with a slash see it; null for a relative one of an event that does not say where it is.</summary>
    internal static string? FullPath(string path, string? cwd)
    {
        path = Normal(path);
        return IsAbsolute(path) ? Collapse(path)
            : cwd is null ? null
            : Collapse(Normal(cwd).TrimEnd('/') + "/" + path);
    }

    private static string? Below(string path, string folder) =>
        folder == "/" ? path[1..]
        : path.Length > folder.Length + 1 && path[folder.Length] == '/' && path.StartsWith(folder, StringComparison.Ordinal)
            ? path[(folder.Length + 1)..]
        : null;

    // Payloads of Windows have backslashes; rules are written with slashes everywhere.
    private static string Normal(string path) => OperatingSystem.IsWindows() ? path.Replace('\\', '/') : path;

    private static bool IsAbsolute(string path) =>
        path.StartsWith('/') || (OperatingSystem.IsWindows() && path.Length > 1 && path[1] == ':');

    // Lexical, without asking the file system: the file may not exist yet.
    internal static string Collapse(string path)
    {
        if (!path.Contains("/.", StringComparison.Ordinal) && !path.Contains("//", StringComparison.Ordinal))
            return path;
        var parts = new List<string>();
        var isRooted = path.StartsWith('/');
        foreach (var part in path.Split('/', StringSplitOptions.RemoveEmptyEntries))
        {
            if (part == ".")
                continue;
            if (part != "..")
                parts.Add(part);
            else if (parts.Count > 0)
                parts.RemoveAt(parts.Count - 1);
        }

        return (isRooted ? "/" : "") + string.Join('/', parts);
    }

    /// <summary>The linked git worktree around a folder, if it is another than the project's own: the file <c>.git</c> there names a folder
    /// below <c>worktrees/</c>.</summary>
    private string? WorktreeOf(string cwd)
    {
        // No folder has a longer path, and each of its parents is looked at.
        if (cwd.Length > 4096)
            return null;
        cwd = Normal(cwd);
        if (worktree is { } known && known.Cwd == cwd)
            return known.Root;
        string? found = null;
        for (
            var folder = cwd.TrimEnd('/');
            folder.Length > 1 && folder != ProjectDir;
            folder = folder[..Math.Max(0, folder.LastIndexOf('/'))]
        )
        {
            if (!IsLinkedWorktree(folder + "/.git"))
                continue;
            found = folder;
            break;
        }

        worktree = (cwd, found);
        return found;
    }

    private static bool IsLinkedWorktree(string dotGit)
    {
        try
        {
            var file = new FileInfo(dotGit);
            // Reading a pipe of that name would never end.
            if (!OperatingSystem.IsWindows() && Libc.Status(dotGit) is not { IsFile: true })
                return false;
            return file.Exists
                && file.Length < 4096
                && File.ReadAllText(dotGit).Replace('\\', '/').Contains("/worktrees/", StringComparison.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return false;
        }
    }
}
