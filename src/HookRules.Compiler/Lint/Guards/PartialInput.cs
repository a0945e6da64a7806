using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class PartialInput()
    : SettingsRule("HR3091", "partial-input", Severity.Error, "updatedInput takes the place of the whole input.")
{
    public override string Why =>
        "updatedInput is not merged: the tool gets it instead of its input. Where a field is missing that the tool needs, the call "
        + "fails. Begin with the old input and change the field: jq '.tool_input | .content = …'.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"updatedInput\":{\"content\":\"x\"}}}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "jq '{hookSpecificOutput:{hookEventName:\"PreToolUse\",updatedInput:(.tool_input|.content=\"x\")}}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Answers
        where printed.Entry.Event.Name is "PreToolUse" or "PermissionRequest" && printed.Entry.MatcherText is { IsList: true, Names: [_] }
        let tool = HookTools.Canonical(printed.Entry.MatcherText!.Names[0])
        where HookTools.Find(tool) is { HasSchema: true }
        let input = Input(printed.Json)
        where input is not null
        let fields = Fields(tool)
        let missing = fields.Required.Where(field => !input.Value.TryGetProperty(field, out _)).ToArray()
        let lost = fields.Others.Where(field => !input.Value.TryGetProperty(field, out _)).ToArray()
        where missing.Length > 0 || lost.Length > 0
        select missing.Length > 0
            ? Found(
                printed.At,
                $"updatedInput takes the place of the whole input, and {tool} needs {string.Join(" and ", missing)}: the call fails",
                "begin with the old input: jq '… updatedInput: (.tool_input | .field = …)'"
            )
            : Found(
                printed.At,
                $"updatedInput takes the place of the whole input: what the call said in {string.Join(", ", lost)} is lost",
                "begin with the old input: jq '… updatedInput: (.tool_input | .field = …)'",
                Severity.Hint
            );

    private static JsonElement? Input(JsonElement? output)
    {
        if (
            output is not { ValueKind: JsonValueKind.Object } json
            || !json.TryGetProperty("hookSpecificOutput", out var specific)
            || specific.ValueKind != JsonValueKind.Object
        )
            return null;
        if (specific.TryGetProperty("decision", out var decision) && decision.ValueKind == JsonValueKind.Object)
            specific = decision;
        return specific.TryGetProperty("updatedInput", out var input) && input.ValueKind == JsonValueKind.Object ? input : null;
    }

    private static (string[] Required, string[] Others) Fields(string tool)
    {
        using var schema = JsonDocument.Parse(SchemaFiles.Read(SchemaFiles.OfTool(tool)));
        var root = schema.RootElement;
        if (root.TryGetProperty("definitions", out var parts) && parts.TryGetProperty("input", out var input))
            root = input;
        else if (root.TryGetProperty("properties", out var properties) && properties.TryGetProperty("tool_input", out input))
            root = input;
        string[] required = root.TryGetProperty("required", out var names)
            ? [.. names.EnumerateArray().Select(one => one.GetString()!)]
            : [];
        return (
            required,
            root.TryGetProperty("properties", out var all)
                ? [.. all.EnumerateObject().Select(one => one.Name).Where(name => !required.Contains(name))]
                : []
        );
    }
}
