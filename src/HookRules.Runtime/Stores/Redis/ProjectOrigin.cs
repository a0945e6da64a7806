using HookRules.Engine;

namespace HookRules.Runtime.Stores.Redis;

/// <summary>What makes the clones of a repository one project: its origin's host and path, however the URL is written.</summary>
internal static class ProjectOrigin
{
    private const int Longest = 1 << 20;

    /// <summary>As <c>host/path</c>, with the folder below the repository's root where the project is not the whole of it; the project's
    /// own path where it has no origin.</summary>
    public static string Of(string projectDir)
    {
        var folder = Path.TrimEndingDirectorySeparator(projectDir);
        for (var root = folder; root is not null; root = Path.GetDirectoryName(root))
        {
            if (ConfigOf(root) is not { } config)
                continue;
            var below = Path.GetRelativePath(root, folder);
            return OriginIn(config) is { } url && Normal(url) is { } origin ? (below == "." ? origin : $"{origin}//{below}") : folder;
        }

        return folder;
    }

    /// <summary>A local path is no origin that another machine could have.</summary>
    internal static string? Normal(string url)
    {
        string host,
            path;
        if (url.Split("://", 2) is [var scheme, var rest])
        {
            if (scheme == "file" || rest.IndexOf('/', StringComparison.Ordinal) is not (var slash and > 0))
                return null;
            (host, path) = (rest[..slash], rest[(slash + 1)..]);
        }
        else if (url.IndexOf(':', StringComparison.Ordinal) is var colon and > 0 && !url[..colon].Contains('/', StringComparison.Ordinal))
        {
            (host, path) = (url[..colon], url[(colon + 1)..]);
        }
        else
        {
            return null;
        }

        host = host[(host.LastIndexOf('@') + 1)..];
        if (host.LastIndexOf(':') is var port and > 0 && !host.EndsWith(']'))
            host = host[..port];
        path = path.Trim('/');
        if (path.EndsWith(".git", StringComparison.Ordinal))
            path = path[..^4];
        return host.Length == 0 || path.Length == 0 ? null : $"{host.ToLowerInvariant()}/{path}";
    }

    /// <summary>The lines of the repository's configuration; null where the folder is no repository's root.</summary>
    private static string[]? ConfigOf(string root)
    {
        try
        {
            var git = Path.Join(root, ".git");
            if (IsFile(git))
            {
                // A worktree, or a submodule.
                if (File.ReadAllText(git) is not ['g', 'i', 't', 'd', 'i', 'r', ':', .. var where])
                    return null;
                git = Path.GetFullPath(where.Trim(), root);
                var common = Path.Join(git, "commondir");
                if (IsFile(common))
                    git = Path.GetFullPath(File.ReadAllText(common).Trim(), git);
            }

            var config = Path.Join(git, "config");
            return IsFile(config) ? File.ReadAllLines(config) : null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException)
        {
            return null;
        }
    }

    private static string? OriginIn(string[] config)
    {
        var isOrigin = false;
        foreach (var text in config)
        {
            var line = text.Trim();
            if (line.StartsWith('['))
                isOrigin = line.Replace(" ", "", StringComparison.Ordinal) == "[remote\"origin\"]";
            else if (isOrigin && line.Split('=', 2) is [var name, var value] && name.Trim() == "url")
                return value.Trim().Trim('"');
        }

        return null;
    }

    private static bool IsFile(string path) => File.Exists(path) && RegularFile.Is(path) && new FileInfo(path).Length <= Longest;
}
