using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>One event from end to end: payload in, plan, decision, envelope. Whatever fails, Claude Code goes on, unless the entry is
/// closed.</summary>
internal sealed class HookProcess
{
    /// <summary>Units of work that comparing one event with the rules may take: some ten milliseconds.</summary>
    private const long Patience = 4_000_000;

    private readonly HookArguments arguments;
    private readonly string projectDir;
    private readonly StateFolder state;
    private readonly List<HookFailure> failures = [];
    private readonly List<Telling> tellings = [];
    private Telling? wake;
    private string @event;
    private string session;
    private string? eventId;

    private HookProcess(HookArguments arguments)
    {
        this.arguments = arguments;
        projectDir = ProjectDir(arguments.Plan);
        state = StateFolder.Locate(projectDir, Environment.GetEnvironmentVariable);
        @event = arguments.Event ?? "";
        session = "";
    }

    private static string Version => typeof(HookProcess).Assembly.GetName().Version!.ToString(3);

    public static HookAnswer Run(HookArguments arguments)
    {
        try
        {
            var hook = new HookProcess(arguments);
            if (arguments.Probe)
                return new HookAnswer(new WireOutput($"hookrules-hook {Version} {Environment.ProcessPath}\n", "", 0), []);
            return new HookAnswer(hook.Run(), hook.tellings);
        }
        catch (Exception e)
        {
            // Not even the failure could be handled.
            var message = Printable.Text($"hookrules: {HookFailure.Bug(e).Message}") + "\n";
            return new HookAnswer(new WireOutput("", message, arguments.Closed ? 1 : 0), []);
        }
    }

    private WireOutput Run()
    {
        var decision = Decision.None;
        SyncResults? sync = null;
        try
        {
            (decision, sync) = Evaluate();
        }
        catch (PlanCorruptException e)
        {
            failures.Add(HookFailure.NoPlan(arguments.Plan!, e.Message));
        }
        catch (OutOfMemoryException)
        {
            decision = TooLarge([], HookFailure.TooLarge());
        }
        catch (Exception e)
        {
            failures.Add(HookFailure.Bug(e));
        }

        return Answer(decision, sync);
    }

    private (Decision Decision, SyncResults? Sync) Evaluate()
    {
        var end = StandardStreams.Read(out var input);
        if (end == InputEnd.TooLarge)
        {
            return (TooLarge(input.Span, HookFailure.TooLarge()), null);
        }

        if (PayloadShape.IsCrowded(input.Span))
            return (TooLarge(input.Span, HookFailure.Crowded()), null);

        if (end != InputEnd.Complete)
            return Failed(end == InputEnd.TooLate ? HookFailure.TooLate() : HookFailure.Payload("the event cannot be read"));
        if (Payload.TryParse(input, out var problem, new Budget(Patience)) is not { } payload)
            return PayloadShape.IsTooDeep(input.Span)
                ? (TooLarge(input.Span, HookFailure.TooDeep()), null)
                : Failed(HookFailure.Payload(problem!));

        @event = payload.Event;
        session = payload.Session ?? "";
        if (arguments.Plan is not { } planPath)
            return Failed(HookFailure.NoPlan("", "no --plan was given"));
        using var plan = OpenPlan(planPath);
        if (plan is null)
            return (Decision.None, null);

        if (arguments.Wakes)
        {
            wake = Waking.Run(state, payload, Path.GetFullPath(planPath), projectDir, plan.Settings);
            return (Decision.None, null);
        }

        Routing routing;
        var context = new RouteContext(projectDir);
        try
        {
            routing = Router.Route(payload, plan.Candidates(payload), context);
        }
        catch (BudgetException e)
        {
            return (UnansweredAsk.Heard(TooHeavy(e.Message, payload, plan, planPath), payload, context), null);
        }

        var sync = SyncResults.Run(routing, payload, plan, projectDir);
        if (sync is not null)
            failures.AddRange(sync.Failures);
        Publish(routing, payload, plan, planPath);
        var decision = sync is null ? routing.Decision : routing.Decision.And(sync.Decision);
        decision = decision.And(Await(routing, decision, payload, plan, planPath));
        decision = decision.And(Feedback(decision, payload));
        if (plan.Settings.Record is { IsOn: true } record)
            Record(routing, payload, plan, Path.GetFullPath(planPath), record);
        return (UnansweredAsk.Heard(decision, payload, context), sync);
    }

