using System.Text.RegularExpressions;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class GuardExitsOne() : SettingsRule("HR3062", "guard-exits-one", Severity.Warning, "Only exit code 2 blocks.")
{
    public override string Why =>
        "Exit code 1 is an error of the hook: it is shown to the user, and the tool runs all the same. To block, exit with 2 and "
        + "write the reason to stderr, or say \"onFailure\": \"block\".";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 1" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command || exit 2" }] }]
              }
            }
            """;

    private static readonly string[] Exits = ["exit 1\n", "sys.exit(1)", "process.exit(1)"];
    private static readonly string[] Blocks = ["exit 2", "exit(2", "ecision", "exitCode", "exec ", "source ", "import "];

    // Another exit takes the status of what ran, which may be 2: exit $?, process.exit(r.status), sys.exit(main()).
    private static readonly Regex HandsOn = new(
        @"\bexit(?:Code\s*=|\s*\(\s*(?![\d""'`)])|\s+[""']?\$)",
        RegexOptions.CultureInvariant,
        TimeSpan.FromSeconds(1)
    );

    internal override IEnumerable<Finding> Check(SettingsDocument document) => Lines(document).Concat(Scripts(document));

    // A script may end with 1 for other reasons; of one that is named a guard and has no other way to block it is told.
    private IEnumerable<Finding> Scripts(SettingsDocument document) =>
        from code in document.Code
        where
            code.IsScript
            && code.Entry.Event.ExitTwoBlocks
            && code.Entry.Event.Answer != AnswerForm.Path
            && !code.Entry.BlocksOnFailure
            && !code.Entry.IsAsync
            && code.Entry.LooksLikeGuard
        where !Blocks.Any(sign => code.Text.Contains(sign, StringComparison.Ordinal)) && !HandsOn.IsMatch(code.Text)
        let exit = Exits.Select(phrase => code.Text.IndexOf(phrase, StringComparison.Ordinal)).FirstOrDefault(at => at >= 0, -1)
        where exit >= 0
        select Found(
            code.Place(exit, 4),
            $"exit code 1 does not block: on {code.Entry.Event.Name} only 2 does",
            "exit with 2, or add \"onFailure\": \"block\" to the handler"
        );

    private IEnumerable<Finding> Lines(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.ExitTwoBlocks && entry.Event.Answer != AnswerForm.Path && !entry.BlocksOnFailure && !entry.IsAsync
        where
            entry.Exits("1")
            && !entry.SaysExitTwo
            && !entry.Texts.Any(text => HandsOn.IsMatch(text.Text))
            && !entry.Texts.Any(text =>
                text.Text.Contains("\"decision\"", StringComparison.Ordinal)
                || text.Text.Contains("permissionDecision", StringComparison.Ordinal)
            )
        select Found(
            entry.At,
            $"exit code 1 does not block: on {entry.Event.Name} only 2 does",
            "exit with 2, or add \"onFailure\": \"block\""
        );
}
