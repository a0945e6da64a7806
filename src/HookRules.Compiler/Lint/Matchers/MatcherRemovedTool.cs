using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherRemovedTool()
    : SettingsRule("HR3029", "matcher-removed-tool", Severity.Error, "A matcher names a tool that is gone.")
{
    public override string Why =>
        "MultiEdit, LS, TodoRead and some others no longer exist. Beside other tools such a name is harmless, so it is a hint "
        + "there; alone it never matches.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "MultiEdit", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Edit|Write", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from matcher in MatcherText.OfTools(document)
        from name in matcher.Names
        where HookTools.Removed.Contains(name)
        let alone = matcher.Names.All(other => HookTools.Removed.Contains(other))
        select Found(
            document.Place(matcher.Node, matcher.StartOf(name), name.Length),
            alone
                ? $"Claude Code has no tool \"{name}\" any more, so this never matches"
                : $"Claude Code has no tool \"{name}\" any more; the others still match",
            "remove it; Edit and Write are what changes files",
            alone ? null : Severity.Hint
        );
}
