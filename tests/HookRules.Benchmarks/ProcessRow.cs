using System.Collections.Immutable;
using System.Diagnostics;
using HookRules.Engine;

namespace HookRules.Benchmarks;

/// <summary>One kind of process and what it costs from start to end, as the one who waits for it sees it.</summary>
internal sealed class ProcessRow(string name, ImmutableArray<string> argv, ImmutableArray<KeyValuePair<string, string>> environment, byte[] stdin)
{
    private readonly List<double> milliseconds = [];

    public string Name => name;

    public double Median => milliseconds.Order().ElementAt(milliseconds.Count / 2);

    public void RunOnce()
    {
        var started = Stopwatch.GetTimestamp();
        var result = ChildProcess.Run(new ChildSpec { Argv = argv, Folder = "/", Environment = environment, Stdin = stdin });
        milliseconds.Add(Stopwatch.GetElapsedTime(started).TotalMilliseconds);
        if (!result.Succeeded) throw new InvalidOperationException($"{name}: exit code {result.ExitCode} {result.StartFailure}{result.Stderr.Text}");
    }
}
