using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Engine;
using HookRules.Simulation.Timelines;

namespace HookRules.Simulation.Cases;

/// <summary><c>timeline</c>, <c>outcomes</c>, and what is expected of them.</summary>
internal sealed partial class CaseYaml
{
    private const string TimeExample = "write a duration since the beginning, such as 300ms or 1.5s, or one since the event before: +200ms";

    private static readonly string[] StepKeys =
    [
        "at",
        "case",
        "event",
        "tool",
        "set",
        "payload",
        "before",
        "after",
        "failed",
        "command",
        "session",
        "agent",
    ];

    private static readonly string[] OutcomeKeys = ["file", "exit", "status", "output", "took", "times", "retry_after"];
    private static readonly string[] Kinds = ["run", "told", "held", "dead", "skipped", "withdrawn", "decision"];
    private static readonly string[] HappeningKeys = [.. Kinds, "file", "times", "at", "exit", "for", "rule"];

    private TimelineCase? Timeline(YamlMap map, YamlEntry steps, YamlEntry expect, SourceRef at, string? name, CaseParameters with)
    {
        if (steps.Value is not YamlList { Items.Length: > 0 } list)
        {
            Bad(steps.Value, "a timeline is a list of events, and this is none", "write - { at: 0s, after: Write src/a.py }");
            return null;
        }

        var events = ImmutableArray.CreateBuilder<TimelineEvent>();
        var last = TimeSpan.Zero;
        foreach (var item in list.Items)
        {
            if (item is not YamlMap step)
                Bad(item, $"an event of a timeline is a mapping, and this is {item.Kind}", "write - { at: 0s, after: Write src/a.py }");
            else if (Step(step, ref last) is { } one)
                events.Add(one);
        }

        var outcomes = Entries(map, "outcomes").Select(Scripted).OfType<ScriptedOutcome>().ToImmutableArray();
        var expected = Happenings(expect.Value);
        if (hasFailed)
            return null;
        var title = name ?? string.Join("; ", expected.Select(one => one.Shown));
        return new TimelineCase(at, title, with, new Timeline(events.ToImmutable(), outcomes), expected);
    }

    private TimelineEvent? Step(YamlMap step, ref TimeSpan last)
    {
        CheckKeys(step, StepKeys);
        var at = step.Find("at") is { } entry ? Moment(entry, last) : last;
        var (subject, payload) = Payload(step);
        if (payload is null && subject.Length == 0 && !hasFailed)
            Bad(step, "an event of a timeline without an event", "write after: Write src/a.py, or event: Stop");
        if (payload is null || at is not { } moment || hasFailed)
            return null;
        if (moment < last)
        {
            Bad(step, "this is earlier than the event before it", "put the events in order of time");
            return null;
        }

        last = moment;
        var json = JsonNode.Parse(payload)!.AsObject();
        if (step.Find("session") is { } session && Text(session) is { } id)
            json["session_id"] = id;
        if (step.Find("agent") is { } agent && Text(agent) is { } who)
            json["agent_id"] = who;
        var whole = Engine.Payload.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out var problem);
        if (whole is not null)
            return new TimelineEvent(moment, whole, source.Locate(step.Span));
        Bad(step, problem!, "write an event that Claude Code sends");
        return null;
    }

    private TimeSpan? Moment(YamlEntry entry, TimeSpan last)
    {
        if (entry.Value is YamlScalar { IsNothing: false } scalar)
        {
            if (scalar.Value.StartsWith('+') && TimelineFile.Duration(scalar.Value[1..]) is { } later)
                return last + later;
            if (TimelineFile.Duration(scalar.Value) is { } since)
                return since;
            if (scalar.Value == "0")
                return TimeSpan.Zero;
        }

        Bad(entry.Value, $"\"{entry.Key.Value}\" is no moment", TimeExample);
        return null;
    }

    private ScriptedOutcome? Scripted(YamlEntry entry)
    {
        if (entry.Value is not YamlMap map)
        {
            Bad(entry.Value, $"how runs end is a mapping, and this is {entry.Value.Kind}", "write ruff: { exit: 1, output: \"E501\" }");
            return null;
        }

        CheckKeys(map, OutcomeKeys);
        Mark(CaseMarkKind.Name, entry.Key);
        Glob? file = null;
        if (map.Find("file") is { } glob && Text(glob) is { } pattern && (file = Glob.TryParse(pattern, out var problem)) is null)
            Bad(glob.Value, $"no pattern: {problem}", "write a pattern such as \"*.py\"");
        return new ScriptedOutcome(entry.Key.Value)
        {
            File = file,
            Exit = Number(map, "exit"),
            Status = Number(map, "status"),
            Output = map.Find("output") is { } output ? Text(output) ?? "" : "",
            Took = Length(map, "took"),
            Times = Number(map, "times"),
            RetryAfter = Length(map, "retry_after"),
        };
    }

    private ImmutableArray<ExpectedHappening> Happenings(YamlNode node)
    {
        if (node is YamlMap one)
            return Happening(one) is { } only ? [only] : [];
        if (node is YamlList { Items.Length: > 0 } list)
            return [.. list.Items.Select(item => Happening(item as YamlMap, item)).OfType<ExpectedHappening>()];
        Bad(node, $"what is expected of a timeline is a list, and this is {node.Kind}", "write - { run: ruff, times: 1, at: 1s }");
        return [];
    }

    private ExpectedHappening? Happening(YamlMap? map, YamlNode? item = null)
    {
        if (map is null)
        {
            Bad(item!, $"what happens is a mapping, and this is {item!.Kind}", "write - { run: ruff, times: 1, at: 1s }");
            return null;
        }

        CheckKeys(map, HappeningKeys);
        var kinds = map.Entries.Where(entry => Kinds.Contains(entry.Key.Value)).ToList();
        if (kinds is not [var kind] || Text(kind) is not { } what)
        {
            Bad(map, "it is not said what should happen", $"write one of {string.Join(", ", Kinds)}, as in - {{ run: ruff, at: 1s }}");
            return null;
        }

        if (kind.Value is YamlScalar subject && kind.Key.Value is not ("decision" or "told" or "held"))
            Mark(CaseMarkKind.Name, subject);
        if (map.Find("rule")?.Value is YamlScalar named)
            Mark(CaseMarkKind.Name, named);
        var at = map.Find("at");
        var when = at?.Value is YamlScalar scalar ? scalar.Value : null;
        var atEvent = when is not null && EventAliases.Find(when) is { } known ? known.Name : null;
        return new ExpectedHappening(kind.Key.Value, what)
        {
            File = map.Find("file") is { } file ? Text(file) : null,
            Times = Number(map, "times"),
            At = at is not null && atEvent is null ? Moment(at, TimeSpan.Zero) : null,
            AtEvent = atEvent,
            Exit = Number(map, "exit"),
            For = Length(map, "for"),
            Rule = map.Find("rule") is { } rule ? Text(rule) : null,
        };
    }

    private int? Number(YamlMap map, string key)
    {
        if (map.Find(key) is not { } entry)
            return null;
        if (entry.Value is YamlScalar scalar && int.TryParse(scalar.Value, NumberStyles.None, CultureInfo.InvariantCulture, out var number))
            return number;
        Bad(entry.Value, $"\"{key}\" is no number", $"write {key}: 1");
        return null;
    }

    private TimeSpan? Length(YamlMap map, string key) => map.Find(key) is { } entry ? Moment(entry, TimeSpan.Zero) : null;
}
