using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class SyncOverBudget()
    : GraphRule("HR2008", "sync-over-budget", Severity.Warning, "Sync work on every tool call that may take long.")
{
    public override string Why =>
        "Claude Code waits for a sync action before it goes on. More than ten seconds on each tool call or prompt make a session "
        + "crawl. Work that need not be waited for is queued without sync; a Stop rule can await it.";

    public override string Bad =>
        """
            on after Write|Edit *.py -> run "pytest -q" sync timeout 2m
            """;

    public override string Good =>
        """
            on after Write|Edit *.py -> run "pytest -q" timeout 2m
            """;

    private static readonly TimeSpan Budget = TimeSpan.FromSeconds(10);

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where
            HookEvents.Find(rule.Event) is { } known
            && (known.IsToolEvent || known.Name is "UserPromptSubmit" or "PostToolBatch" or "MessageDisplay")
        from branch in rule.Sync
        where branch.Options.Timeout > Budget
        select Found(
            rule.Source,
            $"{GraphFacts.NameOf(branch)} may hold up every {rule.Event} for {branch.Options.Timeout!.Value.TotalSeconds:0} s",
            $"remove sync, or give it {Budget.TotalSeconds:0} s at most"
        );
}
