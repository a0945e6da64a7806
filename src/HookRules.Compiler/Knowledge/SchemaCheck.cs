using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Numerics;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using Newtonsoft.Json;
using Newtonsoft.Json.Linq;
using NJsonSchema;
using NJsonSchema.Validation;

namespace HookRules.Compiler.Knowledge;

/// <summary>The one place that asks NJsonSchema: schemas are parsed when first used, its findings become our sentences.</summary>
internal static class SchemaCheck
{
    private const int LongestValue = 60;

    private static readonly ConcurrentDictionary<string, Lazy<JsonSchema>> Schemas = new(StringComparer.Ordinal);
    private static readonly JsonSerializerOptions Readable = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static JsonSchema Schema(string file) =>
        Schemas.GetOrAdd(file, static name => new Lazy<JsonSchema>(() => SchemaReader.Read(SchemaFiles.Read(name)))).Value;

    /// <summary>Reads JSON as Claude Code does, strictly; null with the reason otherwise.</summary>
    public static JToken? Read(ReadOnlyMemory<byte> json, out string? problem)
    {
        problem = null;
        try
        {
            // Newtonsoft would take comments, single quotes and NaN for JSON.
            using (JsonDocument.Parse(json, new JsonDocumentOptions { MaxDepth = 128 })) { }
            using var reader = new JsonTextReader(new StringReader(Encoding.UTF8.GetString(json.Span)))
            {
                DateParseHandling = DateParseHandling.None,
                MaxDepth = null,
            };
            return WithoutBigIntegers(JToken.ReadFrom(reader));
        }
        catch (System.Text.Json.JsonException e)
        {
            problem = FormattableString.Invariant(
                $"not valid JSON at line {(e.LineNumber ?? 0) + 1}, byte {(e.BytePositionInLine ?? 0) + 1}"
            );
        }
        catch (JsonReaderException e)
        {
            // Valid JSON that it cannot hold, such as a number of a thousand digits.
            problem = FormattableString.Invariant($"a value at line {e.LineNumber}, column {e.LinePosition} is too large");
        }

        return null;
    }

    // NJsonSchema fails on them.
    private static JToken WithoutBigIntegers(JToken token)
    {
        if (token is JContainer container)
        {
            foreach (var value in container.DescendantsAndSelf().OfType<JValue>().Where(value => value.Value is BigInteger).ToList())
                value.Value = (double)(BigInteger)value.Value!;
        }

        return token;
    }

    /// <summary>Compares a value, which may be part of a document, with a schema: one problem a path, counted from the root, and none below
    /// another.</summary>
    public static ImmutableArray<SchemaProblem> Check(JsonSchema schema, JToken value)
    {
        var problems = new List<SchemaProblem>();
        foreach (var error in Flatten(schema.Validate(value)))
        {
            var path = (error.Path ?? "").TrimStart('#', '/');
            if (problems.TrueForAll(other => other.Path != path))
                problems.Add(Describe(error, path, () => value.Root.SelectToken(path)));
        }

        return [.. problems.Where(problem => !problems.Exists(other => IsBelow(problem.Path, other.Path)))];
    }

    /// <summary>A text in quotes, on one line, without control characters, cut if it is long.</summary>
    public static string Quote(string text) =>
        JsonValue.Create(text.Length <= LongestValue ? text : text[..LongestValue] + "…").ToJsonString(Readable);

    /// <summary>The kind of a value, in words.</summary>
    public static string KindOf(JToken? value) =>
        value?.Type switch
        {
            null => "nothing",
            JTokenType.Object => "an object",
            JTokenType.Array => "an array",
            JTokenType.String => "a string",
            JTokenType.Integer or JTokenType.Float => "a number",
            JTokenType.Boolean => value.Value<bool>() ? "true" : "false",
            _ => "null",
        };

    // NJsonSchema misses the fields of an object even where a number stands in its place.
    private static bool IsBelow(string path, string other) =>
        path.Length > other.Length && path.StartsWith(other, StringComparison.Ordinal) && path[other.Length] is '.' or '[';

    private static IEnumerable<ValidationError> Flatten(IEnumerable<ValidationError> errors) =>
        errors.SelectMany(error =>
            error is ChildSchemaValidationError { Kind: not (ValidationErrorKind.NotOneOf or ValidationErrorKind.NotAnyOf) } child
                ? Flatten(child.Errors.Values.SelectMany(below => below))
                : [error]
        );

    // The value is looked up only below names of the schema: those of the payload may be no JSON path.
    private static SchemaProblem Describe(ValidationError error, string path, Func<JToken?> found)
    {
        var schema = error.Schema.ActualSchema;
        return error.Kind switch
        {
            ValidationErrorKind.PropertyRequired => SchemaProblem.Missing(path),
            ValidationErrorKind.NoAdditionalPropertiesAllowed => new SchemaProblem(
                path,
                "unknown field" + Meant(NearestName.Find(error.Property ?? "", schema.ActualProperties.Keys))
            ),
            // A value of another type is in no enumeration either.
            ValidationErrorKind.NotInEnumeration when found() is { Type: JTokenType.String } value => NotListed(
                path,
                value.Value<string>()!,
                schema
            ),
            _ => SchemaProblem.Expected(path, Types(schema), KindOf(found())),
        };
    }

    private static SchemaProblem NotListed(string path, string found, JsonSchema schema)
    {
        var values = schema.Enumeration.Select(value => value?.ToString() ?? "null").ToList();
        return values is [var only]
            ? SchemaProblem.Expected(path, Quote(only), Quote(found))
            : SchemaProblem.Expected(
                path,
                "one of " + string.Join(", ", values.Select(Quote)),
                Quote(found) + Meant(NearestName.Find(found, values))
            );
    }

    private static string Meant(string? nearest) => nearest is null ? "" : $"; did you mean \"{nearest}\"?";

    private static string Types(JsonSchema schema)
    {
        var words = new List<string>();
        foreach (var (type, word) in Words)
        {
            if (schema.Type.HasFlag(type))
                words.Add(word);
        }

        return words.Count == 0 ? "another value" : string.Join(" or ", words);
    }

    private static readonly ImmutableArray<(JsonObjectType Type, string Word)> Words =
    [
        (JsonObjectType.String, "a string"),
        (JsonObjectType.Number, "a number"),
        (JsonObjectType.Integer, "a whole number"),
        (JsonObjectType.Boolean, "true or false"),
        (JsonObjectType.Array, "an array"),
        (JsonObjectType.Object, "an object"),
        (JsonObjectType.Null, "null"),
    ];
}
