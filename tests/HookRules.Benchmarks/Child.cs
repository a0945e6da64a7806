using System.Diagnostics;
using System.Runtime.InteropServices;
using HookRules.Engine;

namespace HookRules.Benchmarks;

/// <summary>A program to be started again and again, by posix_spawn and with nothing else between two readings of the clock.</summary>
/// <remarks>Its input comes through a pipe, as from Claude Code; what it prints is thrown away.</remarks>
internal sealed unsafe class Child
{
    private const int PipeHolds = 60_000;

    private readonly byte* path;
    private readonly byte** argv;
    private readonly byte** environment;
    private readonly byte[] input;

    /// <param name="argv">The program's absolute path and its arguments.</param>
    public Child(IReadOnlyList<string> argv, IEnumerable<string> environment, byte[]? input = null)
    {
        this.argv = Strings(argv);
        path = this.argv[0];
        this.environment = Strings([.. environment]);
        this.input = input ?? [];
    }

    public int ExitCode { get; private set; }

    /// <summary>Milliseconds from the start of the process to its end.</summary>
    public double Run()
    {
        var pipe = stackalloc int[2];
        if (Libc.pipe2(pipe, Libc.O_CLOEXEC) != 0)
            throw new IOException(Libc.Describe(Libc.Errno));
        var fits = input.Length <= PipeHolds;
        if (fits)
            Feed(pipe[1]);

        var actions = stackalloc byte[512];
        Libc.posix_spawn_file_actions_init(actions);
        Libc.posix_spawn_file_actions_adddup2(actions, pipe[0], 0);
        fixed (byte* nothing = "/dev/null\0"u8)
        {
            Libc.posix_spawn_file_actions_addopen(actions, 1, nothing, Libc.O_WRONLY, 0);
            Libc.posix_spawn_file_actions_addopen(actions, 2, nothing, Libc.O_WRONLY, 0);
        }

        int pid,
            status;
        var start = Stopwatch.GetTimestamp();
        var error = Libc.posix_spawn(&pid, path, actions, null, argv, environment);
        if (error != 0)
            throw new IOException($"{Marshal.PtrToStringUTF8((nint)path)}: {Libc.Describe(error)}");
        Libc.close(pipe[0]);
        if (!fits)
            Feed(pipe[1]);
        while (Libc.waitpid(pid, &status, 0) < 0) { }

        var time = Stopwatch.GetElapsedTime(start).TotalMilliseconds;
        Libc.posix_spawn_file_actions_destroy(actions);
        ExitCode = (status & 0x7f) == 0 ? status >> 8 : 128 + (status & 0x7f);
        return time;
    }

    private void Feed(int fd)
    {
        // A program that does not read to the end is no failure of the one who writes.
        _ = Libc.WriteAll(fd, input);
        Libc.close(fd);
    }

    // Never freed: they live as long as the benchmarks do.
    private static byte** Strings(IReadOnlyList<string> texts)
    {
        var list = (byte**)NativeMemory.Alloc((nuint)(texts.Count + 1), (nuint)sizeof(byte*));
        for (var i = 0; i < texts.Count; i++)
            list[i] = (byte*)Marshal.StringToCoTaskMemUTF8(texts[i]);
        list[texts.Count] = null;
        return list;
    }
}
