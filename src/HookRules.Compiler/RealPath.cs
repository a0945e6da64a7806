using HookRules.Engine;

namespace HookRules.Compiler;

/// <summary>Where paths lead, links followed, and which folder they are in.</summary>
internal static class RealPath
{
    /// <summary>Where a path leads when all links are followed.</summary>
    public static string Of(string path)
    {
        if (!OperatingSystem.IsWindows())
            return Libc.RealPath(path) ?? Path.GetFullPath(path);
        FileSystemInfo info = Directory.Exists(path) ? new DirectoryInfo(path) : new FileInfo(path);
        return info.ResolveLinkTarget(returnFinalTarget: true)?.FullName ?? info.FullName;
    }

    /// <summary>A path is a folder or below it.</summary>
    public static bool IsInside(string path, string folder) =>
        path == folder
        || path.StartsWith(Path.TrimEndingDirectorySeparator(folder) + Path.DirectorySeparatorChar, StringComparison.Ordinal);
}
