using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class CmdVariable() : SettingsRule("HR3057", "cmd-variable", Severity.Error, "Nobody expands %NAME%.")
{
    public override string Why =>
        "Claude Code starts hooks with a POSIX shell (Git Bash on Windows) or PowerShell. %USERPROFILE% is the syntax of cmd.exe: "
        + "it stays as it is, and the path is not found.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "python \"%USERPROFILE%/.claude/hooks/stop.py\"" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "python \"$HOME/.claude/hooks/stop.py\"" }] }]
              }
            }
            """;

    private static readonly string[] Names =
    [
        "USERPROFILE",
        "APPDATA",
        "LOCALAPPDATA",
        "CLAUDE_PROJECT_DIR",
        "CLAUDE_PLUGIN_ROOT",
        "HOMEPATH",
        "TEMP",
        "PROGRAMFILES",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where !entry.Command.StartsWith("cmd", StringComparison.OrdinalIgnoreCase)
        from text in entry.Texts
        from name in Names
        let at = text.Text.IndexOf($"%{name}%", StringComparison.OrdinalIgnoreCase)
        where at >= 0
        select Found(
            document.Place(text.Node, at, name.Length + 2),
            $"nobody expands %{name}%: hooks are started by a POSIX shell or PowerShell, not by cmd.exe",
            name == "USERPROFILE" ? "write $HOME" : $"write ${name}"
        );
}
