using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class RelativeScript()
    : SettingsRule("HR3054", "relative-script", Severity.Warning, "A relative path to a script breaks after cd.")
{
    public override string Why =>
        "Hooks run in the session's current folder. After Claude has changed it, .claude/hooks/x.sh is not found: exit code 127, "
        + "which blocks nothing. A guard is open from then on. At start-up the folder is the project's, so there it is a hint.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "bash .claude/hooks/format.sh" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "bash \"$CLAUDE_PROJECT_DIR/.claude/hooks/format.sh\"" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        let found = entry.Args is { } args ? InExec(entry, args)
        : entry.Shell is { } shell ? InShell(entry, shell)
        : entry.IsPowerShell ? InShell(entry, ShellText.Read(entry.Command))
        : null
        where found is not null
        let root = document.IsPlugin ? "${CLAUDE_PLUGIN_ROOT}"
        : entry.Args is null ? "$CLAUDE_PROJECT_DIR"
        : "${CLAUDE_PROJECT_DIR}"
        let atStart = entry.Event.Name == "Setup"
            || entry.Event.Name == "SessionStart"
                && entry.Matcher.Length > 0
                && entry.Matcher.Split('|').All(source => source is "startup" or "resume")
        select Found(
            found.Value.At,
            $"\"{found.Value.Path}\" is looked for in the session's current folder, which changes with cd",
            entry.Args is null ? $"write \"{root}/{Plain(found.Value.Path)}\", in quotes" : $"write \"{root}/{Plain(found.Value.Path)}\"",
            atStart ? Severity.Hint : null
        );

    private static (SourceRef At, string Path)? InExec(HookHandler entry, IReadOnlyList<JsonTextNode> args)
    {
        var words = args.Prepend(entry.CommandNode!)
            .Select(node => (Node: node, Word: new WrittenWord(entry.Document.StringOf(node) ?? "", 0, 0, false, false)))
            .ToArray();
        // A whole command line as the program is another mistake.
        return
            Scripts.Of([.. words.Select(word => word.Word)], out var direct) is { } script
            && !(direct && script.Text.Contains(' ', StringComparison.Ordinal))
            && Scripts.IsRelative(script, direct)
            ? (entry.Document.Place(words.First(word => word.Word == script).Node), script.Text)
            : null;
    }

    private static (SourceRef At, string Path)? InShell(HookHandler entry, ShellText shell)
    {
        foreach (var command in shell.Commands)
        {
            // From here on the folder is the author's.
            if (command.Words[0].Text is "cd" or "pushd")
                return null;
            if (Scripts.Of(command.Words, out var direct) is { } script && Scripts.IsRelative(script, direct))
                return (entry.Document.Place(entry.CommandNode!, script.Start, script.End - script.Start), script.Text);
        }

        return null;
    }

    private static string Plain(string path) => (path.StartsWith("./", StringComparison.Ordinal) ? path[2..] : path).Replace('\\', '/');
}
