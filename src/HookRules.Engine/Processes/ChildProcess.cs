using System.Collections.Immutable;
using System.Diagnostics;

namespace HookRules.Engine;

/// <summary>A program to start: what it is given is all here, nothing is inherited but the user's identity.</summary>
public sealed record ChildSpec
{
    public required ImmutableArray<string> Argv { get; init; }

    /// <summary>Its working folder; a program name with a slash is relative to it.</summary>
    public required string Folder { get; init; }
    public required ImmutableArray<KeyValuePair<string, string>> Environment { get; init; }
    public ReadOnlyMemory<byte> Stdin { get; init; }
    public TimeSpan? Timeout { get; init; }

    /// <summary>Bytes kept of each of stdout and stderr: half of the beginning, half of the end.</summary>
    public int KeepOutput { get; init; } = 64 * 1024;

    internal string? Variable(string name)
    {
        foreach (var (key, value) in Environment)
            if (key == name)
                return value;
        return null;
    }
}

/// <summary>How a program ended.</summary>
/// <param name="ExitCode">128 and the signal's number where a signal ended it, 124 at a timeout, 127 and 126 where it could not be
/// started.</param>
/// <param name="StartFailure">Why it could not be started, in words.</param>
public sealed record ChildResult(int ExitCode, CapturedOutput Stdout, CapturedOutput Stderr, bool TimedOut, string? StartFailure, int Pid)
{
    public const int NotFound = 127,
        NotExecutable = 126,
        TimeoutCode = 124;

    public bool Succeeded => ExitCode == 0 && StartFailure is null && !TimedOut;

    /// <summary>The signal that ended it; null where none did.</summary>
    public int? Signal { get; init; }

    /// <summary>Processor time of the program and of all that it waited for; null where the system does not say.</summary>
    public TimeSpan? Cpu { get; init; }

    /// <summary>The most memory that one of them had at once; null where the system does not say, or where it was no more than this process
    /// has, whose memory a child is started with.</summary>
    public long? MaxRssKb { get; init; }

    /// <summary>It could not be started since the system has no room for it now: no process, file or memory. Told on Linux only.</summary>
    public bool LacksRoom { get; init; }

    public static ChildResult NoRoom(string why) => Failed(NotExecutable, why) with { LacksRoom = true };

    internal static ChildResult Failed(int exitCode, string why) =>
        new(exitCode, CapturedOutput.Empty, CapturedOutput.Empty, false, why, 0);
}

/// <summary>Starts programs without a shell, each in a session of its own, and ends the whole tree of one that takes too long.</summary>
public static partial class ChildProcess
{
    /// <summary>After the program itself ended, how long what it left behind may still hold the output open.</summary>
    private static readonly TimeSpan OutputGrace = TimeSpan.FromMilliseconds(100);

    /// <summary>Runs a program to its end; blocks the thread. Cancelling kills the tree.</summary>
    public static ChildResult Run(ChildSpec spec, CancellationToken ct = default)
    {
        if (Resolve(spec, out var failure) is not { } program)
            return failure!;
        return OperatingSystem.IsLinux() ? RunLinux(spec, program, ct) : RunPortable(spec, program, ct);
    }

    /// <summary>Starts a program that outlives this one, its streams on the null device; null, or why it could not be started.</summary>
    /// <param name="handOver">A lock that the program takes over (<see cref="FileLock.HandedOver"/>), so that at no moment it is
    /// free.</param>
    /// <param name="errors">The file that its standard error is written to; null for the null device.</param>
    public static string? StartDetached(ChildSpec spec, FileLock? handOver = null, string? errors = null)
    {
        if (Resolve(spec, out var failure) is not { } program)
            return failure!.StartFailure;
        return OperatingSystem.IsLinux() ? DetachLinux(spec, program, handOver, errors) : DetachPortable(spec, program);
    }

