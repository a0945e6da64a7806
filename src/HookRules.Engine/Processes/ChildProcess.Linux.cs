using System.Collections.Concurrent;
using System.Diagnostics;
using System.Globalization;
using System.Text;

namespace HookRules.Engine;

public static unsafe partial class ChildProcess
{
    // glibc: 336 and 80 bytes, musl less.
    private const int AttributesSize = 1024,
        ActionsSize = 1024,
        SignalSetSize = 256,
        SignalInfoSize = 256,
        // Two times of two numbers each, then the memory in KiB.
        UsageSize = 18,
        UsageMemory = 4;

    // Starting a child and noting it is one step for the reaper: it must not take the exit code of one that is not noted yet.
    private static readonly Lock Starting = new();
    private static readonly ConcurrentDictionary<int, bool> Running = new();

    /// <summary>Reaps what handlers left behind and what has ended since. Only a process whose children are all started here may call
    /// it.</summary>
    public static void ReapOrphans()
    {
        if (!OperatingSystem.IsLinux())
            return;
        var info = stackalloc byte[SignalInfoSize];
        lock (Starting)
        {
            while (true)
            {
                new Span<byte>(info, SignalInfoSize).Clear();
                if (Libc.waitid(Libc.P_ALL, 0, info, Libc.WEXITED | Libc.WNOHANG | Libc.WNOWAIT) != 0)
                    return;
                var pid = *(int*)(info + 16);
                // One of ours is reaped by who runs it, and would hide others only for a moment.
                if (pid == 0 || Running.ContainsKey(pid))
                    return;
                int status;
                Libc.waitpid(pid, &status, Libc.WNOHANG);
            }
        }
    }

    private static ChildResult RunLinux(ChildSpec spec, string program, CancellationToken ct)
    {
        var fds = stackalloc int[4];
        if (Libc.pipe2(fds, Libc.O_CLOEXEC) != 0)
            return NoResources("a pipe", Libc.Errno);
        if (Libc.pipe2(fds + 2, Libc.O_CLOEXEC) != 0)
        {
            var lack = Libc.Errno;
            Close(fds, 2);
            return NoResources("a pipe", lack);
        }

        var stdin = StdinFile(spec.Stdin);
        if (stdin < 0)
        {
            Close(fds, 4);
            return NoResources("the event for its standard input", -stdin);
        }

        var (pid, error) = Spawn(spec, program, stdin, fds[1], fds[3], -1);
        Libc.close(stdin);
        Libc.close(fds[1]);
        Libc.close(fds[3]);
        if (pid == 0)
        {
            Libc.close(fds[0]);
            Libc.close(fds[2]);
            return StartFailed(spec, program, error);
        }

        try
        {
            return WaitForExit(pid, fds[0], fds[2], spec, ct);
        }
        finally
        {
            Running.TryRemove(pid, out _);
            Libc.close(fds[0]);
            Libc.close(fds[2]);
        }
    }

    /// <summary>Reads both streams and waits for the end, the timeout or the cancelling, whichever comes first.</summary>
    private static ChildResult WaitForExit(int pid, int stdout, int stderr, ChildSpec spec, CancellationToken ct)
    {
        const int Slice = 100,
            ReadSize = 64 * 1024;
        var started = Stopwatch.GetTimestamp();
        var (output, errors) = (new OutputBuffer(spec.KeepOutput), new OutputBuffer(spec.KeepOutput));
        var buffer = new byte[ReadSize];
        // Null where the kernel is too old: then we look every few milliseconds.
        var pidfd = (int)Libc.syscall(Libc.SYS_pidfd_open, pid, 0);
        var polls = stackalloc Libc.PollFd[3];
        polls[0] = new Libc.PollFd { Fd = stdout, Events = Libc.POLLIN };
        polls[1] = new Libc.PollFd { Fd = stderr, Events = Libc.POLLIN };
        polls[2] = new Libc.PollFd { Fd = pidfd, Events = Libc.POLLIN };
        Libc.fcntl(stdout, Libc.F_SETFL, Libc.O_NONBLOCK);
        Libc.fcntl(stderr, Libc.F_SETFL, Libc.O_NONBLOCK);
        int? exitCode = null,
            signal = null;
        var usage = stackalloc long[UsageSize];
        long ended = 0;
        var timedOut = false;
        var killed = false;

        while (exitCode is null || ((polls[0].Fd >= 0 || polls[1].Fd >= 0) && Stopwatch.GetElapsedTime(ended) < OutputGrace))
        {
            var left = Left(started, spec.Timeout);
            if (exitCode is null && !killed && (left <= TimeSpan.Zero || ct.IsCancellationRequested))
            {
                timedOut = left <= TimeSpan.Zero;
                killed = true;
                KillTree(pid, stdout, stderr);
            }

            var wait =
                exitCode is not null ? 20
                : pidfd < 0 ? 5
                : ct.CanBeCanceled ? Slice
                : 1000;
            if (!killed && exitCode is null)
                wait = (int)Math.Clamp(left.TotalMilliseconds + 1, 0, wait);
            Libc.poll(polls, 3, wait);
            for (var i = 0; i < 2; i++)
            {
                // One read a turn: a child that never stops writing must not keep us from looking at the clock.
                if (polls[i].Fd >= 0 && polls[i].Revents != 0 && !ReadSome(polls[i].Fd, i == 0 ? output : errors, buffer))
                    polls[i].Fd = -1;
            }

            if (exitCode is not null || (pidfd >= 0 && polls[2].Revents == 0 && !killed))
                continue;
            int status;
            var waited = Libc.wait4(pid, &status, Libc.WNOHANG, usage);
            if (waited == 0 || (waited < 0 && Libc.Errno == Libc.EINTR))
                continue;
            // Without a status (somebody ignores SIGCHLD for us) nobody knows that it succeeded.
            exitCode =
                waited < 0 ? 255
                : (status & 0x7F) == 0 ? (status >> 8) & 0xFF
                : 128 + (status & 0x7F);
            signal = waited > 0 && (status & 0x7F) is var number and > 0 ? number : null;
            ended = Stopwatch.GetTimestamp();
            polls[2].Fd = -1;
        }

        if (pidfd >= 0)
            Libc.close(pidfd);
        // A negative descriptor is passed over by poll, so both may be closed while the rest is still in the pipe.
        return new ChildResult(timedOut ? ChildResult.TimeoutCode : exitCode.Value, output.Take(), errors.Take(), timedOut, null, pid)
        {
            Signal = signal,
            Cpu = ProcessorTime(usage),
            MaxRssKb = usage[UsageMemory] > OwnMemory() ? usage[UsageMemory] : null,
        };
    }

