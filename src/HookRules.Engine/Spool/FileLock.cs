using Microsoft.Win32.SafeHandles;

namespace HookRules.Engine;

/// <summary>A lock that the system takes away when its holder dies. The file stays: removing it would let two hold "the" lock. Only where
/// all who take a lock look whether its file is still the one of that name may its holder remove it.</summary>
public sealed class FileLock : IDisposable
{
    internal const int HandOverDescriptor = 3;

    private readonly SafeFileHandle? handle;
    private int fd = -1;

    private FileLock(int fd) => this.fd = fd;

    private FileLock(SafeFileHandle handle) => this.handle = handle;

    internal int Descriptor => fd;

    /// <summary>Null where somebody holds it, or where the file cannot be opened: <paramref name="problem"/> says so.</summary>
    public static FileLock? TryAcquire(string path, out string? problem)
    {
        problem = null;
        if (OperatingSystem.IsWindows())
        {
            try
            {
                return new FileLock(System.IO.File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
            }
            catch (IOException)
            {
                return null;
            }
            catch (UnauthorizedAccessException e)
            {
                problem = e.Message;
                return null;
            }
        }

        var fd = OpenFile(path);
        if (fd < 0)
        {
            problem = $"{path}: {Libc.Describe(Libc.Errno)}";
            return null;
        }

        while (Libc.flock(fd, Libc.LOCK_EX | Libc.LOCK_NB) != 0)
        {
            if (Libc.Errno == Libc.EINTR)
                continue;
            if (Libc.Errno != Libc.EAGAIN && Libc.Errno != 35)
                problem = $"{path}: {Libc.Describe(Libc.Errno)}";
            Libc.close(fd);
            return null;
        }

        return new FileLock(fd);
    }

    public static FileLock? TryAcquire(string path) => TryAcquire(path, out _);

    /// <summary>The same for a lock whose file may go with it: whoever gets it holds the file that bears the name.</summary>
    internal static FileLock? TryAcquireNamed(string path, out string? problem)
    {
        while (TryAcquire(path, out problem) is { } held)
        {
            if (OperatingSystem.IsWindows() || Libc.InodeOf(held.fd) is not { } own || Libc.Status(path)?.Inode == own)
                return held;
            // Between our opening and locking it the one before removed it.
            held.Dispose();
        }

        return null;
    }

    /// <summary>Lets go of it and removes its file.</summary>
    /// <param name="path">As it was acquired by <see cref="TryAcquireNamed"/>.</param>
    internal void UnlockAndRemove(string path)
    {
        if (!OperatingSystem.IsWindows())
        {
            // While it is held: nobody else can have locked this file when it loses its name.
            if (Libc.InodeOf(fd) is not null)
                Libc.Unlink(path);
            Unlock();
            return;
        }

        Unlock();
        try
        {
            System.IO.File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one has it open already.
        }
    }

    /// <summary>Waits for who holds it for a moment only; null where that moment does not end, or the file cannot be opened.</summary>
    internal static FileLock? Wait(string path, TimeSpan most)
    {
        for (var tries = 0; ; tries++)
        {
            if (TryAcquire(path, out var problem) is { } held)
                return held;
            if (problem is not null || tries >= most.TotalMilliseconds)
                return null;
            Thread.Sleep(1);
        }
    }

    /// <summary>Somebody holds it now.</summary>
    public static bool IsHeld(string path)
    {
        using var held = TryAcquire(path, out var problem);
        return held is null && problem is null;
    }

    /// <summary>The lock that the parent process handed to this one (<see cref="ChildProcess.StartDetached"/>), and where it is; null where
    /// it handed none.</summary>
    /// <param name="name">The lock's file name: what else may be open under that number is left alone.</param>
    public static (FileLock Lock, string Path)? HandedOver(string name)
    {
        if (
            !OperatingSystem.IsLinux()
            || Libc.ReadLink(string.Create(System.Globalization.CultureInfo.InvariantCulture, $"/proc/self/fd/{HandOverDescriptor}"))
                is not { } path
        )
            return null;
        if (System.IO.Path.GetFileName(path) != name || !System.IO.Path.IsPathFullyQualified(path))
            return null;
        // Succeeds at once where the open file is the one that holds the lock. No child of this process is to hold it on.
        if (
            Libc.flock(HandOverDescriptor, Libc.LOCK_EX | Libc.LOCK_NB) != 0
            || Libc.fcntl(HandOverDescriptor, Libc.F_SETFD, Libc.FD_CLOEXEC) != 0
        )
            return null;
        return (new FileLock(HandOverDescriptor), path);
    }

    /// <summary>Lets go of it at once. Closing alone would leave it to a child that is being started just now, until that runs its own
    /// program.</summary>
    public void Unlock()
    {
        if (fd >= 0)
            _ = Libc.flock(fd, Libc.LOCK_UN);
        Dispose();
    }

    public void Dispose()
    {
        handle?.Dispose();
        var held = Interlocked.Exchange(ref fd, -1);
        // Closed, not unlocked: a child that was handed the file holds the lock on.
        if (held >= 0)
            Libc.close(held);
    }

    private static int OpenFile(string path)
    {
        if (!OperatingSystem.IsMacOS())
            return Libc.Open(path, Libc.O_RDWR | Libc.O_CREAT, 0b110_000_000);
        // open() is variadic, which Apple's calling convention passes differently: create the file by other means.
        using (System.IO.File.OpenHandle(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.ReadWrite)) { }
        return Libc.Open(path, Libc.O_RDWR);
    }
}
