using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>
/// A rule for a payload that lacks values: once as if all that looks at them held, once as if nothing did. Where the router says the same
/// of both, that is what it would have said of the whole payload.
/// </summary>
internal static class AssumedRule
{
    private static readonly Condition Always = new Condition.All([]),
        Never = new Condition.Any([]);

    /// <summary>Whether it matches; null where that depends on what was left out.</summary>
    public static bool? Matches(Rule rule, Payload payload, LeftOutFields fields, RouteContext context)
    {
        if (fields.None || !Looks(rule, fields))
            return Is(rule);
        var least = Is(With(rule, fields, holds: false));
        return least == Is(With(rule, fields, holds: true)) ? least : null;

        bool Is(Rule one) => !Router.Match(payload, [one], context).IsEmpty;
    }

    /// <summary>The fields for which nobody knows whether it matches.</summary>
    public static IEnumerable<string> Fields(Rule rule, Payload payload, LeftOutFields fields)
    {
        if (LooksAtMatcher(rule, fields))
            yield return HookEvents.Find(payload.Event)!.MatcherField!;
        if (LooksAtFile(rule, fields))
            yield return FieldPath.File.Text;
        foreach (var clause in Clauses.Of(rule.Where).Where(clause => IsUnknown(clause, fields)))
            yield return ConditionText.FieldOf(clause).Text;
    }

    private static bool Looks(Rule rule, LeftOutFields fields) =>
        LooksAtMatcher(rule, fields) || LooksAtFile(rule, fields) || Clauses.Of(rule.Where).Any(clause => IsUnknown(clause, fields));

    private static bool LooksAtMatcher(Rule rule, LeftOutFields fields) => rule.Matcher is not Matcher.Any && fields.HideMatcher;

    private static bool LooksAtFile(Rule rule, LeftOutFields fields) =>
        !rule.Globs.IsEmpty && (fields.HideFile || (fields.HideCwd && rule.Globs.Any(glob => glob.Anchored)));

    private static Rule With(Rule rule, LeftOutFields fields, bool holds)
    {
        var (matcher, globs) = (LooksAtMatcher(rule, fields), LooksAtFile(rule, fields));
        if ((matcher || globs) && !holds)
            return rule with { Where = Never };
        return rule with
        {
            Matcher = matcher ? Matcher.Any.Instance : rule.Matcher,
            Globs = globs ? [] : rule.Globs,
            Where = rule.Where is { } where ? Assume(where, fields, holds) : null,
        };
    }

    private static Condition Assume(Condition condition, LeftOutFields fields, bool holds) =>
        condition switch
        {
            Condition.All all => new Condition.All([.. all.Terms.Select(term => Assume(term, fields, holds))]),
            Condition.Any any => new Condition.Any([.. any.Terms.Select(term => Assume(term, fields, holds))]),
            Condition.Not not => new Condition.Not(Assume(not.Term, fields, !holds)),
            _ when !IsUnknown(condition, fields) => condition,
            _ => holds ? Always : Never,
        };

    private static bool IsUnknown(Condition clause, LeftOutFields fields) =>
        clause is Condition.Exists exists
            ? fields.HideExistence(exists.Field)
            : fields.Hide(ConditionText.FieldOf(clause)) || (fields.HideCwd && IsAboutPaths(clause));

    private static bool IsAboutPaths(Condition clause) =>
        clause
            is Condition.InGlob
                or Condition.Runs { Outside.IsEmpty: false }
                or Condition.Writes
                or Condition.Reads
                or Condition.OnlyRuns;
}
