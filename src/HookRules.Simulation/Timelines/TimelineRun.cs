using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Runtime;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores.Memory;
using HookRules.Runtime.Working;

namespace HookRules.Simulation.Timelines;

/// <summary>
/// Plays a timeline: the hook's router and tellings, the consumer's dispatcher, windows, gates and finish, over a store in memory and on a
/// virtual clock. Only the runs themselves are scripted. The same input gives the same result.
/// </summary>
internal sealed class TimelineRun : IDisposable
{
    private const string Boot = "virtual";
    private const int Processes = 8;

    private readonly RuleGraph graph;
    private readonly RuleCandidates candidates;
    private readonly Timeline timeline;
    private readonly string projectDir;
    private readonly bool explains;
    private readonly VirtualTime time;
    private readonly Clock clock;
    private readonly MemoryStore store;
    private readonly LoadedPlan plan;
    private readonly string planPath;
    private readonly TimelineJournal journal;
    private readonly ScriptedRuns script;
    private readonly SimulatedSessions sessions;
    private readonly Dispatcher dispatcher;
    private readonly Worker worker;
    private readonly PriorityQueue<Action, (TimeSpan, int)> ends = new();
    private readonly Dictionary<string, int> indexes = new(StringComparer.Ordinal);
    private readonly List<SimulatedEvent> events = [];
    private readonly List<TimelineRunEntry> runs = [];
    private readonly List<HeldHook> held = [];
    private int sequence;

    private TimelineRun(RuleGraph rules, Timeline timeline, string projectDir, bool explains, bool keepsJournal)
    {
        graph = rules with
        {
            Settings = rules.Settings with { Awaited = SessionNeeds.Awaited(rules), HasTurns = SessionNeeds.HasTurns(rules) },
        };
        (this.timeline, this.projectDir, this.explains) = (timeline, projectDir, explains);
        candidates = new RuleCandidates(graph.Rules);
        time = new VirtualTime(timeline.Start);
        clock = new Clock(time, Boot);
        store = new MemoryStore(time);
        plan = new LoadedPlan(new Plan("simulated", graph, "", null)) { Known = Matched };
        planPath = Path.Join(projectDir, ".claude", "hookrules", "plan.json");
        journal = new TimelineJournal(() => time.Elapsed, keepsJournal);
        script = new ScriptedRuns(timeline.Outcomes);
        sessions = new SimulatedSessions(graph, planPath, time);
        var plans = Plans.Only(plan);
        var verdicts = new Verdicts(sessions.State, clock);
        dispatcher = new Dispatcher(store, plans, journal, clock, null, Fail, verdicts);
        worker = new Worker(store, plans, journal, Bury, clock, null, Processes, Begin, () => { }, Fail, verdicts, dispatcher.Collects);
    }

    public void Dispose()
    {
        sessions.Dispose();
        store.DisposeAsync().AsTask().GetAwaiter().GetResult();
    }

    /// <param name="projectDir">Where globs with a slash begin; events from elsewhere bring their own folder.</param>
    /// <param name="explains">Keeps of every event which clause of which rule failed.</param>
    /// <param name="keepsJournal">Keeps what the consumer's journal would hold.</param>
    /// <param name="at">Told how many events there were.</param>
    public static TimelineResult Play(
        RuleGraph graph,
        Timeline timeline,
        string projectDir,
        bool explains = false,
        bool keepsJournal = false,
        Action<int>? at = null
    )
    {
        using var run = new TimelineRun(graph, timeline, projectDir, explains, keepsJournal);
        // Without a context of the caller's what follows a run's end happens at once, and on this thread.
        Task.Run(() => run.Play(at)).GetAwaiter().GetResult();
        return new TimelineResult(
            [.. run.events],
            [.. run.runs],
            [.. run.sessions.Told],
            [.. run.sessions.Held],
            [.. run.journal.Notes.Concat(run.sessions.Withdrawn).OrderBy(note => note.At)]
        )
        {
            Start = run.time.GetUtcNow() - run.time.Elapsed,
            Slots = Processes,
            Journal = [.. run.journal.Lines],
        };
    }

