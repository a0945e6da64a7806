using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Output;

internal sealed class OutputMixed()
    : SettingsRule("HR3089", "output-mixed", Severity.Error, "An answer in JSON with other text beside it is not read.")
{
    public override string Why =>
        "Claude Code reads the whole standard output as one JSON object. With a line of text before it everything is plain text, "
        + "which on most events nobody sees: the tool runs. Two objects, one after the other, are an error. What is meant for "
        + "people goes to stderr.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "WebFetch", "hooks": [{ "type": "command", "command": "echo checking; echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\"}}'" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "WebFetch", "hooks": [{ "type": "command", "command": "echo checking >&2; echo '{\"hookSpecificOutput\":{\"hookEventName\":\"PreToolUse\",\"permissionDecision\":\"deny\"}}'" }] }]
              }
            }
            """;

    private static readonly string[] Simple = ["echo", "printf", "cat", "date", "pwd", "true", ":", "exit", "sleep", "hostname", "whoami"];
    private static readonly string[] Speaking = ["date", "pwd", "hostname", "whoami"];

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        foreach (var entry in document.Entries)
        {
            var prints = document.PrintsOf(entry).ToArray();
            foreach (var printed in prints)
                if (Answer(printed) is not null)
                    yield return Found(
                        printed.At,
                        "before this JSON stands other text, so Claude Code reads none of it as an answer",
                        "print the JSON alone, and text for people to stderr: >&2"
                    );

            // Only where each command surely runs and what it prints is known.
            if (entry.Shell is not { Branches: false } shell || !prints.Any(printed => printed.IsAnswer) || !shell.Commands.All(IsSimple))
                continue;
            var others =
                prints.Length
                - 1
                + shell.Commands.Count(command =>
                    Speaking.Contains(command.Words[0].Text) && !command.Redirected && !command.Inner && command.After != "|"
                );
            if (others == 0)
                continue;
            var objects = prints.Count(printed => printed.IsJson);
            yield return Found(
                prints.First(printed => printed.IsAnswer).At,
                objects > 1
                    ? $"this prints {objects} JSON objects, and Claude Code reads one: it rejects the whole output"
                    : "this prints other text beside the JSON, so Claude Code reads none of it as an answer",
                objects > 1 ? "print one object that says everything" : "send the text to stderr: >&2"
            );
        }
    }

    /// <summary>The JSON with which a text ends that is not JSON as a whole; null where it is no answer.</summary>
    public static string? Answer(StaticOutput printed)
    {
        if (printed.Text.StartsWith('{') || !printed.Text.EndsWith('}'))
            return null;
        var start = printed.Text.IndexOf('{', StringComparison.Ordinal);
        var rest = start > 0 ? printed with { Text = printed.Text[start..] } : null;
        return rest is { IsAnswer: true } && printed.Text[..start].Any(char.IsLetterOrDigit) ? rest.Text : null;
    }

    private static bool IsSimple(WrittenCommand command) =>
        command.Inner
        || command.Redirected
        || Simple.Contains(command.Words[0].Text) && command.Before is not "|" && command.After is not "|";
}
