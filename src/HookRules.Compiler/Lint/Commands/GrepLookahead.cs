using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class GrepLookahead() : SettingsRule("HR3070", "grep-lookahead", Severity.Error, "grep -E knows no look-ahead.")
{
    public override string Why =>
        "(?!…) and (?=…) belong to Perl's expressions. grep -E takes them for something else or refuses them, so the pattern never "
        + "matches and the guard never fires. grep -P has them, where it is installed.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "jq -r .tool_input.command | grep -qE 'rm +-rf +/(?!tmp)' && exit 2" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "jq -r .tool_input.command | grep -qP 'rm +-rf +/(?!tmp)' && exit 2" }] }]
              }
            }
            """;

    private static readonly string[] Signs = ["(?!", "(?=", "(?<", "(?i"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from code in document.Code
        where code.Shell is not null
        from command in code.Shell!.Commands
        let program = Scripts.Program(command.Words[0])
        where
            program is "egrep"
            || program == "grep"
                && !command.Words.Any(word =>
                    word.Text.StartsWith('-') && word.Text.Contains('P', StringComparison.Ordinal) || word.Text == "--perl-regexp"
                )
        let pattern = command.Words.Skip(1).FirstOrDefault(word => Signs.Any(sign => word.Text.Contains(sign, StringComparison.Ordinal)))
        where pattern is not null
        select Found(
            code.Place(pattern.Start, pattern.End - pattern.Start),
            $"{program} without -P knows no look-ahead, so this never matches what is meant",
            "write grep -P, or two greps: grep … | grep -v …"
        );
}
