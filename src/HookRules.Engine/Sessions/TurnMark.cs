using System.Buffers;
using System.Globalization;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Tells the consumer that a turn has ended: a small event that no rule is asked about.</summary>
public static class TurnMark
{
    /// <summary>The event, and whose turn it is; nothing of what was said.</summary>
    public static Payload Of(Payload payload)
    {
        var text = new ArrayBufferWriter<byte>(256);
        using (var json = new Utf8JsonWriter(text))
        {
            json.WriteStartObject();
            json.WriteString("hook_event_name", payload.Event);
            json.WriteString("session_id", payload.Session);
            if (payload.Text(FieldPath.AgentId) is { } agent)
                json.WriteString("agent_id", agent);
            json.WriteEndObject();
        }

        return Payload.TryParse(text.WrittenMemory, out _)!;
    }

    /// <summary>The process of Claude Code, which a rule about turns needs to know: one that is killed ends no turn.</summary>
    public static int Client(GraphSettings settings) =>
        settings.HasTurns
        && int.TryParse(Environment.GetEnvironmentVariable("CLAUDE_PID"), NumberStyles.None, CultureInfo.InvariantCulture, out var pid)
            ? pid
            : 0;
}
