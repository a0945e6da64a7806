using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Writes a JSON body with its placeholders replaced.</summary>
internal static class JsonTemplateWriter
{
    /// <param name="text">What a text in it stands for.</param>
    public static void Write(Utf8JsonWriter json, JsonTemplate template, Payload payload, Func<TextValue, string> text)
    {
        switch (template)
        {
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
                foreach (var item in array.Items) Write(json, item, payload, text);
                json.WriteEndArray();
                break;
            case JsonTemplate.Object members:
                json.WriteStartObject();
                foreach (var (name, member) in members.Members)
                {
                    json.WritePropertyName(name);
                    Write(json, member, payload, text);
                }

                json.WriteEndObject();
                break;
            default:
                throw new InvalidOperationException($"unknown JSON template {template.GetType().Name}");
        }
    }
}
