using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;

namespace HookRules.Compiler.Import;

/// <summary>Makes of the handlers that stand in a settings file or a plugin's hooks those that are to be taken over: fields are repaired
/// where the meaning is certain, and what is repaired or lost is said.</summary>
/// <param name="verbatim">Of a file that Claude Code loads only what it loads.</param>
internal sealed class HandlerRepair(SettingsDocument document, bool verbatim)
{
    private static readonly string[] HandlerTypes = [.. EntryFault.HandlerTypes];

    private readonly List<FoundHandler> handlers = [];
    private readonly List<string> notes = [];

    // What was said of the entry that the last handler stood in is said once.
    private MatcherGroup? group;
    private string? matcher;
    private SpokenMatcher? spoken;

    public IReadOnlyList<FoundHandler> Handlers => handlers;

    /// <summary>What is about no handler that was found.</summary>
    public IReadOnlyList<string> Notes => notes;

    /// <summary>How many entries nothing could be made of.</summary>
    public int Left { get; private set; }

    public void Read()
    {
        foreach (var part in SettingsWalk.Meant(document, verbatim))
            switch (part)
            {
                case SettingsPart.Handler handler:
                    Take(handler);
                    break;
                case SettingsPart.Lost lost:
                    Lost(lost);
                    break;
                case SettingsPart.Remark remark:
                    notes.Add(remark.Text);
                    break;
            }
    }

    private void Take(SettingsPart.Handler part)
    {
        List<string> said = [.. part.Slips];
        if (group != part.Group)
            Enter(part, said);
        if (part.Node.Kind == JsonTextKind.String)
        {
            handlers.Add(
                new FoundHandler(
                    part.Event,
                    matcher,
                    [new("type", "\"command\""), new("command", document.TextOf(part.Node))],
                    [.. said, "repaired: the handler was a bare command"]
                )
                {
                    Node = part.Node,
                    Spoken = spoken,
                }
            );
            return;
        }

        // What compile wrote itself comes from rules that exist already; its native handlers only lose their mark.
        if (SettingsOwnership.IsOurs(document.Json!, part.Node) && document.StringOf(part.Node[SettingsOwnership.Mark]) is null)
        {
            notes.Add($"the hook process of HookRules itself, on {part.Event.Name}, is left out: it comes from rules");
            return;
        }

        var fields = new List<Field>();
        foreach (var name in part.Node.Children.Select(member => member.Name!).Distinct(StringComparer.Ordinal))
            if (name != SettingsOwnership.Mark && !part.NoFields.Contains(name))
                fields.Add(new(name, document.Json!.TextOf(part.Node[name]!)));

        if (part.IsRepaired)
            Repair(fields, said);
        var repaired = JsonText.Parse(new FoundHandler(part.Event, matcher, [.. fields], []) { Node = part.Node }.Json);
        if (EntryFault.OfHandler(repaired, part.Event.Name, repaired.Root).FirstOrDefault() is { } problem)
            Lost(new($"a handler of {part.Event.Name}", problem.Problem, part.Node));
        else
            handlers.Add(new FoundHandler(part.Event, matcher, [.. fields], [.. said]) { Node = part.Node, Spoken = spoken });
    }

    /// <summary>Of an entry's first handler: what its other members say, and what its matcher means.</summary>
    private void Enter(SettingsPart.Handler part, List<string> said)
    {
        group = part.Group;
        var entry = group.Node;
        said.AddRange(
            from member in entry.Children
            where
                member.Name is not ("matcher" or "match" or "hooks")
                && member.Value.Kind == JsonTextKind.String
                && entry["hooks"] is not null
            select $"{member.Name!.TrimStart('/', ' ')}: {document.StringOf(member.Value)}"
        );
        matcher = document.StringOf(part.Matcher);
        spoken = !verbatim && part.Event.IsToolEvent && matcher is not null ? SpokenMatcher.Of(matcher) : null;
        if (spoken is not null)
        {
            said.Add(
                $"repaired: the matcher was {document.TextOf(part.Matcher!)}, which Claude Code reads as an expression that matches no tool"
            );
            matcher = spoken.Matcher;
        }

        if (part.Event.MatcherField is null && matcher is not (null or "" or "*"))
        {
            said.Add($"the matcher {document.TextOf(part.Matcher!)} is left out: {part.Event.Name} ignores matchers");
            matcher = null;
        }
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
            && HandlerTypes.FirstOrDefault(known => SettingsWalk.Letters(known) == SettingsWalk.Letters(fields[type].Json)) is { } meant
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

    private void Lost(SettingsPart.Lost part)
    {
        Left++;
        notes.Add($"not understood: {part.What}: {part.Why}: {Short(document.TextOf(part.Node))}");
    }

    public static string Short(string json)
    {
        var line = string.Join(' ', json.Split([' ', '\t', '\r', '\n'], StringSplitOptions.RemoveEmptyEntries));
        return line.Length > 2000 ? $"{line[..2000]}…" : line;
    }
}
