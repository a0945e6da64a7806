using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherMatchesMore()
    : SettingsRule("HR3035", "matcher-matches-more", Severity.Hint, "An expression without anchors matches more tools than it names.")
{
    public override string Why =>
        "Expressions are searched for anywhere in the name: (Write|Edit) also fires for NotebookEdit and TodoWrite, Write.* for TodoWrite.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "(Write|Edit)", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        where
            matcher.IsExpression
            && matcher.Text.All(c => char.IsAsciiLetter(c) || c is '(' or ')' or '|' or '.' or '*')
            && !matcher.Text.StartsWith('.')
            && !matcher.Text.Split('|').Any(part => part.Length > 2 && part[^1] == '*' && part[^2] != '.')
        let named = matcher.Text.Split(['(', ')', '|', '.', '*'], StringSplitOptions.RemoveEmptyEntries)
        let tools = matcher.Tools()
        where tools is not null && named.Length > 0 && named.All(name => HookTools.Find(name) is not null)
        let more = tools.Where(tool => !named.Any(name => tool.StartsWith(name, StringComparison.Ordinal))).ToArray()
        where more.Length > 0
        select Found(
            matcher.At,
            $"this expression is searched for anywhere in the name, so it also matches {string.Join(" and ", more)}",
            $"write \"{string.Join('|', named)}\", or anchor it with ^ and $"
        );
}
