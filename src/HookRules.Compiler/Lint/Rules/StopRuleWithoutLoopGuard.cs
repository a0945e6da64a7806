using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class StopRuleWithoutLoopGuard()
    : GraphRule("HR2007", "stop-rule-without-loop-guard", Severity.Warning, "A rule that blocks Stop and never looks at stop_hook_active.")
{
    public override string Why =>
        "A blocked Stop makes Claude go on, and when it stops again the rule blocks again. Without a look at stop_hook_active that "
        + "is a loop, which only a cap of Claude Code ends.";

    public override string Bad =>
        """
            on Stop -> block "Run the tests first."
            """;

    public override string Good =>
        """
            on Stop where stop_hook_active == false -> block "Run the tests first."
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where rule.Event is "Stop" or "SubagentStop" && rule.Decisions.Any(step => step.Kind == DecisionKind.Block)
        where !GraphFacts.Fields(rule.Where).Any(field => field.Text.StartsWith("stop_hook_active", StringComparison.Ordinal))
        select Found(
            rule.Source,
            $"this rule blocks every {rule.Event}, also the one that follows its own block",
            "add: where stop_hook_active == false"
        );
}
