using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class UnusedAction() : GraphRule("HR2009", "unused-action", Severity.Warning, "An action that no rule uses.")
{
    public override string Why => "An action runs only where a rule names it. One that is never named was forgotten, or its rule has gone.";

    public override string Bad =>
        """
            action ruff = run "ruff check {file}"
            action lint = run "eslint {file}"
            on Write|Edit *.py -> ruff
            """;

    public override string Good =>
        """
            action ruff = run "ruff check {file}"
            on Write|Edit *.py -> ruff
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context)
    {
        // With errors a rule may be missing that uses it.
        if (compilation.HasErrors)
            return [];
        // What is only awaited is told by another rule.
        var used = compilation
            .Graph.Actions.Select(action => action.Name)
            .Concat(compilation.Graph.Rules.SelectMany(rule => rule.Await?.Actions ?? []))
            .ToHashSet(StringComparer.Ordinal);
        return from file in compilation.Files
            from action in file.Statements.OfType<ActionSyntax>()
            where !used.Contains(action.Name.Text)
            select Found(
                file.Source.Locate(action.Name.Span),
                $"the action \"{action.Name.Text}\" is never used",
                "name it in a rule, or remove it"
            );
    }
}
