using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class IgnoredHandlerField()
    : SettingsRule("HR3022", "ignored-handler-field", Severity.Warning, "A field that handlers do not have is ignored.")
{
    public override string Why =>
        "Handlers have no matcher, env, cwd, enabled, retries or method, and Claude Code strips what it does not know without a "
        + "word. A hook with \"enabled\": false runs all the same, and \"async\" works for commands alone. Notes such as "
        + "\"description\" or \"id\" are harmless.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done", "enabled": false }] }]
              }
            }
            """;

    public override string Good =>
        """
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

    // Those that every type has are not listed.
    private static readonly Dictionary<string, string[]> TypesOf = new(StringComparer.Ordinal)
    {
        ["command"] = ["command"],
        ["args"] = ["command"],
        ["async"] = ["command"],
        ["asyncRewake"] = ["command"],
        ["shell"] = ["command"],
        ["url"] = ["http"],
        ["headers"] = ["http"],
        ["allowedEnvVars"] = ["http"],
        ["server"] = ["mcp_tool"],
        ["tool"] = ["mcp_tool"],
        ["input"] = ["mcp_tool"],
        ["prompt"] = ["prompt", "agent"],
        ["model"] = ["prompt", "agent"],
        ["continueOnBlock"] = ["prompt", "agent"],
        ["onFailure"] = ["command", "http", "mcp_tool", "prompt", "agent"],
    };

    private static readonly string[] Known = [.. TypesOf.Keys, "type", "if", "timeout", "statusMessage", "once"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        from member in entry.Node.Children
        let name = member.Name!
        let fix = Ignored.GetValueOrDefault(name)
            ?? (
                Known.FirstOrDefault(known =>
                    known != name
                    && string.Equals(known, name.Replace("_", "", StringComparison.Ordinal), StringComparison.OrdinalIgnoreCase)
                )
                    is { } meant
                    ? $"write \"{meant}\""
                    : null
            )
        let isKnown = Known.Contains(name)
        // What lacks the field that its type needs is another mistake, and these are a part of it.
        where
            isKnown
                ? TypesOf.GetValueOrDefault(name)?.Contains(entry.Type) is false
                    && EntryFault.RequiredBy(entry.Type).All(field => entry.Node[field] is not null)
                : fix is not null
        select isKnown
            ? Found(
                document.Key(member),
                $"a handler of the type \"{entry.Type}\" has no \"{name}\", so Claude Code ignores it",
                $"remove it, or make the handler one of the type {string.Join(" or ", TypesOf[name].Select(type => $"\"{type}\""))}"
            )
            : Found(document.Key(member), $"handlers have no \"{name}\", so Claude Code ignores it", fix);
}
