using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UnquotedProjectDir()
    : SettingsRule(
        "HR3055",
        "unquoted-project-dir",
        Severity.Warning,
        "$CLAUDE_PROJECT_DIR without quotes breaks in a folder with a space."
    )
{
    public override string Why =>
        "The shell splits an unquoted value at its spaces. In \"/home/me/my project\" the hook is not found: exit code 127, which "
        + "blocks nothing. The same goes for $CLAUDE_PLUGIN_ROOT.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "$CLAUDE_PROJECT_DIR/.claude/hooks/format.sh" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "\"$CLAUDE_PROJECT_DIR\"/.claude/hooks/format.sh" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is { OpenQuote: null }
        let bare = entry
            .Shell!.Variables.Where(variable =>
                variable.Splits && variable.Name is "CLAUDE_PROJECT_DIR" or "CLAUDE_PLUGIN_ROOT" or "CLAUDE_PLUGIN_DATA" && variable.Splits
            )
            .ToArray()
        where bare.Length > 0
        let text = entry.Command[bare[0].Start..bare[0].End]
        select Found(
            document.Place(entry.CommandNode!, bare[0].Start, text.Length),
            $"{text} without quotes falls apart at a space in the path",
            $"write \"{text}\" in double quotes (\\\"{text}\\\" in JSON)",
            null,
            [
                .. bare.Select(variable =>
                    document.Edit(
                        entry.CommandNode!,
                        variable.Start,
                        variable.End - variable.Start,
                        $"\"{entry.Command[variable.Start..variable.End]}\""
                    )
                ),
            ]
        );
}
