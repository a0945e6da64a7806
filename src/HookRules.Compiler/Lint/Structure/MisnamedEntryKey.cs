using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class MisnamedEntryKey()
    : SettingsRule("HR3021", "misnamed-entry-key", Severity.Error, "An entry's keys are \"matcher\" and \"hooks\".")
{
    public override string Why =>
        "Unknown keys are accepted without a word. With \"match\" for \"matcher\" the entry has no matcher and runs for "
        + "everything; with \"hook\" for \"hooks\" it has no handlers at all.";

    public override string Bad =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "match": "Write", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PostToolUse": [{ "matcher": "Write", "hooks": [{ "type": "command", "command": "run-checks" }] }]
              }
            }
            """;

    private static readonly string[] ForMatcher = ["match", "matchers", "Matcher", "tool", "tools", "toolName", "tool_name", "pattern"];
    private static readonly string[] ForHooks = ["hook", "Hooks", "handlers", "commands"];

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from item in document.Events()
        from child in item.Member.Value.Kind == JsonTextKind.Array ? item.Member.Value.Children : []
        let entry = child.Value
        where entry.Kind == JsonTextKind.Object
        from member in entry.Children
        let meant = ForMatcher.Contains(member.Name) && entry["matcher"] is null ? "matcher"
        : ForHooks.Contains(member.Name) && entry["hooks"] is null ? "hooks"
        : null
        where meant is not null
        select Found(
            document.Key(member),
            meant == "matcher"
                ? $"Claude Code ignores \"{member.Name}\", so this entry runs for everything: the key is \"matcher\""
                : $"Claude Code ignores \"{member.Name}\", so this entry has no handlers: the key is \"hooks\"",
            $"rename it to \"{meant}\"",
            null,
            member.Name is "match" or "Matcher" && member.Value.Kind == JsonTextKind.String ? [document.Rename(member, meant!)] : []
        );
}
