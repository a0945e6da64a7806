using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class TrailingComma()
    : SettingsRule("HR3007", "trailing-comma", Severity.Error, "A comma before a closing bracket voids the whole file.")
{
    public override string Why =>
        "JavaScript and many editors allow a comma after the last element, JSON does not: Claude Code drops the whole file, "
        + "permissions included.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }],
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

    internal override bool NeedsNoJson => true;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from error in document.Errors
        where error.Kind == JsonErrorKind.TrailingComma
        select Found(
            document.Place(error.Start, error.End),
            "a comma before a closing bracket is not JSON, so Claude Code drops the whole file, permissions included",
            "remove the comma",
            null,
            new JsonTextEdit(error.Start, error.End, "")
        );
}
