using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherMcpServer()
    : SettingsRule("HR3031", "matcher-mcp-server", Severity.Error, "The name of an MCP server alone matches none of its tools.")
{
    public override string Why =>
        "MCP tools are called mcp__SERVER__TOOL. A matcher of letters and _ alone is an exact name, so mcp__memory matches no "
        + "tool; mcp__memory__.* matches them all.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "mcp__memory", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "mcp__memory__.*", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        from name in matcher.Names
        where
            name is "mcp" or "mcp__"
            || HookTools.IsMcp(name)
                && (
                    name.IndexOf("__", HookTools.McpPrefix.Length, StringComparison.Ordinal) is var end
                    && (end < 0 || end + 2 == name.Length)
                )
        let server = name.StartsWith(HookTools.McpPrefix, StringComparison.Ordinal) && name.Length > 5 ? name.TrimEnd('_') : "mcp"
        select Found(
            document.Place(matcher.Node, matcher.StartOf(name), name.Length),
            $"\"{name}\" is an exact name that no MCP tool has, so it never matches",
            $"write \"{server}__.*\""
        );
}
