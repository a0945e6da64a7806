using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HandlerWithoutEntry()
    : SettingsRule("HR3014", "handler-without-entry", Severity.Error, "A handler straight in an event's array is not loaded.")
{
    public override string Why =>
        "Between an event and its handlers stands an entry with the matcher: \"Stop\": [{ \"hooks\": [handler] }]. A handler in "
        + "the place of the entry is dropped; under PreToolUse and PermissionRequest the whole file goes with it, permissions "
        + "included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "type": "command", "command": "notify-send done" }]
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
