using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherExpression()
    : SettingsRule("HR3025", "matcher-expression", Severity.Error, "A matcher cannot hold conditions.")
{
    public override string Why =>
        "Expressions such as tool == \"Bash\" && … come from examples for other tools. Claude Code takes them for a regular "
        + "expression, which no tool's name matches, and says nothing.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "tool == \"Bash\" && tool_input.command matches \"git push\"", "hooks": [{ "type": "command", "command": "check-push" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-push", "if": "Bash(git push *)" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in document.Matchers
        where matcher.Mistake == MatcherMistake.Expression
        select Found(
            matcher.At,
            "a matcher cannot hold conditions: Claude Code takes this for a regular expression and it silently never matches the "
                + $"{matcher.Event.MatcherField}",
            "write the name alone, such as \"Bash\", and the condition as a permission rule in \"if\" or in the script"
        );
}
