using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class AsyncGuard() : SettingsRule("HR3044", "async-guard", Severity.Error, "An async hook cannot stop anything.")
{
    public override string Why =>
        "Claude Code does not wait for an async hook: its exit code 2 and its decision have no effect, the tool has long run.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 2", "async": true }] }]
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
        where entry.Node["async"]?.Kind == JsonTextKind.True && entry.Node["asyncRewake"]?.Kind != JsonTextKind.True && entry.Event.CanBlock
        let says = entry.SaysExitTwo || entry.Texts.Any(text => text.Text.Contains("permissionDecision", StringComparison.Ordinal))
        where says || entry.LooksLikeGuard && entry.Event.Name is "PreToolUse" or "PermissionRequest" && entry.LooksLikeGuard
        select says
            ? Found(document.Place(entry.Node["async"]!), "nothing waits for an async hook, so it can block nothing", "remove \"async\"")
            : Found(
                document.Place(entry.Node["async"]!),
                "nothing waits for an async hook: if this one is meant to block, it cannot",
                "remove \"async\" if it is a guard",
                Severity.Hint
            );
}
