using System.Runtime.InteropServices;
using System.Text;

namespace HookRules.Engine;

/// <summary>The few system calls whose managed counterparts are missing, or cost more than a hook process may take. Blittable, so that no
/// marshalling code is compiled in.</summary>
internal static unsafe class Libc
{
    public const int ENOENT = 2,
        EINTR = 4,
        E2BIG = 7,
        ENOEXEC = 8,
        ECHILD = 10,
        EAGAIN = 11,
        ENOMEM = 12,
        ENFILE = 23,
        EMFILE = 24,
        EACCES = 13,
        EEXIST = 17,
        ENOTDIR = 20,
        ENOTEMPTY = 39,
        ELOOP = 40,
        ENOSPC = 28,
        EROFS = 30;
    public const int O_RDONLY = 0,
        O_WRONLY = 1,
        O_RDWR = 2,
        O_CREAT = 0x40,
        O_EXCL = 0x80,
        O_NONBLOCK = 0x800,
        O_APPEND = 0x400,
        O_CLOEXEC = 0x80000;

    // The one flag whose number differs between Linux's architectures.
    public static readonly int O_NOFOLLOW = RuntimeInformation.ProcessArchitecture is Architecture.Arm64 or Architecture.Arm
        ? 0x8000
        : 0x20000;
    public const int LOCK_EX = 2,
        LOCK_NB = 4,
        LOCK_UN = 8;
    public const int SIGKILL = 9,
        SIGTERM = 15;
    public const int F_SETFD = 2,
        F_SETFL = 4,
        FD_CLOEXEC = 1;
    public const int WNOHANG = 1,
        WEXITED = 4,
        WNOWAIT = 0x01000000,
        P_ALL = 0;
    public const short POLLIN = 1;
    public const int PR_SET_CHILD_SUBREAPER = 36;
    public const short POSIX_SPAWN_SETSIGDEF = 0x04,
        POSIX_SPAWN_SETSIGMASK = 0x08,
        POSIX_SPAWN_SETSID = 0x80;
    public const int SYS_pidfd_open = 434;
    public const int AT_FDCWD = -100,
        AT_SYMLINK_NOFOLLOW = 0x100,
        AT_EMPTY_PATH = 0x1000;

    [StructLayout(LayoutKind.Sequential)]
    public struct PollFd
    {
        public int Fd;
        public short Events;
        public short Revents;
    }

    /// <summary>Who owns a file and what it is; without following a link.</summary>
    public readonly record struct FileStatus(uint Mode, uint Owner, ulong Inode)
    {
        public bool IsLink => (Mode & 0xF000) == 0xA000;
        public bool IsFile => (Mode & 0xF000) == 0x8000;
        public bool IsFolder => (Mode & 0xF000) == 0x4000;
        public bool OthersMayWrite => (Mode & 0x12) != 0;
    }

    [DllImport("libc", SetLastError = true)]
    public static extern int open(byte* path, int flags, int mode);

    [DllImport("libc", SetLastError = true)]
    public static extern int close(int fd);

