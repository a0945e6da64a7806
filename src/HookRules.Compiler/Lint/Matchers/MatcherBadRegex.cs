using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherBadRegex()
    : SettingsRule("HR3023", "matcher-bad-regex", Severity.Error, "A matcher that is no JavaScript expression never matches.")
{
    public override string Why =>
        "A matcher of anything but names, | and commas is a JavaScript regular expression. One that does not compile never "
        + "matches, and the only trace is a line in the debug log. (?i) is not JavaScript, *Edit has nothing to repeat.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "(?i)write", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in document.Matchers
        where matcher.Problem is not null && matcher.Mistake == MatcherMistake.None && matcher.Event.Matching != MatcherKind.FileName
        select Found(
            matcher.At,
            $"\"{matcher.Text}\" is no regular expression of JavaScript ({matcher.Problem}): Claude Code accepts it, and it "
                + "silently never matches",
            "write the names joined by |, such as \"Write|Edit\""
        );
}
