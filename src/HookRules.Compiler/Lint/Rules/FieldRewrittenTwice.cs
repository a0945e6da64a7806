using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class FieldRewrittenTwice()
    : GraphRule("HR2030", "field-rewritten-twice", Severity.Warning, "Two rules that rewrite one field of the same calls.")
{
    private const int MostRules = 50;

    public override string Why =>
        "set fills its placeholders from what Claude Code sent, and several apply in source order. Where two rules that match the "
        + "same call give one field a value, only the later one is left, and what the earlier one did is lost.";

    public override string Bad =>
        """
            on before Bash -> set tool_input.command = "nice {command}"
            on before Bash|PowerShell -> set tool_input.command = "timeout 60 {command}"
            """;

    public override string Good =>
        """
            on before Bash|PowerShell -> set tool_input.command = "nice timeout 60 {command}"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context)
    {
        var earlier = new Dictionary<(string Event, string Field), List<Rule>>();
        foreach (var rule in compilation.Graph.Rules)
        {
            foreach (var change in rule.Sets)
            {
                var first = Prefixes(change.Field)
                    .Select(prefix =>
                        earlier
                            .GetValueOrDefault((rule.Event, prefix))
                            ?.Find(other =>
                                SurelyMeet(other, rule)
                                && other.Sets.Any(set => Covers(change.Field, set.Field) || Covers(set.Field, change.Field))
                            )
                    )
                    .FirstOrDefault(found => found is not null);
                if (first is not null)
                    yield return Found(
                        rule.Source,
                        $"this rule and {first.Label} both rewrite {change.Field}: for a call that both match only this one counts",
                        "do both changes in one rule, or keep their triggers apart"
                    );
            }

            // Filed under every field that holds the changed one, so that a change of a whole is found by a change inside it, and the other
            // way round.
            foreach (var prefix in rule.Sets.SelectMany(change => Prefixes(change.Field)).Distinct(StringComparer.Ordinal))
            {
                if (!earlier.TryGetValue((rule.Event, prefix), out var list))
                    earlier[(rule.Event, prefix)] = list = [];
                if (list.Count < MostRules)
                    list.Add(rule);
            }
        }
    }

    private static IEnumerable<string> Prefixes(FieldPath field) =>
        Enumerable
            .Range(1, field.Segments.Length)
            .Select(length => string.Join('.', field.Segments.Take(length).Select(segment => segment.Name ?? $"[{segment.Index}]")));

    private static bool Covers(FieldPath whole, FieldPath part) =>
        whole.Segments.Length <= part.Segments.Length
        && part.Segments.AsSpan()[..whole.Segments.Length].SequenceEqual(whole.Segments.AsSpan());

    /// <summary>There certainly is a call that both match: what conditions and patterns leave open is not told.</summary>
    private static bool SurelyMeet(Rule one, Rule other) =>
        MatchersMeet(one.Matcher, other.Matcher)
        && GlobsMeet(one.Globs, other.Globs)
        && (one.Where is null || other.Where is null || ConditionText.Of(one.Where) == ConditionText.Of(other.Where));

    private static bool GlobsMeet(ImmutableArray<Glob> one, ImmutableArray<Glob> other) =>
        one.IsEmpty || other.IsEmpty || one.Select(glob => glob.Text).SequenceEqual(other.Select(glob => glob.Text));

    private static bool MatchersMeet(Matcher one, Matcher other) =>
        (one, other) switch
        {
            (Matcher.Any, _) or (_, Matcher.Any) => true,
            (Matcher.Names some, Matcher.Names others) => some.Values.Any(others.Values.Contains),
            (Matcher.Names some, Matcher.Expression expression) => some.Values.Any(name => expression.Pattern.IsMatch(name)),
            (Matcher.Expression expression, Matcher.Names some) => some.Values.Any(name => expression.Pattern.IsMatch(name)),
            (Matcher.Expression first, Matcher.Expression second) => first.Pattern.Equals(second.Pattern),
            _ => false,
        };
}
