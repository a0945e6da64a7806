using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class StopWithoutLoopGuard()
    : SettingsRule("HR3068", "stop-without-loop-guard", Severity.Warning, "A Stop hook that blocks and never looks at stop_hook_active.")
{
    public override string Why =>
        "When a Stop hook blocks, Claude goes on and stops again, and the hook runs again. Without a look at stop_hook_active that "
        + "is a loop, ended only by a cap of eight blocks in a row, which does not hold where tools ran in between.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "run-tests >&2 || exit 2" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "jq -e .stop_hook_active >/dev/null || run-tests >&2 || exit 2" }] }]
              }
            }
            """;

    private static readonly string[] Exits = ["exit 2\n", "sys.exit(2)", "process.exit(2)"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        Lines(document).Concat(Scripts(document)).Concat(Answers(document));

    // JSON that a script prints, or a program that stands in the command.
    private IEnumerable<Finding> Answers(SettingsDocument document)
    {
        var looks = document
            .Code.Where(code =>
                code.Text.Contains("stop_hook_active", StringComparison.Ordinal)
                || code.Text.Contains("stopHookActive", StringComparison.Ordinal)
            )
            .Select(code => code.Entry)
            .ToHashSet();
        return from printed in document.Answers
            where printed.Entry.Event.Name is "Stop" or "SubagentStop" && !printed.Entry.IsAsync && !printed.KnowsEvents
            where !looks.Contains(printed.Entry) && !document.PrintsOf(printed.Entry).Contains(printed)
            where
                printed.Json is { ValueKind: JsonValueKind.Object } json
                && json.TryGetProperty("decision", out var decision)
                && decision.ValueKind == JsonValueKind.String
                && decision.ValueEquals("block")
            select Found(
                printed.At,
                $"this blocks {printed.Entry.Event.Name} without a look at stop_hook_active, so it may block again and again",
                "let Claude stop where stop_hook_active is true",
                Severity.Hint
            );
    }

    private IEnumerable<Finding> Scripts(SettingsDocument document) =>
        from code in document.Code
        where code.IsScript && code.Entry.Event.Name is "Stop" or "SubagentStop" && code.IsScript && !code.Entry.IsAsync
        where
            !code.Text.Contains("stop_hook_active", StringComparison.Ordinal)
            && !code.Text.Contains("stopHookActive", StringComparison.Ordinal)
        let exit = Exits.Select(phrase => code.Text.IndexOf(phrase, StringComparison.Ordinal)).FirstOrDefault(at => at >= 0, -1)
        where exit >= 0
        select Found(
            code.Place(exit, 4),
            $"this blocks {code.Entry.Event.Name} without a look at stop_hook_active, so it may block again and again",
            "let Claude stop where stop_hook_active is true",
            Severity.Hint
        );

    private IEnumerable<Finding> Lines(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Name is "Stop" or "SubagentStop" && !entry.IsAsync
        where !entry.Texts.Any(text => text.Text.Contains("stop_hook_active", StringComparison.Ordinal))
        let blocks = document
            .PrintsOf(entry)
            .Any(printed =>
                printed.Text.Contains("\"decision\"", StringComparison.Ordinal)
                && printed.Text.Contains("\"block\"", StringComparison.Ordinal)
            )
        where entry.SaysExitTwo || blocks
        select Found(
            entry.At,
            $"this blocks {entry.Event.Name} without a look at stop_hook_active, so it may block again and again",
            "let Claude stop where stop_hook_active is true"
        );
}
