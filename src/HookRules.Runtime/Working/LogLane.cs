using System.Threading.Channels;
using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>Appends the lines of logs one after the other, in the order in which their runs were begun, beside everything else.</summary>
internal sealed class LogLane : IDisposable
{
    private const int MostFiles = 1000;

    private readonly Channel<(Invocation.Log Log, TaskCompletionSource<RunResult> End)> lines = Channel.CreateUnbounded<(
        Invocation.Log,
        TaskCompletionSource<RunResult>
    )>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeProvider time;

    /// <summary>Those that this process has written to, with what was found cut off at their end.</summary>
    private readonly Dictionary<string, CutLine?> files = new(StringComparer.Ordinal);

    public LogLane(TimeProvider time)
    {
        this.time = time;
        _ = Task.Run(Work);
    }

    public Task<RunResult> Append(Invocation.Log log)
    {
        // What ends here goes on in the worker's queue alone, so it may do so on the lane's own thread.
        var end = new TaskCompletionSource<RunResult>();
        lines.Writer.TryWrite((log, end));
        return end.Task;
    }

    public void Dispose() => lines.Writer.TryComplete();

    private async Task Work()
    {
        await foreach (var (log, end) in lines.Reader.ReadAllAsync().ConfigureAwait(false))
        {
            var started = time.GetUtcNow();
            var problem = Write(log.Path, log.Line.Span);
            end.SetResult(new RunResult(problem is null ? 0 : 1, log.Shown, started, time.GetUtcNow()) { Problem = problem });
        }
    }

    private string? Write(string path, ReadOnlySpan<byte> line)
    {
        var isKnown = files.TryGetValue(path, out var cut);
        if (!isKnown)
            cut = CutLine.In(path);
        // Half a line that a killed consumer left gets an end, and goes when its order comes again and writes the whole one.
        var problem = AppendFile.Append(path, isKnown || cut is null ? line : [.. "\n"u8, .. line]);
        if (problem is not null)
            return problem;
        if (cut?.Begins(line) is true)
        {
            cut.Blank();
            cut = null;
        }

        if (!isKnown && files.Count >= MostFiles)
            files.Clear();
        files[path] = cut;
        return null;
    }
}
