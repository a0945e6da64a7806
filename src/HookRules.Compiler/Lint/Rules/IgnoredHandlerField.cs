using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class IgnoredHandlerField() : SettingsRule("HR3022", "ignored-handler-field", Severity.Warning, "A field that handlers do not have is ignored.")
{
    public override string Why => "Handlers have no matcher, env, cwd, enabled, retries or method, and Claude Code strips what it does not know without a word. A hook with \"enabled\": false runs all the same. Notes such as \"description\" or \"id\" are harmless.";

    public override string Bad => """
        {
          "hooks": {
            "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done", "enabled": false }] }]
          }
        }
        """;

    public override string Good => """
        {
          "hooks": {
            "Stop": []
          }
        }
        """;

    private static readonly Dictionary<string, string> Ignored = new(StringComparer.Ordinal)
    {
        ["enabled"] = "the handler runs whatever it says: remove the handler to switch it off",
        ["disabled"] = "the handler runs whatever it says: remove the handler to switch it off",
        ["matcher"] = "the matcher belongs to the entry around \"hooks\"",
        ["env"] = "put the variables before the command, or into the file's \"env\"",
        ["cwd"] = "change the folder in the command: cd \"$CLAUDE_PROJECT_DIR\" && …",
        ["retries"] = "repeat in the command itself",
        ["method"] = "the request is always a POST",
        ["run_in_background"] = "write \"async\": true",
        ["background"] = "write \"async\": true",
        ["timeoutMs"] = "write \"timeout\" in seconds",
        ["timeout_ms"] = "write \"timeout\" in seconds",
        ["blocking"] = "exit with 2 to block",
    };

    private static readonly string[] Known = ["type", "command", "args", "url", "headers", "allowedEnvVars", "server", "tool", "input", "prompt", "model", "continueOnBlock", "if", "timeout", "statusMessage", "once", "async", "asyncRewake", "shell", "onFailure"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        from member in entry.Node.Children
        let mend = Ignored.GetValueOrDefault(member.Name!) ?? (Known.FirstOrDefault(known => known != member.Name && string.Equals(known, member.Name!.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)) is { } meant ? $"write \"{meant}\"" : null)
        where mend is not null && !Known.Contains(member.Name)
        select Found(document.Key(member), $"handlers have no \"{member.Name}\", so Claude Code ignores it", mend);
}
