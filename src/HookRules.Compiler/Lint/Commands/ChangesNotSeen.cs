using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Commands;

internal sealed class ChangesNotSeen()
    : SettingsRule("HR3086", "changes-not-seen", Severity.Hint, "Write and Edit are not the only tools that change files.")
{
    public override string Why =>
        "A matcher of Write alone misses Edit, and one of both misses what a command of Bash writes (echo x > file, sed -i, a "
        + "generator). A hook that protects files or keeps a record of every change has holes there. Match Bash as well, or let "
        + "FileChanged watch the files that matter.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [{ "type": "command", "command": "track-changes" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write|Edit|Bash", "hooks": [{ "type": "command", "command": "track-changes" }] }]
              }
            }
            """;

    private static readonly string[] Editors = ["Write", "Edit", "MultiEdit", "NotebookEdit"];
    private static readonly string[] Record = ["audit", "track", "tracker", "backup", "snapshot", "protect", "protected", "protection"];

    internal override IEnumerable<Finding> Check(SettingsDocument document)
    {
        var entries = document.Entries.Where(entry => entry.Event.Name is "PreToolUse" or "PostToolUse").ToArray();
        // Another entry that sees Bash, or the files themselves, may do it there.
        var seesMore = document.Entries.Any(entry => entry.Event.Name == "FileChanged" || entry.Event.IsToolEvent && Sees(entry, "Bash"));
        var seesEdit = entries.Where(entry => Sees(entry, "Edit")).Select(entry => entry.Event.Name).ToHashSet(StringComparer.Ordinal);
        foreach (var entry in entries)
        {
            if (
                entry.IsOnlyFor("Write")
                && !seesEdit.Contains(entry.Event.Name)
                && entry.Node["if"] is null
                && entry.Type == "command"
                && entry.IsFirst
            )
                yield return Found(
                    document.Place(entry.MatcherNode!),
                    "this fires for Write alone: Claude changes most files with Edit",
                    "write \"Write|Edit\" if it is meant for every change"
                );
            else if (!seesMore && entry.IsOnlyFor(Editors) && entry.Words.Any(Record.Contains))
                yield return Found(
                    document.Place(entry.MatcherNode!),
                    "what a command of Bash writes does not pass this hook",
                    "add Bash to the matcher, or watch the files with FileChanged"
                );
        }
    }

    private static bool Sees(HookHandler entry, string tool) =>
        entry.MatcherText is not { IsEverything: false } matcher || (matcher.Tools()?.Contains(tool) ?? true);
}
