using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class AllowWithoutAnswer()
    : SettingsRule("HR3092", "allow-without-answer", Severity.Warning, "To allow a question is not to answer it.")
{
    public override string Why =>
        "AskUserQuestion and ExitPlanMode wait for the user. A bare allow leaves their dialog where it is; only with updatedInput "
        + "(for AskUserQuestion the input with its answers) does the call go on by itself.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PermissionRequest": [{ "matcher": "ExitPlanMode", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PermissionRequest\",\"decision\":{\"behavior\":\"allow\"}}}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PermissionRequest": [{ "matcher": "ExitPlanMode", "hooks": [{ "type": "command", "command": "jq '{hookSpecificOutput:{hookEventName:\"PermissionRequest\",decision:{behavior:\"allow\",updatedInput:.tool_input}}}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Prints
        where printed.Entry.Event.Name is "PreToolUse" or "PermissionRequest" && printed.Entry.IsOnlyFor("ExitPlanMode", "AskUserQuestion")
        where printed.Json is { ValueKind: JsonValueKind.Object } output && Allows(output)
        select Found(printed.At, $"a bare allow does not answer {printed.Entry.Matcher}: its dialog stays", "give updatedInput with it");

    private static bool Allows(JsonElement output) =>
        output.TryGetProperty("hookSpecificOutput", out var specific)
        && specific.ValueKind == JsonValueKind.Object
        && !output.GetRawText().Contains("updatedInput", StringComparison.Ordinal)
        && (
            Is(specific, "permissionDecision")
            || specific.TryGetProperty("decision", out var decision)
                && decision.ValueKind == JsonValueKind.Object
                && Is(decision, "behavior")
        );

    private static bool Is(JsonElement element, string name) =>
        element.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String && value.ValueEquals("allow");
}
