using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class GuardFailsOpen()
    : GraphRule("HR2006", "guard-fails-open", Severity.Hint, "A guard that lets everything through when it fails.")
{
    public override string Why =>
        "A sync action that crashes, is missing or runs out of time is a failure, and by default a failure lets Claude Code go on. "
        + "A rule that must hold says closed: then a failure blocks.";

    public override string Bad =>
        """
            on before Bash -> run "check-command" sync timeout 5s
            """;

    public override string Good =>
        """
            on before Bash -> run "check-command" sync timeout 5s closed
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from work in GraphFacts.SyncWork(compilation.Graph)
        where !work.Rule.IsClosedBy(work.Branch) && HookEvents.Find(work.Rule.Event) is { OnFailureBlocks: true }
        select Found(
            work.Rule.Source,
            $"when {GraphFacts.NameOf(work.Branch)} fails, {work.Rule.Event} goes on as if it had agreed",
            "add closed if this rule must hold"
        );
}
