using System.Text.Json;
using NJsonSchema;

namespace HookRules.Compiler.Knowledge;

/// <summary>Builds the objects of NJsonSchema from one of our schema files.</summary>
/// <remarks>
/// NJsonSchema's own reader deserializes by reflection, which a natively compiled program does not have, and takes forty times as long.
/// It knows the keywords that our files use; any other is a mistake in the file, and never read over.
/// </remarks>
internal sealed class SchemaReader
{
    private const string Definitions = "#/definitions/";

    // They may refer to each other, and so are there before any of them is read.
    private readonly Dictionary<string, JsonSchema> definitions = new(StringComparer.Ordinal);

    private SchemaReader() { }

    public static JsonSchema Read(byte[] json)
    {
        using var document = JsonDocument.Parse(json);
        var reader = new SchemaReader();
        if (document.RootElement.TryGetProperty("definitions", out var definitions))
        {
            foreach (var definition in definitions.EnumerateObject())
                reader.definitions[definition.Name] = new JsonSchema();
        }

        return reader.Fill(new JsonSchema(), document.RootElement);
    }

    private JsonSchema Fill(JsonSchema schema, JsonElement json)
    {
        foreach (var keyword in json.EnumerateObject())
            Set(schema, keyword.Name, keyword.Value);
        return schema;
    }

    private void Set(JsonSchema schema, string keyword, JsonElement value)
    {
        switch (keyword)
        {
            case "$schema":
                schema.SchemaVersion = value.GetString()!;
                break;
            case "$ref":
                schema.Reference = definitions[value.GetString()![Definitions.Length..]];
                break;
            case "title":
                schema.Title = value.GetString();
                break;
            case "description":
                schema.Description = value.GetString();
                break;
            case "definitions":
                foreach (var definition in value.EnumerateObject())
                    schema.Definitions[definition.Name] = Fill(definitions[definition.Name], definition.Value);
                break;
            case "type":
                foreach (var type in value.ValueKind == JsonValueKind.Array ? value.EnumerateArray().ToArray() : [value])
                    schema.Type |= TypeOf(type.GetString()!);
                break;
            case "properties":
                foreach (var property in value.EnumerateObject())
                {
                    var below = new JsonSchemaProperty();
                    Fill(below, property.Value);
                    schema.Properties[property.Name] = below;
                }

                break;
            case "required":
                foreach (var name in value.EnumerateArray())
                    schema.RequiredProperties.Add(name.GetString()!);
                break;
            case "additionalProperties" when value.ValueKind == JsonValueKind.Object:
                schema.AdditionalPropertiesSchema = Fill(new JsonSchema(), value);
                break;
            case "additionalProperties":
                schema.AllowAdditionalProperties = value.GetBoolean();
                break;
            case "items":
                schema.Item = Fill(new JsonSchema(), value);
                break;
            case "oneOf":
                foreach (var one in value.EnumerateArray())
                    schema.OneOf.Add(Fill(new JsonSchema(), one));
                break;
            case "enum":
                foreach (var one in value.EnumerateArray())
                    schema.Enumeration.Add(ValueOf(one));
                break;
            case "format":
                schema.Format = value.GetString();
                break;
            case "minLength":
                schema.MinLength = value.GetInt32();
                break;
            case "minimum":
                schema.Minimum = value.GetDecimal();
                break;
            case "exclusiveMinimum":
                schema.IsExclusiveMinimum = value.GetBoolean();
                break;
            case ['x', '-', ..]:
                (schema.ExtensionData ??= new Dictionary<string, object?>(StringComparer.Ordinal))[keyword] = value.ValueKind
                    is JsonValueKind.Object
                        or JsonValueKind.Array
                    ? value.GetRawText()
                    : ValueOf(value);
                break;
            default:
                throw new NotSupportedException($"a schema with the keyword \"{keyword}\", which is not read: add it here");
        }
    }

    private static JsonObjectType TypeOf(string name) =>
        name switch
        {
            "string" => JsonObjectType.String,
            "number" => JsonObjectType.Number,
            "integer" => JsonObjectType.Integer,
            "boolean" => JsonObjectType.Boolean,
            "array" => JsonObjectType.Array,
            "object" => JsonObjectType.Object,
            "null" => JsonObjectType.Null,
            _ => throw new NotSupportedException($"a schema with the type \"{name}\""),
        };

    private static object? ValueOf(JsonElement value) =>
        value.ValueKind switch
        {
            JsonValueKind.String => value.GetString(),
            JsonValueKind.Number => value.TryGetInt64(out var whole) ? whole : value.GetDouble(),
            JsonValueKind.True or JsonValueKind.False => value.GetBoolean(),
            JsonValueKind.Null => null,
            _ => throw new NotSupportedException("a schema that lists an object or an array as a value"),
        };
}
