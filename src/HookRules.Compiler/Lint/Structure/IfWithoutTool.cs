using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class IfWithoutTool()
    : SettingsRule("HR3040", "if-without-tool", Severity.Error, "A handler with \"if\" never runs on an event without a tool.")
{
    public override string Why =>
        "\"if\" is a permission rule and is compared with a tool call. On Stop, SessionStart and all events without a tool it is "
        + "never true, and nothing says so.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "run-checks", "if": "Bash(git commit *)" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "run-checks", "if": "Bash(git commit *)" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where !entry.Event.IsToolEvent && document.StringOf(entry.Node["if"]) is { Length: > 0 }
        select Found(
            document.Place(entry.Node["if"]!),
            $"{entry.Event.Name} has no tool, so a handler with \"if\" silently never runs there",
            "remove \"if\", and test in the script"
        );
}
