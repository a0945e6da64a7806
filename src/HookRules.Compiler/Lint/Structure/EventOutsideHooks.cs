using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Structure;

internal sealed class EventOutsideHooks()
    : SettingsRule("HR3011", "event-outside-hooks", Severity.Error, "Events beside \"hooks\" instead of in it never fire.")
{
    public override string Why =>
        "Claude Code looks for events in the object \"hooks\" alone. At the top of a settings file an event is an unknown key, "
        + "which is accepted without a word.";

    public override string Bad =>
        """
            {
              "Stop": [{ "hooks": [{ "type": "command", "command": "notify-send done" }] }]
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

    internal override IEnumerable<Finding> Check(SettingsDocument document) =>
        from member in document.Root is { Kind: JsonTextKind.Object } root && (!document.IsPlugin || document.Hooks is null)
            ? root.Children
            : []
        where
            HookEvents.Find(member.Name!) is not null
            && member.Value.Kind == JsonTextKind.Array
            && (document.IsPlugin || !EntryFault.Guards.Contains(member.Name))
        select Found(
            document.Key(member),
            document.IsPlugin
                ? $"\"{member.Name}\" stands outside \"hooks\": Claude Code does not load the hooks of this plugin"
                : $"\"{member.Name}\" stands outside \"hooks\", where Claude Code ignores it",
            document.IsPlugin ? "write { \"hooks\": { … } } around the events" : "move it into \"hooks\": { … }"
        );
}
