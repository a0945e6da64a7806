using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings;

/// <summary>
/// The one walk over events, entries and handlers of a settings file: as Claude Code loads them, or as they were meant where it does not
/// and the meaning is certain.
/// </summary>
internal sealed class SettingsWalk
{
    private readonly SettingsDocument document;
    private readonly bool repairs;

    private SettingsWalk(SettingsDocument document, bool repairs) => (this.document, this.repairs) = (document, repairs);

    /// <summary>Nothing but what Claude Code itself finds.</summary>
    public static IEnumerable<SettingsPart> Loaded(SettingsDocument document) =>
        document.Events().SelectMany(item => new SettingsWalk(document, repairs: false).Event(item.Event, item.Member.Value, []));

    /// <summary>Everything, with what is certain put right.</summary>
    /// <param name="verbatim">Of a file that Claude Code loads only what it loads.</param>
    public static IEnumerable<SettingsPart> Meant(SettingsDocument document, bool verbatim)
    {
        var root = document.Root!;
        if (root.Kind != JsonTextKind.Object)
            return [new SettingsPart.Lost("the file", "it should be an object", root)];
        var isStrict = document.Errors.Count == 0;
        var hooks = root["hooks"];
        // plugin.json may hold the events in an object with another "hooks" around them.
        if (hooks is { Kind: JsonTextKind.Object } && hooks["hooks"] is { Kind: JsonTextKind.Object } inner)
            hooks = inner;
        if (hooks is null && root.Children.Any(member => EventNamed(member.Name!) is not null && member.Value.Kind == JsonTextKind.Array))
            return verbatim && isStrict && !root.Children.Any(member => EntryFault.Guards.Contains(member.Name))
                ? [new SettingsPart.Remark("without \"hooks\" around its events Claude Code finds no hooks in this file")]
                : new SettingsWalk(document, !verbatim || !isStrict || !Loads(document, root))
                    .All(root)
                    .Prepend(new SettingsPart.Remark("repaired: the events stood outside of \"hooks\""));
        return hooks switch
        {
            null => [],
            { Kind: JsonTextKind.Array } when !verbatim => new SettingsWalk(document, repairs: true).List(hooks),
            { Kind: JsonTextKind.Object } => new SettingsWalk(document, !verbatim || !isStrict || !Loads(document, hooks)).All(hooks),
            _ => [new SettingsPart.Lost("\"hooks\"", "it should be an object of events", hooks)],
        };
    }

    private static bool Loads(SettingsDocument document, JsonTextNode hooks) =>
        document.Root!["hooks"] == hooks
        && EntryFault.Guards.All(guard => hooks[guard] is not { } value || !EntryFault.Of(document.Json!, guard, value).Any());

    private IEnumerable<SettingsPart> All(JsonTextNode hooks)
    {
        foreach (var named in hooks.Children.GroupBy(member => member.Name!, StringComparer.Ordinal))
        {
            if (named.Count() is > 1 and var times)
                yield return new SettingsPart.Remark($"{named.Key} stands there {times} times: the last one counts");
            foreach (var part in Named(named.Key, hooks[named.Key]!, isRoot: hooks == document.Root))
                yield return part;
        }
    }

    private IEnumerable<SettingsPart> Named(string name, JsonTextNode value, bool isRoot)
    {
        if (HookEvents.Find(name) is { } known)
            return Event(known, value, []);
        var meant = EventNamed(name);
        if (meant is null && isRoot)
            return [];
        if (meant is null || !repairs)
            return
            [
                new SettingsPart.Lost(
                    $"the event \"{name}\"",
                    meant is null ? "Claude Code knows none of this name" : $"Claude Code knows it as {meant.Name} only",
                    value
                ),
            ];
        return Event(meant, value, [$"repaired: the event was spelt \"{name}\""]);
    }

