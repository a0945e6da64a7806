using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Output;

internal sealed class OutputFieldIgnored()
    : SettingsRule("HR3064", "output-field-ignored", Severity.Error, "A decision in the wrong place of the output does nothing.")
{
    public override string Why =>
        "permissionDecision, updatedInput and additionalContext belong into hookSpecificOutput, with a hookEventName that is the "
        + "event's. At the top level they are dropped, and with a wrong or missing hookEventName the whole output is: the tool "
        + "runs.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo '{\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"not here\"}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"not here\"}}'" }] }]
              }
            }
            """;

    private static readonly string[] Specific =
    [
        "permissionDecision",
        "permissionDecisionReason",
        "additionalContext",
        "updatedInput",
        "updatedToolOutput",
        "behavior",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from printed in document.Answers
        let output = printed.Json
        where output is { ValueKind: JsonValueKind.Object }
        let problem = Problem(printed, output.Value) ?? Unknown(printed)
        where problem is not null
        select Found(printed.At, problem, $"print {{\"hookSpecificOutput\":{{\"hookEventName\":\"{printed.Entry.Event.Name}\", …}}}}");

    private static string? Problem(StaticOutput printed, JsonElement output)
    {
        var known = printed.Entry.Event;
        if (!known.HasSpecificOutput)
            return null;
        if (Specific.FirstOrDefault(name => output.TryGetProperty(name, out _) && !(printed.IsOfScript && name == "behavior")) is { } field)
            return $"Claude Code ignores \"{field}\" at the top level: it belongs into hookSpecificOutput";
        if (!output.TryGetProperty("hookSpecificOutput", out var specific) || specific.ValueKind != JsonValueKind.Object)
            return null;
        if (!specific.TryGetProperty("hookEventName", out var name))
            return "hookSpecificOutput lacks hookEventName, so Claude Code rejects the whole output";
        return
            printed.KnowsEvents
            || name.ValueKind == JsonValueKind.String
                && (name.ValueEquals(known.Name) || name.GetString()!.Contains('$', StringComparison.Ordinal))
            ? null
            : $"hookEventName is {name.GetRawText()}, but the event is {known.Name}: Claude Code rejects the whole output";
    }

    /// <summary>A field in hookSpecificOutput that this event does not have there; whatever else is wrong, other rules tell.</summary>
    private static string? Unknown(StaticOutput printed) =>
        !printed.Entry.Event.HasSpecificOutput || printed.Expands || printed.KnowsEvents ? null
        : OutputValidator
            .Validate(printed.Entry.Event.Name, printed.Text)
            .FirstOrDefault(problem =>
                problem.Path.StartsWith("hookSpecificOutput.", StringComparison.Ordinal)
                && problem.Message.StartsWith("unknown field", StringComparison.Ordinal)
            )
            is { } unknown
            ? $"on {printed.Entry.Event.Name} Claude Code ignores {unknown}"
        : null;
}
