using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class EventNotArray() : SettingsRule("HR3010", "event-not-array", Severity.Error, "An event holds an array of entries.")
{
    public override string Why =>
        "The value of an event is an array of { matcher, hooks } entries. An object or a string there is dropped; under PreToolUse "
        + "and PermissionRequest the whole file goes with it, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": { "hooks": [{ "type": "command", "command": "notify-send done" }] }
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
