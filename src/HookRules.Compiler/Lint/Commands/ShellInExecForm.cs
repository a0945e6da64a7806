using System.Buffers;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class ShellInExecForm()
    : SettingsRule("HR3060", "shell-in-exec-form", Severity.Error, "With \"args\" no shell reads the command.")
{
    public override string Why =>
        "A handler with \"args\", even an empty list, starts the program \"command\" directly. Quotes, >>, && and $HOME are then "
        + "part of a file's name, which does not exist; only ${CLAUDE_PROJECT_DIR} and its like, with braces, are replaced.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "echo done >> /tmp/log", "args": [] }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "echo done >> /tmp/log" }] }]
              }
            }
            """;

    private static readonly string[] Bare = ["$CLAUDE_PROJECT_DIR", "$CLAUDE_PLUGIN_ROOT", "$HOME"];

    private static readonly SearchValues<char> Signs = SearchValues.Create("|&;<>\"'`");

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        foreach (var entry in document.Entries.Where(entry => entry.Args is not null))
        {
            if (entry.Command.AsSpan().IndexOfAny(" \t") >= 0 && entry.Command.AsSpan().ContainsAny(Signs))
            {
                yield return Found(
                    entry.At,
                    "with \"args\" no shell reads this command: it is looked for as one program of this name",
                    "remove \"args\", or name the program alone and put the rest into \"args\""
                );
                continue;
            }

            foreach (var (node, text) in entry.Texts)
            {
                // A shell that is started on purpose expands what is given to it.
                var bare =
                    Bare.FirstOrDefault(name => text.StartsWith(name, StringComparison.Ordinal))
                    ?? (text.StartsWith("~/", StringComparison.Ordinal) ? "~" : null);
                if (bare is not null && !text.Contains(' ', StringComparison.Ordinal))
                    yield return Found(
                        document.Place(node, 0, bare.Length),
                        $"with \"args\" nobody expands {bare}",
                        bare.StartsWith("$CLAUDE", StringComparison.Ordinal)
                            ? $"write ${{{bare[1..]}}}"
                            : "write the whole path, or remove \"args\"",
                        null,
                        bare.StartsWith("$CLAUDE", StringComparison.Ordinal)
                            ? [document.Edit(node, 0, bare.Length, $"${{{bare[1..]}}}")]
                            : []
                    );
            }
        }
    }
}
