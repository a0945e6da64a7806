using HookRules.Compiler.Diagnostics;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class DecidedBefore() : GraphRule("HR2012", "decided-before", Severity.Warning, "A rule that an earlier one always overrules.")
{
    public override string Why => "deny wins over defer, ask and allow, whatever the order. Where an earlier rule denies every call that a later one could ask about or allow, the later one never changes anything.";

    public override string Bad => """
        on before WebFetch -> deny "No network here."
        on before WebFetch -> ask "Really fetch this?"
        """;

    public override string Good => """
        on before WebFetch where url starts with "http:" -> deny "Not without TLS."
        on before WebFetch -> ask "Really fetch this?"
        """;

    internal override IEnumerable<Finding> Check(Compilation compilation, LintContext context)
    {
        // Only rules that deny without any condition can overrule; there are few of them, so this stays linear.
        var deniers = new Dictionary<string, List<Rule>>(StringComparer.Ordinal);
        foreach (var rule in compilation.Graph.Rules)
        {
            var weaker = rule.Decisions.Length > 0 && rule.Decisions.All(step => step.Kind is DecisionKind.Deny or DecisionKind.Ask or DecisionKind.Allow or DecisionKind.Defer) && rule.Sync.IsEmpty && rule.Natives.IsEmpty && rule.Stages.IsEmpty;
            if (weaker && deniers.GetValueOrDefault(rule.Event)?.Find(other => Covers(other.Matcher, rule.Matcher)) is { } first)
                yield return Found(rule.Source, $"this rule never changes anything: {first.Label} denies every call that it could match", "remove it, or give the other rule a condition");
            else if (rule.Globs.IsEmpty && rule.Where is null && rule.Decisions.Any(step => step.Kind == DecisionKind.Deny) && deniers.GetValueOrDefault(rule.Event) is not { Count: > 50 })
                (deniers.TryGetValue(rule.Event, out var list) ? list : deniers[rule.Event] = []).Add(rule);
        }
    }

    private static bool Covers(Matcher wide, Matcher narrow) => (wide, narrow) switch
    {
        (Matcher.Any, _) => true,
        (Matcher.Names all, Matcher.Names some) => some.Values.All(all.Values.Contains),
        (Matcher.Expression one, Matcher.Expression other) => one.Pattern.Equals(other.Pattern),
        (Matcher.Expression one, Matcher.Names some) => some.Values.All(name => one.Pattern.IsMatch(name)),
        _ => false,
    };
}
