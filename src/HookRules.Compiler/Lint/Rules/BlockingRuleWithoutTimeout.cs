using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class BlockingRuleWithoutTimeout()
    : GraphRule("HR2004", "blocking-rule-without-timeout", Severity.Warning, "A rule that makes Claude Code wait should say how long.")
{
    public override string Why =>
        "A sync action runs while Claude Code waits. Without a timeout of its own it may hold up every tool call for a minute.";

    public override string Bad =>
        """
            on before Bash -> run "check-command" sync
            """;

    public override string Good =>
        """
            on before Bash -> run "check-command" sync timeout 5s
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from work in GraphFacts.SyncWork(compilation.Graph)
        where work.Branch.Options.Timeout is null
        select Found(
            work.Rule.Source,
            $"{GraphFacts.NameOf(work.Branch)} holds Claude Code up for up to {BranchOptions.SyncTimeout.TotalSeconds:0} s: it "
                + "says no timeout",
            "add a timeout, for example: timeout 5s"
        );
}
