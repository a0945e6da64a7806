using System.Collections.Immutable;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Import;

/// <summary>Finds the handlers of a settings file or a plugin's hooks, repairs what is broken where the meaning is certain, and says
/// so.</summary>
/// <param name="verbatim">Of a file that Claude Code loads only what it loads.</param>
internal sealed class HandlerFinder(SettingsDocument document, bool verbatim)
{
    private static readonly string[] HandlerTypes = [.. EntryFault.HandlerTypes];

    private readonly List<FoundHandler> handlers = [];
    private readonly List<string> notes = [];
    private bool repairs;
    private SpokenMatcher? spoken;

    private bool IsStrict => document.Errors.Count == 0;

    public IReadOnlyList<FoundHandler> Handlers => handlers;

    /// <summary>What is about no handler that was found.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>How many entries nothing could be made of.</summary>
    public int Left { get; private set; }

    public void Read()
    {
        var root = document.Root!;
        if (root.Kind != JsonTextKind.Object)
        {
            Lost("the file", "it should be an object", root);
            return;
        }

        var hooks = root["hooks"];
        // plugin.json may hold the events in an object with another "hooks" around them.
        if (hooks is { Kind: JsonTextKind.Object } && hooks["hooks"] is { Kind: JsonTextKind.Object } inner)
            hooks = inner;
        if (hooks is null && root.Children.Any(member => EventNamed(member.Name!) is not null && member.Value.Kind == JsonTextKind.Array))
        {
            if (verbatim && IsStrict && !root.Children.Any(member => EntryFault.Guards.Contains(member.Name)))
            {
                notes.Add("without \"hooks\" around its events Claude Code finds no hooks in this file");
                return;
            }

            notes.Add("repaired: the events stood outside of \"hooks\"");
            hooks = root;
        }

        if (hooks is null)
            return;
        if (hooks.Kind == JsonTextKind.Array && !verbatim)
        {
            List(hooks);
            return;
        }

        if (hooks.Kind != JsonTextKind.Object)
        {
            Lost("\"hooks\"", "it should be an object of events", hooks);
            return;
        }

        repairs = !verbatim || !IsStrict || !Loads(hooks);
        var isRoot = hooks == root;
        foreach (var name in hooks.Children.Select(member => member.Name!).Distinct(StringComparer.Ordinal))
        {
            if (hooks.Children.Count(member => member.Name == name) > 1)
                notes.Add($"{name} stands there {hooks.Children.Count(member => member.Name == name)} times: the last one counts");
            Event(name, hooks[name]!, isRoot);
        }
    }

