using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherStar() : SettingsRule("HR3033", "matcher-star", Severity.Warning, "A * behind a name repeats its last letter.")
{
    public override string Why =>
        "A matcher is no glob: in Edit* the * repeats the t, and the expression is searched for anywhere in the name. So Edit* "
        + "fires for NotebookEdit too, Write* for TodoWrite.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit*", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit|NotebookEdit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        where matcher.IsExpression && matcher.Problem is null && matcher.Text.Split('|').Any(IsNameWithStar)
        let tools = matcher.Tools()
        where tools is { Count: > 0 }
        select Found(
            matcher.At,
            $"* is no wildcard: this expression matches {string.Join(", ", tools)}",
            $"write the names that are meant: \"{string.Join('|', tools)}\""
        );

    private static bool IsNameWithStar(string part) => part.Length > 2 && part[^1] == '*' && part[..^1].All(char.IsAsciiLetter);
}
