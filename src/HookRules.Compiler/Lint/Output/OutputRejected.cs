using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Output;

internal sealed class OutputRejected()
    : SettingsRule("HR3065", "output-rejected", Severity.Error, "An output that Claude Code rejects as a whole.")
{
    public override string Why =>
        "A decision that does not exist (permissionDecision is allow, deny, ask or defer; decision is block or approve) or a "
        + "hookSpecificOutput on an event that has none fails the whole output. Claude Code goes on as if nothing had been said.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreCompact": [{ "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreCompact\",\"additionalContext\":\"keep the plan\"}}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreCompact": [{ "hooks": [{ "type": "command", "command": "echo 'Keep the plan in the summary.'" }] }]
              }
            }
            """;

    private static readonly string[] Permission = ["allow", "deny", "ask", "defer"];
    private static readonly string[] Plain = ["approve", "block"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Answers
        where printed.IsJson
        let problem = printed.Json is { } output ? Problem(printed, output)
        : printed.Expands || printed.IsOfScript && !IsMeant(printed.Text) ? null
        : "this is no valid JSON"
        where problem is not null
        select Found(
            printed.At,
            $"{problem}: Claude Code rejects the whole output",
            "compare it with `hookrules events " + printed.Entry.Event.Name + "`"
        );

    // What else a script prints between brackets may be for others.
    private static bool IsMeant(string text) =>
        text.Contains("\"hookSpecificOutput\"", StringComparison.Ordinal)
        || text.Contains("\"permissionDecision\"", StringComparison.Ordinal);

    private static string? Problem(StaticOutput printed, JsonElement output)
    {
        var known = printed.Entry.Event;
        if (
            Value(output, "decision") is { } decision
            && !Plain.Contains(decision)
            && (!printed.IsOfScript || output.TryGetProperty("reason", out _))
        )
            return $"decision is \"block\" or \"approve\", not \"{decision}\"";
        if (!output.TryGetProperty("hookSpecificOutput", out var specific))
            return null;
        if (!known.HasSpecificOutput && !printed.KnowsEvents)
            return $"{known.Name} has no hookSpecificOutput";
        return
            specific.ValueKind == JsonValueKind.Object
            && Value(specific, "permissionDecision") is { } permission
            && !Permission.Contains(permission)
            ? $"permissionDecision is \"allow\", \"deny\", \"ask\" or \"defer\", not \"{permission}\""
            : null;
    }

    private static string? Value(JsonElement output, string name) =>
        output.ValueKind == JsonValueKind.Object
        && output.TryGetProperty(name, out var value)
        && value.ValueKind == JsonValueKind.String
        && value.GetString() is { } text
        && !text.Contains('$', StringComparison.Ordinal)
            ? text
            : null;
}
