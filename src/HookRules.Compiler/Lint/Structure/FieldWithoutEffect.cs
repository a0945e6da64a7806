using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class FieldWithoutEffect()
    : SettingsRule("HR3043", "field-without-effect", Severity.Warning, "A field that has no effect where it stands.")
{
    public override string Why =>
        "\"once\" works in the front matter of skills alone: in settings the hook runs every time. \"onFailure\" is ignored on "
        + "prompt and agent, with async, and on Stop, SubagentStop, TaskCompleted and TeammateIdle. An agent behaves as with "
        + "\"continueOnBlock\" anyway. \"shell\" is ignored beside \"args\", and the \"timeout\" of an async hook is not enforced.";

    public override string Bad =>
        """
            {
              "hooks": {
                "SessionStart": [{ "hooks": [{ "type": "command", "command": "show-hints", "once": true }] }]
              }
            }
            """;

    public override string Good =>
        """
            {
              "hooks": {
                "SessionStart": [{ "matcher": "startup", "hooks": [{ "type": "command", "command": "show-hints" }] }]
              }
            }
            """;

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from entry in document.Entries
        from member in entry.Node.Children
        let why = NoEffect(entry, member)
        where why is not null
        select Found(
            document.Key(member),
            $"\"{member.Name}\" has no effect here: {why}",
            "remove it",
            member.Name is "once" or "onFailure" ? null : Severity.Hint
        );

    private static string? NoEffect(HookHandler entry, JsonTextChild member) =>
        member.Name switch
        {
            "once" when member.Value.Kind == JsonTextKind.True => "outside of skills the hook runs every time",
            "continueOnBlock" when entry.Type == "agent" => "an agent always goes on",
            "onFailure" when entry.Type is "prompt" or "agent" => $"a \"{entry.Type}\" handler has no such field",
            "onFailure" when !entry.BlocksOnFailure => null,
            "onFailure" when entry.IsAsync => "nothing waits for an async hook",
            "onFailure" when !entry.Event.OnFailureBlocks => $"{entry.Event.Name} is never blocked by a failure",
            "timeout"
                when entry.Type == "command"
                    && entry.Node["async"]?.Kind == JsonTextKind.True
                    && entry.Node["asyncRewake"]?.Kind != JsonTextKind.True => "the timeout of an async hook is not enforced",
            "shell" when entry.Args is not null => "with \"args\" no shell is started",
            _ => null,
        };
}
