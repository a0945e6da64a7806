namespace HookRules.Engine;

public sealed partial class FileSpool
{
    private static string? PublishLinux(StateFolder state, Envelope envelope, string unfinished, string published, Durability durability)
    {
        var fd = Create();
        if (fd < 0 && Libc.Errno == Libc.ENOENT)
        {
            // The first event of a project: the folders are made only now, so that every other one finds them without a look.
            state.CreateBelow(state.Spool("tmp"));
            fd = Create();
        }

        if (fd < 0)
            return Failed(Libc.Errno);
        var error = Libc.WriteAll(fd, envelope.Head());
        if (error == 0)
            error = Libc.WriteAll(fd, envelope.Payload.Span);
        if (error == 0)
            error = Libc.WriteAll(fd, Envelope.Tail);
        if (error == 0 && durability == Durability.Fsync && Libc.fsync(fd) != 0)
            error = Libc.Errno;
        // Some file systems tell of a full disk only now.
        if (Libc.close(fd) != 0 && error == 0)
            error = Libc.Errno;
        if (error == 0)
        {
            error = Libc.Rename(unfinished, published);
            if (error == Libc.ENOENT && state.CreateBelow(state.Spool("new")))
                error = Libc.Rename(unfinished, published);
        }

        if (error != 0)
        {
            Libc.Unlink(unfinished);
            return Failed(error);
        }

        return durability == Durability.Fsync ? SyncFolder(state.Spool("new")) : null;

        int Create() => Libc.Open(unfinished, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_EXCL, 0b110_000_000);
        string Failed(int errno) => $"the event cannot be written to {state.Spool("new")}: {Libc.Describe(errno)}";
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

    private static string? PublishPortable(StateFolder state, Envelope envelope, string unfinished, string published, Durability durability)
    {
        try
        {
            state.CreateBelow(state.Spool("tmp"));
            state.CreateBelow(state.Spool("new"));
            using (var file = File.OpenHandle(unfinished, FileMode.CreateNew, FileAccess.Write, FileShare.None))
            {
                RandomAccess.Write(file, envelope.ToJson(), 0);
                if (durability == Durability.Fsync)
                    RandomAccess.FlushToDisk(file);
            }

            File.Move(unfinished, published);
            return null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Remove(unfinished);
            return $"the event cannot be written to {state.Spool("new")}: {e.Message}";
        }
    }
}
