using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class JsonComment()
    : SettingsRule("HR3006", "json-comment", Severity.Error, "A comment in a settings file voids the whole file.")
{
    public override string Why =>
        "JSON has no comments, and Claude Code reads strict JSON: with one comment the whole file is dropped, permissions "
        + "included, without a word in the session. Keys that start with _ or // are taken at the top of the file, not inside "
        + "\"hooks\".";

    public override string Bad =>
        """
            {
              // tell me when it is done
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "_comment": "tell me when it is done",
              "hooks": {
                "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
              }
            }
            """;

    internal override bool NeedsNoJson => true;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from slip in document.Slips.Where(slip => slip.Kind == JsonSlipKind.Comment).Take(1)
        let more = document.Slips.Count(other => other.Kind == JsonSlipKind.Comment) - 1
        select Found(
            document.Place(slip.Start, slip.End),
            $"a comment is not JSON, so Claude Code drops the whole file, permissions included{(more > 0 ? $" ({more} more below)" : "")}",
            "remove the comments"
        );
}
