using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Matchers;

internal sealed class MatcherIgnored() : SettingsRule("HR3037", "matcher-ignored", Severity.Warning, "Some events ignore matchers.")
{
    public override string Why =>
        "Stop, UserPromptSubmit, PostToolBatch, TeammateIdle, TaskCreated, TaskCompleted, WorktreeCreate, WorktreeRemove, "
        + "CwdChanged and MessageDisplay have nothing to compare a matcher with: the hook always runs. An empty one or * is "
        + "harmless.";

    public override string Bad =>
        """
            {
              "hooks": {
                "UserPromptSubmit": [{ "matcher": "deploy", "hooks": [{ "type": "command", "command": "check-deploy" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "UserPromptSubmit": [{ "hooks": [{ "type": "command", "command": "check-deploy" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        where entry.Event.Matching == MatcherKind.None && entry.Matcher is not ("" or "*" or ".*") && entry.IsFirst
        select Found(
            document.Place(entry.MatcherNode!),
            $"{entry.Event.Name} ignores matchers: this hook runs every time, not only for \"{entry.Matcher}\"",
            "remove it, and test in the script instead"
        );
}
