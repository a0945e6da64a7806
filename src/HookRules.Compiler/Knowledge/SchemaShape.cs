using System.Text.Json;

namespace HookRules.Compiler.Knowledge;

/// <summary>One schema, read as JSON, and the document that its references point into.</summary>
/// <param name="IsGuess">It stands for tools that the rule does not name.</param>
internal sealed record SchemaShape(JsonElement Schema, JsonElement Document, bool IsGuess = false)
{
    private static readonly JsonElement Anything = JsonDocument.Parse("{}").RootElement;

    public FieldKinds Kinds => Types().Aggregate(FieldKinds.None, (kinds, type) => kinds | KindOf(type));

    public bool IsNullable => Schema.TryGetProperty("type", out _) && Types().Contains("null");

    /// <summary>An object of which no field is known.</summary>
    public bool IsFree => (Kinds & FieldKinds.Object) != 0 && !Schema.TryGetProperty("properties", out _);

    /// <summary>There may be fields that the schema does not name.</summary>
    public bool MayHaveMore =>
        IsFree || (Schema.TryGetProperty("additionalProperties", out var more) && more.ValueKind == JsonValueKind.True);

    /// <summary>What stands here depends on the tool.</summary>
    public bool IsOfTool => Schema.TryGetProperty("x-shape", out _);

    public IEnumerable<string> Names =>
        Schema.TryGetProperty("properties", out var properties) ? properties.EnumerateObject().Select(property => property.Name) : [];

    /// <summary>The only texts that may stand here; null where others may.</summary>
    public IEnumerable<string>? Values =>
        !IsGuess && Kinds == FieldKinds.String && Schema.TryGetProperty("enum", out var values)
            ? values.EnumerateArray().Select(value => value.GetString()!)
            : null;

    public bool Requires(string name) =>
        Schema.TryGetProperty("required", out var required) && required.EnumerateArray().Any(one => one.ValueEquals(name));

    public SchemaShape? Property(string name) =>
        Schema.TryGetProperty("properties", out var properties) && properties.TryGetProperty(name, out var schema) ? Below(schema) : null;

    public SchemaShape Item() => Schema.TryGetProperty("items", out var items) ? Below(items) : Free();

    /// <summary>Anything at all.</summary>
    public SchemaShape Free() => this with { Schema = Anything };

    private SchemaShape Below(JsonElement schema)
    {
        if (!schema.TryGetProperty("$ref", out var reference))
            return this with { Schema = schema };
        var target = Document;
        foreach (var name in reference.GetString()!.TrimStart('#', '/').Split('/'))
            target = target.GetProperty(name);
        return this with { Schema = target };
    }

    private IEnumerable<string> Types() =>
        !Schema.TryGetProperty("type", out var type) ? ["string", "number", "boolean", "array", "object"]
        : type.ValueKind == JsonValueKind.Array ? type.EnumerateArray().Select(one => one.GetString()!)
        : [type.GetString()!];

    private static FieldKinds KindOf(string type) =>
        type switch
        {
            "string" => FieldKinds.String,
            "number" or "integer" => FieldKinds.Number,
            "boolean" => FieldKinds.Boolean,
            "array" => FieldKinds.Array,
            "object" => FieldKinds.Object,
            _ => FieldKinds.None,
        };
}
