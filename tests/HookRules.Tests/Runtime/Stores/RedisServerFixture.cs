using System.Diagnostics;
using System.Globalization;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>A Redis server of a test's own: on a socket in a folder of its own, which goes with it.</summary>
public sealed class RedisServerFixture : IDisposable
{
    private readonly DirectoryInfo folder = Directory.CreateTempSubdirectory("hookrules-redis-");
    private Process? process;

    public string Socket => Path.Join(folder.FullName, "s");

    public string Url => $"unix://{Socket}";

    public string Folder => folder.FullName;

    /// <param name="arguments">As on the server's command line.</param>
    public void Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("redis-server") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (
            var argument in (string[])
                ["--port", "0", "--unixsocket", Socket, "--dir", Folder, "--save", "", "--loglevel", "warning", .. arguments]
        )
            start.ArgumentList.Add(argument);
        process = Process.Start(start)!;
        process.OutputDataReceived += (_, _) => { };
        process.ErrorDataReceived += (_, _) => { };
        process.BeginOutputReadLine();
        process.BeginErrorReadLine();
        var until = Stopwatch.StartNew();
        while (!Answers())
        {
            if (process.HasExited || until.Elapsed > TimeSpan.FromSeconds(20))
                throw new InvalidOperationException("redis-server did not start");
            Thread.Sleep(10);
        }
    }

    /// <summary>As the power cut does.</summary>
    public void Kill()
    {
        process?.Kill();
        process?.WaitForExit();
        process?.Dispose();
        process = null;
    }

    public int Pid => process!.Id;

    /// <summary>What the server answers, a line for each value.</summary>
    public string Ask(params string[] command)
    {
        var start = new ProcessStartInfo("redis-cli") { RedirectStandardOutput = true, RedirectStandardError = true };
        foreach (var argument in (string[])["-s", Socket, .. command])
            start.ArgumentList.Add(argument);
        using var asked = Process.Start(start)!;
        var text = asked.StandardOutput.ReadToEnd();
        asked.WaitForExit();
        return text.TrimEnd('\n');
    }

    public int Number(params string[] command) => int.Parse(Ask(command), CultureInfo.InvariantCulture);

    public void Dispose()
    {
        Kill();
        folder.Delete(recursive: true);
    }

    private bool Answers() => File.Exists(Socket) && Ask("PING") is "PONG" or "NOAUTH Authentication required.";
}
