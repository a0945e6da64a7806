using System.Buffers;
using System.Collections.Immutable;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>An event as it is recorded: its payload without what is left out, which rules matched and what they decided.</summary>
/// <param name="Id">The event's; of one that queued nothing, one of its own.</param>
/// <param name="Plan">The hash of the plan that decided.</param>
/// <param name="Matched">The ids of the rules that matched.</param>
internal sealed record RecordLine(
    string Id,
    long Ms,
    string Plan,
    string PlanPath,
    string Event,
    ReadOnlyMemory<byte> Payload,
    ImmutableArray<string> Matched
)
{
    private const int Version = 1;

    /// <summary>How each line begins, before its id.</summary>
    public const string Beginning = "{\"v\":1,\"id\":\"";

    private static readonly JsonWriterOptions Relaxed = new()
    {
        Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping,
        MaxDepth = 256,
        SkipValidation = true,
    };

    public string? Boot { get; init; }

    public long MonoUs { get; init; }

    /// <summary>The words of what was decided, in the sequence of <see cref="KindsOf"/>; never its text, which may hold what is left
    /// out.</summary>
    public ImmutableArray<string> Kinds { get; init; } = [];

    /// <summary>Tells whether two decisions were the same to the letter; null where nothing was decided.</summary>
    public string? DecisionMac { get; init; }

    public int? HookUs { get; init; }

    /// <summary>What a decision says, in words that are the same whatever its texts are.</summary>
    public static ImmutableArray<string> KindsOf(Decision decision)
    {
        var kinds = ImmutableArray.CreateBuilder<string>();
        if (decision.Permission is { } permission)
            kinds.Add(DecisionWords.Of(permission));
        if (decision.BlockReason is not null)
            kinds.Add(DecisionWords.Of(DecisionKind.Block));
        if (decision.StopReason is not null)
            kinds.Add(DecisionWords.Of(DecisionKind.Stop));
        if (decision.Warnings.Length > 0)
            kinds.Add(DecisionWords.Of(DecisionKind.Warn));
        if (decision.Contexts.Length > 0)
            kinds.Add(DecisionWords.Of(DecisionKind.Context));
        if (decision.Fields.Length > 0)
            kinds.Add("set");
        return kinds.ToImmutable();
    }

    /// <summary>By which the same decision is known again; null for none.</summary>
    public static string? MacOf(string @event, Decision decision, RecordKey key) =>
        decision.IsNone ? null : key.MacOf(DecisionWire.Write(@event, decision).Stdout);

    /// <summary>The line of an event that was just decided on.</summary>
    public static ReadOnlyMemory<byte> Write(
        string id,
        DateTimeOffset now,
        Payload payload,
        Routing routing,
        string planHash,
        string planPath,
        RecordSettings settings,
        RecordKey key,
        int hookUs
    )
    {
        var line = new ArrayBufferWriter<byte>(Math.Min(payload.Json.Length, 1 << 16) + 512);
        using (var json = new Utf8JsonWriter(line, Relaxed))
        {
            json.WriteStartObject();
            json.WriteNumber("v", Version);
            json.WriteString("id", id);
            json.WriteNumber("t_ms", now.ToUnixTimeMilliseconds());
            if (BootClock.Boot is { } boot)
            {
                json.WriteString("boot", boot);
                json.WriteNumber("mono_us", BootClock.Micros(BootClock.Instance));
            }

            json.WriteString("plan", planHash);
            json.WriteString("plan_path", planPath);
            json.WriteString("event", payload.Event);
            json.WritePropertyName("payload");
            LeftOut.Write(json, payload, settings, key);
            json.WriteStrings("matched", routing.Matched.Select(rule => rule.Id));
            json.WriteStartObject("decision");
            json.WriteStrings("kinds", KindsOf(routing.Decision));
            if (MacOf(payload.Event, routing.Decision, key) is { } mac)
                json.WriteString(LeftOut.Mac, mac);
            json.WriteEndObject();
            json.WriteNumber("hook_us", hookUs);
            json.WriteEndObject();
        }

        line.Write("\n"u8);
        return line.WrittenMemory;
    }

    /// <summary>Null where it is no line of a record, or not whole.</summary>
    public static RecordLine? TryRead(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line, new JsonDocumentOptions { MaxDepth = 256 });
            var json = document.RootElement;
            if (json.Required("v").GetInt32() != Version)
                return null;
            var decision = json.Required("decision");
            return new RecordLine(
                json.Required("id").AsText(),
                json.Required("t_ms").GetInt64(),
                json.Required("plan").AsText(),
                json.Required("plan_path").AsText(),
                json.Required("event").AsText(),
                System.Runtime.InteropServices.JsonMarshal.GetRawUtf8Value(json.Required("payload")).ToArray(),
                json.Array("matched", rule => rule.AsText())
            )
            {
                Boot = json.Optional("boot")?.AsText(),
                MonoUs = json.Optional("mono_us")?.GetInt64() ?? 0,
                Kinds = decision.Array("kinds", kind => kind.AsText()),
                DecisionMac = decision.Optional(LeftOut.Mac)?.AsText(),
                HookUs = json.Optional("hook_us")?.AsInt(),
            };
        }
        catch (Exception e) when (e is JsonException or PlanCorruptException or FormatException || PlanCorruptException.Means(e))
        {
            return null;
        }
    }
}
