using System.Collections.Immutable;
using System.Globalization;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>A check whose latest run failed, as Claude is to be told of it.</summary>
/// <param name="Id">Of the run.</param>
/// <param name="Key">What it is about: the plan, the action, and the file, the session or the rule's own fields. A later run of the same
/// key takes its place or takes it away.</param>
public sealed record FailedCheck(string Id, string Key, string Action, string ActionName, string Rule)
{
    /// <summary>Absolute; empty where it is about the whole session.</summary>
    public ImmutableArray<string> Files { get; init; } = [];

    /// <summary>The project folder, which is left out of paths that are told.</summary>
    public string Project { get; init; } = "";

    /// <summary>The hash of the subagent that the event was of; null for the main conversation.</summary>
    public string? Agent { get; init; }
    public string? AgentType { get; init; }

    /// <summary>In words: the exit code, the signal, the timeout, or why it could not be started.</summary>
    public string How { get; init; } = "";

    /// <summary>What it printed, made harmless and of bounded length.</summary>
    public string Text { get; init; } = "";

    public long EndMs { get; init; }

    /// <summary>Until then it is not told, since a newer run of the same key is to come.</summary>
    public long HoldUntilMs { get; init; }

    /// <summary>Its rule says <c>feedback</c>: it is told at the next event, and not only by an <c>await</c>.</summary>
    public bool IsFedBack { get; init; }

    /// <summary>Whether what is told of it is the same as what was told before.</summary>
    public string TextHash => SessionFolder.ShortHash($"{How}\n{Text}")[..8];

    /// <summary>It is about files, and none of them is there any more.</summary>
    public bool IsGone => Files.Length > 0 && !Files.Any(File.Exists);

    internal void Write(Utf8JsonWriter json)
    {
        json.WriteStartObject();
        json.WriteString("id", Id);
        json.WriteString("key", Key);
        json.WriteString("action", Action);
        json.WriteString("name", ActionName);
        json.WriteString("rule", Rule);
        json.WriteStrings("files", Files);
        json.WriteString("project", Project);
        if (Agent is not null)
            json.WriteString("agent", Agent);
        if (AgentType is not null)
            json.WriteString("agent_type", AgentType);
        json.WriteString("how", How);
        json.WriteString("text", Text);
        json.WriteNumber("end_ms", EndMs);
        if (HoldUntilMs > 0)
            json.WriteNumber("hold_until_ms", HoldUntilMs);
        json.WriteBoolean("feedback", IsFedBack);
        json.WriteEndObject();
    }

    internal static FailedCheck Read(JsonElement json) =>
        new(
            json.Required("id").AsText(),
            json.Required("key").AsText(),
            json.Required("action").AsText(),
            json.Required("name").AsText(),
            json.Required("rule").AsText()
        )
        {
            Files = json.Array("files", file => file.AsText()),
            Project = json.Required("project").AsText(),
            Agent = json.Optional("agent")?.AsText(),
            AgentType = json.Optional("agent_type")?.AsText(),
            How = json.Required("how").AsText(),
            Text = json.Required("text").AsText(),
            EndMs = json.Required("end_ms").GetInt64(),
            HoldUntilMs = json.Optional("hold_until_ms")?.GetInt64() ?? 0,
            IsFedBack = json.Optional("feedback") is { ValueKind: JsonValueKind.True },
        };

    /// <summary>The time of day at which it ended, here.</summary>
    internal string Time => TimeOfDay(EndMs);

    internal static string TimeOfDay(long ms) =>
        TimeZoneInfo
            .ConvertTime(DateTimeOffset.FromUnixTimeMilliseconds(ms), TimeZoneInfo.Local)
            .ToString("HH:mm:ss", CultureInfo.InvariantCulture);
}
