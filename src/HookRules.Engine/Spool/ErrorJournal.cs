using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>What went wrong in hook and consumer, a line of JSON each, in <c>errors.jsonl</c> of the state folder; two files of bounded
/// size.</summary>
public static class ErrorJournal
{
    private const int LongestText = 4096;

    /// <param name="source">Who tells it: <c>hook</c> or <c>consumer</c>.</param>
    /// <param name="message">In words, with what to do.</param>
    /// <returns>False where even this could not be written; nothing else is done about it.</returns>
    public static bool Append(
        StateFolder state,
        DateTimeOffset now,
        string source,
        string message,
        string? eventId = null,
        string? session = null
    )
    {
        if (state.Prepare() is not null)
            return false;
        try
        {
            using var buffer = new MemoryStream(256);
            using (var json = new Utf8JsonWriter(buffer))
            {
                json.WriteStartObject();
                json.WriteString(
                    "time",
                    now.UtcDateTime.ToString("yyyy-MM-ddTHH:mm:ss.fffZ", System.Globalization.CultureInfo.InvariantCulture)
                );
                json.WriteString("source", source);
                json.WriteString("message", message.Length > LongestText ? message[..LongestText] : message);
                if (eventId is not null)
                    json.WriteString("event_id", eventId);
                if (session is not null)
                    json.WriteString("session_id", session);
                json.WriteEndObject();
            }

            buffer.WriteByte((byte)'\n');
            return Of(state).Append(buffer.GetBuffer().AsSpan(0, (int)buffer.Length)) is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The files of the journal, the older first.</summary>
    public static IEnumerable<string> Files(StateFolder state) => Of(state).Files;

    private static BoundedJournal Of(StateFolder state) => new(state, "errors");
}
