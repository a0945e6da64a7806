using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Output;

internal sealed class SuppressOutput() : SettingsRule("HR3082", "suppress-output", Severity.Hint, "suppressOutput has no effect.")
{
    public override string Why => "suppressOutput is still accepted and does nothing: the plain output of a hook is not shown anyway.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "echo '{\"suppressOutput\":true}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "true" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Prints
        where printed.Json is { ValueKind: JsonValueKind.Object } output && output.TryGetProperty("suppressOutput", out _)
        select Found(printed.At, "\"suppressOutput\" is accepted and does nothing", "leave it out");
}