    private static TimeSpan ProcessorTime(long* usage) =>
        TimeSpan.FromSeconds(usage[0] + usage[2]) + TimeSpan.FromMicroseconds(usage[1] + usage[3]);

    // Until a child runs its own program it shares this process's memory, and the system counts that as the child's. Not by getrusage:
    // there this process has its own parent's in turn.
    private static long OwnMemory()
    {
        const string Most = "VmHWM:";
        try
        {
            foreach (var line in File.ReadLines("/proc/self/status"))
                if (line.StartsWith(Most, StringComparison.Ordinal))
                    return long.Parse(line.AsSpan(Most.Length..^"kB".Length).Trim(), CultureInfo.InvariantCulture);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or FormatException)
        {
            // Then nobody knows.
        }

        return long.MaxValue;
    }

    /// <summary>False at the end of the stream.</summary>
    private static bool ReadSome(int fd, OutputBuffer into, byte[] buffer)
    {
        fixed (byte* p = buffer)
        {
            var count = Libc.read(fd, p, buffer.Length);
            if (count > 0)
                into.Add(buffer.AsSpan(0, (int)count));
            return count > 0 || (count < 0 && Libc.Errno is Libc.EAGAIN or Libc.EINTR);
        }
    }

    private static string? DetachLinux(ChildSpec spec, string program, FileLock? handOver, string? errors)
    {
        const int PrivateFile = 0b110_000_000;
        var stderr = errors is null
            ? -1
            : Libc.Open(errors, Libc.O_WRONLY | Libc.O_CREAT | Libc.O_APPEND | Libc.O_NOFOLLOW | Libc.O_NONBLOCK, PrivateFile);
        var (pid, error) = Spawn(spec, program, -1, -1, stderr, handOver?.Descriptor ?? -1);
        if (stderr >= 0)
            Libc.close(stderr);
        if (pid == 0)
            return StartFailed(spec, program, error).StartFailure;
        Running.TryRemove(pid, out _);
        return null;
    }

    private static (int Pid, int Error) Spawn(ChildSpec spec, string program, int stdin, int stdout, int stderr, int handOver)
    {
        var actions = stackalloc byte[ActionsSize];
        var attributes = stackalloc byte[AttributesSize];
        var signals = stackalloc byte[SignalSetSize];
        var strings = new NativeStrings();
        int pid = 0,
            error;
        Libc.posix_spawn_file_actions_init(actions);
        Libc.posix_spawnattr_init(attributes);
        try
        {
            var nullDevice = strings.Add("/dev/null");
            Redirect(0, stdin);
            Redirect(1, stdout);
            Redirect(2, stderr);
            if (handOver >= 0)
                Libc.posix_spawn_file_actions_adddup2(actions, handOver, FileLock.HandOverDescriptor);
            Libc.posix_spawn_file_actions_addchdir_np(actions, strings.Add(spec.Folder));

            Libc.posix_spawnattr_setflags(attributes, Libc.POSIX_SPAWN_SETSID | Libc.POSIX_SPAWN_SETSIGDEF | Libc.POSIX_SPAWN_SETSIGMASK);
            // .NET ignores SIGPIPE, and what is ignored stays so in a child: `yes | head` would never end.
            Libc.sigfillset(signals);
            Libc.posix_spawnattr_setsigdefault(attributes, signals);
            Libc.sigemptyset(signals);
            Libc.posix_spawnattr_setsigmask(attributes, signals);

            var argv = strings.List(spec.Argv);
            var environment = strings.List(spec.Environment.Select(variable => $"{variable.Key}={variable.Value}"));
            lock (Starting)
            {
                error = Libc.posix_spawn(&pid, strings.Add(program), actions, attributes, argv, environment);
                if (error == 0)
                    Running[pid] = true;
            }

            return error == 0 ? (pid, 0) : (0, error);

            void Redirect(int target, int fd)
            {
                if (fd >= 0)
                    Libc.posix_spawn_file_actions_adddup2(actions, fd, target);
                else
                    Libc.posix_spawn_file_actions_addopen(actions, target, nullDevice, Libc.O_RDWR, 0);
            }
        }
        finally
        {
            Libc.posix_spawn_file_actions_destroy(actions);
            Libc.posix_spawnattr_destroy(attributes);
            strings.Dispose();
        }
    }

