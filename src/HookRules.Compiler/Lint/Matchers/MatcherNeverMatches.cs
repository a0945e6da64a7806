using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherNeverMatches()
    : SettingsRule("HR3034", "matcher-never-matches", Severity.Error, "An expression that no tool's name matches.")
{
    public override string Why =>
        "A matcher that holds anything but names is a regular expression, searched for in the tool's name, case-sensitively. One "
        + "that matches no tool is accepted and silently never fires; Write\\|Edit looks for a literal bar.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "^(write|edit)$", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "^(Write|Edit)$", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        where matcher.IsExpression && matcher.Pattern is not null && matcher.Tools() is { Count: 0 }
        // What an MCP tool may be called cannot be known.
        where !matcher.Text.Contains("mcp", StringComparison.OrdinalIgnoreCase) && !matcher.Text.Contains("__", StringComparison.Ordinal)
        let certain = matcher.Text.AsSpan().ContainsAny(" \\/") || IgnoringCase(matcher.Text)
        select Found(
            matcher.At,
            certain
                ? $"the expression \"{matcher.Text}\" matches no tool of Claude Code: it silently never fires"
                : $"the expression \"{matcher.Text}\" matches no tool that HookRules knows",
            "write the names joined by |, such as \"Write|Edit\"",
            certain ? null : Severity.Hint
        );

    private static bool IgnoringCase(string source) =>
        RegexPattern.TryParse(source, "i", out _, out _) is { } pattern && HookTools.All.Any(tool => pattern.IsMatch(tool.Name));
}