    /// <summary>Handlers in one array, each of which names its event.</summary>
    private IEnumerable<SettingsPart> List(JsonTextNode hooks)
    {
        foreach (var entry in hooks.Children.Select(child => child.Value))
        {
            var member =
                entry.Kind == JsonTextKind.Object
                    ? entry.Children.FirstOrDefault(member =>
                        member.Name is "event" or "hook_event_name" or "hookEventName" or "type" or "name"
                        && document.StringOf(member.Value) is { } name
                        && EventNamed(name) is not null
                    )
                    : null;
            if (member?.Name is null)
            {
                yield return new SettingsPart.Lost("an entry of \"hooks\"", "it names no event", entry);
                continue;
            }

            var known = EventNamed(document.StringOf(member.Value)!)!;
            List<string> slips = [$"repaired: \"hooks\" was an array, and {JsonText.Quote(member.Name)} named the event"];
            var group = new MatcherGroup(document.Json!, 0, entry);
            var matcher =
                known.MatcherField is null || document.StringOf(entry["matcher"] ?? entry["match"]) is null
                    ? null
                    : entry["matcher"] ?? entry["match"];
            var parts = entry["hooks"] is null
                ? [Handler(known, group, matcher, entry, slips, "matcher", "match", member.Name)]
                : Group(known, group, slips);
            foreach (var part in parts)
                yield return part;
        }
    }

    private IEnumerable<SettingsPart> Event(HookEvent known, JsonTextNode value, List<string> slips)
    {
        if (
            repairs
            && value.Kind == JsonTextKind.Object
            && (value["hooks"] is not null || value["command"] is not null || value["type"] is not null)
        )
        {
            slips.Add($"repaired: {known.Name} was an object and no array");
            return Group(known, new MatcherGroup(document.Json!, 0, value), slips);
        }

        return value.Kind != JsonTextKind.Array
            ? [new SettingsPart.Lost(known.Name, $"it should be an array, but is {value.Description}", value)]
            // What is said of the event stands at its first entry.
            : MatcherGroup.In(document.Json!, value).SelectMany(group => Group(known, group, group.Index == 0 ? slips : []));
    }

    private IEnumerable<SettingsPart> Group(HookEvent known, MatcherGroup group, List<string> slips)
    {
        var entry = group.Node;
        if (!group.IsObject)
            return [new SettingsPart.Lost($"an entry of {known.Name}", $"it should be an object, but is {entry.Description}", entry)];
        var matcher = group.MatcherNode;
        if (matcher is null && entry["match"] is { Kind: JsonTextKind.String } match && repairs)
        {
            matcher = match;
            slips.Add("repaired: \"match\" is written \"matcher\"");
        }

        if (matcher is { Kind: not JsonTextKind.String })
            return
            [
                new SettingsPart.Lost($"an entry of {known.Name}", $"its matcher should be a string, but is {matcher.Description}", entry),
            ];
        if (group.Handlers is { } handlers)
            return handlers.Children.Select((handler, index) => Handler(known, group, matcher, handler.Value, index == 0 ? slips : []));
        if (repairs && entry["hooks"] is { Kind: JsonTextKind.Object } single)
        {
            slips.Add("repaired: \"hooks\" was an object and no array");
            return [Handler(known, group, matcher, single, slips)];
        }

        if (repairs && entry["hooks"] is null && (entry["command"] ?? entry["hook"] ?? entry["type"]) is not null)
        {
            slips.Add($"repaired: the handler stood directly in the array of {known.Name}");
            return [Handler(known, group, matcher, entry, slips, "matcher", "match")];
        }

        return [new SettingsPart.Lost($"an entry of {known.Name}", "it has no array \"hooks\"", entry)];
    }

    private SettingsPart Handler(
        HookEvent known,
        MatcherGroup group,
        JsonTextNode? matcher,
        JsonTextNode handler,
        List<string> slips,
        params string[] noFields
    ) =>
        handler.Kind == JsonTextKind.Object || repairs && document.StringOf(handler) is { Length: > 0 }
            ? new SettingsPart.Handler(known, group, matcher, handler)
            {
                Slips = slips,
                IsRepaired = repairs,
                NoFields = noFields,
            }
            : new SettingsPart.Lost($"a handler of {known.Name}", $"it should be an object, but is {handler.Description}", handler);

    /// <summary>The event that a name in another spelling can only mean: preToolUse, pre_tool_use, pre-tool-use.</summary>
    private static HookEvent? EventNamed(string name) => HookEvents.All.FirstOrDefault(known => Letters(known.Name) == Letters(name));

    /// <summary>What is left of a name whose case and marks were got wrong.</summary>
    public static string Letters(string name) => string.Concat(name.Where(char.IsAsciiLetter)).ToUpperInvariant();
}