    /// <summary>A file in memory: unlike a pipe it needs nobody who writes, and no child can break it. Below zero: why there is none, as
    /// the system's error.</summary>
    private static int StdinFile(ReadOnlyMemory<byte> bytes)
    {
        int fd;
        fixed (byte* name = "hookrules-stdin\0"u8)
            fd = Libc.memfd_create(name, 1);
        if (fd < 0)
            return -Libc.Errno;
        var error = Libc.WriteAll(fd, bytes.Span);
        if (error == 0 && Libc.lseek(fd, 0, 0) == 0)
            return fd;
        error = error == 0 ? Libc.Errno : error;
        Libc.close(fd);
        return -error;
    }

    /// <summary>Ends the process, its group and session, their descendants, and whoever else holds its output.</summary>
    private static void KillTree(int pid, int stdout, int stderr)
    {
        string?[] pipes = [Link("self", stdout), Link("self", stderr)];
        const int Rounds = 10;
        // A tree that forks while it is killed needs another round; each finds only what is left.
        for (var round = 0; round < Rounds; round++)
        {
            var tree = Tree(pid, pipes);
            Libc.kill(-pid, Libc.SIGKILL);
            Libc.kill(pid, Libc.SIGKILL);
            foreach (var member in tree)
                Libc.kill(member, Libc.SIGKILL);
            if (tree.Count == 0)
                return;
        }
    }

    private static HashSet<int> Tree(int root, string?[] pipes)
    {
        var members = new HashSet<int>();
        var own = Environment.ProcessId;
        var living = ProcessTable.All().Where(entry => entry.State is not ('Z' or 'X') && entry.Pid != own).ToList();
        foreach (var entry in living)
        {
            if (entry.Pid == root || entry.Group == root || entry.Session == root || HoldsOutput(entry.Pid, pipes))
                members.Add(entry.Pid);
        }

        for (var grown = true; grown; )
        {
            grown = false;
            foreach (var entry in living)
            {
                if (members.Contains(entry.Parent) && members.Add(entry.Pid))
                    grown = true;
            }
        }

        return members;
    }

    // One that left the session and lost its parent is still known by the pipe it would write to.
    private static bool HoldsOutput(int pid, string?[] pipes)
    {
        for (var fd = 0; fd <= 2; fd++)
        {
            if (Link(pid.ToString(CultureInfo.InvariantCulture), fd) is { } link && pipes.Contains(link))
                return true;
        }

        return false;
    }

    private static string? Link(string pid, int fd) => Libc.ReadLink(string.Create(CultureInfo.InvariantCulture, $"/proc/{pid}/fd/{fd}"));

    private static void Close(int* fds, int count)
    {
        for (var i = 0; i < count; i++)
            Libc.close(fds[i]);
    }

    /// <summary>Texts and lists of texts outside the heap, freed together.</summary>
    private sealed class NativeStrings : IDisposable
    {
        private readonly List<nint> blocks = [];

        public byte* Add(string text)
        {
            var size = Encoding.UTF8.GetByteCount(text);
            var block = Allocate(size + 1);
            Encoding.UTF8.GetBytes(text, new Span<byte>(block, size));
            block[size] = 0;
            return block;
        }

        public byte** List(IEnumerable<string> texts)
        {
            var pointers = texts.Select(text => (nint)Add(text)).ToArray();
            var list = (byte**)Allocate((pointers.Length + 1) * sizeof(nint));
            for (var i = 0; i < pointers.Length; i++)
                list[i] = (byte*)pointers[i];
            list[pointers.Length] = null;
            return list;
        }

        public void Dispose()
        {
            foreach (var block in blocks)
                System.Runtime.InteropServices.NativeMemory.Free((void*)block);
        }

        private byte* Allocate(int size)
        {
            var block = (byte*)System.Runtime.InteropServices.NativeMemory.Alloc((nuint)size);
            blocks.Add((nint)block);
            return block;
        }
    }
}
