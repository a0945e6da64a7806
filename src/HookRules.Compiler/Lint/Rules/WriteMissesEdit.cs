using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class WriteMissesEdit()
    : GraphRule("HR2035", "write-misses-edit", Severity.Hint, "A guard on Write alone does not see most changes of files.")
{
    public override string Why =>
        "Claude makes new files with Write and changes most others with Edit. A guard on Write alone protects a file from being made, "
        + "and not from being changed.";

    public override string Bad =>
        """
            on before Write migrations/** -> ask "A migration: is it meant?"
            """;

    public override string Good =>
        """
            on before Write|Edit migrations/** -> ask "A migration: is it meant?"
            """;

    private static readonly FieldPath Content = FieldPath.Parse("tool_input.content")!;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context)
    {
        var rules = compilation.Graph.Rules;
        // Whoever has a rule for Edit knows that there is such a tool.
        var seesEdit = rules.Where(rule => Sees(rule, "Edit")).Select(rule => rule.Event).ToHashSet(StringComparer.Ordinal);
        foreach (var rule in rules)
            if (
                rule is { Event: "PreToolUse", Guards: true }
                && rule.Matcher is Matcher.Names { Values: ["Write"] }
                && !seesEdit.Contains(rule.Event)
                && !GraphFacts.Fields(rule.Where).Contains(Content)
                && !rule.Sets.Any(change => change.Field == Content)
            )
                yield return Found(
                    rule.Source,
                    "this guard sees Write alone: Claude changes most files with Edit",
                    "write Write|Edit if it is meant for every change"
                );
    }

    private static bool Sees(Rule rule, string tool) => rule.Matcher is not Matcher.Names names || names.Values.Contains(tool);
}
