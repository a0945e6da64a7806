using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>Cases as YAML: an event, or a whole timeline, with all that can be said about what comes of it.</summary>
internal sealed partial class CaseYaml(SourceText source, ICollection<Diagnostic> problems, CaseMarks? marks)
{
    private static readonly string[] CaseKeys =
    [
        "name",
        "case",
        "with",
        "event",
        "tool",
        "set",
        "payload",
        "before",
        "after",
        "failed",
        "command",
        "timeline",
        "outcomes",
        "expect",
    ];

    private static readonly string[] Subjects = ["case", "event", "payload", "before", "after", "failed", "command", "timeline"];

    private bool hasFailed;

    public static ImmutableArray<TestCase> Read(SourceText source, ICollection<Diagnostic> problems, CaseMarks? marks = null)
    {
        var reading = new List<Diagnostic>();
        var root = new YamlText(source, reading).Read();
        foreach (var problem in reading)
            problems.Add(DiagnosticCatalog.BadCase(problem.At, problem.Message, problem.Fix ?? "mend the YAML"));
        return root is null || (reading.Count > 0 && root is YamlMap map && map.Find("cases")?.Value is not YamlList)
            ? []
            : new CaseYaml(source, problems, marks).Cases(root);
    }

    private ImmutableArray<TestCase> Cases(YamlNode root)
    {
        if (root is not YamlMap map || map.Find("cases") is not { } entry)
        {
            Bad(root, "a file of cases is a mapping with the key \"cases\"", "begin it with: cases:");
            return [];
        }

        CheckKeys(map, ["cases", "with"]);
        var common = map.Find("with") is { } with ? Parameters(with.Value) : CaseParameters.None;
        if (entry.Value is not YamlList list)
        {
            Bad(
                entry.Value,
                $"\"cases\" is {entry.Value.Kind}, not a list",
                "write each case as an item: - { before: Write .env, expect: ask }"
            );
            return [];
        }

        var cases = ImmutableArray.CreateBuilder<TestCase>();
        foreach (var item in list.Items)
        {
            if (item is not YamlMap one)
                Bad(item, $"a case is a mapping, and this is {item.Kind}", "write - { before: Write .env, expect: ask }");
            else if (Case(one, common) is { } read)
                cases.Add(read);
        }

        return cases.ToImmutable();
    }

    private TestCase? Case(YamlMap map, CaseParameters common)
    {
        hasFailed = false;
        CheckKeys(map, CaseKeys);
        var subjects = map.Entries.Where(entry => Subjects.Contains(entry.Key.Value)).ToList();
        if (subjects.Count != 1)
        {
            Bad(
                map,
                subjects.Count == 0
                    ? "a case without an event"
                    : $"a case with several events: {DiagnosticCatalog.OneOf(subjects.Select(entry => entry.Key.Value), "and")}",
                $"give it one of {DiagnosticCatalog.OneOf(Subjects)}"
            );
            return null;
        }

        if (map.Find("expect") is not { } expect)
        {
            Bad(map, "a case without \"expect\"", "say what should come: expect: deny, or expect: { decision: deny, rule: NAME }");
            return null;
        }

        var with = map.Find("with") is { } own ? Parameters(own.Value) : common;
        var name = map.Find("name") is { } named ? Text(named) : null;
        var at = source.Locate(FirstLine(map));
        if (subjects[0].Key.Value == "timeline")
            return Timeline(map, subjects[0], expect, at, name, with);
        if (map.Find("outcomes") is { } stray)
            Bad(stray.Key, "\"outcomes\" is for timelines", "take it out, or write the events as a timeline");
        var (subject, payload) = Payload(map);
        var expected = Expected(expect.Value);
        return payload is null || expected is null || hasFailed
            ? null
            : new EventCase(at, name ?? $"{expected.Shown} => {subject}", with, subject, payload, expected);
    }

    private static TextSpan FirstLine(YamlMap map) => map.Entries.IsEmpty ? map.Span : map.Entries[0].Key.Span;

    /// <summary>The event of a case or of a step of a timeline.</summary>
    private (string Subject, byte[]? Payload) Payload(YamlMap map)
    {
        if (map.Find("payload") is { } whole)
            return Whole(whole);
        if (map.Find("event") is { } named)
            return MadeUp(map, named);
        foreach (var stray in new[] { "tool", "set" })
            if (map.Find(stray) is { } entry)
                Bad(entry.Key, $"\"{stray}\" is for an event that is named by \"event\"", $"write event: NAME beside it");
        foreach (var key in new[] { "case", "before", "after", "failed", "command" })
        {
            if (map.Find(key) is not { } entry || Text(entry) is not { } text)
                continue;
            var subject =
                key == "case" ? text
                : key == "command" ? $"before Bash {text}"
                : $"{key} {text}";
            if (CaseSubject.Read(subject, out var problem, out var fix) is { } payload)
                return (key == "command" ? text : subject, payload);
            Bad(entry.Value, problem!, fix);
            return (subject, null);
        }

        return ("", null);
    }

    private (string, byte[]?) Whole(YamlEntry entry)
    {
        if (Json(entry.Value) is not JsonObject json)
        {
            Bad(entry.Value, $"a payload is a mapping, and this is {entry.Value.Kind}", "write the fields that Claude Code sends");
            return ("", null);
        }

        var bytes = Encoding.UTF8.GetBytes(json.ToJsonString());
        if (PayloadValidator.Validate(bytes) is [var first, ..])
        {
            Bad(
                entry.Value,
                $"not a payload that Claude Code sends: {first}",
                "compare it with a real one: hookrules events NAME prints one"
            );
            return ("", null);
        }

        return ((string?)json["hook_event_name"] ?? "", bytes);
    }

