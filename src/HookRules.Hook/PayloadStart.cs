using System.Text.Json;

namespace HookRules.Hook;

/// <summary>What the beginning of a payload says that is too large to be read whole.</summary>
internal static class PayloadStart
{
    private const int Look = 64 << 10;

    public static (string? Event, string? Tool, string? Session) Read(ReadOnlySpan<byte> beginning)
    {
        string? @event = null,
            tool = null,
            session = null;
        try
        {
            var reader = new Utf8JsonReader(beginning[..Math.Min(Look, beginning.Length)], isFinalBlock: false, default);
            while (reader.Read())
            {
                if (reader.CurrentDepth != 1 || reader.TokenType != JsonTokenType.PropertyName)
                    continue;
                var name = reader.GetString();
                if (!reader.Read() || reader.TokenType != JsonTokenType.String)
                    continue;
                if (name == "hook_event_name")
                    @event = reader.GetString();
                else if (name == "tool_name")
                    tool = reader.GetString();
                else if (name == "session_id")
                    session = reader.GetString();
            }
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            // What was understood before counts.
        }

        return (@event, tool, session);
    }
}
