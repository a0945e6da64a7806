using System.Collections.Immutable;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Working;

namespace HookRules.Simulation.Timelines;

/// <summary>An event that is held until runs have ended.</summary>
internal sealed record HeldHook(SimulatedEvent Event, Decision Decision, ImmutableArray<string> Names, TimeSpan Deadline)
{
    public required SessionFolder Session { get; init; }

    /// <summary>By their names in marks and verdicts.</summary>
    public required ImmutableDictionary<string, string> Actions { get; init; }

    public required string? Agent { get; init; }

    public required AwaitRequest Request { get; init; }

    public string Name => string.Create(CultureInfo.InvariantCulture, $"held {Event.Index}");
}

/// <summary>What the sessions of a timeline have queued, and what they are told: the hook's own steps on the virtual clock. The files that
/// hook and consumer share lie in a private folder that is gone afterwards; rules without feedback and await need none.</summary>
internal sealed class SimulatedSessions : IDisposable
{
    private readonly RuleGraph graph;
    private readonly string planPath;
    private readonly VirtualTime time;
    private readonly string? folder;
    private readonly Dictionary<string, (string Action, bool IsTold)> failing = new(StringComparer.Ordinal);

    public SimulatedSessions(RuleGraph graph, string planPath, VirtualTime time)
    {
        (this.graph, this.planPath, this.time) = (graph, planPath, time);
        IsNeeded = graph.Settings.Awaited.Length > 0 || SessionNeeds.FeedsBack(graph);
        folder = IsNeeded ? Directory.CreateTempSubdirectory("hookrules-simulate-").FullName : null;
        State = StateFolder.At(Path.Join(folder ?? "/nonexistent", "state"));
    }

    public StateFolder State { get; }

    public List<ToldText> Told { get; } = [];

    public List<HeldEvent> Held { get; } = [];

    public List<TimelineNote> Withdrawn { get; } = [];

    private bool IsNeeded { get; }

    private TellingTime Now => new(time) { FilesStay = true };

    public void Dispose()
    {
        if (folder is not null)
            Directory.Delete(folder, recursive: true);
    }

    /// <summary>Before the event is published, as the hook does.</summary>
    public void Mark(string id, SimulatedEvent happened)
    {
        if (graph.Settings.Awaited.IsEmpty || happened.Payload.Session is not { } session)
            return;
        State.Prepare();
        var agent = happened.Payload.Text(FieldPath.AgentId);
        foreach (var rule in happened.Matched)
        foreach (var branch in rule.QueuedBranches)
            if (graph.Settings.Awaited.Contains(branch.Action))
                PendingMark.Of(id, agent, planPath, branch).Make(SessionFolder.Of(State, session));
    }

    /// <summary>Null where nothing is to be waited for, and the answer is known.</summary>
    public HeldHook? Hold(SimulatedEvent happened, Decision decision, IReadOnlyList<AwaitStep> steps)
    {
        var payload = happened.Payload;
        var names = steps.SelectMany(step => step.Actions).Distinct(StringComparer.Ordinal).ToImmutableArray();
        var longest = steps.Max(step => step.Timeout);
        var actions = names.ToImmutableDictionary(name => PendingMark.ActionName(planPath, name));
        // At Stop the whole session is meant, at the other events the agent whose event it is.
        var agent = payload.Event == "Stop" ? null : PendingMark.AgentName(payload.Text(FieldPath.AgentId));
        var deadline = time.Elapsed + longest;
        return new HeldHook(happened, decision, names, deadline)
        {
            Session = SessionFolder.Of(State, payload.Session!),
            Actions = actions,
            Agent = agent,
            Request = new AwaitRequest(
                payload.Session!,
                agent,
                [.. actions.Keys],
                (time.GetUtcNow() + longest).ToUnixTimeMilliseconds(),
                1
            ),
        };
    }

    public bool IsFree(HeldHook hook) => time.Elapsed >= hook.Deadline || Left(hook).IsEmpty;

    /// <summary>What is said when it is let go.</summary>
    public Decision Release(HeldHook hook)
    {
        var left = Left(hook);
        if (time.Elapsed > hook.Event.At || !left.IsEmpty)
            Held.Add(new HeldEvent(hook.Event.Index, hook.Event.At, time.Elapsed, hook.Names, !left.IsEmpty));
        var (said, telling) = Telling.Verdict(hook.Session, hook.Event.Payload, hook.Actions, Now);
        if (telling is not null)
        {
            Note(telling, hook.Event, blocks: said.BlockReason is not null);
            telling.Done();
            telling.Dispose();
        }

        var decision = hook.Decision.And(said);
        if (left.IsEmpty)
            return decision;
        var running = string.Join(", ", left.Select(mark => hook.Actions[mark.Action]).Distinct(StringComparer.Ordinal));
        var warning = $"hookrules: still running: {running}; Claude goes on, and what fails is told later";
        return decision.And(new Decision { Warnings = [warning] });
    }

    /// <summary>What failed since, where Claude reads this answer.</summary>
    public Decision Tell(SimulatedEvent happened, Decision decision)
    {
        var isRead = decision.Permission != DecisionKind.Deny && decision.StopReason is null && decision.BlockReason is null;
        if (!IsNeeded || !isRead || Told.Exists(told => told.Event == happened.Index))
            return decision;
        using var telling = Telling.AsFeedback(State, happened.Payload, Now);
        if (telling is null)
            return decision;
        Note(telling, happened, blocks: false);
        telling.Done();
        return telling.Text.Length > 0 ? decision.And(new Decision { Contexts = [telling.Text] }) : decision;
    }

    /// <summary>A failure that is mended before it was told is never told.</summary>
    public void Ended(OrderRun run, RunResult result)
    {
        var key = run.Order.Key;
        if (!result.Succeeded)
        {
            if (run.Branch.Options.Feedback || graph.Settings.Awaited.Contains(run.Branch.Action))
                failing[key] = (run.Branch.Action, false);
        }
        else if (failing.Remove(key, out var before) && !before.IsTold)
        {
            Withdrawn.Add(
                new TimelineNote(time.Elapsed, "withdrawn", before.Action, "a later run of the same key succeeded before it was told")
            );
        }
    }

    private void Note(Telling telling, SimulatedEvent happened, bool blocks)
    {
        if (telling.Text.Length > 0)
            Told.Add(new ToldText(happened.Index, time.Elapsed, telling.Text, blocks));
        foreach (var key in telling.Keys)
            if (failing.TryGetValue(key, out var known))
                failing[key] = known with { IsTold = true };
    }

    private ImmutableArray<PendingMark> Left(HeldHook hook) =>
        [
            .. PendingMark
                .In(hook.Session)
                .Where(mark => hook.Actions.ContainsKey(mark.Action) && (hook.Agent is null || mark.Agent == hook.Agent)),
        ];
}
