using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Output;

internal sealed class JsonOnStderr() : SettingsRule("HR3084", "json-on-stderr", Severity.Error, "A decision on stderr is not read.")
{
    public override string Why =>
        "Claude Code reads JSON on standard output alone. On stderr it is plain text, and of a hook that ends with 0 nobody sees it.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\"}}' >&2" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\"}}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        // With exit code 2 stderr is the reason, whatever it looks like.
        where entry.Shell is not null && entry.Command.Contains(">&2", StringComparison.Ordinal) && !entry.SaysExitTwo
        from command in entry.Shell!.Commands
        where command is { Redirected: true, Words: [{ Text: "echo" or "printf" }, _, ..] }
        let json = command.Words.FirstOrDefault(word =>
            word.Text.StartsWith('{')
            && (
                word.Text.Contains("hookSpecificOutput", StringComparison.Ordinal)
                || word.Text.Contains("\"decision\"", StringComparison.Ordinal)
            )
        )
        where json is not null && entry.Command[json.End..].TrimStart().StartsWith(">&2", StringComparison.Ordinal)
        select Found(
            document.Place(entry.CommandNode!, json.Start, json.End - json.Start),
            "Claude Code reads decisions on standard output alone, and this goes to stderr",
            "remove >&2"
        );
}
