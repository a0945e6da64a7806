using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Writes a JSON value again with other texts in it; names, numbers and order stay.</summary>
public static class JsonStrings
{
    public static void Write(Utf8JsonWriter json, JsonElement value, Func<string, string> text)
    {
        switch (value.ValueKind)
        {
            case JsonValueKind.Object:
                json.WriteStartObject();
                foreach (var member in Payload.MembersOf(value))
                {
                    json.WritePropertyName(member.Name);
                    Write(json, member.Value, text);
                }

                json.WriteEndObject();
                break;
            case JsonValueKind.Array:
                json.WriteStartArray();
                foreach (var item in value.EnumerateArray())
                    Write(json, item, text);
                json.WriteEndArray();
                break;
            case JsonValueKind.String:
                json.WriteStringValue(text(Payload.StringOf(value)));
                break;
            default:
                json.WriteRawValue(value.GetRawText(), skipInputValidation: true);
                break;
        }
    }

    /// <summary>The same bytes where no text changes.</summary>
    public static ReadOnlyMemory<byte> Changed(ReadOnlyMemory<byte> document, Func<string, string> text)
    {
        if (document.IsEmpty)
            return document;
        var changes = false;
        var written = new System.Buffers.ArrayBufferWriter<byte>(document.Length + 256);
        using (var parsed = JsonDocument.Parse(document, new JsonDocumentOptions { MaxDepth = Payload.MaxDepth }))
        using (var json = new Utf8JsonWriter(written, new JsonWriterOptions { MaxDepth = Payload.MaxDepth + 8 }))
            Write(
                json,
                parsed.RootElement,
                was =>
                {
                    var becomes = text(was);
                    changes |= becomes != was;
                    return becomes;
                }
            );
        return changes ? written.WrittenMemory : document;
    }
}
