using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class AwaitedNeverQueued()
    : GraphRule("HR2031", "awaited-never-queued", Severity.Warning, "An action that a rule awaits and none queues.")
{
    public override string Why =>
        "await waits for what the session has queued of the named actions. One that no rule queues is never among it, so nothing "
        + "is ever awaited: probably its rule has gone, or it is a sync action, which Claude Code waits for anyway.";

    public override string Bad =>
        """
            action ruff   = run "ruff check {file}"
            action pytest = run "pytest -q" sync timeout 5s
            on Write|Edit *.py -> ruff, pytest
            on Stop -> await ruff, pytest
            """;

    public override string Good =>
        """
            action ruff   = run "ruff check {file}"
            action pytest = run "pytest -q"
            on Write|Edit *.py -> ruff, pytest
            on Stop -> await ruff, pytest
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context)
    {
        // With errors a rule may be missing that queues it.
        if (compilation.HasErrors)
            return [];
        var queued = compilation
            .Graph.Rules.SelectMany(rule => rule.QueuedBranches)
            .Select(branch => branch.Action)
            .ToHashSet(StringComparer.Ordinal);
        return from file in compilation.Files
            from rule in file.Statements.OfType<RuleSyntax>()
            from step in rule.Stages.SelectMany(stage => stage.Items).OfType<AwaitSyntax>()
            from name in step.Actions
            where !queued.Contains(name.Text)
            select Found(
                file.Source.Locate(name.Span),
                $"no rule queues the action \"{name.Text}\", so it is never awaited",
                "remove it here, or name it in a rule without \"sync\""
            );
    }
}
