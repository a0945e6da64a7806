using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class HooksDisabled()
    : SettingsRule("HR3050", "hooks-disabled", Severity.Hint, "disableAllHooks switches off the hooks beside it.")
{
    public override string Why => "With \"disableAllHooks\": true no hook runs, and the status line neither. It is easily forgotten.";

    public override string Bad =>
        """
            {
              "disableAllHooks": true,
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
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

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        document.Root?["disableAllHooks"] is { Kind: JsonTextKind.True } off && document.Entries.Length > 0
            ?
            [
                Found(
                    document.Place(off),
                    "\"disableAllHooks\" is true, so none of the hooks of this file runs",
                    "remove it when the hooks shall run again"
                ),
            ]
            : [];
}