    private (string, byte[]?) MadeUp(YamlMap map, YamlEntry named)
    {
        if (Text(named) is not { } name)
            return ("", null);
        if (EventAliases.Find(name) is not { } known)
        {
            var nearest = NearestName.Find(name, HookEvents.All.Select(one => one.Name));
            Bad(
                named.Value,
                $"there is no event \"{name}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
                "hookrules events lists them"
            );
            return (name, null);
        }

        var tool = map.Find("tool") is { } entry ? Text(entry) : null;
        if (tool is not null && !known.IsToolEvent)
        {
            Bad(map.Find("tool")!.Key, $"{known.Name} has no tool", "take \"tool\" out");
            return (name, null);
        }

        if (tool is not null && CaseSubject.ToolProblem(known, tool, out var fix) is { } wrong)
        {
            Bad(map.Find("tool")!.Value, wrong, fix);
            return (name, null);
        }

        var sample = SamplePayload.Of(known, tool);
        foreach (var change in Entries(map, "set"))
        {
            var value = change.Value is YamlScalar scalar ? scalar.Value : Json(change.Value)?.ToJsonString() ?? "null";
            if (sample.Set(change.Key.Value, value) is { } problem)
                Bad(change.Key, problem, $"hookrules events {known.Name} lists its fields");
        }

        return ($"{known.Name}{(tool is null ? "" : $" {tool}")}", sample.ToBytes());
    }

    private IEnumerable<YamlEntry> Entries(YamlMap map, string key)
    {
        if (map.Find(key) is not { } entry)
            return [];
        if (entry.Value is YamlMap fields)
            return fields.Entries;
        Bad(entry.Value, $"\"{key}\" is {entry.Value.Kind}, not a mapping", $"write {key}: {{ NAME: VALUE }}");
        return [];
    }

    /// <summary>As the text form of <c>use</c> writes them.</summary>
    private CaseParameters Parameters(YamlNode node)
    {
        if (node is not YamlMap map)
        {
            Bad(node, $"\"with\" is {node.Kind}, not a mapping", "write with: { NAME: VALUE }");
            return CaseParameters.None;
        }

        foreach (var entry in map.Entries)
            Mark(CaseMarkKind.Parameter, entry.Key);
        var values = map.Entries.Select(entry => $"{entry.Key.Value} = {Value(entry.Value)}");
        return new CaseParameters(string.Join(", ", values), source.Locate(map.Span));

        string Value(YamlNode value) =>
            value switch
            {
                YamlList list => $"[{string.Join(", ", list.Items.Select(Value))}]",
                YamlScalar { IsPlain: true } plain
                    when int.TryParse(plain.Value, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out _)
                        || plain.Value is "true" or "false"
                        || Durations.Parse(plain.Value) is not null => plain.Value,
                YamlScalar scalar => TextLayout.Quote(scalar.Value),
                _ => "\"\"",
            };
    }

    private JsonNode? Json(YamlNode node) =>
        node switch
        {
            YamlMap map => new JsonObject(
                map.Entries.DistinctBy(entry => entry.Key.Value).Select(entry => KeyValuePair.Create(entry.Key.Value, Json(entry.Value)))
            ),
            YamlList list => new JsonArray([.. list.Items.Select(Json)]),
            YamlScalar { IsPlain: true, Value: "true" } => JsonValue.Create(true),
            YamlScalar { IsPlain: true, Value: "false" } => JsonValue.Create(false),
            YamlScalar { IsPlain: true, IsNothing: true } => null,
            YamlScalar { IsPlain: true } plain when IsNumber(plain.Value) => JsonNode.Parse(plain.Value),
            YamlScalar scalar => JsonValue.Create(scalar.Value),
            _ => null,
        };

    private static bool IsNumber(string text)
    {
        try
        {
            return text.Length > 0
                && (char.IsAsciiDigit(text[0]) || text[0] == '-')
                && JsonNode.Parse(text)?.GetValueKind() == System.Text.Json.JsonValueKind.Number;
        }
        catch (System.Text.Json.JsonException)
        {
            return false;
        }
    }

    private string? Text(YamlEntry entry)
    {
        if (entry.Value is YamlScalar { IsNothing: false } scalar)
            return scalar.Value;
        Bad(entry.Value, $"\"{entry.Key.Value}\" is {entry.Value.Kind}, not a text", "write a text there");
        return null;
    }

    private void CheckKeys(YamlMap map, IReadOnlyCollection<string> known)
    {
        foreach (var entry in map.Entries.Where(entry => !known.Contains(entry.Key.Value)))
        {
            var nearest = NearestName.Find(entry.Key.Value, known);
            Bad(
                entry.Key,
                $"\"{entry.Key.Value}\" is not known here{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
                $"what may stand here: {string.Join(", ", known)}"
            );
        }
    }

    private void Mark(CaseMarkKind kind, YamlScalar scalar) => marks?.Add(kind, scalar.Value, scalar.Text.Part(0, scalar.Value.Length));

    private void Bad(YamlNode node, string problem, string fix)
    {
        hasFailed = true;
        problems.Add(DiagnosticCatalog.BadCase(source.Locate(node.Span), problem, fix));
    }
}
