using System.Buffers;
using System.Runtime.InteropServices;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary><c>set FIELD = VALUE</c>: a field of the tool's input or output that Claude Code is to take for another value.</summary>
/// <param name="Word">Of the commands that matched only this word is replaced; null changes the whole field.</param>
public sealed record FieldChange(FieldPath Field, JsonTemplate Value, string? Word = null);

/// <summary>A field of <c>reply { … }</c>, as the event's <c>hookSpecificOutput</c> calls it.</summary>
public sealed record ReplyField(string Name, JsonTemplate Value);

/// <summary>A field of <c>hookSpecificOutput</c> besides reasons and contexts, with its value as JSON.</summary>
public sealed record OutputField(string Name, string Json)
{
    public const string UpdatedInput = "updatedInput";
    public const string UpdatedOutput = "updatedToolOutput";
    public const string UpdatedMcpOutput = "updatedMCPToolOutput";
    public const string WorktreePath = "worktreePath";

    private static readonly JsonWriterOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        SkipValidation = true,
    };

    /// <summary>What a rule's <c>set</c> and <c>reply</c> say, on top of what earlier rules said.</summary>
    internal static IEnumerable<OutputField> Of(Rule rule, Payload payload, RouteContext context, IReadOnlyCollection<OutputField> before)
    {
        if (rule.Sets.Length > 0 && HookEvents.Find(payload.Event)?.Changes is { } target)
        {
            var name =
                target == "tool_input" ? UpdatedInput
                : payload.Text(FieldPath.Parse("tool_name")!) is { } tool && HookTools.IsMcp(tool) ? UpdatedMcpOutput
                : UpdatedOutput;
            // Later changes go on top of earlier ones; the placeholders of all of them are filled from what Claude Code sent.
            var json = before.FirstOrDefault(field => field.Name == name)?.Json;
            foreach (var change in rule.Sets)
                json = Changed(json, change, rule, target, payload, context);
            if (json is not null)
                yield return new OutputField(name, json);
        }

        foreach (var reply in rule.Replies)
            yield return new OutputField(reply.Name, Render(reply.Value, payload, isShown: true));
    }

    private static string Original(Payload payload, string target) =>
        payload.TryGet(FieldPath.Parse(target)!, out var value) ? RawText(value) : "{}";

    /// <param name="json">What earlier changes made; null where there was none, and where none is made.</param>
    private static string? Changed(string? json, FieldChange change, Rule rule, string target, Payload payload, RouteContext context)
    {
        using var document = JsonDocument.Parse(json ?? Original(payload, target), new JsonDocumentOptions { MaxDepth = 1024 });
        var text = Render(change.Value, payload, isShown: false);
        if (change.Word is { } word)
        {
            if (
                rule.Where is not { } where
                || Below(document.RootElement, change.Field) is not { } line
                || ShellRewrite.Replace(line, word, JsonDocument.Parse(text).RootElement.GetString()!, where, payload, context)
                    is not { } rewritten
            )
                return json;
            text = Written(writer => writer.WriteStringValue(rewritten));
        }

        using var value = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 1024 });
        return Written(writer => Write(writer, document.RootElement, change.Field.Segments.AsSpan()[1..], value.RootElement));
    }

    private static string? Below(JsonElement element, FieldPath field) =>
        element.ValueKind == JsonValueKind.Object
        && field.Segments is [_, { Name: { } name }]
        && Payload.TryGetMember(element, name, out var value)
        && value.ValueKind == JsonValueKind.String
            ? Payload.StringOf(value)
            : null;

    private static string Render(JsonTemplate template, Payload payload, bool isShown) =>
        Written(json =>
            JsonTemplateWriter.Write(
                json,
                template,
                payload,
                value => ((TextValue.Text)value).Template.Render(payload) is var text && isShown ? Printable.Text(text) : text
            )
        );

    private static string Written(Action<Utf8JsonWriter> write)
    {
        var buffer = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(buffer, Relaxed))
            write(json);
        return Encoding.UTF8.GetString(buffer.WrittenSpan);
    }

    /// <summary>The element with the value in the place that the path leads to; what is missing on the way is made, but no array is filled
    /// up.</summary>
    private static void Write(Utf8JsonWriter json, JsonElement? element, ReadOnlySpan<FieldPath.Segment> path, JsonElement value)
    {
        if (path.IsEmpty)
        {
            WriteRaw(json, value);
            return;
        }

        if (path[0].Name is { } name)
        {
            var isThere = false;
            json.WriteStartObject();
            if (element is { ValueKind: JsonValueKind.Object } members)
            {
                foreach (var (member, inside) in Payload.MembersOf(members))
                {
                    json.WritePropertyName(member);
                    if (member == name)
                        Write(json, inside, path[1..], value);
                    else
                        WriteRaw(json, inside);
                    isThere |= member == name;
                }
            }

            if (!isThere)
            {
                json.WritePropertyName(name);
                Write(json, null, path[1..], value);
            }

            json.WriteEndObject();
            return;
        }

        if (element is not { ValueKind: JsonValueKind.Array } items)
        {
            if (element is { } other)
                WriteRaw(json, other);
            else
                json.WriteNullValue();
            return;
        }

        json.WriteStartArray();
        var number = 0;
        foreach (var item in items.EnumerateArray())
        {
            if (number++ == path[0].Index)
                Write(json, item, path[1..], value);
            else
                WriteRaw(json, item);
        }

        json.WriteEndArray();
    }

    // As it stands: odd texts, such as half of a surrogate pair, must not make an answer fail.
    private static void WriteRaw(Utf8JsonWriter json, JsonElement element) =>
        json.WriteRawValue(JsonMarshal.GetRawUtf8Value(element), skipInputValidation: true);

    private static string RawText(JsonElement element) => Encoding.UTF8.GetString(JsonMarshal.GetRawUtf8Value(element));
}
