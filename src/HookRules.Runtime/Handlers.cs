using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>Runs what an invocation says: programs, requests, lines of a log.</summary>
internal sealed class Handlers(TimeProvider time, Func<string, string?> environment) : IDisposable
{
    // Enough for every branch of a few events side by side; a flood of events must not become a flood of processes.
    private const int MostProcesses = 32;

    private readonly SemaphoreSlim processes = new(MostProcesses);
    private readonly HttpHandler http = new(time);

    public async Task<RunResult> Run(BranchRun run, CancellationToken ct)
    {
        if (run.Action is not { } action)
            return Nothing($"the plan has no action \"{run.Branch.Action}\"", run.Branch.Action);
        var envelope = run.Last.Delivery.Envelope;
        var context = new InvocationContext(envelope.ProjectDir, environment)
        {
            EventId = run.Last.Id,
            RuleId = run.Rule.Id,
            PublishedAt = DateTimeOffset.FromUnixTimeMilliseconds(run.Last.PublishedMs),
            Files = run.Files,
        };
        var invocation = Invocation.Of(action, run.Branch.Options, run.Last.Payload, context);
        var timeout = run.Branch.Options.Timeout ?? invocation.DefaultTimeout;
        return invocation switch
        {
            Invocation.Process process => await RunProcess(process, run, timeout, ct).ConfigureAwait(false),
            // A request that is under way is ended by its timeout alone: nobody knows whether the other side has it.
            Invocation.Http request => await http.Send(request, timeout).ConfigureAwait(false),
            Invocation.Log log => Append(log),
            Invocation.Refused refused => Nothing(refused.Why, refused.Shown),
            _ => throw new InvalidOperationException($"unknown invocation {invocation.GetType().Name}"),
        };
    }

    public void Dispose()
    {
        processes.Dispose();
        http.Dispose();
    }

    private async Task<RunResult> RunProcess(Invocation.Process process, BranchRun run, TimeSpan timeout, CancellationToken ct)
    {
        var spec = new ChildSpec
        {
            Argv = process.Argv,
            Folder = run.Last.Delivery.Envelope.ProjectDir,
            Environment = process.Environment,
            Stdin = run.Last.Payload.Json,
            Timeout = timeout,
        };
        await processes.WaitAsync(ct).ConfigureAwait(false);
        try
        {
            var started = time.GetUtcNow();
            // A thread of its own: it waits for the child all the time, and the pool's threads are for work.
            var result = await Task
                .Factory.StartNew(
                    () => ChildProcess.Run(spec, run.Cut),
                    CancellationToken.None,
                    TaskCreationOptions.LongRunning,
                    TaskScheduler.Default
                )
                .ConfigureAwait(false);
            return new RunResult(result.ExitCode, process.Shown, started, time.GetUtcNow())
            {
                MayRetry = !run.Cut.IsCancellationRequested,
                Problem =
                    result.StartFailure
                    ?? (
                        run.Cut.IsCancellationRequested && result.ExitCode != 0 ? "a newer event came, for which it runs again"
                        : result.TimedOut ? $"it took longer than {timeout.TotalSeconds:0.###} s and was ended with all that it started"
                        : null
                    ),
                Stdout = result.Stdout.Text,
                Stderr = result.Stderr.Text,
                Pid = result.Pid,
            };
        }
        finally
        {
            processes.Release();
        }
    }

    private RunResult Append(Invocation.Log log)
    {
        var started = time.GetUtcNow();
        var problem = AppendFile.Append(log.Path, log.Line.Span);
        return new RunResult(problem is null ? 0 : 1, log.Shown, started, time.GetUtcNow()) { Problem = problem };
    }

    private RunResult Nothing(string why, string shown)
    {
        var now = time.GetUtcNow();
        return new RunResult(ChildResult.NotExecutable, shown, now, now) { Problem = why, MayRetry = false };
    }
}
