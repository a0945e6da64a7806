using System.Globalization;
using System.Runtime.CompilerServices;
using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>One queued event: the payload as it came, and what a consumer needs to route it as the hook did.</summary>
/// <param name="Id">Sorts by publishing time and is unique across processes.</param>
/// <param name="PublishedMs">Milliseconds since the Unix epoch.</param>
/// <param name="PlanHash">The plan that the hook routed by.</param>
public sealed record Envelope(
    string Id,
    long PublishedMs,
    string PlanHash,
    string ProjectDir,
    string PlanPath,
    ReadOnlyMemory<byte> Payload
)
{
    /// <summary>The boot of the machine that <see cref="MonoUs"/> counts from; null where the system names none.</summary>
    public string? Boot { get; init; }

    /// <summary>Microseconds since that boot, sleep included: setting the clock does not move it.</summary>
    public long MonoUs { get; init; }

    /// <summary>Which environment the action is to see (<see cref="ActionEnvironment"/>); null for the consumer's own.</summary>
    public string? Env { get; init; }

    /// <summary>The process of Claude Code; 0 where the hook does not know it.</summary>
    public int Client { get; init; }

    /// <summary>What it says of a turn: null for nothing, else <see cref="EndsTurn"/> or <see cref="TurnMark"/>.</summary>
    public string? Turn { get; init; }

    /// <summary>The event ends a turn.</summary>
    public const string EndsTurn = "ends";

    /// <summary>The same, and no rule has anything to do for it: it is not to be routed.</summary>
    public const string TurnMark = "mark";

    /// <summary>How long the hook took until it published this, in microseconds; null where it did not say.</summary>
    public int? HookUs { get; init; }

    private static readonly string ProcessTag = Guid.NewGuid().ToString("N")[..12];
    private static int sequence;

    /// <summary>A new envelope with an id of this moment.</summary>
    public static Envelope Create(DateTimeOffset now, string planHash, string projectDir, string planPath, ReadOnlyMemory<byte> payload) =>
        new(NewId(now), now.ToUnixTimeMilliseconds(), planHash, projectDir, planPath, payload);

    /// <summary>An id of this moment.</summary>
    public static string NewId(DateTimeOffset now)
    {
        var micros = (now - DateTimeOffset.UnixEpoch).Ticks / TimeSpan.TicksPerMicrosecond;
        var number = (uint)Interlocked.Increment(ref sequence);
        // The number stands before the tag, so that what one process publishes within a microsecond stays in order.
        return string.Create(CultureInfo.InvariantCulture, $"{micros:D16}-{number:x6}-{ProcessTag}");
    }

    /// <summary>All of the JSON before the payload's bytes; <see cref="Tail"/> stands behind them.</summary>
    public byte[] Head() => Write(default, default);

    public static ReadOnlySpan<byte> Tail => "}\n"u8;

    public byte[] ToJson() => Write(Payload.Span, Tail);

    /// <summary>In one piece and with nothing made in between: this is done for each event that waits.</summary>
    private byte[] Write(ReadOnlySpan<byte> payload, ReadOnlySpan<byte> tail)
    {
        const int Usual = 768;
        var text = new DefaultInterpolatedStringHandler(0, 0, CultureInfo.InvariantCulture, stackalloc char[Usual]);
        WriteHead(ref text);
        var head = Encoding.UTF8.GetByteCount(text.Text);
        var json = new byte[head + payload.Length + tail.Length];
        Encoding.UTF8.GetBytes(text.Text, json);
        payload.CopyTo(json.AsSpan(head));
        tail.CopyTo(json.AsSpan(head + payload.Length));
        text.Clear();
        return json;
    }

    private void WriteHead(ref DefaultInterpolatedStringHandler text)
    {
        text.AppendLiteral("{\"id\":");
        AppendString(ref text, Id);
        text.AppendLiteral(",\"published_ms\":");
        text.AppendFormatted(PublishedMs);
        text.AppendLiteral(",\"plan\":");
        AppendString(ref text, PlanHash);
        text.AppendLiteral(",\"project\":");
        AppendString(ref text, ProjectDir);
        text.AppendLiteral(",\"plan_path\":");
        AppendString(ref text, PlanPath);
        if (Boot is { } boot)
        {
            text.AppendLiteral(",\"boot\":");
            AppendString(ref text, boot);
            text.AppendLiteral(",\"mono_us\":");
            text.AppendFormatted(MonoUs);
        }

        if (Env is { } env)
        {
            text.AppendLiteral(",\"env\":");
            AppendString(ref text, env);
        }

        if (Client > 0)
        {
            text.AppendLiteral(",\"client\":");
            text.AppendFormatted(Client);
        }

        if (Turn is { } turn)
        {
            text.AppendLiteral(",\"turn\":");
            AppendString(ref text, turn);
        }

        if (HookUs is { } hookUs)
        {
            text.AppendLiteral(",\"hook_us\":");
            text.AppendFormatted(hookUs);
        }

        text.AppendLiteral(",\"payload\":");
    }

    /// <summary>Reads an envelope; null with the reason. Unknown members are passed over, so that an older consumer reads what a newer hook
    /// wrote.</summary>
    public static Envelope? TryRead(ReadOnlyMemory<byte> json, out string? problem)
    {
        string? id = null,
            plan = null,
            project = null,
            planPath = null,
            boot = null,
            env = null,
            turn = null;
        var client = 0;
        long? published = null;
        int? hookUs = null;
        long mono = 0;
        ReadOnlyMemory<byte>? payload = null;
        try
        {
            var reader = new Utf8JsonReader(json.Span, new JsonReaderOptions { MaxDepth = 192 });
            reader.Read();
            if (reader.TokenType != JsonTokenType.StartObject)
                throw new JsonException();
            while (reader.Read() && reader.TokenType == JsonTokenType.PropertyName)
            {
                var name = reader.GetString();
                reader.Read();
                if (name == "payload")
                {
                    var start = (int)reader.TokenStartIndex;
                    reader.Skip();
                    payload = json[start..(int)reader.BytesConsumed];
                    continue;
                }

                var text = reader.TokenType == JsonTokenType.String ? reader.GetString() : null;
                if (name == "id")
                    id = text;
                else if (name == "plan")
                    plan = text;
                else if (name == "project")
                    project = text;
                else if (name == "plan_path")
                    planPath = text;
                else if (name == "boot")
                    boot = text;
                else if (name == "env")
                    env = text;
                else if (name == "turn")
                    turn = text;
                else if (name == "client" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var pid))
                    client = pid;
                else if (name == "mono_us" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var us))
                    mono = us;
                else if (name == "hook_us" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt32(out var took))
                    hookUs = took;
                else if (name == "published_ms" && reader.TokenType == JsonTokenType.Number && reader.TryGetInt64(out var ms))
                    published = ms;
                reader.Skip();
            }

            if (reader.TokenType != JsonTokenType.EndObject)
                throw new JsonException();
            reader.Read();
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException)
        {
            problem = json.IsEmpty
                ? "the envelope is empty"
                : string.Create(CultureInfo.InvariantCulture, $"the envelope is not one whole JSON object ({json.Length} bytes)");
            return null;
        }

        problem =
            id is null or "" ? Missing("id")
            : !id.All(c => char.IsAsciiLetterOrDigit(c) || c == '-') ? "the envelope's id could not be a file's name"
            : published is null ? Missing("published_ms")
            : plan is null ? Missing("plan")
            : project is null or "" ? Missing("project")
            : planPath is null or "" ? Missing("plan_path")
            : payload is null ? Missing("payload")
            : null;
        return problem is null
            ? new Envelope(id!, published!.Value, plan!, project!, planPath!, payload!.Value)
            {
                Boot = boot,
                MonoUs = mono,
                Env = env,
                Client = client,
                Turn = turn,
                HookUs = hookUs,
            }
            : null;

        static string Missing(string name) => $"the envelope has no \"{name}\"";
    }

    private static void AppendString(ref DefaultInterpolatedStringHandler text, string value)
    {
        text.AppendLiteral("\"");
        var written = 0;
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            if (c is not ('"' or '\\' or < ' '))
                continue;
            text.AppendFormatted(value.AsSpan(written..i));
            written = i + 1;
            if (c < ' ')
            {
                text.AppendLiteral("\\u");
                text.AppendFormatted((int)c, "x4");
            }
            else
            {
                text.AppendLiteral("\\");
                text.AppendFormatted(value.AsSpan(i, 1));
            }
        }

        text.AppendFormatted(value.AsSpan(written));
        text.AppendLiteral("\"");
    }
}
