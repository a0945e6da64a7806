using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class BashGuardOnWindows()
    : SettingsRule("HR3075", "bash-guard-on-windows", Severity.Hint, "On Windows commands may run in the PowerShell tool.")
{
    public override string Why =>
        "On Windows Claude Code has a tool PowerShell beside Bash. A guard with the matcher Bash alone does not see its commands.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "powershell -NoProfile -File \"C:/hooks/guard-command.ps1\"" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash|PowerShell", "hooks": [{ "type": "command", "command": "powershell -NoProfile -File \"C:/hooks/guard-command.ps1\"" }] }]
              }
            }
            """;

    private static readonly RegexPattern WindowsPath = RegexPattern.TryParse("(?:^|[^A-Za-z])[A-Za-z]:\\\\[A-Za-z]", "", out _, out _)!;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Name == "PreToolUse" && entry.Matcher == "Bash" && entry.LooksLikeGuard
        where
            entry.Command.Contains("powershell", StringComparison.OrdinalIgnoreCase)
            || entry.IsPowerShell
            || WindowsPath.IsMatch(entry.Command)
        select Found(
            document.Place(entry.MatcherNode!),
            "on Windows commands of the tool PowerShell do not pass this guard",
            "write \"Bash|PowerShell\""
        );
}
