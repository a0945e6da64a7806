using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>One event from end to end: payload in, plan, decision, envelope. Whatever fails, Claude Code goes on, unless the entry is closed.</summary>
internal sealed class HookProcess
{
    private readonly HookArguments arguments;
    private readonly string projectDir;
    private readonly StateFolder state;
    private readonly List<HookFailure> failures = [];
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

    public static WireOutput Run(HookArguments arguments)
    {
        try
        {
            return new HookProcess(arguments).Run();
        }
        catch (Exception e)
        {
            // Not even the failure could be handled.
            return new WireOutput("", $"hookrules: {HookFailure.Bug(e).Message}\n", arguments.Closed ? 1 : 0);
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
            failures.Add(HookFailure.TooLarge());
            decision = AskInsteadOfGuards(DecisionKind.Ask);
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
            failures.Add(HookFailure.TooLarge());
            return (AskInsteadOfGuards(), null);
        }

        if (end != InputEnd.Complete) return Failed(end == InputEnd.TooLate ? HookFailure.TooLate() : HookFailure.Payload("the event cannot be read"));
        if (Payload.TryParse(input, out var problem) is not { } payload) return Failed(HookFailure.Payload(problem!));

        @event = payload.Event;
        session = payload.Session ?? "";
        if (arguments.Plan is not { } planPath) return Failed(HookFailure.NoPlan("", "no --plan was given"));
        using var plan = PlanFile.Open(planPath, out problem);
        if (plan is null) return Failed(HookFailure.NoPlan(planPath, problem!));
        if (arguments.PlanHash is { } expected && expected != plan.Hash) return Failed(HookFailure.Edited(planPath));

        var routing = Router.Route(payload, plan.Candidates(payload), new RouteContext(projectDir));
        var sync = SyncResults.Run(routing, payload, plan, projectDir);
        if (sync is not null) failures.AddRange(sync.Failures);
        if (Queues(routing)) Publish(payload, plan, planPath);
        return (sync is null ? routing.Decision : routing.Decision.And(sync.Decision), sync);
    }
}
