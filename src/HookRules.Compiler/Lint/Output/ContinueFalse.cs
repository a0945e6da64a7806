using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Output;

internal sealed class ContinueFalse()
    : SettingsRule("HR3083", "continue-false", Severity.Warning, "\"continue\": false does not stop the tool.")
{
    public override string Why =>
        "On PreToolUse {\"continue\": false} lets the tool run and stops the turn afterwards. To stop the call, deny it.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "WebFetch", "hooks": [{ "type": "command", "command": "echo '{\"continue\":false,\"stopReason\":\"no network\"}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "WebFetch", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"no network\"}}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Prints
        where
            printed.Entry.Event.Name == "PreToolUse"
            && printed.Json is { ValueKind: JsonValueKind.Object } output
            && output.TryGetProperty("continue", out var go)
            && go.ValueKind == JsonValueKind.False
            && !printed.Text.Contains("permissionDecision", StringComparison.Ordinal)
        select Found(
            printed.At,
            "with \"continue\": false the tool still runs, and only then the turn stops",
            "deny the call: \"permissionDecision\": \"deny\" in hookSpecificOutput"
        );
}
