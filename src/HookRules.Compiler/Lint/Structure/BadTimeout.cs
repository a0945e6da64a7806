using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class BadTimeout() : SettingsRule("HR3019", "bad-timeout", Severity.Error, "A timeout is a number of seconds above 0.")
{
    public override string Why =>
        "A timeout as text, 0 or negative voids the entry; under PreToolUse and PermissionRequest the whole file, permissions "
        + "included. A fraction such as 0.5 is fine.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done", "timeout": "10s" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done", "timeout": 10 }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) => FaultFindings.Of(document, Found, Code);
}
