using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class GuardNeedsJq()
    : SettingsRule("HR3081", "guard-needs-jq", Severity.Hint, "A guard that needs jq is open where jq is missing.")
{
    public override string Why =>
        "Where jq is not installed the pipe is empty, nothing matches, and the guard lets everything through. \"onFailure\": "
        + "\"block\" does not help if the last command ends well; test for jq first.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "jq -r .tool_input.command | grep -q 'rm -rf' && exit 2 || exit 0" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "command -v jq >/dev/null || exit 2; jq -r .tool_input.command | grep -q 'rm -rf' && exit 2 || exit 0" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where
            entry.Event.Name == "PreToolUse"
            && (entry.SaysExitTwo || document.PrintsOf(entry).Any(printed => printed.Text.Contains("\"deny\"", StringComparison.Ordinal)))
            && entry.Shell is not null
            && entry.Shell.Commands.Any(command => Scripts.Program(command.Words[0]) == "jq")
        where
            !entry.Command.Contains("command -v jq", StringComparison.Ordinal)
            && !entry.Command.Contains("which jq", StringComparison.Ordinal)
            && !entry.Command.Contains("type jq", StringComparison.Ordinal)
            && !entry.Command.Contains("pipefail", StringComparison.Ordinal)
        // jq -e in front decides itself.
        where
            !entry.BlocksOnFailure
            && entry.Shell!.Commands.Any(command => Scripts.Program(command.Words[0]) == "jq" && (command.After == "|" || command.Inner))
        select Found(entry.At, "where jq is missing this guard lets everything through", "begin with: command -v jq >/dev/null || exit 2;");
}
