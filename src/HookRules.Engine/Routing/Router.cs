using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>The rules that match one payload, in source order, and what their decisions amount to.</summary>
public sealed record Routing(ImmutableArray<Rule> Matched, Decision Decision)
{
    /// <summary>Something goes into the queue.</summary>
    public bool Queues => Matched.Any(rule => rule.Queues);

    public IEnumerable<(Rule Rule, Branch Branch)> Sync => from rule in Matched from branch in rule.Sync select (rule, branch);
}

/// <summary>The one evaluator: hook process, consumer and simulator all ask it which rules match.</summary>
public static class Router
{
    /// <param name="rules">Candidates in source order, of any event.</param>
    /// <param name="trace">Where given, told about every rule of the payload's event.</param>
    public static Routing Route(Payload payload, IEnumerable<Rule> rules, RouteContext context, ICollection<RouteTrace>? trace = null)
    {
        var matched = Match(payload, rules, context, trace);
        return new Routing(matched, Decision.Of(matched, payload, context));
    }

    /// <summary>The rules that match, for who has no use for what they decide.</summary>
    public static ImmutableArray<Rule> Match(
        Payload payload,
        IEnumerable<Rule> rules,
        RouteContext context,
        ICollection<RouteTrace>? trace = null
    )
    {
        var matched = ImmutableArray.CreateBuilder<Rule>();
        foreach (var rule in rules)
        {
            if (!rule.IsOn(payload.Event))
                continue;
            var failed = FailedClause(rule, payload, context);
            if (failed is null)
                matched.Add(rule);
            trace?.Add(new RouteTrace(rule, failed, failed is null ? null : RouteTrace.Explain(rule, failed, payload, context)));
        }

        return matched.ToImmutable();
    }

    private static string? FailedClause(Rule rule, Payload payload, RouteContext context)
    {
        if (!MatcherHolds(rule.Matcher, payload))
            return RouteTrace.MatcherClause;
        if (rule.Globs.Length > 0 && !GlobsHold(rule.Globs, payload, context))
            return RouteTrace.GlobClause;
        if (rule.Where is { } where && !ConditionEvaluator.Holds(where, payload, context))
            return RouteTrace.WhereClause;
        return null;
    }

    internal static bool MatcherHolds(Matcher matcher, Payload payload)
    {
        if (matcher is Matcher.Any || payload.MatcherText is not { } value)
            return true; // No value to compare: Claude Code fires.
        switch (matcher)
        {
            case Matcher.Names names:
                foreach (var name in names.Values)
                    if (name == value)
                        return true;
                return false;
            case Matcher.Expression expression:
                if (expression.Pattern.IsMatch(value, payload.Budget))
                    return true;
                foreach (var former in HookTools.Find(value)?.Aliases ?? [])
                    if (expression.Pattern.IsMatch(former, payload.Budget))
                        return true;
                return false;
            default:
                throw new InvalidOperationException($"unknown matcher {matcher.GetType().Name}");
        }
    }

    // The last glob that matches decides; before the first, everything is in if the list begins by leaving something out.
    private static bool GlobsHold(ImmutableArray<Glob> globs, Payload payload, RouteContext context)
    {
        if (payload.File is not { } file)
            return false;
        var holds = globs[0].Negated;
        foreach (var glob in globs)
            if (glob.Negated == holds && context.Matches(glob, file, payload))
                holds = !holds;
        return holds;
    }

    internal static bool Holds(Condition condition, Payload payload, RouteContext context) =>
        ConditionEvaluator.Holds(condition, payload, context);
}
