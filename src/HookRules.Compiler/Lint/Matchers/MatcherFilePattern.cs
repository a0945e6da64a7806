using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherFilePattern()
    : SettingsRule("HR3026", "matcher-file-pattern", Severity.Error, "A matcher is compared with the tool's name, never with a path.")
{
    public override string Why =>
        "*.py or src/** as a matcher never matches: it is a regular expression (often not even a valid one) for the tool's name. "
        + "Filter files with \"if\", or in the script.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "*.py", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "run-checks", "if": "Write(*.py)" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in document.Matchers
        where matcher.Mistake == MatcherMistake.FilePattern
        select Found(
            matcher.At,
            $"\"{matcher.Text}\" is a file pattern, and a matcher is compared with the tool's name: it silently never matches",
            "write \"Write|Edit\" here and filter files with \"if\", or in the script"
        );
}
