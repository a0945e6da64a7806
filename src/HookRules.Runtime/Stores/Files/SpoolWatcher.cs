using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>Tells what is put into some folders. Without a name it means "look at everything", so an overflow loses nothing.</summary>
internal sealed unsafe class SpoolWatcher : IDisposable
{
    private const uint Modified = 0x2,
        MovedTo = 0x80,
        CreatedIn = 0x100,
        DeletedItself = 0x400,
        MovedItself = 0x800,
        Overflow = 0x4000,
        Ignored = 0x8000;
    private const int Closed = 0x80000,
        NonBlocking = 0x800;

    private readonly string[] folders;
    private readonly Action<string, string?> onChange;
    private readonly uint mask;
    private readonly List<FileSystemWatcher> portable = [];
    private int wake = -1;
    private readonly Lock reading = new();
    private readonly byte[] buffer = new byte[64 * 1024];
    private readonly int[] watches;
    private int inotify = -1;
    private volatile bool ended;

    /// <param name="onChange">Told the folder and the name; without a name everything is to be looked at.</param>
    /// <param name="alsoWrites">What is written to a file is told as well.</param>
    public SpoolWatcher(IEnumerable<string> folders, Action<string, string?> onChange, bool alsoWrites = false)
    {
        (this.folders, this.onChange) = ([.. folders], onChange);
        mask = MovedTo | CreatedIn | DeletedItself | MovedItself | (alsoWrites ? Modified : 0);
        watches = new int[this.folders.Length];
        Array.Fill(watches, -1);
        if (OperatingSystem.IsLinux())
        {
            var pipe = stackalloc int[2];
            if (Libc.pipe2(pipe, Closed) != 0)
                return;
            wake = pipe[1];
            var ending = pipe[0];
            // Not FileSystemWatcher: it also hears our own renames out of the folder, and waits 2 ms after each for its other half.
            new Thread(() => Watch(ending)) { IsBackground = true, Name = "spool watcher" }.Start();
            return;
        }

        foreach (var folder in this.folders)
        {
            var watcher = new FileSystemWatcher(folder)
            {
                NotifyFilter = NotifyFilters.FileName | (alsoWrites ? NotifyFilters.LastWrite : 0),
                InternalBufferSize = 64 * 1024,
            };
            if (alsoWrites)
                watcher.Changed += (_, change) => onChange(folder, Path.GetFileName(change.Name));
            watcher.Created += (_, change) => onChange(folder, Path.GetFileName(change.Name));
            watcher.Renamed += (_, change) => onChange(folder, Path.GetFileName(change.Name));
            watcher.Error += (_, _) => onChange(folder, null);
            watcher.EnableRaisingEvents = true;
            portable.Add(watcher);
        }
    }

    public void Dispose()
    {
        ended = true;
        foreach (var watcher in portable)
            watcher.Dispose();
        // Closed twice it would be somebody else's.
        if (Interlocked.Exchange(ref wake, -1) is var open and >= 0)
            Libc.close(open);
    }

    /// <summary>Tells what the system has noticed until now, whether or not the watching thread has come to it.</summary>
    public void CatchUp()
    {
        lock (reading)
        {
            if (inotify < 0 || watches.Contains(-1))
                TellAll();
            else
                while (ReadSome()) { }
        }
    }

    private void Watch(int ending)
    {
        const int WhileLost = 500,
            WithoutEnd = -1;
        var polls = stackalloc Libc.PollFd[2];
        lock (reading)
            inotify = Libc.inotify_init1(Closed | NonBlocking);
        while (!ended)
        {
            bool isLost;
            lock (reading)
            {
                for (var i = 0; i < folders.Length; i++)
                    if (watches[i] < 0 && (watches[i] = Add(inotify, folders[i])) >= 0)
                        onChange(folders[i], null); // What came before the watch stood.
                isLost = watches.Contains(-1);
                if (isLost)
                    TellAll();
            }

            polls[0] = new Libc.PollFd { Fd = inotify, Events = Libc.POLLIN };
            polls[1] = new Libc.PollFd { Fd = ending, Events = Libc.POLLIN };
            // While the system has no watches left, or a folder is gone, only a regular look finds what comes.
            if (Libc.poll(polls, 2, isLost ? WhileLost : WithoutEnd) <= 0 || polls[0].Revents == 0)
                continue;
            lock (reading)
                ReadSome();
        }

        lock (reading)
        {
            if (inotify >= 0)
                Libc.close(inotify);
            inotify = -1;
        }

        Libc.close(ending);
    }

    private bool ReadSome()
    {
        fixed (byte* bytes = buffer)
        {
            var count = Libc.read(inotify, bytes, buffer.Length);
            if (count > 0)
                Tell(buffer.AsSpan(0, (int)count));
            return count > 0;
        }
    }

    private void TellAll()
    {
        foreach (var folder in folders)
            onChange(folder, null);
    }

    private int Add(int inotify, string folder)
    {
        fixed (byte* path = Libc.Z(folder))
            return inotify < 0 ? -1 : Libc.inotify_add_watch(inotify, path, mask);
    }

    private void Tell(ReadOnlySpan<byte> events)
    {
        const int Header = 16;
        for (var at = 0; at + Header <= events.Length; )
        {
            var watch = BitConverter.ToInt32(events[at..]);
            var mask = BitConverter.ToUInt32(events[(at + 4)..]);
            var length = BitConverter.ToInt32(events[(at + 12)..]);
            var name = events.Slice(at + Header, length);
            at += Header + length;
            var index = Array.IndexOf(watches, watch);
            if ((mask & Overflow) != 0)
            {
                TellAll();
            }
            else if (index >= 0 && (mask & (DeletedItself | MovedItself | Ignored)) != 0)
            {
                watches[index] = -1;
            }
            else if (index >= 0)
            {
                var end = name.IndexOf((byte)0);
                onChange(folders[index], Encoding.UTF8.GetString(end < 0 ? name : name[..end]));
            }
        }
    }
}
