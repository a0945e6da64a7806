using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>Tells when something is put into a folder. Whatever it says means "look again", so an overflow loses nothing.</summary>
internal sealed unsafe class SpoolWatcher : IDisposable
{
    private const uint MovedTo = 0x80,
        CreatedIn = 0x100,
        DeletedItself = 0x400,
        MovedItself = 0x800;
    private const int Closed = 0x80000,
        NonBlocking = 0x800;

    private readonly string folder;
    private readonly Action onChange;
    private readonly FileSystemWatcher? portable;
    private volatile bool ended;

    public SpoolWatcher(string folder, Action onChange)
    {
        (this.folder, this.onChange) = (folder, onChange);
        if (OperatingSystem.IsLinux())
        {
            // Not FileSystemWatcher: it also hears our own renames out of the folder, and waits 2 ms after each for its other half.
            new Thread(Watch) { IsBackground = true, Name = "spool watcher" }.Start();
            return;
        }

        portable = new FileSystemWatcher(folder) { NotifyFilter = NotifyFilters.FileName, InternalBufferSize = 64 * 1024 };
        portable.Created += (_, _) => onChange();
        portable.Renamed += (_, _) => onChange();
        portable.Error += (_, _) => onChange();
        portable.EnableRaisingEvents = true;
    }

    public void Dispose()
    {
        ended = true;
        portable?.Dispose();
    }

    private void Watch()
    {
        const int Slice = 500,
            BufferSize = 64 * 1024;
        var buffer = new byte[BufferSize];
        // While the system has no watches left, or the folder is gone, only the regular look finds envelopes.
        var watching = false;
        var inotify = Libc.inotify_init1(Closed | NonBlocking);
        if (inotify < 0)
            return;
        fixed (
            byte* path = Libc.Z(folder),
                bytes = buffer
        )
        {
            while (!ended)
            {
                if (!watching)
                {
                    watching = Libc.inotify_add_watch(inotify, path, MovedTo | CreatedIn | DeletedItself | MovedItself) >= 0;
                    // What came before the watch stood.
                    if (watching)
                        onChange();
                }

                var poll = new Libc.PollFd { Fd = inotify, Events = Libc.POLLIN };
                if (Libc.poll(&poll, 1, Slice) <= 0)
                    continue;
                var count = Libc.read(inotify, bytes, BufferSize);
                if (count <= 0)
                    continue;
                if (LostFolder(buffer.AsSpan(0, (int)count)))
                    watching = false;
                onChange();
            }
        }

        Libc.close(inotify);
    }

    private static bool LostFolder(ReadOnlySpan<byte> events)
    {
        const int Header = 16;
        const uint Ignored = 0x8000;
        for (var at = 0; at + Header <= events.Length; )
        {
            var mask = BitConverter.ToUInt32(events[(at + 4)..]);
            if ((mask & (DeletedItself | MovedItself | Ignored)) != 0)
                return true;
            at += Header + BitConverter.ToInt32(events[(at + 12)..]);
        }

        return false;
    }
}
