using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class GuardNeverFails() : SettingsRule("HR3063", "guard-never-fails", Severity.Warning, "|| true takes the exit code away from a guard.")
{
    public override string Why => "|| true at the end turns every exit code into 0, the 2 that blocks included. Where the handler itself says exit 2 that is certain; of a script whose name says that it guards it is a hint, since it might decide with JSON.";

    public override string Bad => """
        {
          "hooks": {
            "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "(check-command || exit 2) || true" }] }]
          }
        }
        """;

    public override string Good => """
        {
          "hooks": {
            "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 2" }] }]
          }
        }
        """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.ExitTwoBlocks && entry.Shell is { Commands: [.., { Words: [{ Text: "true" or ":" }], Before: "||" }] } || entry.Event.ExitTwoBlocks && entry.Shell is { Commands: [.., { Words: [{ Text: "exit" }, { Text: "0" }], Before: "||" }] }
        where entry.SaysExitTwo || entry.LooksLikeGuard
        select Found(entry.At, entry.SaysExitTwo ? "|| true turns every exit code into 0, so this never blocks" : "|| true turns every exit code into 0: if this is a guard, it can only block with JSON", "remove || true", entry.SaysExitTwo ? null : Severity.Hint);
}