    /// <summary>Handlers in one array, each of which names its event.</summary>
    private void List(JsonTextNode hooks)
    {
        repairs = true;
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
                Lost("an entry of \"hooks\"", "it names no event", entry);
            else
            {
                var known = EventNamed(document.StringOf(member.Value)!)!;
                List<string> said = [$"repaired: \"hooks\" was an array, and {JsonText.Quote(member.Name)} named the event"];
                if (entry["hooks"] is not null)
                    Group(known, entry, said);
                else
                    Handler(known, MatcherOf(known, entry), entry, said, "matcher", "match", member.Name);
            }
        }
    }

    private string? MatcherOf(HookEvent known, JsonTextNode entry) =>
        known.MatcherField is null ? null : document.StringOf(entry["matcher"] ?? entry["match"]);

    private bool Loads(JsonTextNode hooks) =>
        document.Root!["hooks"] == hooks
        && EntryFault.Guards.All(guard => hooks[guard] is not { } value || !EntryFault.Of(document.Json!, guard, value).Any());

    private void Event(string name, JsonTextNode value, bool isRoot)
    {
        var said = new List<string>();
        var known = HookEvents.Find(name);
        if (known is null)
        {
            if (isRoot && EventNamed(name) is null)
                return;
            if (!repairs || EventNamed(name) is not { } meant)
            {
                Lost(
                    $"the event \"{name}\"",
                    EventNamed(name) is { } near ? $"Claude Code knows it as {near.Name} only" : "Claude Code knows none of this name",
                    value
                );
                return;
            }

            said.Add($"repaired: the event was spelt \"{name}\"");
            known = meant;
        }

        if (
            value.Kind == JsonTextKind.Object
            && repairs
            && (value["hooks"] is not null || value["command"] is not null || value["type"] is not null)
        )
        {
            said.Add($"repaired: {known.Name} was an object and no array");
            Group(known, value, said);
        }
        else if (value.Kind != JsonTextKind.Array)
        {
            Lost(known.Name, $"it should be an array, but is {value.Description}", value);
        }
        else
        {
            foreach (var group in value.Children)
            {
                Group(known, group.Value, said);
                said = [];
            }
        }
    }

    private void Group(HookEvent known, JsonTextNode entry, List<string> said)
    {
        if (entry.Kind != JsonTextKind.Object)
        {
            Lost($"an entry of {known.Name}", $"it should be an object, but is {entry.Description}", entry);
            return;
        }

        var matcher = entry["matcher"];
        if (matcher is null && entry["match"] is { Kind: JsonTextKind.String } match && repairs)
        {
            matcher = match;
            said.Add("repaired: \"match\" is written \"matcher\"");
        }

        if (matcher is { Kind: not JsonTextKind.String })
        {
            Lost($"an entry of {known.Name}", $"its matcher should be a string, but is {matcher.Description}", entry);
            return;
        }

        said.AddRange(
            from member in entry.Children
            where
                member.Name is not ("matcher" or "match" or "hooks")
                && member.Value.Kind == JsonTextKind.String
                && entry["hooks"] is not null
            select $"{member.Name!.TrimStart('/', ' ')}: {document.StringOf(member.Value)}"
        );
        var text = document.StringOf(matcher);
        spoken = !verbatim && known.IsToolEvent && text is not null ? SpokenMatcher.Of(text) : null;
        if (spoken is not null)
        {
            said.Add(
                $"repaired: the matcher was {document.TextOf(matcher!)}, which Claude Code reads as an expression that matches no tool"
            );
            text = spoken.Matcher;
        }

        if (known.MatcherField is null && text is not (null or "" or "*"))
        {
            said.Add($"the matcher {document.TextOf(matcher!)} is left out: {known.Name} ignores matchers");
            text = null;
        }

        if (entry["hooks"] is { Kind: JsonTextKind.Array } list)
        {
            foreach (var handler in list.Children)
            {
                Handler(known, text, handler.Value, said);
                said = [];
            }
        }
        else if (repairs && entry["hooks"] is { Kind: JsonTextKind.Object } single)
        {
            said.Add("repaired: \"hooks\" was an object and no array");
            Handler(known, text, single, said);
        }
        else if (repairs && entry["hooks"] is null && (entry["command"] ?? entry["hook"] ?? entry["type"]) is not null)
        {
            said.Add($"repaired: the handler stood directly in the array of {known.Name}");
            Handler(known, text, entry, said, "matcher", "match");
        }
        else
        {
            Lost($"an entry of {known.Name}", "it has no array \"hooks\"", entry);
        }
    }

    private void Handler(HookEvent known, string? matcher, JsonTextNode handler, List<string> said, params string[] without)
    {
        if (handler.Kind == JsonTextKind.String && repairs && document.StringOf(handler) is { Length: > 0 })
        {
            handlers.Add(
                new FoundHandler(
                    known,
                    matcher,
                    [new("type", "\"command\""), new("command", document.TextOf(handler))],
                    [.. said, "repaired: the handler was a bare command"]
                )
                {
                    Node = handler,
                    Spoken = spoken,
                }
            );
            return;
        }

        if (handler.Kind != JsonTextKind.Object)
        {
            Lost($"a handler of {known.Name}", $"it should be an object, but is {handler.Description}", handler);
            return;
        }

        // What compile wrote itself comes from rules that exist already; its native handlers only lose their mark.
        if (SettingsOwnership.IsOurs(document.Json!, handler) && document.StringOf(handler[SettingsOwnership.Mark]) is null)
        {
            notes.Add($"the hook process of HookRules itself, on {known.Name}, is left out: it comes from rules");
            return;
        }

        var fields = new List<Field>();
        foreach (var name in handler.Children.Select(member => member.Name!).Distinct(StringComparer.Ordinal))
            if (name != SettingsOwnership.Mark && !without.Contains(name))
                fields.Add(new(name, document.Json!.TextOf(handler[name]!)));

        if (repairs)
            Repair(fields, said);
        var repaired = JsonText.Parse(new FoundHandler(known, matcher, [.. fields], []) { Node = handler }.Json);
        if (EntryFault.OfHandler(repaired, known.Name, repaired.Root).FirstOrDefault() is { } problem)
            Lost($"a handler of {known.Name}", problem.Problem, handler);
        else
            handlers.Add(new FoundHandler(known, matcher, [.. fields], [.. said]) { Node = handler, Spoken = spoken });
    }

    private static void Repair(List<Field> fields, List<string> said)
    {
        Rename("hook", "command");
        var type = fields.FindIndex(field => field.Name == "type");
        if (type < 0 && fields.Exists(field => field.Name == "command"))
        {
            said.Add("repaired: the handler had no type");
            fields.Insert(0, new("type", "\"command\""));
        }
        else if (
            type >= 0
            && HandlerTypes.FirstOrDefault(known => Letters(known) == Letters(fields[type].Json)) is { } meant
            && fields[type].Json != $"\"{meant}\""
        )
        {
            said.Add($"repaired: the type was {fields[type].Json}");
            fields[type] = new("type", $"\"{meant}\"");
        }

        var timeout = fields.FindIndex(field => field.Name == "timeout");
        if (
            timeout >= 0
            && fields[timeout].Json is ['"', .. var inside, '"']
            && inside.Length is > 0 and < 7
            && inside.All(char.IsAsciiDigit)
            && inside[0] != '0'
        )
        {
            said.Add($"repaired: the timeout was the text {fields[timeout].Json}");
            fields[timeout] = new("timeout", inside);
        }

        void Rename(string from, string to)
        {
            var at = fields.FindIndex(field => field.Name == from);
            if (at < 0 || fields.Exists(field => field.Name == to))
                return;
            said.Add($"repaired: \"{from}\" is written \"{to}\"");
            fields[at] = fields[at] with { Name = to };
        }
    }

    private void Lost(string what, string why, JsonTextNode value)
    {
        Left++;
        notes.Add($"not understood: {what}: {why}: {Short(document.TextOf(value))}");
    }

    public static string Short(string json)
    {
        var line = string.Join(' ', json.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 2000 ? $"{line[..2000]}…" : line;
    }

    /// <summary>The event that a name in another spelling can only mean: preToolUse, pre_tool_use, pre-tool-use.</summary>
    private static HookEvent? EventNamed(string name) => HookEvents.All.FirstOrDefault(known => Letters(known.Name) == Letters(name));

    private static string Letters(string name) => string.Concat(name.Where(char.IsAsciiLetter)).ToUpperInvariant();
}
