using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>What went wrong in hook and consumer, a line of JSON each, in <c>errors.jsonl</c> of the state folder; two files of bounded
/// size.</summary>
public static class ErrorJournal
{
    private const long Largest = 1 << 20;
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
            Rotate(state);
            return AppendFile.Append(state.Errors, buffer.GetBuffer().AsSpan(0, (int)buffer.Length), 0b110_000_000) is null;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or ArgumentException or EncoderFallbackException)
        {
            return false;
        }
    }

    /// <summary>The files of the journal, the older first.</summary>
    public static IEnumerable<string> Files(StateFolder state) => [Path.ChangeExtension(state.Errors, ".1.jsonl"), state.Errors];

    private static void Rotate(StateFolder state)
    {
        var file = new FileInfo(state.Errors);
        if (!file.Exists || file.Length <= Largest)
            return;
        // Turned by two at once, the second would put the new file in the place of the full one.
        using var turning = FileLock.TryAcquire(state.File("errors.lock"));
        file.Refresh();
        if (turning is not null && file.Exists && file.Length > Largest)
            File.Move(state.Errors, Path.ChangeExtension(state.Errors, ".1.jsonl"), overwrite: true);
    }
}
