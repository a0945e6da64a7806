using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Guards;

internal sealed class BlockAfterTheFact()
    : SettingsRule("HR3074", "block-after-the-fact", Severity.Hint, "After the tool nothing can be blocked any more.")
{
    public override string Why =>
        "On PostToolUse the tool has run. Exit code 2 and \"decision\": \"block\" only tell Claude what is wrong; the file stays "
        + "changed. A guard belongs to PreToolUse.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "block-bad-imports" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "block-bad-imports" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Name is "PostToolUse" or "PostToolUseFailure"
        where
            entry.Shell is not null
            && entry.Shell.Commands.Any(command =>
                command.Words.Any(word =>
                    word.Text[(word.Text.LastIndexOfAny(['/', '\\']) + 1)..] is var name
                    && (
                        name.StartsWith("block-", StringComparison.Ordinal)
                        || name.StartsWith("prevent-", StringComparison.Ordinal)
                        || name.StartsWith("deny-", StringComparison.Ordinal)
                    )
                )
            )
        select Found(
            entry.At,
            $"on {entry.Event.Name} the tool has run already: this can only tell Claude, not block",
            "put it under PreToolUse if it is meant to stop the call"
        );
}
