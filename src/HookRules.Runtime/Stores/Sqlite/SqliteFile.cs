using HookRules.Engine;

namespace HookRules.Runtime.Stores.Sqlite;

/// <summary>The file of a database: private, on this machine, and never behind a link.</summary>
internal static class SqliteFile
{
    private const UnixFileMode Private = UnixFileMode.UserRead | UnixFileMode.UserWrite,
        PrivateFolder = Private | UnixFileMode.UserExecute;
    private static readonly string[] Suffixes = ["", "-wal", "-shm", "-journal"];

    /// <summary>Makes the file where there is none; null, or why it is not to be used.</summary>
    /// <param name="root">The folder from which the plan names it: below it no folder may be a link. Empty for any place.</param>
    public static string? Prepare(string path, string root)
    {
        try
        {
            var folder = Path.GetDirectoryName(path) ?? "/";
            if (LinkOnTheWay(folder, root) is { } link)
                return $"{link} is a link, which is not followed";
            if (OperatingSystem.IsWindows())
            {
                Directory.CreateDirectory(folder);
                return IsElsewhere(folder);
            }

            if (!Directory.Exists(folder))
                Directory.CreateDirectory(folder, PrivateFolder);
            if (IsElsewhere(folder) is { } elsewhere)
                return elsewhere;
            foreach (var suffix in Suffixes)
                if (Libc.Status(path + suffix) is { } status && Refuse(path + suffix, status) is { } problem)
                    return problem;
            if (Libc.Status(path) is null)
                Make(path);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return Libc.Status(path) is not null ? null : $"it cannot be made: {e.Message}";
        }
    }

    /// <summary>Which file a path leads to; null where there is none.</summary>
    public static ulong? Identity(string path) => OperatingSystem.IsWindows() ? (File.Exists(path) ? 1 : null) : Libc.Status(path)?.Inode;

    /// <summary>Renames the file, and what belongs to it, so that another one may take its place; its new name.</summary>
    public static string SetAside(string path, DateTimeOffset now)
    {
        var aside = $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd-HHmmss}";
        for (var number = 2; Libc.Exists(aside); number++)
            aside = $"{path}.corrupt-{now.UtcDateTime:yyyyMMdd-HHmmss}-{number}";
        // The log first: a database without its log is an older one, a log without its database is nothing.
        foreach (var suffix in Suffixes.Reverse())
            if (File.Exists(path + suffix))
                File.Move(path + suffix, aside + suffix);
        return aside;
    }

    private static void Make(string path)
    {
        var options = new FileStreamOptions { Mode = FileMode.CreateNew, Access = FileAccess.Write };
        if (!OperatingSystem.IsWindows())
            options.UnixCreateMode = Private;
        using var file = new FileStream(path, options);
    }

    private static string? Refuse(string path, Libc.FileStatus status)
    {
        if (status.IsLink)
            return $"{path} is a link, which is not followed";
        if (!status.IsFile)
            return $"{path} is not a file";
        if (status.Owner != Libc.geteuid())
            return $"{path} belongs to another user";
        if ((status.Mode & 0x3F) != 0 && !OperatingSystem.IsWindows())
            File.SetUnixFileMode(path, Private);
        return null;
    }

    private static string? LinkOnTheWay(string folder, string root)
    {
        if (root.Length == 0)
            return null;
        for (var at = folder; at.Length > root.Length && at.StartsWith(root, StringComparison.Ordinal); at = Path.GetDirectoryName(at)!)
            if (new DirectoryInfo(at).LinkTarget is not null)
                return at;
        return null;
    }

    // Its locks and its shared memory hold between processes of one machine only.
    private static string? IsElsewhere(string folder)
    {
        var drive = new DriveInfo(folder);
        return drive.DriveType == DriveType.Network || drive.DriveFormat is "fuse.sshfs" or "9p" or "vboxsf"
            ? $"{folder} lies on a network file system ({drive.DriveFormat}), and SQLite needs one of this machine; use another path, or: "
                + "queue redis"
            : null;
    }
}
