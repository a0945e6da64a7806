using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class DecidedBefore()
    : GraphRule("HR2012", "decided-before", Severity.Warning, "A rule that an earlier one always overrules.")
{
    public override string Why =>
        "deny wins over defer, ask and allow, and ask over allow, whatever the order. Where an earlier rule decides so for every "
        + "call that a later one could match (it has no condition, or one that the later rule has too), the later one never "
        + "changes anything.";

    public override string Bad =>
        """
            on before WebFetch -> deny "No network here."
            on before WebFetch -> ask "Really fetch this?"
            """;

    public override string Good =>
        """
            on before WebFetch where url starts with "http:" -> deny "Not without TLS."
            on before WebFetch -> ask "Really fetch this?"
            """;

    private const int MostRules = 50;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context)
    {
        // Filed under what a rule asks of a call, so that only those are compared that ask nothing, or the same.
        var earlier = new Dictionary<(string Event, string Globs, string Where), List<(Rule Rule, DecisionKind Kind)>>();
        foreach (var rule in compilation.Graph.Rules)
        {
            var decides = rule
                .Decisions.Where(step => IsPermission(step.Kind))
                .Select(step => step.Kind)
                .DefaultIfEmpty((DecisionKind)(-1))
                .Min();
            var isOnly =
                rule.Decisions.Length > 0
                && rule.Decisions.All(step => IsPermission(step.Kind))
                && rule.Sets.IsEmpty
                && rule.Replies.IsEmpty
                && rule.Await is null
                && rule.Sync.IsEmpty
                && rule.Natives.IsEmpty
                && rule.Stages.IsEmpty;
            var globs = string.Join(' ', rule.Globs.Select(glob => glob.Text));
            var first = isOnly
                ? Demands(globs, rule.Where)
                    .SelectMany(demand => earlier.GetValueOrDefault((rule.Event, demand.Globs, demand.Where)) ?? [])
                    .FirstOrDefault(other => Overrules(other.Kind, decides) && Covers(other.Rule.Matcher, rule.Matcher))
                : default;
            if (first.Rule is not null)
            {
                yield return Found(
                    rule.Source,
                    $"this rule never changes anything: {first.Rule.Label} "
                        + $"{(first.Kind == DecisionKind.Deny ? "denies" : "asks about")} every call that it could match",
                    "remove it, or give the other rule a narrower condition"
                );
                continue;
            }

            if (decides is not (DecisionKind.Deny or DecisionKind.Ask))
                continue;
            var key = (rule.Event, globs, Text(rule.Where));
            if (!earlier.TryGetValue(key, out var list))
                earlier[key] = list = [];
            if (list.Count < MostRules)
                list.Add((rule, decides));
        }
    }

    private static bool IsPermission(DecisionKind kind) =>
        kind is DecisionKind.Deny or DecisionKind.Ask or DecisionKind.Allow or DecisionKind.Defer;

    // Two that deny change each other's reason, but nothing else.
    private static bool Overrules(DecisionKind first, DecisionKind later) => first == DecisionKind.Deny || later == DecisionKind.Allow;

    /// <summary>What an earlier rule may ask of a call at most: nothing, or what the later one asks too.</summary>
    private static IEnumerable<(string Globs, string Where)> Demands(string globs, Condition? where)
    {
        var texts =
            where is Condition.All all ? all.Terms.Select(Text).Prepend(Text(where))
            : where is null ? []
            : [Text(where)];
        return from files in globs.Length == 0 ? [""] : new[] { "", globs }
            from text in texts.Prepend("").Distinct(StringComparer.Ordinal)
            select (files, text);
    }

    private static string Text(Condition? where) => where is null ? "" : ConditionText.Of(where);

    private static bool Covers(Matcher wide, Matcher narrow) =>
        (wide, narrow) switch
        {
            (Matcher.Any, _) => true,
            (Matcher.Names all, Matcher.Names some) => some.Values.All(all.Values.Contains),
            (Matcher.Expression one, Matcher.Expression other) => one.Pattern.Equals(other.Pattern),
            (Matcher.Expression one, Matcher.Names some) => some.Values.All(name => one.Pattern.IsMatch(name)),
            _ => false,
        };
}
