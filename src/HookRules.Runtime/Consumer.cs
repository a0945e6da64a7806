using System.Collections.Concurrent;
using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>The process that works off the spool: one loop that reads, collects and acknowledges; the work itself runs beside it.</summary>
public sealed class Consumer : IDisposable
{
    private const int MostAtOnce = 256,
        MostInHand = 100_000,
        MostLoaded = 4096;
    private const long MostBytes = 128 << 20;
    private static readonly TimeSpan Lease = TimeSpan.FromSeconds(15),
        AfterAccident = TimeSpan.FromSeconds(30),
        KeepProgress = TimeSpan.FromDays(7);

    private readonly StateFolder state;
    private readonly TimeProvider time;
    private readonly ConsumerOptions options;
    private readonly FileSpool queue;
    private readonly Plans plans;
    private readonly RunJournal journal;
    private readonly Handlers handlers;
    private readonly Pipeline pipeline;
    private readonly Windows windows;
    private readonly CancellationTokenSource stopping = new();
    private readonly RuleRuns runs;
    private readonly Wake wake = new();
    private readonly HashSet<Held> hand = [];
    private readonly ConcurrentQueue<Held> completed = new();
    private FileLock? consumerLock;
    private FileLock? windowsLock;
    private int windowed;
    private long lastWork;
    private bool ticked = true;
    private string? lastProblem;

    /// <param name="handedOver">The consumer's lock, where this process already holds it.</param>
    public Consumer(
        StateFolder state,
        TimeProvider time,
        ConsumerOptions options,
        FileLock? handedOver = null,
        Durability durability = Durability.Fast
    )
    {
        (this.state, this.time, this.options, consumerLock) = (state, time, options, handedOver);
        queue = new FileSpool(state, time, durability) { OnUnreadable = problem => Report(problem) };
        plans = new Plans(state, problem => Report(problem));
        journal = new RunJournal(state, durability);
        handlers = new Handlers(time, options.Environment);
        pipeline = new Pipeline(handlers, journal, new DeadLetters(state, time), time, Report);
        windows = new Windows(time);
        runs = new RuleRuns(pipeline, windows, journal, options, time, Report, stopping.Token);
        lastWork = time.GetTimestamp();
    }

    /// <summary>Why the spool could not be worked off; null where all is well.</summary>
    public string? Problem => queue.Problem;

    public ImmutableArray<PipelineStep> Steps => pipeline.Steps;

    /// <summary>Works until it is stopped, is done (<c>--once</c>) or was idle for long. What runs then is finished; what has not begun
    /// stays in the spool.</summary>
    public async Task Run(CancellationToken stop)
    {
        state.CreateBelow(state.Spool("new"));
        RemoveOldProgress();
        using var onStop = stop.Register(wake.Set);
        await using var tick = time.CreateTimer(_ => Tick(), null, options.Rescan, options.Rescan);
        await using var due = time.CreateTimer(_ => wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        using var watcher = new SpoolWatcher(state.Spool("new"), wake.Set);

        while (!stop.IsCancellationRequested)
        {
            try
            {
                if (await Turn(stop).ConfigureAwait(false))
                    continue;
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                // A spool that cannot be read now is looked at again; what is claimed stays claimed.
                Report($"the spool cannot be read: {e.Message}");
            }

            if (IsDone() && await LeaveNothing().ConfigureAwait(false))
                break;
            due.Change(
                windows.NextDue(time.GetUtcNow()) is { } wait
                    ? TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(wait.TotalMilliseconds)))
                    : Timeout.InfiniteTimeSpan,
                Timeout.InfiniteTimeSpan
            );
            await wake.Wait().ConfigureAwait(false);
        }

