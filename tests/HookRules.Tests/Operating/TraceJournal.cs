using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Runtime.Journals;

namespace HookRules.Tests.Operating;

/// <summary>Lines of a journal, made of short ones as <c>traces.cases</c> describes them.</summary>
internal sealed class TraceJournal
{
    private static readonly string[] Causes = ["window", "later", "throttle", "busy", "concurrency", "slot"];

    private readonly List<JsonObject> lines = [];
    private readonly HashSet<string> events = [];

    /// <summary>When the first second of a case is.</summary>
    public const long Began = 1_790_000_000_000;

    public string Text => string.Concat(lines.Select(line => line.ToJsonString() + "\n"));

    public IReadOnlyList<JournalEntry> Entries =>
        [.. lines.Select(line => JournalEntry.TryRead(Encoding.UTF8.GetBytes(line.ToJsonString()))!)];

    public static TraceJournal Of(IEnumerable<string> runs)
    {
        var journal = new TraceJournal();
        foreach (var run in runs)
            journal.Add(run.Split(' ', StringSplitOptions.RemoveEmptyEntries));
        return journal;
    }

    private void Add(string[] words)
    {
        var members = words[0]
            .Split('+')
            .Select(member => member.Split('@'))
            .Select(member => (Id: member[0], Ms: Number(member[1])))
            .ToList();
        var times = words[2].Split('-').Select(Number).ToList();
        var marks = words[3..];
        foreach (var (id, ms) in members)
            AddEvent(id, ms, ValueOf(marks, "turn"));
        var duration = times[1] - times[0];
        var run = new JsonObject
        {
            ["v"] = 2,
            ["kind"] = "run",
            ["hook"] = $"r/{words[1]}",
            ["event"] = "PostToolUse",
            ["rule"] = "r",
            ["action"] = words[1],
            ["cmd"] = words[1],
            ["start_ms"] = Began + times[0],
            ["end_ms"] = Began + times[1],
            ["duration_ms"] = duration,
            ["exit_code"] = marks.Contains("failed") ? 1 : 0,
            ["outcome"] =
                marks.Contains("failed") ? "failed"
                : marks.Contains("cut") ? "cut"
                : "ok",
            ["attempt"] = Number(ValueOf(marks, "attempt") ?? "1"),
            ["session_id"] = "s1",
            ["event_id"] = members[^1].Id,
            ["order"] = $"{members[^1].Id}.{words[1]}{(marks.Contains("dead-retry") ? ".again" : "")}",
            ["events"] = new JsonArray([.. members.Select(member => JsonValue.Create(member.Id))]),
            ["sessions"] = new JsonArray("s1"),
            ["files"] = new JsonArray(),
            ["first_ms"] = Began + members[0].Ms,
            ["published_ms"] = Began + members[^1].Ms,
            ["consumer"] = 1,
        };
        if (marks.Intersect(["stage", "dead-retry"]).FirstOrDefault() is { } cause)
            run["cause"] = cause;
        if (ValueOf(marks, "cpu") is { } cpu)
            run["cpu_ms"] = cpu == "all" ? duration * Environment.ProcessorCount : Number(cpu);
        var wait = new JsonObject();
        foreach (var name in Causes)
            if (ValueOf(marks, name) is { } ms)
                wait[name] = Number(ms);
        run["wait"] = wait;
        lines.Add(run);
    }

    private void AddEvent(string id, long ms, string? prompt)
    {
        if (!events.Add(id))
            return;
        var line = new JsonObject
        {
            ["v"] = 2,
            ["kind"] = "event",
            ["event"] = "PostToolUse",
            ["event_id"] = id,
            ["session_id"] = "s1",
            ["published_ms"] = Began + ms,
            ["start_ms"] = Began + ms,
            ["end_ms"] = Began + ms,
            ["duration_ms"] = 0,
            ["hook_us"] = 2500,
            ["consumer"] = 1,
        };
        if (prompt is not null)
            line["prompt"] = prompt;
        lines.Add(line);
    }

    private static string? ValueOf(IEnumerable<string> marks, string name) =>
        marks.FirstOrDefault(mark => mark.StartsWith(name + "=", StringComparison.Ordinal))?[(name.Length + 1)..];

    private static long Number(string text) => long.Parse(text, CultureInfo.InvariantCulture);
}
