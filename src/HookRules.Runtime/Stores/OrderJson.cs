using System.Buffers;
using System.Text.Encodings.Web;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Runtime.Stores;

/// <summary>An order as JSON, and back.</summary>
internal static class OrderJson
{
    private const int Version = 1;
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    public static ReadOnlyMemory<byte> Write(Order order)
    {
        var text = new ArrayBufferWriter<byte>(1024 + order.Payload.Length);
        using (var json = new Utf8JsonWriter(text, Relaxed))
            Write(json, order);
        text.Write("\n"u8);
        return text.WrittenMemory;
    }

    public static void Write(Utf8JsonWriter json, Order order)
    {
        json.WriteStartObject();
        json.WriteNumber("v", Version);
        json.WriteString("id", order.Id);
        json.WriteString("plan", order.Plan);
        json.WriteString("plan_path", order.PlanPath);
        json.WriteString("project", order.Project);
        json.WriteString("rule", order.Rule);
        json.WriteString("branch", order.Branch);
        json.WriteString("action", order.Action);
        json.WriteString("group", order.Group);
        json.WriteString("key", order.Key);
        json.WriteNumber("of", order.Of);
        json.WriteString("event", order.Event);
        json.WriteStrings("events", order.Events);
        json.WriteStartArray("sessions");
        foreach (var session in order.Sessions)
        {
            json.WriteStartObject();
            json.WriteString("id", session.Id);
            json.WriteString("agent", session.Agent);
            json.WriteString("prompt", session.Prompt);
            if (session.AgentType is { } type)
                json.WriteString("agent_type", type);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStrings("files", order.Files);
        json.WriteNumber("first_ms", order.FirstMs);
        json.WriteNumber("last_ms", order.LastMs);
        json.WriteNumber("ready_ms", order.ReadyMs);
        json.WriteString("boot", order.Boot);
        json.WriteNumber("ready_us", order.ReadyUs);
        json.WriteString("closed_by", order.ClosedBy);
        json.WriteNumber("attempt", order.Attempt);
        json.WriteString("cause", order.Cause);
        json.WriteString("env", order.Env);
        if (order.Client > 0)
            json.WriteNumber("client", order.Client);
        json.WriteNumber("later_ms", order.LaterMs);
        if (order.Origin is { } origin)
        {
            json.WriteString("home", origin.Home);
            json.WriteString("plan_name", origin.Plan);
            json.WriteNumber("reach", (int)order.Reach);
        }

        json.WritePropertyName("payload");
        if (order.Payload.IsEmpty)
            json.WriteNullValue();
        else
            json.WriteRawValue(order.Payload.Span, skipInputValidation: true);
        json.WriteEndObject();
    }

    /// <summary>Null with the reason where it is no order.</summary>
    public static Order? TryRead(ReadOnlyMemory<byte> text, out string? problem)
    {
        try
        {
            problem = null;
            using var document = JsonDocument.Parse(text, new JsonDocumentOptions { MaxDepth = 192 });
            var json = document.RootElement;
            if (json.GetProperty("v").GetInt32() != Version)
                throw new FormatException();
            var events = json.GetProperty("events").EnumerateArray().Select(Text).ToList();
            if (events.Count == 0)
                throw new FormatException();
            return new Order
            {
                Id = Required("id"),
                Plan = Required("plan"),
                PlanPath = Required("plan_path"),
                Project = Required("project"),
                Rule = Required("rule"),
                Branch = Required("branch"),
                Action = Required("action"),
                Group = Optional("group"),
                Key = Required("key"),
                Of = json.GetProperty("of").GetInt32(),
                Event = Required("event"),
                Events = [.. events],
                Sessions =
                [
                    .. json.GetProperty("sessions")
                        .EnumerateArray()
                        .Select(session => new OrderSession(
                            Text(session.GetProperty("id")),
                            session.GetProperty("agent").GetString(),
                            session.GetProperty("prompt").GetString(),
                            session.TryGetProperty("agent_type", out var type) ? type.GetString() : null
                        )),
                ],
                Files = [.. json.GetProperty("files").EnumerateArray().Select(Text)],
                FirstMs = json.GetProperty("first_ms").GetInt64(),
                LastMs = json.GetProperty("last_ms").GetInt64(),
                ReadyMs = json.GetProperty("ready_ms").GetInt64(),
                Boot = Optional("boot"),
                ReadyUs = json.GetProperty("ready_us").GetInt64(),
                ClosedBy = Optional("closed_by"),
                Attempt = json.GetProperty("attempt").GetInt32(),
                Cause = Optional("cause"),
                Client = json.TryGetProperty("client", out var client) ? client.GetInt32() : 0,
                Env = Optional("env"),
                LaterMs = json.TryGetProperty("later_ms", out var later) ? later.GetInt64() : 0,
                Origin =
                    json.TryGetProperty("home", out var home) && json.TryGetProperty("plan_name", out var planName)
                        ? new Origin(Text(home), Text(planName))
                        : null,
                Reach = json.TryGetProperty("reach", out var reach) && reach.GetInt32() is 1 or 2 ? (Reach)reach.GetInt32() : default,
                Payload = PayloadOf(text),
            };

            string Required(string name) => Text(json.GetProperty(name));
            string? Optional(string name) => json.GetProperty(name).GetString();
        }
        catch (Exception e) when (e is JsonException or FormatException or KeyNotFoundException or InvalidOperationException)
        {
            problem = text.IsEmpty ? "the order is empty" : "the order is not one whole JSON object of this version";
            return null;
        }

        static string Text(JsonElement value) => value.GetString() ?? throw new FormatException();
    }

    // Its bytes as they came, and not as a reader would write them again.
    private static ReadOnlyMemory<byte> PayloadOf(ReadOnlyMemory<byte> text)
    {
        var reader = new Utf8JsonReader(text.Span, new JsonReaderOptions { MaxDepth = 192 });
        reader.Read();
        while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
        {
            var isPayload = reader.ValueTextEquals("payload"u8);
            reader.Read();
            var start = (int)reader.TokenStartIndex;
            reader.Skip();
            if (isPayload)
                return reader.TokenType == JsonTokenType.Null ? default : text[start..(int)reader.BytesConsumed];
        }

        return default;
    }
}
