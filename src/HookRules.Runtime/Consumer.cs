using System.Collections.Concurrent;
using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Working;

namespace HookRules.Runtime;

/// <summary>The process that works off the spool: a dispatcher while it holds that role, a worker always, and when to begin and to
/// end.</summary>
public sealed class Consumer : IDisposable
{
    private static readonly TimeSpan IdleBeforeHandover = TimeSpan.FromSeconds(1),
        RoleRetry = TimeSpan.FromSeconds(2),
        WriteRetry = TimeSpan.FromSeconds(1),
        LookWhileWaiting = TimeSpan.FromMilliseconds(500),
        KeepEnvironments = TimeSpan.FromDays(7);

    private readonly StateFolder state;
    private readonly TimeProvider time;
    private readonly ConsumerOptions options;
    private readonly Clock clock;
    private readonly FileStore spool;
    private readonly ProjectStore store;
    private readonly Plans plans;
    private readonly RunJournal journal;
    private readonly DeadLetters dead;
    private readonly Handlers handlers;
    private readonly Verdicts verdicts;
    private readonly Dispatcher dispatcher;
    private readonly Worker worker;
    private readonly Signal wake = new();
    private readonly SignOfLife life;
    private readonly ProgramFiles program;
    private readonly ConcurrentDictionary<string, IReadOnlyDictionary<string, string>?> environments = new(StringComparer.Ordinal);
    private FileLock? consumerLock;
    private FileLock? dispatcherLock;
    private DateTimeOffset? lookAtRoles = DateTimeOffset.MinValue;
    private DateTimeOffset? roleIsFreeSince;
    private long lastWork;
    private bool hasLooked;
    private volatile bool isWaiting;
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
        clock = new Clock(time, options.Boot);
        plans = new Plans(time, problem => Report(problem));
        spool = new FileStore(state, time, durability, wake.Set) { OnUnreadable = problem => Report(problem) };
        store = new ProjectStore(
            new StoreContext
            {
                State = state,
                Time = time,
                ProjectDir = options.ProjectDir,
                Durability = durability,
                Environment = options.Environment,
                Spool = spool,
                OnChange = wake.Set,
                OnProblem = problem => Report(problem),
            },
            path => plans.Present(path)?.Graph.Settings.Queue
        );
        journal = new RunJournal(state, durability);
        dead = new DeadLetters(state, time);
        handlers = new Handlers(time, EnvironmentOf);
        verdicts = new Verdicts(state, clock);
        dispatcher = new Dispatcher(store, plans, journal, clock, options.Group, Report, verdicts);
        worker = new Worker(
            store,
            plans,
            journal,
            dead.Add,
            clock,
            options.Group,
            2 * Environment.ProcessorCount,
            handlers.Run,
            wake.Set,
            Report,
            verdicts,
            dispatcher.Collects
        )
        {
            MostInHand = options.MostInHand,
        };
        life = new SignOfLife(state, time, options);
        program = new ProgramFiles(options.Program);
        lastWork = time.GetTimestamp();
    }

    /// <summary>Nothing is left to do before something happens or the clock goes on, and nothing runs.</summary>
    internal bool IsAtRest => isWaiting && worker.Running == 0 && !wake.IsSet;

    /// <summary>Why the spool could not be worked off; null where all is well.</summary>
    public string? Problem =>
        store.Problem
        ?? (dispatcher.Parked + worker.Parked is var left and > 0 ? $"{left} events wait for a plan that cannot be read" : null);

    /// <summary>What happens to an event, in order.</summary>
    public static ImmutableArray<PipelineStep> Steps =>
        [
            Dispatcher.Step,
            Dispatcher.RouteStep,
            Windows.Step,
            Dispatcher.CommitStep,
            BusyKeys.Step,
            Throttles.Step,
            Places.Step,
            Handlers.Step,
            Journal,
            Backoff.Step,
            Verdicts.Step,
            DeadLetters.Step,
            Worker.FinishStep,
        ];

    private static PipelineStep Journal => RunJournal.Step;

    /// <summary>Works until it is stopped, is done (<c>--once</c>), was idle for long or has to hand over. What runs then is finished; what
    /// has not begun stays in the spool.</summary>
    public async Task Run(CancellationToken stop)
    {
        await using var due = time.CreateTimer(_ => wake.Set(), null, Timeout.InfiniteTimeSpan, Timeout.InfiniteTimeSpan);
        await using var beat = time.CreateTimer(_ => Beat(), null, ConsumerRecord.BeatEvery, ConsumerRecord.BeatEvery);
        using var onStop = stop.Register(wake.Set);
        CleanUp();
        store.Open(options.PlanPath is { } plan ? [plan] : []);
        life.Say("working");
        while (!stop.IsCancellationRequested && !plans.MustHandOver)
        {
            if (await Look().ConfigureAwait(false))
                continue;
            if (IsDone() && await LeaveNothing().ConfigureAwait(false))
                break;
            if (plans.MustHandOver)
                break;
            due.Change(UntilDue(), Timeout.InfiniteTimeSpan);
            isWaiting = true;
            await wake.Wait().ConfigureAwait(false);
            isWaiting = false;
        }

        await Drain(mayHandOver: !stop.IsCancellationRequested).ConfigureAwait(false);
    }

    public void Dispose()
    {
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        dispatcherLock?.Dispose();
        consumerLock?.Dispose();
        handlers.Dispose();
        life.Dispose();
    }

    /// <summary>One look at everything. True if there may be more to read at once.</summary>
    private async Task<bool> Look()
    {
        try
        {
            var isOpen = spool.Open();
            LookAtRoles();
            plans.Refresh();
            // What was published before a run ended is known when its end is judged.
            if (worker.HasEnded)
                store.CatchUp();
            var more = dispatcherLock is not null && await dispatcher.Turn(reads: !worker.IsFull).ConfigureAwait(false);
            more |= await worker.Turn().ConfigureAwait(false);
            if (!isOpen && spool.Problem is { } problem)
                Report($"the spool cannot be used: {problem}");
            if (dispatcher.HasWorked || worker.HasWorked)
                lastWork = time.GetTimestamp();
            if (worker.HasWorked)
                Reap();
            if (!hasLooked && consumerLock is not null)
            {
                // It has come to work: whoever starts one again need not wonder whether it would.
                hasLooked = true;
                StartRecord.Clear(state);
            }

            return more;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report($"the spool cannot be used: {e.Message}");
            lookAtRoles = time.GetUtcNow() + RoleRetry;
            return false;
        }
    }

    /// <summary>Takes the roles that are free. As long as somebody else has one, it looks every two seconds; one that has both sleeps until
    /// something happens.</summary>
    private void LookAtRoles()
    {
        if (!spool.OthersChanged && (lookAtRoles is not { } due || due > time.GetUtcNow()))
            return;
        lookAtRoles = null;
        store.Refresh();
        if (options.Group is null)
        {
            consumerLock ??= FileLock.TryAcquire(state.ConsumerLock);
            dispatcherLock ??= FileLock.TryAcquire(state.DispatcherLock);
        }
        else
        {
            LookAtRolesOfOthers();
        }

        if (consumerLock is null || dispatcherLock is null || spool.HasOthers || spool.Problem is not null || Parked > 0)
            lookAtRoles = time.GetUtcNow() + RoleRetry;
    }

    private int Parked => dispatcher.Parked + worker.Parked;

    /// <summary>A group's consumer reads events only where the project has no other one.</summary>
    private void LookAtRolesOfOthers()
    {
        if (FileLock.IsHeld(state.ConsumerLock))
        {
            dispatcherLock?.Dispose();
            if (dispatcherLock is not null)
            {
                dispatcher.Resign();
                store.Resign();
            }

            (dispatcherLock, roleIsFreeSince) = (null, null);
            return;
        }

        if (dispatcherLock is not null || FileLock.TryAcquire(state.DispatcherLock) is not { } free)
            return;
        roleIsFreeSince ??= time.GetUtcNow();
        if (options.Once || time.GetUtcNow() - roleIsFreeSince >= RoleRetry)
            dispatcherLock = free;
        else
            free.Dispose();
    }

    private TimeSpan UntilDue()
    {
        var now = time.GetUtcNow();
        var left = TimeSpan.MaxValue;
        if (dispatcherLock is not null && dispatcher.NextDueUs is { } closes)
            Sooner(TimeSpan.FromMicroseconds(closes - clock.NowUs));
        if (dispatcherLock is not null && store.NextForward is { } forwards)
            Sooner(forwards - now);
        if (worker.NextDue is { } begins)
            Sooner(begins - now);
        // Nothing wakes it when a store can be read again.
        if (options.Once && store.IsWaiting(forEver: false))
            Sooner(LookWhileWaiting);
        if (Parked > 0)
            lookAtRoles ??= now + RoleRetry;
        if (lookAtRoles is { } look)
            Sooner(look - now);
        if (worker.IsIdle && options.IdleExit is { } limit)
            Sooner(limit - time.GetElapsedTime(lastWork));
        if (worker.IsIdle && program.IsKnown && time.GetElapsedTime(lastWork) < IdleBeforeHandover)
            Sooner(IdleBeforeHandover - time.GetElapsedTime(lastWork));
        return left == TimeSpan.MaxValue
            ? Timeout.InfiniteTimeSpan
            : TimeSpan.FromMilliseconds(Math.Max(1, Math.Ceiling(left.TotalMilliseconds)));

        void Sooner(TimeSpan wait) => left = wait < left ? wait : left;
    }

    private bool IsDone()
    {
        if (!worker.IsIdle)
            return false;
        if (dispatcherLock is not null && !dispatcher.IsIdle)
            return false;
        if (store.IsWaiting(forEver: !options.Once))
            return false;
        if (options.Once)
            return store.Delayed == 0;
        var idle = time.GetElapsedTime(lastWork);
        return store.Delayed == 0
            && ((options.IdleExit is { } limit && idle >= limit) || (idle >= IdleBeforeHandover && program.WereReplaced));
    }

    /// <summary>Lets go of the locks, then looks once more: a hook that found them held has published before that look, one that finds them
    /// free starts another consumer.</summary>
    private async Task<bool> LeaveNothing()
    {
        var dispatched = dispatcherLock is not null;
        FaultPoint.Pass("leave:before-unlock");
        consumerLock?.Unlock();
        consumerLock = null;
        store.Refresh();
        if (!dispatched || (!await dispatcher.Turn().ConfigureAwait(false) && !await worker.Turn().ConfigureAwait(false)))
            return dispatcher.IsIdle && worker.IsIdle;
        if (options.Group is null)
            consumerLock = FileLock.TryAcquire(state.ConsumerLock);
        wake.Set();
        return false;
    }

    private async Task Drain(bool mayHandOver)
    {
        // First of all: whoever publishes from now on starts a successor, which works beside this one until that has finished what runs.
        worker.Stopping = true;
        life.SayLast(plans.MustHandOver ? "handover" : "draining");
        dispatcherLock?.Unlock();
        dispatcherLock = null;
        store.LetGo();
        var isHandedOver = false;
        if (mayHandOver && plans.MustHandOver && program.WereReplaced && consumerLock is { } mine)
            isHandedOver = options.StartSuccessor?.Invoke(mine) ?? false;
        // What was handed over is the successor's: unlocked here it would be free.
        if (isHandedOver)
            consumerLock?.Dispose();
        else
            consumerLock?.Unlock();
        consumerLock = null;

        for (var tries = 0; ; )
        {
            await worker.Turn().ConfigureAwait(false);
            if (worker.Running == 0 && !store.HasUnwritten)
                break;
            // A disk that stays full: what is left in the claims is delivered to the next consumer.
            if ((worker.HasUnwritten || store.HasUnwritten) && ++tries > 3)
                break;
            if (worker.HasUnwritten || store.HasUnwritten)
                await Task.Delay(WriteRetry).ConfigureAwait(false);
            else
                await wake.Wait().ConfigureAwait(false);
        }

        journal.Flush();
    }

    private Func<string, string?> EnvironmentOf(string? hash)
    {
        if (hash is null)
            return options.Environment;
        var found = environments.GetOrAdd(hash, _ => ActionEnvironment.Find(state, hash, options.Environment));
        if (found is null)
            Report("the environment of an event's hook is gone, so its action runs with the consumer's own");
        return found is null ? options.Environment : name => found.GetValueOrDefault(name);
    }

    private void Reap()
    {
        if (options.OwnsProcess)
            ChildProcess.ReapOrphans();
    }

    private void Beat()
    {
        if (!worker.Stopping)
            life.Say(worker.IsIdle ? "waiting" : "working");
        life.Beat();
        Reap();
        // Of a client that was killed no event tells.
        if (dispatcher.LookAtClients())
            wake.Set();

        store.Renew();
    }

    private void CleanUp()
    {
        try
        {
            dead.Prune();
            new RecordFolder(state, time).Prune();
            if (options.ProjectDir is { } project)
                AbandonedStates.NoteProject(state, project);
            ActionEnvironment.RemoveOld(state, options.Environment, KeepEnvironments);
            AbandonedStates.CleanOne(state, time);
            verdicts.RemoveOld();
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            Report($"{state.Path} cannot be cleaned: {e.Message}");
        }
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
