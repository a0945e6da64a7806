using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class EntryWithoutHandlers()
    : SettingsRule("HR3013", "entry-without-handlers", Severity.Error, "An entry of an event is an object with an array \"hooks\".")
{
    public override string Why =>
        "Each entry of an event is { \"matcher\": …, \"hooks\": [handlers] }. An entry without the array \"hooks\" is dropped; "
        + "under PreToolUse and PermissionRequest the whole file goes with it, permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write" }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) => FaultFindings.Of(document, Found, Code);
}
