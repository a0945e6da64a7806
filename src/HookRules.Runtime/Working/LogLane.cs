using System.Threading.Channels;
using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>Appends the lines of logs one after the other, in the order in which their runs were begun, beside everything else.</summary>
internal sealed class LogLane : IDisposable
{
    private readonly Channel<(Invocation.Log Log, TaskCompletionSource<RunResult> End)> lines = Channel.CreateUnbounded<(
        Invocation.Log,
        TaskCompletionSource<RunResult>
    )>(new UnboundedChannelOptions { SingleReader = true });
    private readonly TimeProvider time;

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
            var problem = AppendFile.Append(log.Path, log.Line.Span);
            end.SetResult(new RunResult(problem is null ? 0 : 1, log.Shown, started, time.GetUtcNow()) { Problem = problem });
        }
    }
}