    [DllImport("libc", SetLastError = true)]
    public static extern nint read(int fd, byte* buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    public static extern nint write(int fd, byte* buffer, nint count);

    [DllImport("libc", SetLastError = true)]
    public static extern nint splice(int from, long* fromOffset, int to, long* toOffset, nint count, uint flags);

    [DllImport("libc", SetLastError = true)]
    public static extern long lseek(int fd, long offset, int whence);

    [DllImport("libc", SetLastError = true)]
    public static extern int ftruncate(int fd, long length);

    [DllImport("libc", SetLastError = true)]
    public static extern int fsync(int fd);

    [DllImport("libc", SetLastError = true)]
    public static extern int rename(byte* from, byte* to);

    [DllImport("libc", SetLastError = true)]
    private static extern int renameat2(int fromFolder, byte* from, int toFolder, byte* to, uint flags);

    /// <summary>Swaps the files of two names in one step; false where this system or file system cannot.</summary>
    public static bool Exchange(string one, string other)
    {
        const int Here = -100;
        const uint Swap = 2;
        if (!OperatingSystem.IsLinux())
            return false;
        try
        {
            fixed (byte* a = Z(one))
            fixed (byte* b = Z(other))
                return renameat2(Here, a, Here, b, Swap) == 0;
        }
        catch (EntryPointNotFoundException)
        {
            return false;
        }
    }

    [DllImport("libc", SetLastError = true)]
    public static extern int unlink(byte* path);

    [DllImport("libc", SetLastError = true)]
    public static extern int mkdir(byte* path, uint mode);

    [DllImport("libc", SetLastError = true)]
    public static extern int access(byte* path, int mode);

    [DllImport("libc", SetLastError = true)]
    public static extern nint readlink(byte* path, byte* buffer, nint size);

    [DllImport("libc", SetLastError = true)]
    public static extern byte* realpath(byte* path, byte* resolved);

    [DllImport("libc", SetLastError = true)]
    public static extern int flock(int fd, int operation);

    [DllImport("libc", SetLastError = true)]
    public static extern int fcntl(int fd, int command, int argument);

    [DllImport("libc", SetLastError = true)]
    public static extern int pipe2(int* fds, int flags);

    [DllImport("libc", SetLastError = true)]
    public static extern int poll(PollFd* fds, nuint count, int milliseconds);

    [DllImport("libc", SetLastError = true)]
    public static extern int kill(int pid, int signal);

    [DllImport("libc", SetLastError = true)]
    public static extern int waitpid(int pid, int* status, int options);

    /// <summary>Also how much of the processor and of memory the child had, with those that it waited for.</summary>
    [DllImport("libc", SetLastError = true)]
    public static extern int wait4(int pid, int* status, int options, long* usage);

    [DllImport("libc", SetLastError = true)]
    public static extern int waitid(int kind, int id, byte* info, int options);

    [DllImport("libc", SetLastError = true)]
    public static extern int memfd_create(byte* name, uint flags);

    [DllImport("libc", SetLastError = true)]
    public static extern int prctl(int option, nint a, nint b, nint c, nint d);

    [DllImport("libc", SetLastError = true)]
    public static extern nint syscall(nint number, nint a, nint b);

    [DllImport("libc", SetLastError = true)]
    public static extern int clock_gettime(int clock, long* secondsAndNanoseconds);

    [DllImport("libc", SetLastError = true)]
    public static extern int statfs(byte* path, byte* result);

    [DllImport("libc", SetLastError = true)]
    public static extern int inotify_init1(int flags);

    [DllImport("libc", SetLastError = true)]
    public static extern int inotify_add_watch(int fd, byte* path, uint mask);

    [DllImport("libc")]
    public static extern uint geteuid();

    [DllImport("libc")]
    public static extern uint getegid();

    [DllImport("libc", SetLastError = true)]
    private static extern int statx(int folder, byte* path, int flags, uint mask, byte* result);

    [DllImport("libc", EntryPoint = "lstat", SetLastError = true)]
    private static extern int DarwinLstatArm(byte* path, byte* result);

    [DllImport("libc", EntryPoint = "lstat$INODE64", SetLastError = true)]
    private static extern int DarwinLstatIntel(byte* path, byte* result);

    [DllImport("libc", EntryPoint = "fstat", SetLastError = true)]
    private static extern int DarwinFstatArm(int fd, byte* result);

    [DllImport("libc", EntryPoint = "fstat$INODE64", SetLastError = true)]
    private static extern int DarwinFstatIntel(int fd, byte* result);

    [DllImport("libc")]
    public static extern int posix_spawn(int* pid, byte* path, void* actions, void* attributes, byte** argv, byte** environment);

    [DllImport("libc")]
    public static extern int posix_spawn_file_actions_init(void* actions);

    [DllImport("libc")]
    public static extern int posix_spawn_file_actions_destroy(void* actions);

    [DllImport("libc")]
    public static extern int posix_spawn_file_actions_adddup2(void* actions, int fd, int target);

    [DllImport("libc")]
    public static extern int posix_spawn_file_actions_addopen(void* actions, int fd, byte* path, int flags, uint mode);

    [DllImport("libc")]
    public static extern int posix_spawn_file_actions_addchdir_np(void* actions, byte* path);

    [DllImport("libc")]
    public static extern int posix_spawnattr_init(void* attributes);

    [DllImport("libc")]
    public static extern int posix_spawnattr_destroy(void* attributes);

    [DllImport("libc")]
    public static extern int posix_spawnattr_setflags(void* attributes, short flags);

    [DllImport("libc")]
    public static extern int posix_spawnattr_setsigdefault(void* attributes, void* signals);

    [DllImport("libc")]
    public static extern int posix_spawnattr_setsigmask(void* attributes, void* signals);

    [DllImport("libc")]
    public static extern int sigfillset(void* signals);

    [DllImport("libc")]
    public static extern int sigemptyset(void* signals);

    public static int Errno => Marshal.GetLastPInvokeError();

    /// <summary>A text as the system wants it: UTF-8 with a zero at its end.</summary>
    public static byte[] Z(string text)
    {
        var bytes = new byte[Encoding.UTF8.GetMaxByteCount(text.Length) + 1];
        Encoding.UTF8.GetBytes(text, bytes);
        return bytes;
    }

    public static int Open(string path, int flags, int mode = 0)
    {
        fixed (byte* p = Z(path))
            return open(p, flags | (OperatingSystem.IsMacOS() ? 0x1000000 : O_CLOEXEC), mode);
    }

    public static int Rename(string from, string to)
    {
        fixed (
            byte* f = Z(from),
                t = Z(to)
        )
            return rename(f, t) == 0 ? 0 : Errno;
    }

    public static int Unlink(string path)
    {
        fixed (byte* p = Z(path))
            return unlink(p) == 0 ? 0 : Errno;
    }

    /// <summary>Writes everything; 0 or the error.</summary>
    public static int WriteAll(int fd, ReadOnlySpan<byte> bytes) => WriteAll(fd, bytes, out _);

    /// <param name="done">How much was written, also where not all of it was.</param>
    public static int WriteAll(int fd, ReadOnlySpan<byte> bytes, out int done)
    {
        fixed (byte* start = bytes)
        {
            for (done = 0; done < bytes.Length; )
            {
                var written = write(fd, start + done, bytes.Length - done);
                if (written >= 0)
                    done += (int)written;
                else if (Errno != EINTR)
                    return Errno;
            }
        }

        return 0;
    }

    /// <summary>True where something of that name can be reached.</summary>
    public static bool Exists(string path)
    {
        if (OperatingSystem.IsWindows())
            return System.IO.File.Exists(path);
        fixed (byte* p = Z(path))
            return access(p, 0) == 0;
    }

    /// <summary>Null where the file is missing or cannot be looked at.</summary>
    public static FileStatus? Status(string path)
    {
        var buffer = stackalloc byte[256];
        fixed (byte* p = Z(path))
        {
            if (OperatingSystem.IsLinux())
            {
                // struct statx has one layout on every architecture, struct stat has not.
                if (statx(AT_FDCWD, p, AT_SYMLINK_NOFOLLOW, 0x7FF, buffer) != 0)
                    return null;
                return new FileStatus(*(ushort*)(buffer + 28), *(uint*)(buffer + 20), *(ulong*)(buffer + 32));
            }

            var failed =
                RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? DarwinLstatArm(p, buffer) : DarwinLstatIntel(p, buffer);
            return failed != 0 ? null : new FileStatus(*(ushort*)(buffer + 4), *(uint*)(buffer + 16), *(ulong*)(buffer + 8));
        }
    }

    /// <summary>Which file is open under a number; null where that cannot be told.</summary>
    public static ulong? InodeOf(int fd)
    {
        var buffer = stackalloc byte[256];
        var nothing = stackalloc byte[1];
        if (OperatingSystem.IsLinux())
            return statx(fd, nothing, AT_EMPTY_PATH, 0x7FF, buffer) == 0 ? *(ulong*)(buffer + 32) : null;
        var failed =
            RuntimeInformation.ProcessArchitecture == Architecture.Arm64 ? DarwinFstatArm(fd, buffer) : DarwinFstatIntel(fd, buffer);
        return failed != 0 ? null : *(ulong*)(buffer + 8);
    }

    /// <summary>Where a link points to; null where it is none.</summary>
    public static string? ReadLink(string path)
    {
        const int Size = 4096;
        var buffer = stackalloc byte[Size];
        fixed (byte* p = Z(path))
        {
            var length = readlink(p, buffer, Size);
            return length < 0 ? null : Encoding.UTF8.GetString(buffer, (int)length);
        }
    }

    /// <summary>The path without links; null where it does not exist.</summary>
    public static string? RealPath(string path)
    {
        const int Size = 4097;
        var buffer = stackalloc byte[Size];
        fixed (byte* p = Z(path))
            return realpath(p, buffer) == null ? null : Marshal.PtrToStringUTF8((nint)buffer);
    }

    /// <summary>An error number in words, with what to do where that is known.</summary>
    public static string Describe(int error) =>
        error switch
        {
            ENOENT => "no such file or folder",
            EACCES => "permission denied",
            E2BIG => "the arguments are too long for the system",
            ENOEXEC => "it is neither a program nor a script with a #! line",
            EAGAIN => "no room for one more process",
            ENOMEM => "out of memory",
            EEXIST => "it exists already",
            ENOTDIR => "a part of the path is not a folder",
            ENOSPC => "no space left on the device",
            EROFS => "the file system is read-only",
            1 => "operation not permitted",
            5 => "input/output error",
            ENFILE or EMFILE => "too many open files",
            36 => "the name is too long",
            40 => "too many links in the path",
            122 => "the disk quota is used up",
            _ => string.Create(System.Globalization.CultureInfo.InvariantCulture, $"system error {error}"),
        };
}
