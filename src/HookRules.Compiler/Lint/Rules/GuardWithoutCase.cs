using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class GuardWithoutCase() : GraphRule("HR2036", "guard-without-case", Severity.Hint, "A guard that no case reaches.")
{
    public override string Why =>
        "The project has tables of cases, and none of them makes this guard match: a slip in its pattern would go unnoticed until the day "
        + "it is needed. \"hookrules test --coverage\" lists what else is not reached, \"hookrules test --mutate\" what no case would "
        + "notice.";

    public override string Bad =>
        """
            rule no-force-push: on before Bash where runs "git push" with (-f) -> deny "Open a pull request instead."
            rule no-reset: on before Bash where runs "git reset" with (--hard) -> deny "Use git stash."
            """;

    public override string Good =>
        """
            rule no-force-push: on before Bash where runs "git push" with (-f) -> deny "Open a pull request instead."
            """;

    public override IReadOnlyDictionary<string, string> ExampleFiles =>
        new Dictionary<string, string> { ["main.cases"] = "deny no-force-push => git push -f\n" };

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where context.UnreachedGuards?.Contains(rule.Id) is true
        select Found(
            rule.Source,
            $"no case reaches {(rule.Name is null ? "this guard" : $"the guard \"{rule.Name}\"")}",
            "add a line to the cases: deny => COMMAND; hookrules test --mutate proposes some"
        );
}
