using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class EchoBreaksJson()
    : SettingsRule("HR3069", "echo-breaks-json", Severity.Warning, "echo expands \\n, which breaks JSON.")
{
    public override string Why =>
        "Hooks run under /bin/sh. Where that is dash, echo turns \\n in its text into a line break, which no JSON string may hold: "
        + "the output is rejected. printf '%s' prints it as it is.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "echo '{\"systemMessage\":\"one\\ntwo\"}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "printf '%s' '{\"systemMessage\":\"one\\ntwo\"}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Prints
        where
            printed.IsEcho
            && printed.IsJson
            && (printed.Text.Contains("\\n", StringComparison.Ordinal) || printed.Text.Contains("\\t", StringComparison.Ordinal))
        select Found(
            printed.At,
            "under dash echo turns \\n into a line break, which breaks this JSON",
            "write printf '%s' instead of echo"
        );
}
