namespace HookRules.Engine;

/// <summary>The one door through which files of a repository are read: a link to a device or a pipe, which a clone may hold, would never
/// end.</summary>
public static class RegularFile
{
    /// <exception cref="IOException">It could not be read, or is a device, a pipe or a socket.</exception>
    public static byte[] ReadAllBytes(string path)
    {
        if (Refused(path) is { } what)
            throw new IOException($"{path} is {what}: only regular files are read.");
        return File.ReadAllBytes(path);
    }

    /// <summary>Reading it comes to an end.</summary>
    public static bool Is(string path) => Refused(path) is null;

    /// <summary>What it is where it is no regular file; null too where nothing is.</summary>
    private static string? Refused(string path)
    {
        if (OperatingSystem.IsWindows() || !File.Exists(path))
            return null;
        var target = File.ResolveLinkTarget(path, returnFinalTarget: true)?.FullName;
        // The shell's <(…) is a link of the system's own, and what it leads to has no name.
        if (Libc.Status(target ?? path) is not { } status)
            return target is null || IsOfSystem(path) || !IsOfSystem(target) ? null : $"a link to {target}";
        return status.IsFile || status.IsFolder ? null
            : target is null ? "a device, a pipe or a socket"
            : $"a link to {target}, a device, a pipe or a socket";
    }

    private static bool IsOfSystem(string path) =>
        path.StartsWith("/dev/", StringComparison.Ordinal) || path.StartsWith("/proc/", StringComparison.Ordinal);
}
