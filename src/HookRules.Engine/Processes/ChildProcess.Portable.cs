using System.ComponentModel;
using System.Diagnostics;

namespace HookRules.Engine;

/// <summary>macOS and Windows, by way of the framework's own processes.</summary>
public static partial class ChildProcess
{
    private static ChildResult RunPortable(ChildSpec spec, string program, CancellationToken ct)
    {
        var started = Stopwatch.GetTimestamp();
        Process process;
        try
        {
            process = Process.Start(Portable(spec, program))!;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return ChildResult.Failed(ChildResult.NotExecutable, $"{spec.Argv[0]} cannot be started: {e.Message}");
        }

        using (process)
        {
            var (output, errors) = (new OutputBuffer(spec.KeepOutput), new OutputBuffer(spec.KeepOutput));
            var pumps = new[] { Pump(process.StandardOutput.BaseStream, output), Pump(process.StandardError.BaseStream, errors) };
            var feed = Feed(process, spec.Stdin);
            var timedOut = false;
            while (!process.WaitForExit(TimeSpan.FromMilliseconds(20)))
            {
                timedOut = Left(started, spec.Timeout) <= TimeSpan.Zero;
                if (!timedOut && !ct.IsCancellationRequested)
                    continue;
                process.Kill(entireProcessTree: true);
                process.WaitForExit();
            }

            Task.WaitAll([.. pumps, feed], OutputGrace);
            lock (output)
                lock (errors)
                {
                    return new ChildResult(
                        timedOut ? ChildResult.TimeoutCode : process.ExitCode,
                        output.Take(),
                        errors.Take(),
                        timedOut,
                        null,
                        process.Id
                    );
                }
        }
    }

    private static string? DetachPortable(ChildSpec spec, string program)
    {
        try
        {
            using var process = Process.Start(Portable(spec, program))!;
            process.StandardInput.Close();
            process.StandardOutput.Close();
            process.StandardError.Close();
            return null;
        }
        catch (Exception e) when (e is Win32Exception or IOException or InvalidOperationException)
        {
            return $"{spec.Argv[0]} cannot be started: {e.Message}";
        }
    }

    private static ProcessStartInfo Portable(ChildSpec spec, string program)
    {
        var start = new ProcessStartInfo(program)
        {
            WorkingDirectory = spec.Folder,
            UseShellExecute = false,
            CreateNoWindow = true,
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        foreach (var argument in spec.Argv.Skip(1))
            start.ArgumentList.Add(argument);
        start.Environment.Clear();
        foreach (var (name, value) in spec.Environment)
            start.Environment[name] = value;
        return start;
    }

    private static async Task Pump(Stream stream, OutputBuffer into)
    {
        var buffer = new byte[64 * 1024];
        try
        {
            int count;
            while ((count = await stream.ReadAsync(buffer).ConfigureAwait(false)) > 0)
            {
                lock (into)
                    into.Add(buffer.AsSpan(0, count));
            }
        }
        catch (IOException)
        {
            // The process was killed.
        }
    }

    private static async Task Feed(Process process, ReadOnlyMemory<byte> bytes)
    {
        try
        {
            await process.StandardInput.BaseStream.WriteAsync(bytes).ConfigureAwait(false);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It ended without reading its input, as it may.
        }
    }
}
