namespace HookRules.Engine;

/// <summary>Appends whole lines to a file that several processes write to at once.</summary>
internal static class AppendFile
{
    /// <summary>Null, or why it failed. A missing folder is created.</summary>
    public static string? Append(string path, ReadOnlySpan<byte> bytes, int mode = 0b110_110_100, bool sync = false)
    {
        if (!OperatingSystem.IsLinux())
            return AppendPortable(path, bytes, sync);

        // FileMode.Append seeks to the end, O_APPEND writes there: only the latter keeps the lines of two processes apart.
        // A project's file may be somebody else's doing: a link would lead the line elsewhere, a pipe that nobody reads would hold us for
        // ever.
        var flags = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NONBLOCK | Libc.O_NOFOLLOW;
        var fd = Libc.Open(path, flags, mode);
        if (fd < 0 && Libc.Errno == Libc.ENOENT && CreateParent(path))
            fd = Libc.Open(path, flags, mode);
        if (fd < 0)
            return Libc.Errno == Libc.ELOOP ? $"{path} is a link, which is not followed" : $"{path}: {Libc.Describe(Libc.Errno)}";
        var error = Libc.WriteAll(fd, bytes, out var written);
        if (error != 0 && written > 0)
            TakeBack(fd, written);
        if (error == 0 && sync && Libc.fsync(fd) != 0)
            error = Libc.Errno;
        Libc.close(fd);
        return error == 0 ? null : $"{path}: {Libc.Describe(error)}";
    }

    // Of a line that a full disk cut off nothing stays, unless somebody has written behind it meanwhile.
    private static void TakeBack(int fd, int written)
    {
        const int FromHere = 1,
            FromEnd = 2;
        var end = Libc.lseek(fd, 0, FromHere);
        if (end >= written && Libc.lseek(fd, 0, FromEnd) == end)
            _ = Libc.ftruncate(fd, end - written);
    }

    private static string? AppendPortable(string path, ReadOnlySpan<byte> bytes, bool sync)
    {
        try
        {
            CreateParent(path);
            using var file = File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.Write, FileShare.ReadWrite | FileShare.Delete);
            RandomAccess.Write(file, bytes, RandomAccess.GetLength(file));
            if (sync)
                RandomAccess.FlushToDisk(file);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return $"{path}: {e.Message}";
        }
    }

    private static bool CreateParent(string path)
    {
        try
        {
            if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
                Directory.CreateDirectory(folder);
            return true;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return false;
        }
    }
}
