using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

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
        from error in document.Errors.Where(error => error.Kind == JsonErrorKind.Comment).Take(1)
        let more = document.Errors.Count(other => other.Kind == JsonErrorKind.Comment) - 1
        select Found(
            document.Place(error.Start, error.End),
            $"a comment is not JSON, so Claude Code drops the whole file, permissions included{(more > 0 ? $" ({more} more below)" : "")}",
            "remove the comments"
        );
}
