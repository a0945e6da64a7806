using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class TimeoutInMilliseconds() : SettingsRule("HR3042", "timeout-in-milliseconds", Severity.Warning, "Timeouts are seconds.")
{
    public override string Why =>
        "A timeout of 5000 is 83 minutes: a hook that hangs holds Claude Code up for that long. (The timeout in a Bash call's own "
        + "input is in milliseconds, hence the mistake.)";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command", "timeout": 5000 }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command", "timeout": 5 }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        let seconds = entry.Timeout
        where seconds >= 1000
        // Whole minutes such as 1800 may be meant; a whole number of thousands hardly ever is.
        let sure = seconds % 1000 == 0 || seconds % 60 != 0
        let node = entry.Node["timeout"]!
        let meant = (seconds.Value / 1000).ToString(CultureInfo.InvariantCulture)
        select Found(
            document.Place(node),
            $"timeouts are seconds: {document.TextOf(node)} is "
                + $"{TimeSpan.FromSeconds(Math.Min(seconds.Value, 1e9)).TotalMinutes.ToString("0", CultureInfo.InvariantCulture)} "
                + "minutes",
            sure ? $"write {meant}" : $"write {meant} if milliseconds were meant",
            sure ? null : Severity.Hint,
            sure && seconds % 100 == 0 ? [new JsonTextEdit(node.Start, node.End, meant)] : []
        );
}
