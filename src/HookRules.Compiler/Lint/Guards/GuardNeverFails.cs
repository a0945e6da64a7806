using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class GuardNeverFails()
    : SettingsRule("HR3063", "guard-never-fails", Severity.Warning, "|| true takes the exit code away from a guard.")
{
    public override string Why =>
        "|| true at the end turns every exit code into 0, the 2 that blocks included. Where the handler itself says exit 2 that is "
        + "certain; of a script whose name says that it guards it is a hint, since it might decide with JSON.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "(check-command || exit 2) || true" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 2" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where
            entry.Event.ExitTwoBlocks
            && entry.Shell is { Commands: [.., _, { Words: [{ Text: "true" or ":" }] or [{ Text: "exit" }, { Text: "0" }], Before: "||" }] }
        // An exit of the shell itself is never followed by anything; one of a subshell is.
        let inside = entry.SaysExitTwo
            && entry.Command[..entry.Command.LastIndexOf("||", StringComparison.Ordinal)].TrimEnd() is [.., ')' or '\'' or '"']
        where inside || entry.LooksLikeGuard && !entry.SaysExitTwo
        select Found(
            entry.At,
            inside
                ? "|| true turns every exit code into 0, so this never blocks"
                : "|| true turns every exit code into 0: if this is a guard, it can only block with JSON",
            "remove || true",
            inside ? null : Severity.Hint
        );
}
