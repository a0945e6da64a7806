using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;
using Newtonsoft.Json.Linq;
using NJsonSchema;

namespace HookRules.Compiler.Knowledge;

/// <summary>Says what is wrong with the payload of a hook. For compiler, tests and simulator: the hook process takes what Claude Code
/// sends.</summary>
public static class PayloadValidator
{
    /// <summary>Empty if the payload is as its event's schema, and that of its tool, say.</summary>
    public static ImmutableArray<SchemaProblem> Validate(string json) => Validate(Encoding.UTF8.GetBytes(json));

    /// <inheritdoc cref="Validate(string)"/>
    public static ImmutableArray<SchemaProblem> Validate(ReadOnlyMemory<byte> json)
    {
        if (json.Span.StartsWith("\uFEFF"u8))
            json = json[3..];
        if (json.Span.Trim(" \t\r\n"u8).IsEmpty)
            return [new SchemaProblem("", "the payload is empty")];

        var token = SchemaCheck.Read(json, out var problem);
        if (token is null)
            return [new SchemaProblem("", $"the payload is {problem}")];
        if (token is not JObject payload)
            return [new SchemaProblem("", $"the payload is not a JSON object but {SchemaCheck.KindOf(token)}")];

        if (payload["hook_event_name"] is not { } name)
            return [SchemaProblem.Missing("hook_event_name")];
        if (name.Type != JTokenType.String)
            return [SchemaProblem.Expected("hook_event_name", "a string", SchemaCheck.KindOf(name))];
        return HookEvents.Find(name.Value<string>()!) is { } found ? Validate(found, payload) : [UnknownEvent(name.Value<string>()!)];
    }

    private static ImmutableArray<SchemaProblem> Validate(HookEvent @event, JObject payload)
    {
        var schema = SchemaCheck.Schema(SchemaFiles.OfEvent(@event.Name));
        return [.. SchemaCheck.Check(schema, payload), .. OfTools(schema, payload)];
    }

    /// <summary>Compares the fields that depend on the tool with its schema, in the payload itself and in the calls of a batch.</summary>
    private static IEnumerable<SchemaProblem> OfTools(JsonSchema schema, JObject holder)
    {
        var tool = holder["tool_name"] is { Type: JTokenType.String } name ? HookTools.Find(name.Value<string>()!) : null;
        foreach (var (field, property) in schema.ActualProperties)
        {
            if (property.ExtensionData?.ContainsKey("x-shape") == true)
            {
                // Of another type than the event wants is reported already.
                if (
                    tool is { HasSchema: true }
                    && holder[field] is { } value
                    && SchemaCheck.Check(property, value).IsEmpty
                    && SchemaCheck.Schema(SchemaFiles.OfTool(tool.Name)).ActualProperties.TryGetValue(field, out var shape)
                )
                    foreach (var problem in SchemaCheck.Check(shape, value))
                        yield return problem;
            }
            else if (property.Item is { } item && holder[field] is JArray calls)
            {
                foreach (var problem in calls.OfType<JObject>().SelectMany(call => OfTools(item.ActualSchema, call)))
                    yield return problem;
            }
        }
    }

    private static SchemaProblem UnknownEvent(string name)
    {
        var nearest = NearestName.Find(name, HookEvents.All.Select(e => e.Name));
        return new SchemaProblem(
            "hook_event_name",
            $"unknown event {SchemaCheck.Quote(name)}{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}"
        );
    }
}
