using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Engine;

namespace HookRules.Simulation;

/// <summary>What one payload would cause.</summary>
/// <param name="ProjectDir">The folder that globs with a slash were taken to be relative to.</param>
/// <param name="Rules">Every rule of the payload's event, in source order.</param>
/// <param name="Output">What Claude Code would read from the hook process.</param>
/// <param name="Sync">Would run inside the hook process, and could change the output.</param>
/// <param name="Queued">Would go through the queue, stage after stage.</param>
public sealed record DryRun(
    Payload Payload,
    string ProjectDir,
    ImmutableArray<RouteTrace> Rules,
    WireOutput Output,
    ImmutableArray<SimulatedRun> Sync,
    ImmutableArray<SimulatedRun> Queued
)
{
    /// <summary>What the output says, before it is written as Claude Code reads it.</summary>
    public Decision Decision { get; init; } = Decision.None;

    /// <summary>Rules that would hold Claude Code until actions have ended.</summary>
    public IEnumerable<Rule> Awaiting => from trace in Rules where trace.Matched && trace.Rule.Await is not null select trace.Rule;
}

/// <param name="Stage">Counts from 1; 0 for <c>sync</c>.</param>
/// <param name="OnFailure">It would only run after a stage failed.</param>
public sealed record SimulatedRun(Rule Rule, Branch Branch, int Stage, bool OnFailure, Invocation Invocation)
{
    public Window? Window => Branch.Options.Window ?? Rule.Window;
}

/// <summary>Feeds payloads through the evaluator and runs nothing.</summary>
public static class Simulator
{
    /// <param name="around">Where the payload comes from, if not from this machine.</param>
    public static DryRun Simulate(RuleGraph graph, Payload payload, string projectDir, RouteContext? around = null)
    {
        // A sample comes from another machine: its own folder stands for the project then.
        if (around is null && payload.Cwd is { } cwd && !RealPath.IsInside(cwd, projectDir))
            projectDir = cwd;

        var trace = new List<RouteTrace>();
        var route = around ?? new RouteContext(projectDir);
        var routing = Router.Route(payload, graph.Rules, route, trace);
        var decision = UnansweredAsk.Heard(routing.Decision, payload, route);
        var actions = graph.Actions.ToDictionary(action => action.Name, StringComparer.Ordinal);
        var context = new InvocationContext(projectDir, Environment: null);
        return new DryRun(
            payload,
            projectDir,
            [.. trace],
            DecisionWire.Write(payload.Event, decision),
            [.. routing.Sync.Select(sync => Run(sync.Rule, sync.Branch, 0, onFailure: false))],
            [
                .. routing.Matched.SelectMany(rule =>
                    Runs(rule, rule.Stages, onFailure: false).Concat(Runs(rule, rule.OnFailure, onFailure: true))
                ),
            ]
        )
        {
            Decision = decision,
        };

        IEnumerable<SimulatedRun> Runs(Rule rule, ImmutableArray<Stage> stages, bool onFailure) =>
            stages.SelectMany((stage, i) => stage.Branches.Select(branch => Run(rule, branch, i + 1, onFailure)));

        SimulatedRun Run(Rule rule, Branch branch, int stage, bool onFailure) =>
            new(rule, branch, stage, onFailure, Invocation.Of(actions[branch.Action], branch.Options, payload, context));
    }
}
