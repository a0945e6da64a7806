using System.Collections.Concurrent;
using System.Collections.Immutable;
using HookRules.Engine;
using Polly;
using Polly.Retry;

namespace HookRules.Runtime;

/// <summary>One step between the spool and the work, as <c>run --explain</c> prints it.</summary>
public sealed record PipelineStep(string Name, string Summary)
{
    internal Middleware? Around { get; init; }
}

/// <summary>What happens to an envelope, in order: the list is the code that runs and the text that is printed.</summary>
internal sealed class Pipeline
{
    private static readonly TimeSpan FirstRetry = TimeSpan.FromSeconds(1),
        LongestRetry = TimeSpan.FromMinutes(1);

    private readonly ConcurrentDictionary<(string Action, int Limit), SemaphoreSlim> places = new();
    private readonly ConcurrentDictionary<(int Times, TimeSpan? First), ResiliencePipeline<RunResult>> retries = new();
    private readonly Handlers handlers;
    private readonly RunJournal journal;
    private readonly DeadLetters dead;
    private readonly TimeProvider time;
    private readonly Action<string, string?> onProblem;
    private readonly Step branch;

    public Pipeline(Handlers handlers, RunJournal journal, DeadLetters dead, TimeProvider time, Action<string, string?> onProblem)
    {
        (this.handlers, this.journal, this.dead, this.time, this.onProblem) = (handlers, journal, dead, time, onProblem);
        Steps =
        [
            new("lease", "claim the oldest envelope that nobody holds; what cannot be read goes to dead/ and stops nothing"),
            new("route", "the hook's own router, on the plan that published it: which rules, which branches"),
            new(
                "window",
                "dedup, debounce, batch: events of one key become one run when the window closes; throttle: what it has no room "
                    + "for waits, and events of one key that wait become one run"
            ),
            new("stages", "a stage's branches side by side, the next stage when all succeeded, on failure when one did not"),
            new(
                "busy",
                "one run of a key at a time where the rule says so: the next one waits, stands for all that wait, ends the one "
                    + "before, or is skipped"
            ),
            new("dead letter", "a branch that failed for good goes to dead/ with its output") { Around = DeadLetter },
            new("retry", "as often as the rule says, later and later, with jitter where it names no backoff; Retry-After is respected")
            {
                Around = Retry,
            },
            new("concurrency", "as many runs of one action at once as it allows") { Around = Concurrency },
            new("journal", "a line in runs.jsonl for each attempt") { Around = Journal },
            new("handler", "the program, request or log line, with its timeout") { Around = _ => Handler },
            new("ack", "the envelope leaves the spool when every branch of it is journalled"),
        ];
        branch = Compose([.. Steps.Select(step => step.Around).OfType<Middleware>()]);
    }

    public ImmutableArray<PipelineStep> Steps { get; }

    public Task<RunResult> Run(BranchRun run, CancellationToken ct) => branch(run, ct);

    private static Step Compose(ImmutableArray<Middleware> outerFirst)
    {
        Step step = (_, _) => throw new InvalidOperationException("the last step calls nothing");
        for (var i = outerFirst.Length - 1; i >= 0; i--)
            step = outerFirst[i](step);
        return step;
    }

    private Step DeadLetter(Step next) =>
        async (run, ct) =>
        {
            var result = await next(run, ct).ConfigureAwait(false);
            if (!result.Succeeded && !run.Cut.IsCancellationRequested && dead.Add(run, result) is { } problem)
                onProblem($"a dead letter could not be kept: {problem}", run.Last.Id);
            return result;
        };

    private Step Retry(Step next) =>
        async (run, ct) =>
        {
            if (run.Branch.Options.Retry <= 0)
                return await next(run, ct).ConfigureAwait(false);
            var pipeline = retries.GetOrAdd((run.Branch.Options.Retry, run.Branch.Options.Backoff), RetryPipeline);
            return await pipeline.ExecuteAsync(async token => await next(run, token).ConfigureAwait(false), ct).ConfigureAwait(false);
        };

    private ResiliencePipeline<RunResult> RetryPipeline((int Times, TimeSpan? First) retry) =>
        new ResiliencePipelineBuilder<RunResult> { TimeProvider = time }
            .AddRetry(
                new RetryStrategyOptions<RunResult>
                {
                    MaxRetryAttempts = retry.Times,
                    BackoffType = DelayBackoffType.Exponential,
                    // Jitter may shorten the first delay to nearly nothing; one that an author wrote is kept.
                    UseJitter = retry.First is null,
                    Delay = Shorter(retry.First ?? FirstRetry, BranchOptions.LongestBackoff),
                    MaxDelay = Shorter(retry.First > LongestRetry ? retry.First.Value : LongestRetry, BranchOptions.LongestBackoff),
                    ShouldHandle = outcome => ValueTask.FromResult(outcome.Outcome.Result is { Succeeded: false, MayRetry: true }),
                    DelayGenerator = outcome => ValueTask.FromResult(outcome.Outcome.Result?.RetryAfter),
                }
            )
            .Build();

    private static TimeSpan Shorter(TimeSpan one, TimeSpan other) => one < other ? one : other;

    private Step Concurrency(Step next) =>
        async (run, ct) =>
        {
            if (run.Branch.Options.Concurrency is not { } limit)
                return await next(run, ct).ConfigureAwait(false);
            var place = places.GetOrAdd((run.Branch.Action, limit), _ => new SemaphoreSlim(limit));
            await place.WaitAsync(ct).ConfigureAwait(false);
            try
            {
                return await next(run, ct).ConfigureAwait(false);
            }
            finally
            {
                place.Release();
            }
        };

    private Step Journal(Step next) =>
        async (run, ct) =>
        {
            run.Attempt++;
            var result = await next(run, ct).ConfigureAwait(false);
            journal.Add(run, result);
            return result;
        };

    private async Task<RunResult> Handler(BranchRun run, CancellationToken ct)
    {
        var started = time.GetUtcNow();
        try
        {
            return await handlers.Run(run, ct).ConfigureAwait(false);
        }
        catch (Exception e) when (e is not OperationCanceledException)
        {
            // One handler's accident must neither stop the consumer nor keep the envelope for ever.
            onProblem($"{run.Branch.Id} failed in the consumer itself: {e.GetType().Name}: {e.Message}", run.Last.Id);
            return new RunResult(1, run.Branch.Action, started, time.GetUtcNow()) { Problem = e.Message, MayRetry = false };
        }
    }
}
