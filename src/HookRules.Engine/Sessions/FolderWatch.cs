namespace HookRules.Engine;

/// <summary>Sleeps until something in one folder changes: no looking again and again.</summary>
internal sealed unsafe class FolderWatch : IDisposable
{
    private const uint Deleted = 0x200,
        MovedFrom = 0x40,
        DeletedItself = 0x400;
    private const int CloseOnExec = 0x80000,
        NonBlocking = 0x800;
    private const int WithoutNotice = 100;

    private readonly FileSystemWatcher? portable;
    private readonly ManualResetEventSlim? changed;
    private readonly int inotify = -1;

    /// <summary>From now on; what changed before has to be looked at afterwards.</summary>
    public FolderWatch(string folder)
    {
        if (OperatingSystem.IsLinux())
        {
            inotify = Libc.inotify_init1(CloseOnExec | NonBlocking);
            fixed (byte* path = Libc.Z(folder))
                if (inotify >= 0 && Libc.inotify_add_watch(inotify, path, Deleted | MovedFrom | DeletedItself) < 0)
                    inotify = Close(inotify);
            return;
        }

        changed = new ManualResetEventSlim();
        try
        {
            portable = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName, EnableRaisingEvents = true };
            portable.Deleted += (_, _) => changed.Set();
        }
        catch (Exception e) when (e is IOException or ArgumentException)
        {
            // Then it is looked at after each wait.
        }
    }

    /// <summary>Until something was removed, at most so long; where the system has no watches left, a moment.</summary>
    public void Wait(TimeSpan most)
    {
        var ms = (int)Math.Clamp(most.TotalMilliseconds, 1, int.MaxValue);
        if (inotify >= 0)
        {
            var poll = new Libc.PollFd { Fd = inotify, Events = Libc.POLLIN };
            Libc.poll(&poll, 1, ms);
            var buffer = stackalloc byte[4096];
            while (Libc.read(inotify, buffer, 4096) > 0) { }
        }
        else if (portable is not null)
        {
            changed!.Wait(ms);
            changed.Reset();
        }
        else
        {
            Thread.Sleep(Math.Min(ms, WithoutNotice));
        }
    }

    public void Dispose()
    {
        portable?.Dispose();
        changed?.Dispose();
        if (inotify >= 0)
            Libc.close(inotify);
    }

    private static int Close(int fd)
    {
        Libc.close(fd);
        return -1;
    }
}
