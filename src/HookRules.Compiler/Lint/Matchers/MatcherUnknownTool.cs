using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherUnknownTool()
    : SettingsRule("HR3028", "matcher-unknown-tool", Severity.Error, "A matcher names a tool that does not exist.")
{
    public override string Why =>
        "A name in a matcher is compared exactly with the tool's name. One that no tool has never matches. Where nothing similar "
        + "is known it is only a hint: the tool may be newer than this version of HookRules.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edits", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        from name in matcher.Names
        where
            !HookTools.IsMcp(name)
            && name != "mcp"
            && !name.Contains(' ', StringComparison.Ordinal)
            && HookTools.Find(HookTools.Canonical(name)) is null
            && !HookTools.Removed.Contains(name)
        where MatcherWrongCase.RightCase(matcher, name) is null
        let nearest = NearestName.Find(name, HookTools.All.Select(tool => tool.Name))
        let at = document.Place(matcher.Node, matcher.StartOf(name), name.Length)
        select nearest is null
            ? Found(
                at,
                $"HookRules knows no tool \"{name}\"; if Claude Code has none either, this never matches",
                "names of MCP tools are mcp__SERVER__TOOL",
                Severity.Hint
            )
            : Found(at, $"Claude Code has no tool \"{name}\", so this never matches; did you mean \"{nearest}\"?", $"write \"{nearest}\"");
}
