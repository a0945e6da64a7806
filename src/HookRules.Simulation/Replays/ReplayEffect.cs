using HookRules.Compiler.Graphs;
using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>One thing that a rule does at an event.</summary>
/// <param name="Kind">In a word or two that are the same at all events, such as <c>deny</c> or <c>queue ruff</c>.</param>
/// <param name="Detail">What is told or run, with the values of the event.</param>
internal readonly record struct ReplayEffect(Rule Rule, string Kind, string Detail)
{
    /// <summary>Which rule does it, and where it stands, makes no difference.</summary>
    public (string, string) Same => (Kind, Detail);

    public static IEnumerable<ReplayEffect> Of(
        Rule rule,
        Payload payload,
        RouteContext context,
        IReadOnlyDictionary<string, ActionDefinition> actions
    )
    {
        var around = new InvocationContext(context.ProjectDir, Environment: null);
        foreach (var step in rule.Decisions)
            yield return new ReplayEffect(rule, DecisionWords.Of(step.Kind), step.Text.Render(payload));
        foreach (var field in OutputField.Of(rule, payload, context, []))
            yield return new ReplayEffect(rule, $"set {field.Name}", field.Json);
        foreach (var branch in rule.Sync)
            yield return Run("sync", branch, null);
        for (var i = 0; i < rule.Stages.Length; i++)
            foreach (var branch in rule.Stages[i].Branches)
                yield return Run(i == 0 ? "queue" : $"stage {i + 1}", branch, rule.Window);
        foreach (var branch in rule.OnFailure.SelectMany(stage => stage.Branches))
            yield return Run("on failure", branch, null);
        if (rule.Await is { } wait)
            yield return new ReplayEffect(rule, "await", string.Join(", ", wait.Actions));

        ReplayEffect Run(string how, Branch branch, Window? window)
        {
            var shown = Invocation.Of(actions[branch.Action], branch.Options, payload, around) switch
            {
                Invocation.Refused refused => $"refused: {refused.Why}",
                var invocation => invocation.Shown,
            };
            if ((branch.Options.Window ?? window) is { } collects)
                shown += $", {WindowText.Of(collects)}";
            return new ReplayEffect(rule, $"{how} {branch.Action}", branch.Options.Feedback ? $"{shown}, feedback" : shown);
        }
    }

    /// <summary>What a rule does, whatever the event.</summary>
    public static string Summary(Rule rule)
    {
        var words = rule
            .Decisions.Select(step => DecisionWords.Of(step.Kind))
            .Concat(rule.Sets.IsEmpty && rule.Replies.IsEmpty ? [] : ["set"])
            .Concat(rule.Sync.Select(branch => $"sync {branch.Action}"))
            .Concat(rule.Stages.Take(1).SelectMany(stage => stage.Branches).Select(branch => $"queue {branch.Action}"))
            .Concat(rule.Await is null ? [] : ["await"]);
        return string.Join(", ", words.Distinct(StringComparer.Ordinal));
    }
}
