using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using Sprache;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Settings of the YAML form: lines of the text form, or mappings where they have several parts.</summary>
internal sealed class YamlSettings(YamlReading yaml)
{
    /// <summary>Null where it cannot be read, which is reported.</summary>
    public StatementSyntax? Read(YamlScalar key, YamlNode value, Func<NameSyntax, Parser<StatementSyntax>> tail) =>
        (key.Value, value) switch
        {
            ("queue", YamlMap map) => Queue(key, map),
            ("record", YamlMap map) => Record(key, map),
            ("record", YamlScalar { IsPlain: true, Value: "true" or "True" or "TRUE" or "false" or "False" or "FALSE" } flag) =>
                new RecordSyntax(key.Span.To(flag.Span), new NameSyntax(flag.Span, flag.Value[0] is 't' or 'T' ? "on" : "off"), [], []),
            ("requires", YamlMap map) => Requires(key, map),
            ("install", YamlScalar command) => new InstallSyntax(key.Span.To(command.Span), command.Text),
            _ => yaml.Scalar(value, $"\"{key.Value}\"", "a text") is { } scalar ? yaml.Parse(scalar, tail(key.Name)) : null,
        };

    private QueueSyntax? Queue(YamlScalar key, YamlMap map)
    {
        var kind = map.Find("sqlite") ?? map.Find("redis") ?? map.Find("file");
        if (
            !Known(
                map,
                "queue",
                kind?.Key.Value switch
                {
                    null => ["file", "redis", "sqlite"],
                    "redis" => ["redis", "stream", "else"],
                    var own => [own],
                }
            )
        )
            return null;
        if (kind is null)
            return Missing<QueueSyntax>(map, "queue", "sqlite", "sqlite: \".claude/queue.db\", or redis and stream");
        var span = key.Span.To(map.Span);
        if (kind is { Key.Value: "file", Value: YamlScalar { IsNothing: true } })
            return new QueueSyntax(span, kind.Key.Name);
        if (yaml.Scalar(kind.Value, $"\"{kind.Key.Value}\"", kind.Key.Value == "redis" ? "env.NAME" : "a path") is not { } place)
            return null;
        if (kind.Key.Value != "redis")
            return new QueueSyntax(span, kind.Key.Name, YamlReading.TextOrEnv(place));
        if (map.Find("stream") is not { } stream)
            return Missing<QueueSyntax>(map, "queue", "stream", "stream: \"claude:hooks\"");
        if (yaml.Scalar(stream.Value, "\"stream\"", "a text") is not { } name)
            return null;
        NameSyntax? otherwise = null;
        if (map.Find("else") is { } found)
        {
            if (yaml.Scalar(found.Value, "\"else\"", "local") is not { } word || yaml.Parse(word, Grammar.Otherwise) is not { } local)
                return null;
            otherwise = local;
        }

        return new QueueSyntax(span, kind.Key.Name, YamlReading.TextOrEnv(place), name.Text, otherwise);
    }

    private RecordSyntax? Record(YamlScalar key, YamlMap map)
    {
        if (!Known(map, "record", ["with", "without"]))
            return null;
        if (map.Find("with") is null && map.Find("without") is null)
            return Missing<RecordSyntax>(map, "record", "without", "without: [tool_input.content]");
        var (with, without) = (Fields(map, "with"), Fields(map, "without"));
        return with is null || without is null
            ? null
            : new RecordSyntax(key.Span.To(map.Span), new NameSyntax(key.Span, "on"), [.. with], [.. without]);
    }

    /// <summary>Null where one of them cannot be read; none where the key is not there.</summary>
    private NameSyntax[]? Fields(YamlMap map, string name)
    {
        if (map.Find(name) is not { } found)
            return [];
        var items = found.Value is YamlList list ? list.Items : [found.Value];
        var fields = items
            .Select(item =>
                yaml.Scalar(item, "a field", "a path such as tool_input.content") is { } field
                    ? yaml.Parse(field, ConditionGrammar.Field)
                    : null
            )
            .ToArray();
        return fields.Contains(null) ? null : [.. fields.Select(field => field!)];
    }

    private RequiresSyntax? Requires(YamlScalar key, YamlMap map)
    {
        if (!Known(map, "requires", ["claude-code"]))
            return null;
        if (map.Find("claude-code") is not { } client)
            return Missing<RequiresSyntax>(map, "requires", "claude-code", "claude-code: 2.1.295");
        if (yaml.Scalar(client.Value, "\"claude-code\"", "a version such as 2.1.295") is not { } version)
            return null;
        return
            yaml.Parse(version, from sign in Terminals.Sign(">=").Optional() from number in Grammar.ClientVersion select number)
                is { } least
            ? new RequiresSyntax(key.Span.To(map.Span), least)
            : null;
    }

    /// <summary>False, and reported, where there is a key that means nothing.</summary>
    private bool Known(YamlMap map, string setting, ImmutableArray<string> keys)
    {
        var unknown = map.Entries.Where(entry => !keys.Contains(entry.Key.Value)).ToArray();
        foreach (var (key, _) in unknown)
            yaml.Report(DiagnosticCatalog.UnknownKey(yaml.At(key), key.Value, $"\"{setting}\"", NearestName.Find(key.Value, keys), keys));
        return unknown.Length == 0;
    }

    private T? Missing<T>(YamlMap map, string setting, string key, string example)
        where T : class
    {
        yaml.Report(DiagnosticCatalog.MissingKey(yaml.At(map), $"\"{setting}\"", key, example));
        return null;
    }
}
