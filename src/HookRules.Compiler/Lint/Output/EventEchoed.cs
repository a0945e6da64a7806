using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Output;

internal sealed class EventEchoed() : SettingsRule("HR3090", "event-echoed", Severity.Hint, "A hook that prints the event itself.")
{
    public override string Why =>
        "A hook's input is the event as JSON. With cat, tee or jq . at the end of a line the same JSON is its output, which Claude "
        + "Code takes for its answer: at best it finds nothing in it, at worst a field of the same name.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "tee -a \"$HOME/.claude/tools.jsonl\"" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "tee -a \"$HOME/.claude/tools.jsonl\" >/dev/null" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where !entry.IsAsync && entry.Shell is { Branches: false, Commands: { Count: > 0 } commands } && Passes(commands)
        select Found(entry.At, "this prints the event itself, and Claude Code takes it for the hook's answer", "add >/dev/null");

    /// <summary>One pipeline that hands its input on as it is, and nothing before it.</summary>
    private static bool Passes(IReadOnlyList<WrittenCommand> commands)
    {
        for (var i = 0; i < commands.Count; i++)
        {
            var command = commands[i];
            if (command.Redirected || command.Inner || command.Input is not null || i > 0 && command.Before != "|" || command.After is "&")
                return false;
            if (
                !(
                    command.Words is [{ Text: "cat" }] or [{ Text: "cat" }, { Text: "-" }] or [{ Text: "tee" }, ..]
                    || command.Words is [{ Text: "jq" }, ..]
                        && command.Words.Skip(1).All(word => word.Text is "." or "-c" or "-M" or "-S" or "-C")
                )
            )
                return false;
        }

        return commands[^1].After is not "|";
    }
}
