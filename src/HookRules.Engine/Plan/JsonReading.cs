using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Reads members of the plan; what is missing or of the wrong kind makes the plan corrupt.</summary>
internal static class JsonReading
{
    public static JsonElement? Optional(this JsonElement element, string name) =>
        element.ValueKind != JsonValueKind.Object ? throw Corrupt("an object")
        : element.TryGetProperty(name, out var value) && value.ValueKind != JsonValueKind.Null ? value
        : null;

    public static JsonElement Required(this JsonElement element, string name) =>
        element.Optional(name) ?? throw new PlanCorruptException($"the plan lacks \"{name}\"");

    public static string AsText(this JsonElement element) =>
        element.ValueKind == JsonValueKind.String ? element.GetString()! : throw Corrupt("text");

    public static int AsInt(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetInt32(out var value) ? value : throw Corrupt("a whole number");

    public static double AsDouble(this JsonElement element) =>
        element.ValueKind == JsonValueKind.Number && element.TryGetDouble(out var value) ? value : throw Corrupt("a number");

    public static ImmutableArray<T> AsArray<T>(this JsonElement element, Func<JsonElement, T> read)
    {
        if (element.ValueKind != JsonValueKind.Array)
            throw Corrupt("an array");
        var items = ImmutableArray.CreateBuilder<T>(element.GetArrayLength());
        foreach (var item in element.EnumerateArray())
            items.Add(read(item));
        return items.MoveToImmutable();
    }

    public static ImmutableArray<T> Array<T>(this JsonElement element, string name, Func<JsonElement, T> read) =>
        element.Optional(name)?.AsArray(read) ?? [];

    public static T AsOneOf<T>(this JsonElement element, ReadOnlySpan<(string Name, T Value)> names)
    {
        var text = element.AsText();
        foreach (var (name, value) in names)
            if (name == text)
                return value;
        throw new PlanCorruptException($"the plan says \"{text}\" where this version knows no such word");
    }

    private static PlanCorruptException Corrupt(string expected) => new($"the plan is malformed: expected {expected}");
}
