using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class ReadRuleMentions()
    : GraphRule("HR2015", "read-rule-mentions", Severity.Hint, "A deny on Read does not see files that are mentioned with @.")
{
    public override string Why =>
        "A file that the user mentions as @path is put into the prompt without a call of Read, so no rule on PreToolUse sees it. "
        + "Keep secrets out with a deny rule in permissions as well: Read(./.env).";

    public override string Bad =>
        """
            on before Read .env -> deny "Secrets stay where they are."
            """;

    public override string Good =>
        """
            on before Write|Edit .env -> deny "Secrets stay where they are."
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from rule in compilation.Graph.Rules
        where
            rule.Event == "PreToolUse"
            && rule.Matcher is Matcher.Names names
            && names.Values.Contains("Read")
            && rule.Globs.Length > 0
            && rule.Decisions.Any(step => step.Kind == DecisionKind.Deny)
        select Found(
            rule.Source,
            "files mentioned as @path do not pass this rule",
            "add a deny rule to the permissions in settings.json as well, such as \"Read(./.env)\""
        );
}
