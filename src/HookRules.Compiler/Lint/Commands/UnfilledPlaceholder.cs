using System.Buffers;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UnfilledPlaceholder()
    : SettingsRule("HR3053", "unfilled-placeholder", Severity.Error, "A placeholder that nobody fills.")
{
    public override string Why =>
        "In a command Claude Code replaces ${CLAUDE_PROJECT_DIR} and its like and nothing else. {{tool_input.file_path}} stays as "
        + "it is, ${tool_input.file_path} is an error of the shell (it works in the \"input\" of mcp_tool alone), \"<path>\" was "
        + "meant to be filled in by hand.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "ruff check {{tool_input.file_path}}" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "ruff check \"$(jq -r .tool_input.file_path)\"" }] }]
              }
            }
            """;

    private static readonly SearchValues<char> NoName = SearchValues.Create("/.$\"'|&;");
    private static readonly string[] Fields =
    [
        "tool_input",
        "tool_response",
        "tool_name",
        "tool_output",
        "file_path",
        "filePath",
        "session_id",
        "transcript_path",
        "hook_event_name",
        "tool.",
        "toolInput",
        "input.file",
    ];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        from text in entry.Texts
        let found = Find(text.Text, "{{", "}}") ?? Find(text.Text, "${", "}") ?? (text.Node == entry.CommandNode ? Program(entry) : null)
        where found is not null
        select Found(
            document.Place(text.Node, found.Value.Start, found.Value.Length),
            $"nobody fills {text.Text.Substring(found.Value.Start, found.Value.Length)} in",
            text.Text[found.Value.Start] is '<' or '"'
                ? "write the path that is meant"
                : "read the event from standard input, for example \"$(jq -r .tool_input.file_path)\""
        );

    private static (int Start, int Length)? Find(string text, string open, string close)
    {
        for (var at = text.IndexOf(open, StringComparison.Ordinal); at >= 0; at = text.IndexOf(open, at + 1, StringComparison.Ordinal))
        {
            var end = text.IndexOf(close, at, StringComparison.Ordinal);
            if (end < 0)
                return null;
            var inside = text[(at + open.Length)..end].Trim().TrimStart('.', '$');
            if (open == "${" && inside.Contains('`', StringComparison.Ordinal))
                continue;
            // A script in JavaScript has such placeholders of its own: `${tool_input.x}`.
            var isField =
                Fields.Any(field => inside.StartsWith(field, StringComparison.Ordinal))
                && (
                    open == "{{"
                    || inside.StartsWith("tool_input.", StringComparison.Ordinal)
                    || inside.StartsWith("tool_response.", StringComparison.Ordinal)
                );
            if (isField && !text.Contains('`', StringComparison.Ordinal))
                return (at, end + close.Length - at);
        }

        return null;
    }

    /// <summary>Text for a person to fill in, where a program or a path should stand; a shell would take &lt; and &gt; for
    /// redirections.</summary>
    private static (int Start, int Length)? Program(HookHandler entry)
    {
        if (
            entry.Shell?.Commands is [{ Words: [var word, ..] }, ..]
            && word is { HasQuotes: true, Text: ['<', .., '>'] } or { Text: ['{', '{', .., '}', '}'] }
        )
            return (word.Start, word.End - word.Start);
        for (var open = entry.Command.IndexOf('<', StringComparison.Ordinal); open >= 0; open = entry.Command.IndexOf('<', open + 1))
        {
            var close = entry.Command.IndexOf('>', open);
            if (
                close < 0
                || close + 1 >= entry.Command.Length
                || entry.Command[close + 1] is not ('/' or '\\')
                || open > 0 && entry.Command[open - 1] is not (' ' or '"' or '\'')
            )
                continue;
            var inside = entry.Command.AsSpan(open + 1, close - open - 1);
            // "sort <in>/tmp/out" is one, too; only what no file is called like counts.
            if (
                inside.Length > 2
                && (
                    inside.ContainsAny("-_ ")
                    || inside.IndexOfAnyExceptInRange('\0', '\x7f') >= 0
                    || inside is "path" or "dir" or "root" or "repo"
                )
                && !inside.ContainsAny(NoName)
            )
                return (open, close + 1 - open);
        }

        return null;
    }
}
