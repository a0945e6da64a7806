using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using Sprache;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Modifiers of the YAML form: what follows the word in the text form is the value of the key, or a mapping of its
/// parts.</summary>
internal sealed class YamlModifiers(YamlReading yaml)
{
    private const string Duration = "a duration such as 1s";
    private const string Count = "a whole number";

    /// <summary>The parts of a modifier that can be a mapping; the first one cannot be left out.</summary>
    private static readonly Dictionary<string, ImmutableArray<string>> Parts = new(StringComparer.Ordinal)
    {
        ["dedup"] = ["window", "first", "by"],
        ["debounce"] = ["window", "max", "by"],
        ["batch"] = ["window"],
        ["throttle"] = ["count", "per"],
        ["retry"] = ["count", "backoff"],
    };

    public IEnumerable<ModifierSyntax> Read(YamlScalar key, YamlNode value)
    {
        var word = key.Name;
        if (word.Text is "sync" or "open" or "closed" or "feedback")
            return Flag(key, value);
        if (word.Text == "pass" && value is YamlList names)
            return [.. names.Items.SelectMany(name => Read(key, name))];
        if (word.Text == "env")
            return yaml.Map(value, "\"env\"", "a mapping of names and texts") is { } variables
                ? [new VariablesSyntax(key.Span.To(value.Span), word, yaml.Values(variables))]
                : [];
        if (word.Text == "in")
            return yaml.Scalar(value, "\"in\"", "a folder") is { } folder
                ? [new FolderSyntax(key.Span.To(value.Span), word, YamlReading.TextOrEnv(folder))]
                : [];
        if (value is YamlMap map && Parts.ContainsKey(word.Text))
            return Mapping(word, map) is { } read ? [read] : [];
        return
            yaml.Scalar(value, $"\"{word.Text}\"", "a text") is { } scalar
            && yaml.Parse(scalar, ModifierGrammar.Modifiers[word.Text](word)) is { } modifier
            ? [modifier]
            : [];
    }

    private ModifierSyntax[] Flag(YamlScalar key, YamlNode value)
    {
        // Nothing follows the word in the text form.
        return
            Flag($"\"{key.Value}\"", value)
            && yaml.Parse(new YamlScalar(key.Span, "", true, [key.Span.End]), ModifierGrammar.Modifiers[key.Value](key.Name)) is { } flag
            ? [flag]
            : [];
    }

    public bool Flag(string what, YamlNode value)
    {
        switch (value)
        {
            case YamlScalar { Value: "true" or "True" or "TRUE" }:
                return true;
            case YamlScalar { Value: "false" or "False" or "FALSE" }:
                return false;
            default:
                yaml.Report(
                    DiagnosticCatalog.WrongKind(
                        yaml.At(value),
                        what,
                        "true or false",
                        value is YamlScalar { IsNothing: false } scalar ? $"\"{scalar.Value}\"" : value.Kind
                    )
                );
                return false;
        }
    }

    private ModifierSyntax? Mapping(NameSyntax word, YamlMap map)
    {
        var parts = Parts[word.Text];
        foreach (var (key, _) in map.Entries)
        {
            if (!parts.Contains(key.Value))
                yaml.Report(
                    DiagnosticCatalog.UnknownKey(yaml.At(key), key.Value, $"\"{word.Text}\"", NearestName.Find(key.Value, parts), parts)
                );
        }

        var span = word.Span.To(map.Span);
        switch (word.Text)
        {
            case "throttle":
                var count = Part(word, map, "count", Terminals.Count(1), Count, "count: 3");
                var per = Part(word, map, "per", Terminals.Duration, Duration, "per: 1m");
                return count is not null && per is not null ? new ThrottleSyntax(span, word, count, per) : null;
            case "retry":
                var times = Part(word, map, "count", Terminals.Count(0), Count, "count: 3");
                var backoff = Part(word, map, "backoff", Terminals.Duration, Duration);
                return times is null || (backoff is null && map.Find("backoff") is not null)
                    ? null
                    : new RetrySyntax(span, word, times, backoff);
            case "batch":
                return Part(word, map, "window", ModifierGrammar.Modifiers["batch"](word), "a duration, or turn", "window: 5s");
            default:
                var window = Part(word, map, "window", Terminals.Duration, Duration, "window: 1s");
                var isFirst = map.Find("first") is { } first && Flag("\"first\"", first.Value);
                var most = Part(word, map, "max", Terminals.Duration, Duration);
                if (Fields(map) is not { } by || window is null || (most is null && map.Find("max") is not null))
                    return null;
                return word.Text == "dedup"
                    ? new DedupSyntax(span, word, window, isFirst, by)
                    : new DebounceSyntax(span, word, window, most, by);
        }
    }

    /// <param name="example">What to write where it is missing; null where it may be.</param>
    private T? Part<T>(NameSyntax word, YamlMap map, string key, Parser<T> parser, string expected, string? example = null)
        where T : class
    {
        if (map.Find(key) is { } entry)
            return yaml.Scalar(entry.Value, $"\"{key}\"", expected) is { } scalar ? yaml.Parse(scalar, parser) : null;
        // A misspelt key is no missing one.
        if (example is not null && map.Entries.All(other => Parts[word.Text].Contains(other.Key.Value)))
            yaml.Report(DiagnosticCatalog.MissingKey(yaml.At(map), $"\"{word.Text}\"", key, example));
        return null;
    }

    /// <summary>A list of fields, or as in the text form: one of them, or several in parentheses.</summary>
    private ImmutableArray<NameSyntax>? Fields(YamlMap map)
    {
        if (map.Find("by") is not { } by)
            return [];
        if (by.Value is not YamlList list)
            return yaml.Scalar(by.Value, "\"by\"", "a field, or a list of them") is { } line
                ? yaml.Parse(line, ModifierGrammar.Fields.Select(read => read.ToArray()))?.ToImmutableArray()
                : null;
        var fields = list
            .Items.Select(item =>
                yaml.Scalar(item, "a field", "a path such as tool_input.command") is { } scalar
                    ? yaml.Parse(scalar, ConditionGrammar.Field)
                    : null
            )
            .ToArray();
        return fields.Contains(null) ? null : [.. fields.Select(field => field!)];
    }
}
