using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class PermissionRequestExit()
    : SettingsRule("HR3080", "permission-request-exit", Severity.Error, "Exit code 2 does nothing on PermissionRequest.")
{
    public override string Why =>
        "PermissionRequest takes its answer from JSON alone: hookSpecificOutput.decision with behavior allow or deny. Exit code 2 "
        + "changes nothing, and its stderr is thrown away.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PermissionRequest": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-request || exit 2" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PermissionRequest": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-request || echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"deny\",\"message\":\"no\"}}}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where
            entry.Event.Name == "PermissionRequest"
            && entry.SaysExitTwo
            && !entry.Texts.Any(text => text.Text.Contains("behavior", StringComparison.Ordinal))
        select Found(
            entry.At,
            "on PermissionRequest exit code 2 does nothing",
            "print {\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"deny\"}}}"
        );
}
