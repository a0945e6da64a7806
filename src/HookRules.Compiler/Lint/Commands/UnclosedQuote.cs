using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class UnclosedQuote() : SettingsRule("HR3071", "unclosed-quote", Severity.Error, "A quote in a command is not closed.")
{
    public override string Why =>
        "The shell refuses a command whose quote is not closed: exit code 2 in some shells, which blocks every call, 1 or 127 in "
        + "others. Often a quote of JSON was escaped once too few.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send 'all done" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send 'all done'" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Shell is { OpenQuote: not null } && !entry.Command.Contains("<<", StringComparison.Ordinal)
        // Inside of $(…) an odd parenthesis ends the reading early, and what follows proves nothing.
        where
            entry.Command.Count(c => c == entry.Command[entry.Shell!.OpenQuote!.Value]) % 2 == 1
            && !entry.Command.Contains("$(", StringComparison.Ordinal)
            && !entry.Command.Contains('\\', StringComparison.Ordinal)
        select Found(
            document.Place(entry.CommandNode!, entry.Shell!.OpenQuote!.Value, 1),
            "this quote is never closed, so the shell refuses the command",
            "close it"
        );
}
