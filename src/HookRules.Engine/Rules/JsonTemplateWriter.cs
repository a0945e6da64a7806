using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Writes a JSON body with its placeholders replaced.</summary>
internal static class JsonTemplateWriter
{
    /// <param name="text">What a text in it stands for.</param>
    /// <param name="files">What <c>{files}</c> alone in a text becomes, as an array.</param>
    public static void Write(
        Utf8JsonWriter json,
        JsonTemplate template,
        Payload payload,
        Func<TextValue, string> text,
        IReadOnlyList<string>? files = null
    )
    {
        switch (template)
        {
            case JsonTemplate.Value { Text: TextValue.Text { Template.IsFiles: true } } when files is not null:
                json.WriteStrings(files);
                break;
            case JsonTemplate.Value value:
                json.WriteStringValue(text(value.Text));
                break;
            case JsonTemplate.Raw raw:
                json.WriteRawValue(raw.Json);
                break;
            case JsonTemplate.WholePayload:
                json.WriteRawValue(payload.Json.Span, skipInputValidation: true);
                break;
            case JsonTemplate.Array array:
                json.WriteStartArray();
                foreach (var item in array.Items)
                    Write(json, item, payload, text, files);
                json.WriteEndArray();
                break;
            case JsonTemplate.Object members:
                json.WriteStartObject();
                foreach (var (name, member) in members.Members)
                {
                    json.WritePropertyName(name);
                    Write(json, member, payload, text, files);
                }

                json.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"unknown JSON template {template.GetType().Name}");
        }
    }
}
