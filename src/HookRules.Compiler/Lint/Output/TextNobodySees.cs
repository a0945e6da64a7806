using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Output;

internal sealed class TextNobodySees()
    : SettingsRule("HR3066", "text-nobody-sees", Severity.Warning, "Text that is printed where the model never sees it.")
{
    public override string Why =>
        "Plain text on standard output reaches Claude on SessionStart, UserPromptSubmit, UserPromptExpansion and PostModelSwitch "
        + "alone (PreCompact takes it as instructions for the summary). Everywhere else it goes to the debug log, and so does "
        + "stderr of a hook that ends with 0.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo 'Remember to run the tests.'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PostToolUse\",\"additionalContext\":\"Remember to run the tests.\"}}'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        Plain(document).Concat(Stderr(document)).Concat(Files(document)).Concat(Ends(document));

    // Who cuts the end off an output wants it to be read.
    private IEnumerable<Finding> Ends(SettingsDocument document) =>
        from entry in document.Entries
        where !entry.Event.PlainStdout && entry.Event.Answer != AnswerForm.Path && !entry.IsAsync && !entry.SaysExitTwo
        where
            entry.Shell
                is {
                    Branches: false,
                    Commands: [
                        ..,
                        { After: "|" },
                        { Redirected: false, Inner: false, Before: "|", Words: [{ Text: "tail" or "head" }, ..] },
                    ]
                }
        select Found(
            entry.At,
            $"on {entry.Event.Name} nobody sees this output: it goes to the debug log",
            "to tell Claude, write it to stderr and exit with 2, or print JSON with additionalContext",
            Severity.Hint
        );

    private IEnumerable<Finding> Plain(SettingsDocument document) =>
        from printed in document.Prints
        let known = printed.Entry.Event
        // A line of echo alone: what a longer script means with its text cannot be told.
        where
            !known.PlainStdout
            && known.Answer != AnswerForm.Path
            && !printed.Text.StartsWith('{')
            && !printed.Text.StartsWith('$')
            && IsOnlySaid(printed.Entry.Shell!)
            && OutputMixed.Answer(printed) is null
            && !document.PrintsOf(printed.Entry).Any(other => other.IsAnswer)
        select Found(
            printed.At,
            $"on {known.Name} nobody sees this text: it goes to the debug log",
            known.HasSpecificOutput && known.Decisions.Contains(DecisionKind.Context)
                    ? "print JSON with additionalContext, or write to stderr and exit with 2"
                : known.Decisions.Contains(DecisionKind.Warn) ? "print {\"systemMessage\": \"…\"} to tell the user"
                : "use an event that takes text, such as SessionStart or UserPromptSubmit"
        );

    /// <summary>Nothing but echo and printf, one after the other, and a command that succeeds.</summary>
    private static bool IsOnlySaid(ShellText shell) =>
        !shell.Branches
        && shell.Commands.All(command =>
            command.Before is not "&&" and not "|"
            && command.Words[0].Text is "echo" or "printf" or "true" or ":" or "exit"
            && !command.Words.Any(word => word.Text == "2")
        );

    // To print a file, or the state of the repository, has no other purpose than to show it.
    private IEnumerable<Finding> Files(SettingsDocument document) =>
        from entry in document.Entries
        where
            !entry.Event.PlainStdout && entry.Event.Answer != AnswerForm.Path && !entry.Command.EndsWith(".json", StringComparison.Ordinal)
        where
            entry.Shell
                is {
                    Commands: [
                        {
                            Redirected: false,
                            Words: [{ Text: "cat" }, { Text: [not '-', ..] }, ..]
                                or [{ Text: "git" }, { Text: "status" or "diff" or "log" or "branch" }, ..]
                                or [{ Text: "ls" or "pwd" or "date" or "tree" }, ..]
                        },
                    ]
                }
        select Found(
            entry.At,
            $"on {entry.Event.Name} nobody sees this text: it goes to the debug log",
            "use an event that takes text, such as SessionStart or UserPromptSubmit"
        );

    private IEnumerable<Finding> Stderr(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is { Commands: [{ Words: [{ Text: "node" }, { Text: "-e" }, var script] }] } && Says(script.Text)
        let at = entry.Command.IndexOf("console.error", StringComparison.Ordinal)
        select Found(
            document.Place(entry.CommandNode!, at, "console.error".Length),
            "nobody sees the stderr of a hook that ends with 0",
            "exit with 2 to tell Claude, or print {\"systemMessage\": \"…\"} to tell the user"
        );

    private static bool Says(string script) =>
        script.Contains("console.error", StringComparison.Ordinal)
        && !script.Replace("process.exit(0)", "", StringComparison.Ordinal).Contains("exit", StringComparison.Ordinal)
        && !script.Contains("throw", StringComparison.Ordinal)
        && !script.Contains("systemMessage", StringComparison.Ordinal)
        && !script.Contains("hookSpecificOutput", StringComparison.Ordinal);
}
