using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherMcpGlob() : SettingsRule("HR3032", "matcher-mcp-glob", Severity.Error, "* is no wildcard in a matcher.")
{
    public override string Why =>
        "A matcher with * is a regular expression, in which * repeats the character before it. mcp__github__* works only by "
        + "accident (and also for mcp__github_enterprise__x), so at the end it is a hint; mcp__*__write* in the middle misses what "
        + "it is written for.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "mcp__*__write_file", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "mcp__.*__write_file", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        where matcher.IsExpression && matcher.Problem is null
        from part in matcher.Text.Split('|')
        where part.StartsWith("mcp__", StringComparison.Ordinal) && part.Contains("_*", StringComparison.Ordinal)
        let last = part.IndexOf("_*", StringComparison.Ordinal) == part.Length - 2
        let fix = $"write \"{part.Replace("_*", "_.*", StringComparison.Ordinal)}\""
        select last
            ? Found(matcher.At, $"\"{part}\" works by accident: * is no wildcard but repeats the _ before it", fix, Severity.Hint)
            : Found(matcher.At, $"\"{part}\" misses the tools it is written for: * is no wildcard but repeats the _ before it", fix);
}
