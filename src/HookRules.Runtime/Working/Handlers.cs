using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>Runs what an invocation says: programs, requests, lines of a log.</summary>
/// <param name="environment">The variables of an order's own hook, by their hash; the consumer's own where it names none.</param>
internal sealed class Handlers(TimeProvider time, Func<string?, Func<string, string?>> environment) : IDisposable
{
    private readonly HttpHandler http = new(time);
    private readonly LogLane log = new(time);

    public static readonly PipelineStep Step = new(
        "handler",
        "the program, request or log line, with its timeout; what the system has no room for is started later; what is kept has the names "
            + "of secrets for their values"
    );

    public async Task<RunResult> Run(OrderRun run)
    {
        if (run.Action is not { } action)
            return Nothing($"the plan has no action \"{run.Branch.Action}\"", run.Branch.Action);
        var variables = environment(run.Order.Env);
        var context = new InvocationContext(run.Order.Project, variables)
        {
            EventId = run.Order.LastEvent,
            RuleId = run.Rule.Id,
            PublishedAt = DateTimeOffset.FromUnixTimeMilliseconds(run.Order.LastMs),
            Files = run.Files,
        };
        var invocation = Invocation.Of(action, run.Branch.Options, run.Payload, context);
        var timeout = run.Branch.Options.Timeout ?? invocation.DefaultTimeout;
        var result = invocation switch
        {
            Invocation.Process process => await RunProcess(process, run, timeout).ConfigureAwait(false),
            // A request that is under way is ended by its timeout alone: nobody knows whether the other side has it.
            Invocation.Http request => await http.Send(request, timeout).ConfigureAwait(false),
            Invocation.Log line => await log.Append(line).ConfigureAwait(false),
            Invocation.Refused refused => Nothing(refused.Why, refused.Shown),
            _ => throw new InvalidOperationException($"unknown invocation {invocation.GetType().Name}"),
        };
        return result.Without(SecretValues.Of(run.Named, variables));
    }

    public void Dispose()
    {
        http.Dispose();
        log.Dispose();
    }

    private async Task<RunResult> RunProcess(Invocation.Process process, OrderRun run, TimeSpan timeout)
    {
        var spec = new ChildSpec
        {
            Argv = process.Argv,
            Folder = process.Folder,
            Environment = process.Environment,
            Stdin = run.Payload.Json,
            Timeout = timeout,
        };
        var started = time.GetUtcNow();
        var result = await OnItsThread(() => ChildProcess.Run(spec, run.Cut)).ConfigureAwait(false);
        var wasCut = run.Cut.IsCancellationRequested;
        return new RunResult(result.ExitCode, process.Shown, started, time.GetUtcNow())
        {
            MayRetry = !wasCut,
            LacksRoom = result.LacksRoom,
            Problem =
                result.StartFailure
                ?? (
                    wasCut && result.ExitCode != 0 ? "a newer event came, for which it runs again"
                    : result.TimedOut ? $"it took longer than {timeout.TotalSeconds:0.###} s and was ended with all that it started"
                    : null
                ),
            Stdout = result.Stdout.Text,
            Stderr = result.Stderr.Text,
            Pid = result.Pid,
            Signal = result.Signal,
            CpuMs = (long?)result.Cpu?.TotalMilliseconds,
            MaxRssKb = result.MaxRssKb,
            Output = result.Pid > 0 ? (result.Stdout.Bytes + result.Stderr.Bytes, result.Stdout.Dropped + result.Stderr.Dropped) : null,
        };
    }

    /// <summary>A thread of its own: it waits for the child all the time, and the pool's threads are for work.</summary>
    private static Task<ChildResult> OnItsThread(Func<ChildResult> run)
    {
        try
        {
            return Task.Factory.StartNew(run, CancellationToken.None, TaskCreationOptions.LongRunning, TaskScheduler.Default);
        }
        catch (TaskSchedulerException e) when (e.InnerException is OutOfMemoryException)
        {
            // What the runtime says where the system gives it no thread.
            return Task.FromResult(ChildResult.NoRoom("no thread can be made for a program: the system allows no more processes"));
        }
    }

    private RunResult Nothing(string why, string shown)
    {
        var now = time.GetUtcNow();
        return new RunResult(ChildResult.NotExecutable, shown, now, now) { Problem = why, MayRetry = false };
    }
}
