using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.LanguageServer.Files;

namespace HookRules.LanguageServer.Protocol;

/// <summary>Reads members of a message: what is missing or of another kind is null.</summary>
internal static class Fields
{
    public static JsonElement? Member(this JsonElement? element, string name)
    {
        try
        {
            return element is { ValueKind: JsonValueKind.Object } found && found.TryGetProperty(name, out var member) ? member : null;
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair in a name.
            return null;
        }
    }

    public static string? Text(this JsonElement? element, string name) => element.Member(name) is { } member ? TextOf(member) : null;

    /// <summary>The texts of an array.</summary>
    public static IEnumerable<string> Texts(this JsonElement? element, string name) => element.Items(name).Select(TextOf).OfType<string>();

    private static string? TextOf(JsonElement text)
    {
        if (text.ValueKind != JsonValueKind.String)
            return null;
        try
        {
            return text.GetString();
        }
        catch (InvalidOperationException)
        {
            // Half a surrogate pair.
            return null;
        }
    }

    public static int? Number(this JsonElement? element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Number } number && number.TryGetInt32(out var value) ? value : null;

    public static bool IsTrue(this JsonElement? element, string name) => element.Member(name) is { ValueKind: JsonValueKind.True };

    public static bool IsFalse(this JsonElement? element, string name) => element.Member(name) is { ValueKind: JsonValueKind.False };

    public static IEnumerable<JsonElement> Items(this JsonElement? element, string name) =>
        element.Member(name) is { ValueKind: JsonValueKind.Array } array ? array.EnumerateArray() : [];

    /// <summary>A place of the protocol: line and character, both counted from 0, in UTF-16 units.</summary>
    public static (int Line, int Character)? Place(this JsonElement? element, string name)
    {
        var place = element.Member(name);
        return place.Number("line") is { } line && place.Number("character") is { } character ? (line, character) : null;
    }

    public static JsonObject ToJson(this LineMap lines, int start, int end) =>
        new() { ["start"] = Position(lines.Place(start)), ["end"] = Position(lines.Place(Math.Max(start, end))) };

    public static JsonObject Range(int line, int character, int endLine, int endCharacter) =>
        new() { ["start"] = Position((line, character)), ["end"] = Position((endLine, endCharacter)) };

    public static JsonArray Array(IEnumerable<JsonNode?> items) => new([.. items]);

    private static JsonObject Position((int Line, int Character) place) =>
        new() { ["line"] = Math.Max(0, place.Line), ["character"] = Math.Max(0, place.Character) };
}
