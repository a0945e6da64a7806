using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HandlerWithoutType()
    : SettingsRule("HR3016", "handler-without-type", Severity.Error, "A handler is an object that says its type.")
{
    public override string Why =>
        "Without \"type\" Claude Code does not know what a handler is, not even where it has a command. The entry is dropped; "
        + "under PreToolUse and PermissionRequest the whole file, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "command": "notify-send done" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) => FaultFindings.Of(document, Found, Code);
}