        await Drain().ConfigureAwait(false);
    }

    public void Dispose()
    {
        queue.Dispose();
        windowsLock?.Dispose();
        consumerLock?.Dispose();
        handlers.Dispose();
        stopping.Dispose();
    }

    /// <summary>One look at everything. True if there may be more to read at once.</summary>
    private async Task<bool> Turn(CancellationToken stop)
    {
        if (ticked)
        {
            ticked = false;
            if (options.OwnsProcess)
                ChildProcess.ReapOrphans();
            if (options.Group is null)
                consumerLock ??= FileLock.TryAcquire(state.ConsumerLock);
        }

        plans.Refresh();
        // Taken before the reading: a window is closed only after a look that began when it was over.
        var now = time.GetUtcNow();
        var more = await Read(stop).ConfigureAwait(false);
        if (!more && queue.Problem is { } problem)
            Report($"the spool cannot be used: {problem}");
        if (!more)
            foreach (var group in windows.TakeDue(now))
                Close(group);
        await Acknowledge().ConfigureAwait(false);
        if (windowed == 0 && windows.IsEmpty)
        {
            windowsLock?.Dispose();
            windowsLock = null;
        }

        return more;
    }

    private async Task<bool> Read(CancellationToken stop)
    {
        if (hand.Count >= MostInHand)
            return false;
        if (
            hand.Count >= MostLoaded
            && (
                hand.Count(held => held.HasPayload) >= MostLoaded
                || hand.Where(held => held.HasPayload).Sum(held => (long)held.Size) >= MostBytes
            )
        )
            return false;
        var bytes = 0L;
        for (var count = 0; count < MostAtOnce && bytes < MostBytes; count++)
        {
            if (
                stop.IsCancellationRequested || await queue.Receive(Lease, CancellationToken.None).ConfigureAwait(false) is not { } delivery
            )
                return false;
            bytes += delivery.Envelope.Payload.Length;
            try
            {
                await Accept(delivery).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                Report($"an event could not be taken up: {e.Message}", delivery.Envelope.Id);
                await queue.Nack(delivery, AfterAccident, CancellationToken.None).ConfigureAwait(false);
            }
        }

        return true;
    }

    private async Task Accept(Delivery delivery)
    {
        var envelope = delivery.Envelope;
        if (Payload.TryParse(envelope.Payload, out var problem) is not { } payload)
        {
            await PutAside(delivery, problem!).ConfigureAwait(false);
            return;
        }

        if (plans.Present(envelope.PlanPath) is not { } plan)
        {
            await queue.Nack(delivery, Timeout.InfiniteTimeSpan, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        var held = Take(delivery, payload, plan, out var rules);
        if (!IsForThis(held, rules))
        {
            await queue.Nack(delivery, Timeout.InfiniteTimeSpan, CancellationToken.None).ConfigureAwait(false);
            return;
        }

        lastWork = time.GetTimestamp();
        hand.Add(held);
        if (held.Windowed)
            windowed++;
        // One more than there are rules, so that the first rule's end is not the envelope's.
        held.Hold();
        foreach (var rule in rules)
            held.Begin();
        foreach (var rule in rules)
            Attend(held, rule, plan);
        if (held.End(reading: false))
            completed.Enqueue(held);
    }

    private Held Take(Delivery delivery, Payload payload, LoadedPlan plan, out ImmutableArray<Rule> rules)
    {
        var envelope = delivery.Envelope;
        var dropped = new List<(Rule Rule, Branch Branch)>();
        if (envelope.PlanHash == plan.Hash || plans.Former(envelope.PlanHash) is not { } former)
            rules = plan.Route(payload, envelope.ProjectDir);
        else
            rules = Survivors(former.Route(payload, envelope.ProjectDir), plan, dropped);

        var held = new Held(delivery, payload, Progress.Load(state, envelope.Id)) { Windowed = rules.Any(IsWindowed) };
        foreach (var (rule, branch) in dropped)
        {
            var now = time.GetUtcNow();
            journal.Add(
                new BranchRun(rule, branch, null, held, [held]),
                new RunResult(null, "dropped: the plan has this branch no more", now, now)
            );
        }

        return held;
    }

    /// <summary>Of the rules that published it those that there still are, as they are now.</summary>
    private static ImmutableArray<Rule> Survivors(ImmutableArray<Rule> published, LoadedPlan plan, List<(Rule, Branch)> dropped)
    {
        var rules = ImmutableArray.CreateBuilder<Rule>();
        foreach (var old in published)
        {
            var rule = plan.Rule(old.Id) is { Queues: true } found && found.Event == old.Event ? found : null;
            if (rule is not null)
                rules.Add(rule);
            dropped.AddRange(
                old.QueuedBranches.Where(branch => rule is null || rule.QueuedBranches.All(present => present.Id != branch.Id))
                    .Select(branch => (old, branch))
            );
        }

        return rules.ToImmutable();
    }

    private bool IsForThis(Held held, ImmutableArray<Rule> rules)
    {
        if (
            options.Group is { } group
            && !rules.Any(rule => rule.QueuedBranches.Any(branch => branch.Options.Group == group && held.Progress.Of(branch.Id) is null))
        )
            return false;
        // Events of one window must come together in one place.
        return !held.Windowed || (windowsLock ??= FileLock.TryAcquire(state.WindowsLock)) is not null;
    }

    private static bool IsWindowed(Rule rule) =>
        Windows.Collecting(rule.Window) is not null
        || rule.QueuedBranches.Any(branch => Windows.Collecting(branch.Options.Window) is not null);

    /// <summary>Takes one rule through for one event; the envelope is complete when the last of its rules is.</summary>
    private async void Attend(Held held, Rule rule, LoadedPlan plan)
    {
        var reading = Windows.Collecting(rule.Window) is null;
        try
        {
            if (await Begin(held, rule, plan).ConfigureAwait(false) == RunEnd.Left)
                held.Unfinished = true;
        }
        catch (Exception e)
        {
            Report($"{rule.Id} failed in the consumer itself: {e.GetType().Name}: {e.Message}", held.Id);
            held.HadAccident = true;
        }

        if (!held.End(reading))
            return;
        completed.Enqueue(held);
        wake.Set();
    }

    private Task<RunEnd> Begin(Held held, Rule rule, LoadedPlan plan)
    {
        if (Windows.Collecting(rule.Window) is not { } window)
            return runs.Run(rule, plan, [held]);
        if (window.Kind == WindowKind.DedupFirst && held.Progress.HasBegun(rule))
        {
            windows.Reserve(rule.Id, window, held);
            return runs.Run(rule, plan, [held]);
        }

        return windows.Join(rule.Id, window, [held], letGo: true, collected => runs.Run(rule, plan, collected.Members));
    }

    private void Close(WindowGroup group)
    {
        if (group.Reserved is not { } reserved)
            group.Start();
        else if (reserved.End(reading: false))
            completed.Enqueue(reserved);
    }

    /// <summary>First the journal, then the spool: what has left it can be read about.</summary>
    private async Task Acknowledge()
    {
        // What completes from here on may have lines that are not written yet.
        var count = completed.Count;
        if (journal.Flush() is { } problem)
        {
            Report($"the journal cannot be written, so nothing leaves the spool: {problem}");
            return;
        }

        for (; count > 0 && completed.TryDequeue(out var held); count--)
        {
            hand.Remove(held);
            if (held.Windowed)
                windowed--;
            lastWork = time.GetTimestamp();
            if (held.HadAccident)
            {
                await queue.Nack(held.Delivery, AfterAccident, CancellationToken.None).ConfigureAwait(false);
            }
            else if (held.Unfinished)
            {
                await queue
                    .Nack(
                        held.Delivery,
                        stopping.IsCancellationRequested ? TimeSpan.Zero : Timeout.InfiniteTimeSpan,
                        CancellationToken.None
                    )
                    .ConfigureAwait(false);
            }
            else
            {
                await queue.Ack(held.Delivery, CancellationToken.None).ConfigureAwait(false);
                held.Progress.Delete();
            }
        }
    }

    private bool IsDone() =>
        hand.Count == 0 && completed.IsEmpty && (options.Once || (options.IdleExit is { } limit && time.GetElapsedTime(lastWork) >= limit));

    /// <summary>Lets go of the lock, then looks once more: a hook that found it held has published before that look, one that finds it free
    /// starts another consumer.</summary>
    private async Task<bool> LeaveNothing()
    {
        consumerLock?.Dispose();
        consumerLock = null;
        if (await queue.Receive(Lease, CancellationToken.None).ConfigureAwait(false) is not { } delivery)
            return true;
        if (options.Group is null)
            consumerLock = FileLock.TryAcquire(state.ConsumerLock);
        await Accept(delivery).ConfigureAwait(false);
        wake.Set();
        return false;
    }

    private async Task Drain()
    {
        await stopping.CancelAsync().ConfigureAwait(false);
        foreach (var group in windows.TakeAll())
        {
            if (group.Reserved is { } reserved)
            {
                reserved.Unfinished = true;
                if (reserved.End(reading: false))
                    completed.Enqueue(reserved);
            }
            else
            {
                group.Abandon();
            }
        }

        for (var tries = 0; hand.Count > 0; )
        {
            await Acknowledge().ConfigureAwait(false);
            // A disk that stays full: what is left in the claims comes back to the next consumer.
            if (hand.Count == 0 || (hand.Count == completed.Count && ++tries > 3))
                break;
            await wake.Wait().ConfigureAwait(false);
        }

        journal.Flush();
    }

    private async Task PutAside(Delivery delivery, string problem)
    {
        try
        {
            state.CreateBelow(state.Spool("dead"));
            var name = delivery.Envelope.Id + ".json.unreadable";
            using (var file = File.OpenHandle(state.Spool("dead", name), FileMode.Create, FileAccess.Write))
                RandomAccess.Write(file, delivery.Envelope.ToJson(), 0);
            await queue.Ack(delivery, CancellationToken.None).ConfigureAwait(false);
            Report($"an event was put into {state.Spool("dead")}: {problem}", delivery.Envelope.Id);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await queue.Nack(delivery, AfterAccident, CancellationToken.None).ConfigureAwait(false);
        }
    }

    private void RemoveOldProgress()
    {
        try
        {
            var folder = new DirectoryInfo(state.Spool("progress"));
            if (!folder.Exists)
                return;
            foreach (var file in folder.EnumerateFiles().Where(file => time.GetUtcNow() - file.LastWriteTimeUtc > KeepProgress))
                file.Delete();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report($"{state.Spool("progress")} cannot be cleaned: {e.Message}");
        }
    }

    private void Tick()
    {
        ticked = true;
        wake.Set();
    }

    private void Report(string problem, string? eventId = null)
    {
        // The same trouble at every look is one line.
        if (problem == Interlocked.Exchange(ref lastProblem, problem))
            return;
        ErrorJournal.Append(state, time.GetUtcNow(), "consumer", problem, eventId);
        options.OnProblem?.Invoke(problem);
    }
}