    /// <summary>What the rules decided, without what is waited for.</summary>
    private void Record(Routing routing, Payload payload, PlanFile plan, string planPath, RecordSettings settings)
    {
        var folder = new RecordFolder(state, TimeProvider.System);
        if (folder.IsPaused)
            return;
        var problem = state.Prepare();
        if (problem is null && RecordKey.Of(state, out problem) is { } key)
        {
            var now = TimeProvider.System.GetUtcNow();
            var line = RecordLine.Write(
                eventId ?? Envelope.NewId(now),
                now,
                payload,
                routing,
                plan.Hash,
                planPath,
                settings,
                key,
                HookTime.Micros
            );
            problem = folder.Append(line.Span, projectDir);
        }

        if (problem is not null)
            failures.Add(HookFailure.Record(problem));
    }

    /// <summary>Where the event is held already, there is nothing to wait for.</summary>
    private Decision Await(Routing routing, Decision decision, Payload payload, PlanFile plan, string planPath)
    {
        List<AwaitStep>? steps = null;
        foreach (var rule in routing.Matched)
            if (rule.Await is { } step)
                (steps ??= []).Add(step);
        if (steps is null || decision.BlockReason is not null || decision.StopReason is not null)
            return Decision.None;
        var (said, telling) = Awaiting.Run(steps, state, payload, Path.GetFullPath(planPath), projectDir, plan.Settings.Consumer);
        if (telling is not null)
            tellings.Add(telling);
        return said;
    }

    /// <summary>What failed since, where Claude reads this answer.</summary>
    private Decision Feedback(Decision decision, Payload payload)
    {
        var isRead = decision.Permission != DecisionKind.Deny && decision.StopReason is null && decision.BlockReason is null;
        if (tellings.Count > 0 || !isRead || Telling.AsFeedback(state, payload, new TellingTime(TimeProvider.System)) is not { } telling)
            return Decision.None;
        tellings.Add(telling);
        return telling.Text.Length > 0 ? new Decision { Contexts = [telling.Text] } : Decision.None;
    }

    private PlanFile? OpenPlan(string path)
    {
        var plan = PlanFile.Open(path, out var problem);
        if (plan is not null && (arguments.PlanHash is not { } expected || expected == plan.Hash))
            return plan;
        plan?.Dispose();

        // Until Claude Code has read the settings that were compiled a moment ago, it asks for the plan before.
        if (
            arguments.PlanHash is { } wanted
            && PlanFile.Open(Path.Join(Path.GetDirectoryName(path), ProjectLayout.PreviousPlan), out _) is { } previous
        )
        {
            if (previous.Hash == wanted)
                return previous;
            previous.Dispose();
        }

        failures.Add(plan is null ? HookFailure.NoPlan(path, problem!) : HookFailure.Edited(path));
        return null;
    }

    private (Decision, SyncResults?) Failed(HookFailure failure)
    {
        failures.Add(failure);
        return (Decision.None, null);
    }

    private void Publish(Routing routing, Payload payload, PlanFile plan, string planPath)
    {
        bool queues = false,
            guards = false;
        foreach (var rule in routing.Matched)
        {
            queues |= rule.Queues;
            guards |= rule.Queues && rule.Closed;
        }

        var endsTurn = plan.Settings.HasTurns && HookEvents.Find(@event) is { EndsTurn: true };
        if (queues)
            Publish(payload, plan, planPath, guards, endsTurn ? Envelope.EndsTurn : null, routing);
        else if (endsTurn && payload.Session is not null)
            Publish(TurnMark.Of(payload), plan, planPath, guards: false, Envelope.TurnMark, null);
    }

    private void Publish(Payload payload, PlanFile plan, string planPath, bool guards, string? turn, Routing? routing)
    {
        planPath = Path.GetFullPath(planPath);
        var envelope = Envelope.Create(TimeProvider.System.GetUtcNow(), plan.Hash, projectDir, planPath, payload.Json) with
        {
            Boot = BootClock.Boot,
            MonoUs = BootClock.Micros(BootClock.Instance),
            Env = ActionEnvironment.Keep(state, Invocation.EnvironmentNames(plan.Settings.Environment), Environment.GetEnvironmentVariable),
            Client = TurnMark.Client(plan.Settings),
            Turn = turn,
            HookUs = HookTime.Micros,
        };
        eventId = envelope.Id;
        // Before the event: who awaits its runs must never find that nothing is queued.
        var marks = routing is null ? [] : MakeMarks(routing, payload, plan, planPath, envelope.Id);
        if (FileSpool.Publish(state, envelope, plan.Settings.Durability).Problem is { } unpublished)
        {
            failures.Add(HookFailure.Spool(unpublished, guards));
            foreach (var mark in marks)
                mark.Remove(SessionFolder.Of(state, payload.Session!));
        }
        else if (plan.Settings.Consumer == ConsumerMode.Auto && ConsumerStart.Ensure(state, planPath, projectDir) is { } failure)
            failures.Add(failure);
    }

