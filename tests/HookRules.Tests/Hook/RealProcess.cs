using System.Diagnostics;
using System.Text;

namespace HookRules.Tests.Hook;

internal sealed record ProcessResult(string Stdout, string Stderr, int ExitCode);

/// <summary>Starts a program as Claude Code does: exec form, bytes on stdin, an environment of our own.</summary>
internal static class RealProcess
{
    public static ProcessResult Run(
        string program,
        IEnumerable<string> args,
        ReadOnlyMemory<byte> stdin = default,
        IReadOnlyDictionary<string, string>? environment = null,
        string? cwd = null,
        int seconds = 60
    )
    {
        using var process = Start(program, args, environment, cwd);
        var output = process.StandardOutput.ReadToEndAsync();
        var error = process.StandardError.ReadToEndAsync();
        try
        {
            process.StandardInput.BaseStream.Write(stdin.Span);
            process.StandardInput.Close();
        }
        catch (IOException)
        {
            // It did not want all of it; what it says about that is the result.
        }

        if (process.WaitForExit(seconds * 1000) && Task.WaitAll([output, error], seconds * 1000))
            return new ProcessResult(output.Result, error.Result, process.ExitCode);
        process.Kill(entireProcessTree: true);
        throw new TimeoutException($"{program} did not end within {seconds} s");
    }

    /// <summary>Nothing of the tests' own environment gets in but PATH and HOME.</summary>
    public static Process Start(
        string program,
        IEnumerable<string> args,
        IReadOnlyDictionary<string, string>? environment = null,
        string? cwd = null
    )
    {
        var start = new ProcessStartInfo(program)
        {
            RedirectStandardInput = true,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            StandardOutputEncoding = new UTF8Encoding(false),
            StandardErrorEncoding = new UTF8Encoding(false),
            WorkingDirectory = cwd ?? "",
        };
        foreach (var arg in args)
            start.ArgumentList.Add(arg);
        foreach (var name in start.Environment.Keys.Where(name => name is not ("PATH" or "HOME" or "DOTNET_ROOT")).ToList())
            start.Environment.Remove(name);
        foreach (var (name, value) in environment ?? new Dictionary<string, string>())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }
}
