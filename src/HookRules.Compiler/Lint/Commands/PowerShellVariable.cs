using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class PowerShellVariable()
    : SettingsRule("HR3056", "powershell-variable", Severity.Error, "PowerShell spells environment variables $env:NAME.")
{
    public override string Why =>
        "With \"shell\": \"powershell\" a bare $CLAUDE_PROJECT_DIR is a variable of PowerShell, which is null. "
        + "${CLAUDE_PROJECT_DIR} is replaced before, $env:CLAUDE_PROJECT_DIR is read by PowerShell.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "shell": "powershell", "command": "& \"$CLAUDE_PROJECT_DIR/.claude/hooks/stop.ps1\"" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "shell": "powershell", "command": "& \"${CLAUDE_PROJECT_DIR}/.claude/hooks/stop.ps1\"" }] }]
              }
            }
            """;

    private static readonly string[] Names = ["$CLAUDE_PROJECT_DIR", "$CLAUDE_PLUGIN_ROOT"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.IsPowerShell && entry.Args is null
        from name in Names
        let at = entry.Command.IndexOf(name, StringComparison.Ordinal)
        where at >= 0
        select Found(
            document.Place(entry.CommandNode!, at, name.Length),
            $"{name} is null in PowerShell",
            $"write ${{{name[1..]}}}",
            null,
            document.Edit(entry.CommandNode!, at, name.Length, $"${{{name[1..]}}}")
        );
}
