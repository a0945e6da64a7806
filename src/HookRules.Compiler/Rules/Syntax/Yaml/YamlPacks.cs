using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using Sprache;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>The sections <c>pack</c>, <c>params</c>, <c>use</c> and <c>disable</c> of the YAML form: mappings, or lines of the text
/// form.</summary>
internal sealed class YamlPacks(YamlReading yaml)
{
    private const string PackExample = "{ name: python, version: \"1.0.0\" }";

    /// <summary>Null where it cannot be read, which is reported.</summary>
    public PackSyntax? Pack(YamlScalar key, YamlNode value)
    {
        if (value is YamlScalar { IsNothing: false } scalar)
            return yaml.Parse(scalar, PackGrammar.Pack(key.Span));
        if (yaml.Map(value, "\"pack\"", $"a mapping such as {PackExample}") is not { } map)
            return null;
        if (!Known(map, "\"pack\"", "name", "version"))
            return null;
        if (
            Find(map, "\"pack\"", "name", "name: python") is not { } name
            || Find(map, "\"pack\"", "version", "version: \"1.0.0\"") is not { } version
        )
            return null;
        return yaml.Parse(name, Terminals.Name("the name of the pack")) is { } word
            ? new PackSyntax(key.Span.To(map.Span), word, version.Text)
            : null;
    }

    /// <summary>Null where it cannot be read, which is reported.</summary>
    public ParamSyntax? Param(YamlEntry entry)
    {
        if (yaml.Parse(entry.Key, Terminals.Name("the name of the parameter")) is not { } name)
            return null;
        if (entry.Value is YamlScalar { IsNothing: false } scalar)
            return yaml.Parse(scalar, PackGrammar.Param(entry.Key.Span, name));
        var what = $"the parameter \"{name.Text}\"";
        if (yaml.Map(entry.Value, what, "a mapping such as { type: int, default: 88 }") is not { } map)
            return null;
        if (
            !Known(map, what, "type", "default")
            || Find(map, what, "type", "type: int") is not { } type
            || yaml.Parse(type, Terminals.Name("the type of the parameter")) is not { } word
        )
            return null;
        return new ParamSyntax(entry.Key.Span.To(map.Span), name, word, map.Find("default") is { } value ? Value(value.Value) : null);
    }

    public IEnumerable<StatementSyntax> Uses(YamlNode value) =>
        value switch
        {
            YamlScalar { IsNothing: true } or YamlRefused => [],
            YamlList list => [.. list.Items.SelectMany(Use)],
            _ => [.. Use(value)],
        };

    public IEnumerable<StatementSyntax> Disabled(YamlNode value)
    {
        if (value is YamlScalar { IsNothing: true } or YamlRefused)
            yield break;
        foreach (var item in value is YamlList list ? list.Items : [value])
        {
            if (
                yaml.Scalar(item, "\"disable\"", "the name of a pack's rule, PACK.RULE") is { } scalar
                && yaml.Parse(scalar, PackGrammar.RuleName) is { } name
            )
                yield return new DisableSyntax(item.Span, name);
        }
    }

    private IEnumerable<StatementSyntax> Use(YamlNode node)
    {
        var skipped = new SkippedSyntax(node.Span, "use", null);
        switch (node)
        {
            case YamlScalar { IsNothing: false } scalar:
                return [yaml.ParseLine(scalar, PackGrammar.Use(scalar.Span)) ?? (StatementSyntax)skipped];
            case YamlMap map when map.Find("pack") is not null:
                return [(StatementSyntax?)Mapping(map) ?? skipped];
            case YamlMap map:
                return [.. map.Entries.Select(entry => Named(entry) ?? (StatementSyntax)skipped)];
            default:
                yaml.Map(
                    node,
                    "\"use\"",
                    "a pack such as std/git-guard, or a mapping such as { pack: std/git-guard, with: { protected: [main] } }"
                );
                return [skipped];
        }
    }

    /// <summary>A pack as a key: its parameters, or what else there is to say, are the value.</summary>
    private UseSyntax? Named(YamlEntry entry)
    {
        var span = entry.Key.Span.To(entry.Value.Span);
        if (entry.Value is not YamlMap { Entries.IsEmpty: false } map || !map.Entries.All(part => part.Key.Value is "with" or "as"))
            return new UseSyntax(span, entry.Key.Text, Arguments(entry.Value), null);
        return With(map, span, entry.Key);
    }

    private UseSyntax? Mapping(YamlMap map) =>
        Known(map, "\"use\"", "pack", "with", "as") && Find(map, "\"use\"", "pack", "pack: std/git-guard") is { } reference
            ? With(map, map.Span, reference)
            : null;

    private UseSyntax? With(YamlMap map, TextSpan span, YamlScalar reference)
    {
        var with = map.Find("with") is { } given ? Arguments(given.Value) : null;
        if (map.Find("as") is not { } entry)
            return new UseSyntax(span, reference.Text, with, null);
        return
            yaml.Scalar(entry.Value, "\"as\"", "a name for the pack") is { } text
            && yaml.Parse(text, Terminals.Name("a name for the pack")) is { } alias
            ? new UseSyntax(span, reference.Text, with, alias)
            : null;
    }

    private MapSyntax? Arguments(YamlNode value)
    {
        if (
            value is YamlScalar { IsNothing: true }
            || yaml.Map(value, "the parameters of a pack", "a mapping of names and values") is not { } map
        )
            return null;
        return new MapSyntax(
            map.Span,
            [.. map.Entries.Select(entry => new MemberSyntax(entry.Key.Span.To(entry.Value.Span), entry.Key.Name, Value(entry.Value)))]
        );
    }

    /// <summary>As any other value, and a bare duration.</summary>
    private ValueSyntax Value(YamlNode value) =>
        value is YamlScalar { IsPlain: true } scalar && Durations.Parse(scalar.Value) is not null
            ? new DurationValueSyntax(scalar.Span, scalar.Value)
            : yaml.Value(value);

    /// <summary>False, and reported, where there is a key that means nothing: it may be a misspelt one.</summary>
    private bool Known(YamlMap map, string what, params ImmutableArray<string> keys)
    {
        var unknown = map.Entries.Where(entry => !keys.Contains(entry.Key.Value)).ToArray();
        foreach (var (key, _) in unknown)
            yaml.Report(DiagnosticCatalog.UnknownKey(yaml.At(key), key.Value, what, NearestName.Find(key.Value, keys), keys));
        return unknown.Length == 0;
    }

    private YamlScalar? Find(YamlMap map, string what, string key, string example)
    {
        if (map.Find(key) is { } entry)
            return yaml.Scalar(entry.Value, $"\"{key}\"", "a text");
        yaml.Report(DiagnosticCatalog.MissingKey(yaml.At(map), what, key, example));
        return null;
    }
}