    private async Task Play(Action<int>? progress)
    {
        var next = 0;
        while (true)
        {
            await Rest().ConfigureAwait(false);
            if (Answer())
                continue;
            if (Next(next) is not { } moment)
                break;
            time.GoTo(moment);
            var ended = false;
            while (ends.TryPeek(out var end, out var due) && due.Item1 <= time.Elapsed)
            {
                ends.Dequeue();
                end();
                ended = true;
            }

            if (ended)
                await Rest().ConfigureAwait(false);
            while (next < timeline.Events.Length && timeline.Events[next].At <= time.Elapsed)
            {
                await Happen(timeline.Events[next++]).ConfigureAwait(false);
                progress?.Invoke(next);
            }
        }
    }

    private async ValueTask Rest()
    {
        while (await dispatcher.Turn().ConfigureAwait(false) | await worker.Turn().ConfigureAwait(false) || worker.HasEnded) { }
    }

    /// <summary>What the hook matched a moment ago: the dispatcher asks the same router about the same bytes.</summary>
    private ImmutableArray<Rule>? Matched(Payload payload) =>
        events is [.., var last] && last.Payload.Json.Equals(payload.Json) ? [.. last.Matched.Where(rule => rule.Queues)] : null;

    /// <summary>When something happens next; null where nothing will.</summary>
    private TimeSpan? Next(int next)
    {
        TimeSpan? soonest = null;
        if (next < timeline.Events.Length)
            Sooner(timeline.Events[next].At);
        if (ends.TryPeek(out _, out var due))
            Sooner(due.Item1);
        if (dispatcher.NextDueUs is { } closes)
            Sooner(TimeSpan.FromMicroseconds(closes));
        if (worker.NextDue is { } begins)
            Sooner(begins - (time.GetUtcNow() - time.Elapsed));
        foreach (var hook in held)
            Sooner(hook.Deadline);
        // What is due now and does not move would be looked at for ever.
        return soonest is { } moment && moment <= time.Elapsed && ends.Count == 0 && next >= timeline.Events.Length
            ? time.Elapsed + TimeSpan.FromMilliseconds(1)
            : soonest;

        void Sooner(TimeSpan moment) => soonest = soonest is { } known && known < moment ? known : moment;
    }

    /// <summary>The hook process, from the payload to what it publishes; its answer too, unless it is held.</summary>
    private async ValueTask Happen(TimelineEvent one)
    {
        var payload = one.Payload;
        var project = ProjectOf(payload);
        var context = new RouteContext(project);
        List<RouteTrace>? trace = explains ? [] : null;
        // Of each rule that does not match something is to be said where that is asked for.
        var routing = Router.Route(payload, explains ? graph.Rules : candidates.Of(payload), context, trace);
        var happened = new SimulatedEvent(events.Count, time.Elapsed, payload, one.Place)
        {
            Matched = routing.Matched,
            Rules = trace is null ? [] : [.. trace],
            Queued =
            [
                .. from rule in routing.Matched from stage in rule.Stages.Take(1) from branch in stage.Branches select (rule, branch),
            ],
            Sync =
            [
                .. routing.Sync.Select(sync => new SimulatedRun(
                    sync.Rule,
                    sync.Branch,
                    0,
                    false,
                    InvocationOf(sync.Branch, payload, project)!
                )),
            ],
            AnsweredAt = time.Elapsed,
        };
        events.Add(happened);
        var endsTurn = graph.Settings.HasTurns && HookEvents.Find(payload.Event) is { EndsTurn: true };
        if (routing.Queues)
            await Publish(happened, payload, project, endsTurn ? Envelope.EndsTurn : null).ConfigureAwait(false);
        else if (endsTurn && payload.Session is not null)
            await Publish(happened, TurnMark.Of(payload), project, Envelope.TurnMark).ConfigureAwait(false);

        var awaits = routing.Matched.Select(rule => rule.Await).OfType<AwaitStep>().ToList();
        if (
            awaits.Count > 0
            && payload.Session is not null
            && routing.Decision is { BlockReason: null, StopReason: null }
            && sessions.Hold(happened, routing.Decision, awaits) is { } hook
        )
        {
            held.Add(hook);
            if (hook.Request is { } request)
                store.Requests[hook.Name] = request;
            return;
        }

        Answer(happened, routing.Decision, context);
    }

