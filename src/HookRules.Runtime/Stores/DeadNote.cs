using System.Buffers;
using System.Text.Json;

namespace HookRules.Runtime.Stores;

/// <summary>What other machines that share its store see of a dead letter. Output and payload stay where it ran.</summary>
internal sealed record DeadNote(
    string Id,
    string Action,
    string Rule,
    string Place,
    string Event,
    string EventId,
    int Attempts,
    long DiedMs
)
{
    /// <summary>Not part of the text: the store says it.</summary>
    public string Machine { get; init; } = "";

    /// <summary>The same.</summary>
    public string Reason { get; init; } = "";

    public byte[] ToJson()
    {
        var text = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("id", Id);
            json.WriteString("action", Action);
            json.WriteString("rule", Rule);
            json.WriteString("place", Place);
            json.WriteString("event", Event);
            json.WriteString("event_id", EventId);
            json.WriteNumber("attempts", Attempts);
            json.WriteNumber("died_ms", DiedMs);
            json.WriteEndObject();
        }

        return text.WrittenSpan.ToArray();
    }

    /// <summary>Null where it is none, such as what a dispatcher could not read.</summary>
    public static DeadNote? TryRead(byte[] text)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            var json = document.RootElement;
            return new DeadNote(
                Text("id"),
                Text("action"),
                Text("rule"),
                Text("place"),
                Text("event"),
                Text("event_id"),
                json.GetProperty("attempts").GetInt32(),
                json.GetProperty("died_ms").GetInt64()
            );

            string Text(string name) => json.GetProperty(name).GetString() ?? "";
        }
        catch (Exception e) when (e is JsonException or KeyNotFoundException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }
}
