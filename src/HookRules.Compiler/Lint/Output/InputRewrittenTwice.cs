using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Output;

internal sealed class InputRewrittenTwice()
    : SettingsRule("HR3079", "input-rewritten-twice", Severity.Warning, "Two hooks rewrite the input of one tool.")
{
    public override string Why =>
        "All hooks of an event start at the same time on the original input. Of two that give updatedInput the last to finish "
        + "wins, which changes from run to run; and updatedInput replaces the whole input, not one field.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [
                  { "type": "command", "command": "jq '{hookSpecificOutput:{hookEventName:\"PreToolUse\",updatedInput:(.tool_input|.timeout=60000)}}'" },
                  { "type": "command", "command": "jq '{hookSpecificOutput:{hookEventName:\"PreToolUse\",updatedInput:(.tool_input|.description=\"x\")}}'" }
                ] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [
                  { "type": "command", "command": "jq '{hookSpecificOutput:{hookEventName:\"PreToolUse\",updatedInput:(.tool_input|.timeout=60000|.description=\"x\")}}'" }
                ] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from same in document
            .Entries.Where(entry =>
                entry.Event.Name == "PreToolUse" && entry.Texts.Any(text => text.Text.Contains("updatedInput", StringComparison.Ordinal))
            )
            .GroupBy(entry => entry.Matcher)
        from entry in same.Skip(1)
        where document.StringOf(entry.Node["if"]) == document.StringOf(same.First().Node["if"])
        select Found(entry.At, "another hook rewrites the input of the same tool: the last to finish wins", "do both changes in one hook");
}
