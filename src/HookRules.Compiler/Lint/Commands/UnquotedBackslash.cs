using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UnquotedBackslash()
    : SettingsRule("HR3061", "unquoted-backslash", Severity.Warning, "A POSIX shell eats the backslashes of a Windows path.")
{
    public override string Why =>
        "Where Git Bash is installed it starts the hooks. Outside of quotes it takes a backslash away: C:\\dev\\hook.ps1 becomes "
        + "C:devhook.ps1, which is not found. Put the path into quotes, or write it with slashes.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "powershell -NoProfile -File C:\\dev\\hooks\\stop.ps1" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "powershell -NoProfile -File C:/dev/hooks/stop.ps1" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is not null
        from word in entry
            .Shell!.Commands.SelectMany(command => command.Words)
            .Where(word => !word.HasQuotes && IsWindowsPath(entry.Command.AsSpan(word.Start, word.End - word.Start)))
            .Take(1)
        select Found(
            document.Place(entry.CommandNode!, word.Start, word.End - word.Start),
            "outside of quotes Git Bash takes the backslashes out of this path",
            $"write {entry.Command[word.Start..word.End].Replace('\\', '/')}"
        );

    private static bool IsWindowsPath(ReadOnlySpan<char> word) =>
        word.Length > 3 && char.IsAsciiLetter(word[0]) && word[1] == ':' && word[2] == '\\' && word[3] != '\\';
}