    private List<PendingMark> MakeMarks(Routing routing, Payload payload, PlanFile plan, string planPath, string id)
    {
        var marks = new List<PendingMark>();
        var awaited = plan.Settings.Awaited;
        if (awaited.IsEmpty || payload.Session is not { } of || state.Prepare() is not null)
            return marks;
        var agent = payload.Text(FieldPath.AgentId);
        var folder = SessionFolder.Of(state, of);
        foreach (var rule in routing.Matched)
        foreach (var branch in rule.QueuedBranches)
            if (awaited.Contains(branch.Action) && PendingMark.Of(id, agent, planPath, branch) is var mark && mark.Make(folder))
                marks.Add(mark);
        return marks;
    }

    /// <summary>What cannot be read must not slip past a guard: the user decides. (On PermissionRequest that is what happens without an
    /// answer.)</summary>
    private Decision TooLarge(ReadOnlySpan<byte> beginning, HookFailure failure)
    {
        var (name, tool, id) = PayloadStart.Read(beginning);
        @event = name ?? @event;
        session = id ?? session;
        failures.Add(failure);
        return IsGuarded(tool)
            ? AskTheUser($"This call is too large, so the rules of this project could not look at it ({failure.Message}). Go on?")
            : Decision.None;
    }

    /// <summary>The consumer has the time that we have not: it gets the event, and a guard that could not look leaves it to the
    /// user.</summary>
    private Decision TooHeavy(string why, Payload payload, PlanFile plan, string planPath)
    {
        var value = MatcherValue.Of(payload);
        var guards = plan.Guards(@event, value);
        if (plan.Queues(@event, value))
            Publish(payload, plan, planPath, guards, null, null);
        if (!guards)
            return Decision.None;
        failures.Add(HookFailure.TooHeavy(why));
        return AskTheUser("Comparing this call with the rules of this project takes too long. Go on?");
    }

    private Decision AskTheUser(string reason) =>
        HookEvents.Find(@event)?.Decisions.Contains(DecisionKind.Ask) is true
            ? new Decision { Permission = DecisionKind.Ask, PermissionReason = reason }
            : Decision.None;

    private bool IsGuarded(string? tool)
    {
        // Where nobody knows what the plan would say, it might guard.
        if (arguments.Plan is not { } path)
            return true;
        using var plan = OpenPlan(path);
        return plan is null || plan.Guards(@event, tool);
    }

    private WireOutput Answer(Decision decision, SyncResults? sync)
    {
        foreach (var failure in failures)
            ErrorJournal.Append(state, TimeProvider.System.GetUtcNow(), "hook", failure.Message, eventId, session);

        if (wake is not null)
        {
            tellings.Add(wake);
            return Waking.Answer(wake);
        }

        if (WorktreeEvents.Contain(@event))
            return WorktreeEvents.Answer(@event, decision, sync, failures, arguments.Closed, projectDir);

        var isBlocked = decision.Permission == DecisionKind.Deny || decision.BlockReason is not null;
        if (session.Length == 0)
            session = Environment.GetEnvironmentVariable("CLAUDE_CODE_SESSION_ID") ?? "";
        if (arguments.Closed && !isBlocked && failures.Exists(failure => failure.Guards))
        {
            // Nobody reads what else would be said.
            tellings.ForEach(telling => telling.Dispose());
            tellings.Clear();
            // Where no exit code but 2 holds Claude, it is held once a session: it could not mend this itself, and would work on for ever.
            var holds =
                HookEvents.Find(@event) is { OnFailureBlocks: false, ExitTwoBlocks: true }
                && new Notices(state, Environment.GetEnvironmentVariable).Due(@event, session, failures).Count > 0;
            return new WireOutput(
                "",
                string.Concat(failures.Select(failure => Printable.Text($"hookrules: {failure.Message}") + "\n")),
                holds ? 2 : 1
            );
        }

        var due = new Notices(state, Environment.GetEnvironmentVariable).Due(@event, session, failures);
        if (due.Count > 0)
            decision = decision.And(new Decision { Warnings = [.. due.Select(message => Printable.Text($"hookrules: {message}"))] });
        var answer = DecisionWire.Write(@event, decision);
        return sync is null ? answer : sync.Merge(answer);
    }

    /// <summary>Where Claude Code says, else the folder whose <c>.claude/hookrules</c> the plan is in.</summary>
    private static string ProjectDir(string? planPath)
    {
        if (Environment.GetEnvironmentVariable("CLAUDE_PROJECT_DIR") is { Length: > 0 } project)
            return project;
        var folder = Path.GetDirectoryName(Path.GetFullPath(planPath ?? "."));
        return Path.GetDirectoryName(Path.GetDirectoryName(folder)) ?? Environment.CurrentDirectory;
    }
}
