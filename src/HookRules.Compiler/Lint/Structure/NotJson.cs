using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class NotJson()
    : SettingsRule("HR3001", "not-json", Severity.Error, "A settings file that is no JSON is not loaded at all.")
{
    public override string Why =>
        "Claude Code reads settings as strict JSON. Of a file that it cannot read it takes nothing: no hook, no permission rule, "
        + "no environment. Nobody is told: only `claude doctor` says so.";

    public override string Bad =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
              }
            }
            """;

    internal override bool NeedsNoJson => true;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        MergeConflict.Lines(document.Text) is { Count: > 0 } conflicts ? Conflicts(document, conflicts) : Slips(document);

    private IEnumerable<Finding> Conflicts(SettingsDocument document, IReadOnlyList<(int First, int Last)> conflicts)
    {
        var starts = TextPlace.LineStarts(document.Text);
        return from lines in conflicts
            let start = starts[lines.First - 1]
            select Found(
                document.Place(start, start + MergeConflict.Mark.Length),
                $"a merge conflict stands in lines {lines.First} to {lines.Last}, so Claude Code drops the whole file with its permissions",
                "run: hookrules compile, which decides where only its own entries differ, and names the lines that are left to you"
            );
    }

    private IEnumerable<Finding> Slips(SettingsDocument document) =>
        from error in document.Errors
        where error.Kind == JsonErrorKind.Syntax
        select Found(
            document.Place(error.Start, error.End),
            $"this is not JSON, so Claude Code drops the whole file, permissions included: {error.Message}",
            error.Fix
        );
}
