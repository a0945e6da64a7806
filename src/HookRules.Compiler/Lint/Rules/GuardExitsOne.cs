using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class GuardExitsOne() : SettingsRule("HR3062", "guard-exits-one", Severity.Warning, "Only exit code 2 blocks.")
{
    public override string Why => "Exit code 1 is an error of the hook: it is shown to the user, and the tool runs all the same. To block, exit with 2 and write the reason to stderr, or say \"onFailure\": \"block\".";

    public override string Bad => """
        {
          "hooks": {
            "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 1" }] }]
          }
        }
        """;

    public override string Good => """
        {
          "hooks": {
            "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 2" }] }]
          }
        }
        """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.ExitTwoBlocks && entry.Event.Name != "WorktreeCreate" && !entry.BlocksOnFailure && !entry.IsAsync
        where entry.Exits("1") && !entry.SaysExitTwo && !entry.Texts.Any(text => text.Text.Contains("\"decision\"", StringComparison.Ordinal) || text.Text.Contains("permissionDecision", StringComparison.Ordinal))
        select Found(entry.At, $"exit code 1 does not block: on {entry.Event.Name} only 2 does", "exit with 2, or add \"onFailure\": \"block\"");
}