    private void Answer(SimulatedEvent happened, Decision decision, RouteContext context)
    {
        decision = sessions.Tell(happened, decision);
        happened.Decision = UnansweredAsk.Heard(decision, happened.Payload, context);
        happened.Output = DecisionWire.Write(happened.Payload.Event, happened.Decision);
        happened.AnsweredAt = time.Elapsed;
    }

    /// <summary>Lets events go that nothing holds any more. True if one went.</summary>
    private bool Answer()
    {
        var free = held.Where(sessions.IsFree).ToList();
        foreach (var hook in free)
        {
            held.Remove(hook);
            store.Requests.Remove(hook.Name);
            Answer(hook.Event, sessions.Release(hook), new RouteContext(ProjectOf(hook.Event.Payload)));
        }

        return free.Count > 0;
    }

    private async ValueTask Publish(SimulatedEvent happened, Payload payload, string project, string? turn)
    {
        // Ids of its own: those of real envelopes hold what no second run has again.
        var id = happened.Id;
        indexes[id] = happened.Index;
        if (turn != Envelope.TurnMark)
            sessions.Mark(id, happened);
        await store
            .Publish(
                new Envelope(id, time.GetUtcNow().ToUnixTimeMilliseconds(), plan.Hash, project, planPath, payload.Json)
                {
                    Boot = Boot,
                    MonoUs = clock.NowUs,
                    Turn = turn,
                }
            )
            .ConfigureAwait(false);
    }

    private Task<RunResult> Begin(OrderRun run)
    {
        var invocation = InvocationOf(run.Branch, run.Payload, run.Order.Project, run);
        var entry = new TimelineRunEntry(run, invocation, time.Elapsed)
        {
            Members = [.. run.Order.Events.Select(id => indexes[id]).Order()],
        };
        runs.Add(entry);
        journal.Begins(entry);
        var end = script.Next(run, invocation);
        if (invocation is Invocation.Refused refused)
            end = new ScriptedEnd(TimeSpan.Zero, ChildResult.NotExecutable, "") { Problem = refused.Why, MayRetry = false };
        var done = new TaskCompletionSource<RunResult>();
        var started = time.GetUtcNow();
        ends.Enqueue(() => Finish(end), (time.Elapsed + end.Took, sequence++));
        run.Cut.Register(() =>
        {
            entry.IsCut = true;
            Finish(
                new ScriptedEnd(TimeSpan.Zero, CutCode, "") { Problem = "a newer event came, for which it runs again", MayRetry = false }
            );
        });
        return done.Task;

        void Finish(ScriptedEnd how)
        {
            if (entry.End is not null)
                return;
            entry.End = time.Elapsed;
            entry.Result = new RunResult(how.Exit, invocation?.Shown ?? run.Branch.Action, started, time.GetUtcNow())
            {
                Stdout = how.Output,
                Problem = how.Problem,
                MayRetry = how.MayRetry,
                RetryAfter = how.RetryAfter,
                Pid = 1,
            };
            sessions.Ended(run, entry.Result);
            done.SetResult(entry.Result);
        }
    }

    private const int CutCode = 137;

    private Invocation? InvocationOf(Branch branch, Payload payload, string project, OrderRun? run = null)
    {
        if (plan.Action(branch.Action) is not { } action)
            return null;
        var context = new InvocationContext(project, Environment: null);
        if (run is not null)
            context = context with
            {
                EventId = run.Order.LastEvent,
                RuleId = run.Rule.Id,
                PublishedAt = DateTimeOffset.FromUnixTimeMilliseconds(run.Order.LastMs),
                Files = run.Files,
            };
        return Invocation.Of(action, branch.Options, payload, context);
    }

    private string? Bury(OrderRun run, RunResult result)
    {
        journal.Notes.Add(new TimelineNote(time.Elapsed, "dead", run.Branch.Action, result.Problem ?? $"exit code {result.ExitCode}"));
        return null;
    }

    // A sample comes from another machine: its own folder stands for the project then.
    private string ProjectOf(Payload payload) => payload.Cwd is { } cwd && !RealPath.IsInside(cwd, projectDir) ? cwd : projectDir;

    private static void Fail(string problem, string? id) =>
        throw new InvalidOperationException($"the simulation came to a halt: {problem}");
}
