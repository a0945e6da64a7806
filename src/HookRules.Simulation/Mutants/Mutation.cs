using HookRules.Engine;

namespace HookRules.Simulation.Mutants;

/// <summary>A rule changed in one place, as a slip of the pen would.</summary>
/// <param name="What">What was changed, in words.</param>
internal sealed record Mutation(string What, Rule Rule)
{
    /// <summary>Every change of a rule that is tried.</summary>
    public static IEnumerable<Mutation> Of(Rule rule) =>
        OfMatcher(rule).Concat(OfGlobs(rule)).Concat(OfCondition(rule)).Concat(OfSteps(rule)).Concat(OfWindows(rule));

    private static IEnumerable<Mutation> OfMatcher(Rule rule)
    {
        if (rule.Matcher is Matcher.Any)
            yield break;
        yield return new($"matcher {RouteTrace.Describe(rule.Matcher)} dropped", rule with { Matcher = Matcher.Any.Instance });
        if (rule.Matcher is Matcher.Names { Values.Length: > 1 } names)
            foreach (var name in names.Values)
                yield return new($"matcher without {name}", rule with { Matcher = new Matcher.Names(names.Values.Remove(name)) });
    }

    private static IEnumerable<Mutation> OfGlobs(Rule rule)
    {
        if (rule.Globs.IsEmpty)
            yield break;
        yield return new(
            $"{string.Join(' ', rule.Globs.Select(glob => glob.Text))} widened to any file",
            rule with
            {
                Globs = [Glob.OfPlan("**")],
            }
        );
        for (var i = 0; i < rule.Globs.Length; i++)
        {
            var glob = rule.Globs[i];
            if (rule.Globs.Length > 1)
                yield return new($"{glob.Text} dropped", rule with { Globs = rule.Globs.RemoveAt(i) });
            if (!glob.Negated && Narrower(glob.Text) is { } narrow)
                yield return new($"{glob.Text} narrowed to {narrow}", rule with { Globs = rule.Globs.SetItem(i, Glob.OfPlan(narrow)) });
        }
    }

    /// <summary>At the top of the project alone, or one folder deep for any depth.</summary>
    private static string? Narrower(string glob) =>
        glob.Contains("**", StringComparison.Ordinal) ? glob.Replace("**", "*", StringComparison.Ordinal)
        : !glob.Contains('/', StringComparison.Ordinal) ? $"/{glob}"
        : null;

    private static IEnumerable<Mutation> OfCondition(Rule rule)
    {
        if (rule.Where is null)
            yield break;
        foreach (var (what, changed) in Clauses.Changes(rule.Where, Changed))
            yield return new(what, rule with { Where = changed });
    }

    private static IEnumerable<(string What, Condition? Changed)> Changed(Condition clause)
    {
        var text = ConditionText.Of(clause);
        yield return ($"{text} dropped", null);
        yield return ($"{text} negated", new Condition.Not(clause));
        switch (clause)
        {
            case Condition.Runs runs:
                if (!runs.Without.IsEmpty || !runs.NotGiven.IsEmpty)
                    yield return ($"without (…) dropped from {text}", runs with { Without = [], NotGiven = [] });
                if (!runs.With.IsEmpty || !runs.Given.IsEmpty)
                    yield return ($"with (…) dropped from {text}", runs with { With = [], Given = [] });
                if (!runs.Outside.IsEmpty)
                    yield return ($"outside (…) dropped from {text}", runs with { Outside = [] });
                if (!runs.Variables.IsEmpty)
                    yield return ($"with env (…) dropped from {text}", runs with { Variables = [] });
                break;
            case Condition.Writes { Files.Length: > 1 } writes:
                foreach (var file in writes.Files)
                    yield return ($"{file.Text} dropped from {text}", writes with { Files = writes.Files.Remove(file) });
                break;
            case Condition.Reads { Files.Length: > 1 } reads:
                foreach (var file in reads.Files)
                    yield return ($"{file.Text} dropped from {text}", reads with { Files = reads.Files.Remove(file) });
                break;
            default:
                break;
        }
    }

    private static IEnumerable<Mutation> OfSteps(Rule rule)
    {
        for (var i = 0; i < rule.Decisions.Length; i++)
        {
            var step = rule.Decisions[i];
            DecisionKind? other = step.Kind switch
            {
                DecisionKind.Deny when Honours(rule, DecisionKind.Ask) => DecisionKind.Ask,
                DecisionKind.Ask => DecisionKind.Deny,
                DecisionKind.Allow when Honours(rule, DecisionKind.Ask) => DecisionKind.Ask,
                _ => null,
            };
            if (other is { } kind)
                yield return new(
                    $"{DecisionWords.Of(step.Kind)} to {DecisionWords.Of(kind)}",
                    rule with
                    {
                        Decisions = rule.Decisions.SetItem(i, step with { Kind = kind }),
                    }
                );
            else
                yield return new($"{DecisionWords.Of(step.Kind)} dropped", rule with { Decisions = rule.Decisions.RemoveAt(i) });
        }

        if (rule.Closed)
            yield return new("closed dropped", rule with { Closed = false });
        for (var i = 0; i < rule.Sync.Length; i++)
            if (rule.Sync[i].Options.Closed && !rule.Closed)
                yield return new(
                    $"closed dropped from {rule.Sync[i].Action}",
                    rule with
                    {
                        Sync = rule.Sync.SetItem(i, rule.Sync[i] with { Options = rule.Sync[i].Options with { Closed = false } }),
                    }
                );
        if (rule.Stages.Length > 1)
            yield return new("stages in the other order", rule with { Stages = [.. rule.Stages.Reverse()] });
        if (!rule.OnFailure.IsEmpty)
            yield return new("on failure dropped", rule with { OnFailure = [] });
    }

    private static bool Honours(Rule rule, DecisionKind kind) => HookEvents.Find(rule.Event)?.Decisions.Contains(kind) is true;

    private static IEnumerable<Mutation> OfWindows(Rule rule)
    {
        if (rule.Window is { } window && window.Length > TimeSpan.Zero)
            yield return new(
                $"window of {window.Length.TotalSeconds:0.###} s halved",
                rule with
                {
                    Window = window with { Length = window.Length / 2 },
                }
            );
        foreach (var (stage, i) in rule.Stages.Select((stage, i) => (stage, i)))
        foreach (var (branch, j) in stage.Branches.Select((branch, j) => (branch, j)))
            if (branch.Options.Window is { } own && own.Length > TimeSpan.Zero)
                yield return new(
                    $"window of {own.Length.TotalSeconds:0.###} s of {branch.Action} halved",
                    rule with
                    {
                        Stages = rule.Stages.SetItem(
                            i,
                            new Stage(
                                stage.Branches.SetItem(
                                    j,
                                    branch with
                                    {
                                        Options = branch.Options with { Window = own with { Length = own.Length / 2 } },
                                    }
                                )
                            )
                        ),
                    }
                );
    }
}
