using System.Text.Json;

namespace HookRules.Engine;

/// <summary><c>awaits.jsonl</c>: a line for each event that was held until runs had ended. The hook writes it, which alone knows how long
/// that took.</summary>
internal static class AwaitJournal
{
    private const int Version = 1;

    /// <summary>Nothing depends on it, so whether it could be written is not asked.</summary>
    /// <param name="outcome"><c>ok</c>, or <c>timeout</c> where something still ran.</param>
    public static void Append(StateFolder state, Payload payload, DateTimeOffset began, TimeSpan waited, string outcome)
    {
        using var buffer = new MemoryStream(256);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("kind", "await");
            json.WriteString("event", payload.Event);
            json.WriteString("session_id", payload.Session);
            if (payload.Text(FieldPath.AgentId) is { } agent)
                json.WriteString("agent", agent);
            if (payload.Text(FieldPath.PromptId) is { } prompt)
                json.WriteString("prompt", prompt);
            json.WriteNumber("start_ms", began.ToUnixTimeMilliseconds());
            json.WriteNumber("end_ms", (began + waited).ToUnixTimeMilliseconds());
            json.WriteNumber("duration_ms", (long)waited.TotalMilliseconds);
            json.WriteString("outcome", outcome);
            json.WriteEndObject();
        }

        buffer.WriteByte((byte)'\n');
        try
        {
            Of(state).Append(buffer.GetBuffer().AsSpan(0, (int)buffer.Length));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next one is told.
        }
    }

    /// <summary>The files, the older first.</summary>
    public static IEnumerable<string> Files(StateFolder state) => Of(state).Files;

    private static BoundedJournal Of(StateFolder state) => new(state, "awaits");
}
