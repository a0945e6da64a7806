using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class UnknownEvent()
    : SettingsRule("HR3005", "unknown-event", Severity.Error, "A key in \"hooks\" that is no event never fires.")
{
    public override string Why =>
        "Event names are exact: preToolUse, PreToolCall and the names of other tools are ignored with everything under them. The "
        + "session shows nothing; only `claude doctor` says \"Unknown hook event\". Git's own hooks (pre-commit, pre-push) are not "
        + "events of Claude Code either.";

    public override string Bad =>
        """
            {
              "hooks": {
                "preToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command" }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "PreToolUse": [{ "matcher": "Bash", "hooks": [{ "type": "command", "command": "check-command" }] }]
              }
            }
            """;

    private static readonly string[] GitHooks =
    [
        "applypatch-msg",
        "commit-msg",
        "post-applypatch",
        "post-checkout",
        "post-commit",
        "post-merge",
        "post-receive",
        "post-rewrite",
        "pre-applypatch",
        "pre-commit",
        "pre-merge-commit",
        "pre-push",
        "pre-rebase",
        "pre-receive",
        "prepare-commit-msg",
        "update",
    ];

    private static readonly Dictionary<string, string> Foreign = new(StringComparer.Ordinal)
    {
        ["TaskStatusChanged"] = "TaskCompleted",
        ["BeforeTool"] = "PreToolUse",
        ["AfterTool"] = "PostToolUse",
        ["PreToolCall"] = "PreToolUse",
        ["PostToolCall"] = "PostToolUse",
        ["BeforeAgent"] = "UserPromptSubmit",
        ["AfterAgent"] = "Stop",
    };

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from member in document.Hooks is { Kind: JsonTextKind.Object } ? document.Hooks.Children : []
        where HookEvents.Find(member.Name!) is null
        select Of(document, member);

    private Finding Of(SettingsDocument document, JsonTextChild member)
    {
        var name = member.Name!;
        var at = document.Key(member);
        if (!char.IsAsciiLetter(name.FirstOrDefault()) || name is "description" or "comment")
            return Found(
                at,
                $"\"{name}\" is no event; Claude Code ignores it, and `claude doctor` complains of it",
                "keep notes outside of \"hooks\"",
                Severity.Hint
            );
        if (GitHooks.Contains(name))
            return Found(
                at,
                $"\"{name}\" is a hook of git and no event of Claude Code, so nothing under it ever runs",
                "put it into .git/hooks, or write a PreToolUse hook with \"if\": \"Bash(git commit*)\""
            );
        if (HookTools.Find(name) is not null)
            return Found(
                at,
                $"\"{name}\" is a tool and no event, so nothing under it ever runs",
                $"write \"PreToolUse\" or \"PostToolUse\" here, and \"matcher\": \"{name}\" in its entries"
            );
        var nearest = Foreign.GetValueOrDefault(name) ?? NearestName.Find(name, HookEvents.All.Select(known => known.Name));
        // A name that differs in spelling alone is certain; where its place is taken, nothing is.
        var certain =
            nearest is not null
            && Plain(name) == Plain(nearest)
            && document.Hooks![nearest] is null
            && member.Value.Kind == JsonTextKind.Array;
        return Found(
            at,
            $"unknown hook event \"{name}\": Claude Code ignores what stands under "
                + $"it{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
            nearest is null ? "`hookrules events` lists the events of Claude Code" : $"rename the key to \"{nearest}\"",
            null,
            certain ? [document.Rename(member, nearest!)] : []
        );
    }

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToUpperInvariant();
}
