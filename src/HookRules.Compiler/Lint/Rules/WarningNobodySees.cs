using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class WarningNobodySees()
    : GraphRule("HR2033", "warning-nobody-sees", Severity.Warning, "A warning that only the screen of an open session shows.")
{
    public override string Why =>
        "On PermissionRequest, PermissionDenied, TaskCreated and TaskCompleted Claude Code shows a systemMessage on the screen alone: with "
        + "-p, and in the stream that programs read, it is shown nowhere. A step that reaches everybody is notify, or log.";

    public override string Bad =>
        """
            on TaskCreated -> warn "A task was made."
            """;

    public override string Good =>
        """
            on TaskCreated -> notify "A task was made."
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where rule.Event is "PermissionRequest" or "PermissionDenied" or "TaskCreated" or "TaskCompleted"
        where rule.Decisions.Any(step => step.Kind == DecisionKind.Warn)
        select Found(
            rule.Source,
            $"a warning on {rule.Event} is seen by nobody who works with claude -p",
            "use notify \"…\" or log \"FILE\", which reach you either way"
        );
}
