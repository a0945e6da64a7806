using System.Collections.Immutable;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary><c>expect</c>: as in a table, or key by key; what has no key is left open.</summary>
internal sealed partial class CaseYaml
{
    private static readonly string[] ExpectKeys =
    [
        "decision",
        "rule",
        "reason",
        "context",
        "warn",
        "queue",
        "run",
        "sync",
        "set",
        "await",
        "closed",
    ];

    private static readonly string[] Decisions = [.. DecisionWords.All.ToArray().Select(word => word.Name)];

    private static readonly (string Key, TextPlace Place)[] TextKeys =
    [
        ("reason", TextPlace.Reason),
        ("context", TextPlace.Context),
        ("warn", TextPlace.Warn),
        ("run", TextPlace.Run),
    ];

    private Expectation? Expected(YamlNode node)
    {
        if (node is YamlScalar { IsNothing: false } line)
            return CaseTable.Expected(
                line.Value,
                source.Locate(line.Span),
                problems,
                (kind, word, at) => marks?.Add(kind, word, line.Text.Part(at, word.Length))
            );
        if (node is not YamlMap map)
        {
            Bad(node, $"\"expect\" is {node.Kind}", "write expect: deny NAME, or expect: { decision: deny, rule: NAME }");
            return null;
        }

        CheckKeys(map, ExpectKeys);
        var named = map.Find("rule");
        var rule = named is null ? null : Text(named);
        if (named?.Value is YamlScalar name)
            Mark(CaseMarkKind.Name, name);
        var steps = ImmutableArray.CreateBuilder<ExpectedStep>();
        if (map.Find("decision") is { } decision && Text(decision) is { } word)
        {
            if (word is "none" or "nothing")
                steps.AddRange(
                    Decisions.Where(one => one is not ("warn" or "context")).Select(one => new ExpectedStep(one, null) { IsAbsent = true })
                );
            else if (Decisions.Contains(word))
                steps.Add(new ExpectedStep(word, rule));
            else
                Bad(decision.Value, $"\"{word}\" is no decision", $"write one of {string.Join(", ", Decisions)}, or none");
        }
        else if (rule is not null)
        {
            Bad(named!.Key, "\"rule\" stands without \"decision\"", "name the decision that the rule makes: decision: deny");
        }

        foreach (var key in new[] { "queue", "sync", "set", "await" })
            if (map.Find(key) is { } entry)
                steps.AddRange(
                    Names(entry)
                        .Select(name => name is "none" ? new ExpectedStep(key, null) { IsAbsent = true } : new ExpectedStep(key, name))
                );
        var texts = ImmutableArray.CreateBuilder<ExpectedText>();
        foreach (var (key, place) in TextKeys)
            if (map.Find(key) is { } entry && Comparison(entry, place) is { } text)
                texts.Add(text);
        return new Expectation(steps.ToImmutable(), IsWhole: false)
        {
            Texts = texts.ToImmutable(),
            IsClosed = map.Find("closed") is { } closed ? Flag(closed) : null,
        };
    }

    private bool? Flag(YamlEntry entry)
    {
        if (entry.Value is YamlScalar { Value: "true" or "false" } flag)
            return flag.Value == "true";
        Bad(entry.Value, $"\"{entry.Key.Value}\" is neither true nor false", "write true or false");
        return null;
    }

    private IEnumerable<string> Names(YamlEntry entry)
    {
        if (entry.Value is YamlList { Items.IsEmpty: true })
            return ["none"];
        if (entry.Value is YamlList list)
            return list.Items.OfType<YamlScalar>().Select(Named);
        return Text(entry) is not null ? [Named((YamlScalar)entry.Value)] : [];

        string Named(YamlScalar scalar)
        {
            if (scalar.Value != "none")
                Mark(CaseMarkKind.Name, scalar);
            return scalar.Value;
        }
    }

    /// <summary>A text that is to be in it, or <c>{ contains: … }</c>, <c>{ is: … }</c>, <c>{ matches: /…/ }</c>.</summary>
    private ExpectedText? Comparison(YamlEntry entry, TextPlace place)
    {
        if (entry.Value is YamlScalar { IsNothing: false } text)
            return new ExpectedText(place, TextComparison.Contains, text.Value);
        if (entry.Value is not YamlMap { Entries: [var one] } map)
        {
            Bad(entry.Value, $"\"{entry.Key.Value}\" is {entry.Value.Kind}", $"write {entry.Key.Value}: TEXT, or {{ contains: TEXT }}");
            return null;
        }

        CheckKeys(map, ["contains", "is", "matches"]);
        if (Text(one) is not { } value)
            return null;
        if (one.Key.Value != "matches")
            return new ExpectedText(place, one.Key.Value == "is" ? TextComparison.Is : TextComparison.Contains, value);
        var body = value.Length > 1 && value[0] == '/' && value[^1] == '/' ? value[1..^1] : value;
        if (RegexPattern.TryParse(body, "", out var problem, out _) is { } pattern)
            return new ExpectedText(place, TextComparison.Matches, value) { Pattern = pattern };
        Bad(one.Value, $"not a regular expression: {problem}", "mend it, or write contains: TEXT");
        return null;
    }
}
