using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherPermissionRule()
    : SettingsRule("HR3024", "matcher-permission-rule", Severity.Error, "Permission rules are no matchers.")
{
    public override string Why =>
        "A matcher is compared with the tool's name alone. Bash(git *) is the syntax of permission rules: as a matcher it is a "
        + "regular expression that no tool's name matches, and nothing says so. The field \"if\" of a handler takes such a rule.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash(git push *)", "hooks": [{ "type": "command", "command": "check-push" }] }]
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
        where matcher.Mistake == MatcherMistake.PermissionRule
        select Found(
            matcher.At,
            $"\"{matcher.Text}\" is a permission rule, and a matcher is compared with the tool's name: it silently never matches",
            $"write \"matcher\": \"{matcher.Text[..matcher.Text.IndexOf('(', StringComparison.Ordinal)]}\", and \"if\": "
                + $"\"{matcher.Text}\" in the handler"
        );
}
