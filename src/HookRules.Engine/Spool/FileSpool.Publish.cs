namespace HookRules.Engine;

public static partial class FileSpool
{
    /// <summary>Writes a file to <c>tmp/</c> and renames it to where it belongs; null, or why that failed.</summary>
    /// <param name="folder">Below the spool.</param>
    internal static string? Put(
        StateFolder state,
        string folder,
        string name,
        ReadOnlySpan<byte> head,
        ReadOnlySpan<byte> payload,
        ReadOnlySpan<byte> tail,
        Durability durability
    )
    {
        var unfinished = state.Spool("tmp", name);
        var published = state.Spool(folder, name);
        if (!OperatingSystem.IsLinux())
            return PutPortable(state, folder, unfinished, published, [.. head, .. payload, .. tail], durability);

        var fd = Create();
        if (fd < 0 && Libc.Errno == Libc.ENOENT)
        {
            // The first event of a project: the folders are made only now, so that every other one finds them without a look.
            state.CreateBelow(state.Spool("tmp"));
            fd = Create();
        }

        if (fd < 0)
            return Failed(Libc.Errno);
        var error = Libc.WriteAll(fd, head);
        if (error == 0)
            error = Libc.WriteAll(fd, payload);
        if (error == 0)
            error = Libc.WriteAll(fd, tail);
        if (error == 0 && durability == Durability.Fsync && Libc.fsync(fd) != 0)
            error = Libc.Errno;
        // Some file systems tell of a full disk only now.
        if (Libc.close(fd) != 0 && error == 0)
            error = Libc.Errno;
        if (error == 0)
        {
            error = Libc.Rename(unfinished, published);
            if (error == Libc.ENOENT && state.CreateBelow(state.Spool(folder)))
                error = Libc.Rename(unfinished, published);
        }

        if (error != 0)
        {
            Libc.Unlink(unfinished);
            return Failed(error);
        }

        return durability == Durability.Fsync ? SyncFolder(state.Spool(folder)) : null;

        int Create()
        {
            var flags = Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL;
            var created = Libc.Open(unfinished, flags, 0b110_000_000);
            // An order has the same name when it is made again after a crash.
            return created < 0 && Libc.Errno == Libc.EEXIST && Libc.Unlink(unfinished) == 0
                ? Libc.Open(unfinished, flags, 0b110_000_000)
                : created;
        }

        string Failed(int errno) => $"the event cannot be written to {state.Spool(folder)}: {Libc.Describe(errno)}";
    }

    private static string? SyncFolder(string folder)
    {
        var fd = Libc.Open(folder, Libc.O_RDONLY);
        if (fd < 0)
            return $"{folder}: {Libc.Describe(Libc.Errno)}";
        var error = Libc.fsync(fd) == 0 ? 0 : Libc.Errno;
        Libc.close(fd);
        return error == 0 ? null : $"{folder}: {Libc.Describe(error)}";
    }

    private static string? PutPortable(
        StateFolder state,
        string folder,
        string unfinished,
        string published,
        byte[] bytes,
        Durability durability
    )
    {
        try
        {
            state.CreateBelow(state.Spool("tmp"));
            state.CreateBelow(state.Spool(folder));
            using (var file = File.OpenHandle(unfinished, FileMode.Create, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(file, bytes, 0);
                if (durability == Durability.Fsync)
                    RandomAccess.FlushToDisk(file);
            }

            File.Move(unfinished, published, overwrite: true);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            TryDelete(unfinished);
            return $"the event cannot be written to {state.Spool(folder)}: {e.Message}";
        }
    }

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The consumer removes what lies in tmp/ for an hour.
        }
    }
}
