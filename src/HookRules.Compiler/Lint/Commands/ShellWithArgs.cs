using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class ShellWithArgs()
    : SettingsRule(
        Number,
        "shell-with-args",
        Severity.Warning,
        "A program that does not know \"args\" starts a bare shell, which runs the event as a script."
    )
{
    internal const string Number = "HR3100";

    public override string Why =>
        "Other agents read .claude/settings.json too, and Claude Code below 2.1.139 does not know \"args\". They start the command "
        + "alone. A shell without arguments runs what it reads from standard input, and there it reads the event: a $(…) in a prompt or "
        + "in a tool call is then run on your machine, even where the call is denied. One text without \"args\" means the same everywhere.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "bash", "args": ["-c", "date >> /tmp/stops"] }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "date >> /tmp/stops" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        foreach (var entry in document.Entries.Where(entry => entry.Args is not null))
        {
            var program = Scripts.Program(new WrittenWord(entry.Command.Trim(), 0, 0, false, false));
            if (ShellScript.IsShell(program))
                yield return Found(
                    entry.At,
                    $"dangerous: a program that does not know \"args\" starts {program} alone, which runs the event as a script",
                    SettingsOwnership.IsOurs(document.Json!, entry.Node)
                        ? "run: hookrules compile, which replaces this entry of an older version"
                        : "write the whole line as \"command\" and remove \"args\""
                );
        }
    }
}
