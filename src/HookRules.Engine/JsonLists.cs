using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Writes lists of texts.</summary>
public static class JsonLists
{
    public static void WriteStrings(this Utf8JsonWriter json, string name, IEnumerable<string> texts)
    {
        json.WritePropertyName(name);
        json.WriteStrings(texts);
    }

    public static void WriteStrings(this Utf8JsonWriter json, IEnumerable<string> texts)
    {
        json.WriteStartArray();
        foreach (var text in texts)
            json.WriteStringValue(text);
        json.WriteEndArray();
    }
}
