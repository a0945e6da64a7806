using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Runtime.Journals;

/// <summary>A line of <c>runs.jsonl</c> as it is read again.</summary>
internal sealed record JournalEntry
{
    private const string RunKind = "run",
        NoteKind = "note",
        EventKind = "event",
        AwaitKind = "await";

    public required string Kind { get; init; }

    public bool IsRun => Kind == RunKind;

    public bool IsNote => Kind == NoteKind;

    public bool IsEvent => Kind == EventKind;

    /// <summary>An event of Claude Code was held until runs had ended: such lines stand in <c>awaits.jsonl</c>.</summary>
    public bool IsAwait => Kind == AwaitKind;

    /// <summary>The name of the hook event.</summary>
    public string Event { get; init; } = "";
    public string EventId { get; init; } = "";
    public string? Order { get; init; }
    public string Rule { get; init; } = "";
    public string Branch { get; init; } = "";
    public string Action { get; init; } = "";
    public string? Place { get; init; }
    public string Command { get; init; } = "";
    public string? Session { get; init; }
    public string? Agent { get; init; }
    public string? Prompt { get; init; }
    public ImmutableArray<string> Events { get; init; } = [];

    /// <summary>Of an event, those that it became; of a run, those that it stood for.</summary>
    public ImmutableArray<string> Orders { get; init; } = [];
    public ImmutableArray<string> Sessions { get; init; } = [];
    public ImmutableArray<string> Files { get; init; } = [];
    public int MoreFiles { get; init; }
    public long PublishedMs { get; init; }
    public long FirstMs { get; init; }
    public long StartMs { get; init; }
    public long EndMs { get; init; }
    public long DurationMs { get; init; }
    public string? ClosedBy { get; init; }

    /// <summary>Milliseconds by cause.</summary>
    public ImmutableArray<(string Cause, long Ms)> Waits { get; init; } = [];
    public long? CpuMs { get; init; }
    public long? MaxRssKb { get; init; }
    public int? ExitCode { get; init; }
    public int? Signal { get; init; }
    public string Outcome { get; init; } = "";
    public string? Why { get; init; }
    public string? Cause { get; init; }
    public int Attempt { get; init; } = 1;
    public int Of { get; init; } = 1;
    public int Deliveries { get; init; }
    public long? HookUs { get; init; }
    public int Pid { get; init; }

    /// <summary>The line as it stands there.</summary>
    public ReadOnlyMemory<byte> Text { get; init; }

    public bool Failed => IsRun && Outcome is not ("ok" or "cut");

    public long WaitMs => Waits.Sum(wait => wait.Ms);

    /// <summary>Null where the line is none of ours, or not whole.</summary>
    public static JournalEntry? TryRead(ReadOnlyMemory<byte> line)
    {
        try
        {
            using var document = JsonDocument.Parse(line);
            var json = document.RootElement;
            return json.ValueKind == JsonValueKind.Object ? Read(json) with { Text = line } : null;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or FormatException)
        {
            return null;
        }
    }

    private static JournalEntry Read(JsonElement json) =>
        new()
        {
            // Lines of the first version had no kind.
            Kind = Word(json, "kind") ?? RunKind,
            Event = Word(json, "event") ?? "",
            EventId = Word(json, "event_id") ?? "",
            Order = Word(json, "order"),
            Rule = Word(json, "rule") ?? "",
            Branch = Word(json, "hook") ?? "",
            Action = Word(json, "action") ?? "",
            Place = Word(json, "place"),
            Command = Word(json, "cmd") ?? "",
            Session = Word(json, "session_id"),
            Agent = Word(json, "agent"),
            Prompt = Word(json, "prompt"),
            Events = List(json, "events"),
            Orders = List(json, "orders"),
            Sessions = List(json, "sessions"),
            Files = List(json, "files"),
            MoreFiles = (int)(Number(json, "more_files") ?? 0),
            PublishedMs = Number(json, "published_ms") ?? 0,
            FirstMs = Number(json, "first_ms") ?? 0,
            StartMs = Number(json, "start_ms") ?? 0,
            EndMs = Number(json, "end_ms") ?? 0,
            DurationMs = Number(json, "duration_ms") ?? 0,
            ClosedBy = Word(json, "closed_by"),
            Waits =
                json.TryGetProperty("wait", out var wait) && wait.ValueKind == JsonValueKind.Object
                    ? [.. wait.EnumerateObject().Select(one => (one.Name, one.Value.GetInt64()))]
                    : [],
            CpuMs = Number(json, "cpu_ms"),
            MaxRssKb = Number(json, "max_rss_kb"),
            ExitCode = (int?)Number(json, "exit_code"),
            Signal = (int?)Number(json, "signal"),
            Outcome = Word(json, "outcome") ?? "",
            Why = Word(json, "why"),
            Cause = Word(json, "cause"),
            Attempt = (int)(Number(json, "attempt") ?? 1),
            Of = (int)(Number(json, "of") ?? 1),
            Deliveries = (int)(Number(json, "deliveries") ?? 0),
            HookUs = Number(json, "hook_us"),
            Pid = (int)(Number(json, "pid") ?? 0),
        };

    private static string? Word(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.String ? value.GetString() : null;

    private static long? Number(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Number ? value.GetInt64() : null;

    private static ImmutableArray<string> List(JsonElement json, string name) =>
        json.TryGetProperty(name, out var value) && value.ValueKind == JsonValueKind.Array
            ? [.. value.EnumerateArray().Select(one => one.GetString()).OfType<string>()]
            : [];
}