    /// <summary>From now on, what handlers leave behind becomes a child of this process and can be found and reaped.</summary>
    public static void BecomeSubreaper()
    {
        if (OperatingSystem.IsLinux())
            Libc.prctl(Libc.PR_SET_CHILD_SUBREAPER, 1, 0, 0, 0);
    }

    /// <summary>Asks a process to end when it can; false where it is not there, or not ours.</summary>
    public static bool AskToEnd(int pid)
    {
        const int Term = 15;
        if (!OperatingSystem.IsWindows())
            return Libc.kill(pid, Term) == 0;
        try
        {
            using var process = Process.GetProcessById(pid);
            process.Kill();
            return true;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    /// <summary>A process that has not ended.</summary>
    public static bool IsThere(int pid)
    {
        if (OperatingSystem.IsLinux())
            return ProcessTable.Read(pid) is { State: not 'Z' };
        try
        {
            using var process = Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }

    private static string? Resolve(ChildSpec spec, out ChildResult? failure)
    {
        failure = null;
        var name = spec.Argv.IsDefaultOrEmpty ? "" : spec.Argv[0];
        if (name.Length == 0)
        {
            failure = ChildResult.Failed(ChildResult.NotFound, "no program is named");
            return null;
        }

        foreach (var argument in spec.Argv)
        {
            if (!argument.Contains('\0', StringComparison.Ordinal))
                continue;
            failure = ChildResult.Failed(ChildResult.NotExecutable, "an argument contains a zero character, which no program can be given");
            return null;
        }

        if (!Directory.Exists(spec.Folder))
        {
            failure = ChildResult.Failed(ChildResult.NotFound, $"the folder {spec.Folder} does not exist");
            return null;
        }

        if (name.Contains('/', StringComparison.Ordinal) || (OperatingSystem.IsWindows() && name.Contains('\\', StringComparison.Ordinal)))
        {
            var path = Path.GetFullPath(name, spec.Folder);
            if (Executable(path) is { } found)
                return found;
            failure =
                File.Exists(path) ? ChildResult.Failed(ChildResult.NotExecutable, $"{name} is not executable; run: chmod +x '{path}'")
                : Directory.Exists(path) ? ChildResult.Failed(ChildResult.NotExecutable, $"{name} is a folder")
                : ChildResult.Failed(ChildResult.NotFound, $"{name} does not exist (looked for {path})");
            return null;
        }

        string? notExecutable = null;
        foreach (var folder in (spec.Variable("PATH") ?? "").Split(Path.PathSeparator, StringSplitOptions.RemoveEmptyEntries))
        {
            // A relative folder on PATH would find programs in whatever was checked out.
            if (!Path.IsPathFullyQualified(folder))
                continue;
            var path = Path.Join(folder, name);
            if (Executable(path) is { } found)
                return found;
            if (File.Exists(path))
                notExecutable ??= path;
        }

        failure = notExecutable is null
            ? ChildResult.Failed(ChildResult.NotFound, $"{name} was not found on PATH; install it, or write its path")
            : ChildResult.Failed(ChildResult.NotExecutable, $"{name} is not executable; run: chmod +x '{notExecutable}'");
        return null;
    }

    private static unsafe string? Executable(string path)
    {
        if (OperatingSystem.IsWindows())
        {
            if (Path.HasExtension(path) && File.Exists(path))
                return path;
            foreach (var extension in (ReadOnlySpan<string>)[".exe", ".cmd", ".bat", ".com"])
            {
                if (File.Exists(path + extension))
                    return path + extension;
            }

            return null;
        }

        const int MayExecute = 1;
        fixed (byte* p = Libc.Z(path))
            return Libc.access(p, MayExecute) == 0 && !Directory.Exists(path) ? path : null;
    }

    private static TimeSpan Left(long started, TimeSpan? timeout) =>
        timeout is { } limit ? limit - Stopwatch.GetElapsedTime(started) : TimeSpan.MaxValue;
}
