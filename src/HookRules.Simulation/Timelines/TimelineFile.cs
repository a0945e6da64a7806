using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Simulation.Timelines;

/// <summary>Reads timelines: a line of JSON for each event, and for how runs end.</summary>
internal sealed class TimelineFile
{
    private const string AtExample = "write a duration since the beginning (1.5s), one since the event before (+200ms), or a date and time";

    private static readonly string[] EventKeys = ["at", "event", "tool", "set", "session", "agent", "payload"];
    private static readonly string[] OutcomeKeys = ["action", "file", "exit", "status", "output", "took", "times", "retry_after"];

    private readonly SourceText source;
    private readonly ICollection<Diagnostic> problems;
    private readonly HashSet<string> validated = new(StringComparer.Ordinal);
    private readonly ImmutableArray<TimelineEvent>.Builder events = ImmutableArray.CreateBuilder<TimelineEvent>();
    private readonly ImmutableArray<ScriptedOutcome>.Builder outcomes = ImmutableArray.CreateBuilder<ScriptedOutcome>();
    private DateTimeOffset? start;
    private TimeSpan last;
    private SourceRef place = null!;
    private bool hasFailed;

    private TimelineFile(SourceText source, ICollection<Diagnostic> problems) => (this.source, this.problems) = (source, problems);

    public static Timeline Read(SourceText source, ICollection<Diagnostic> problems)
    {
        var file = new TimelineFile(source, problems);
        for (var line = 1; line <= source.LineCount; line++)
            file.Line(line);
        return new Timeline(file.events.ToImmutable(), file.outcomes.ToImmutable()) { Start = file.start };
    }

    private void Line(int number)
    {
        var text = source.Line(number);
        if (text.Trim() is [] or ['#', ..])
            return;
        place = new SourceRef(source.Path, number, 1, number, text.Length + 1);
        hasFailed = false;
        try
        {
            using var document = JsonDocument.Parse(Encoding.UTF8.GetBytes(text.ToString()));
            if (document.RootElement.ValueKind != JsonValueKind.Object)
                Bad("a line is an object, and this is none", "write {\"at\": \"0s\", \"event\": …}");
            else if (document.RootElement.TryGetProperty("action", out _))
                Outcome(document.RootElement);
            else if (document.RootElement.TryGetProperty("t_ms", out var recorded))
                Recorded(document.RootElement, recorded);
            else
                Event(document.RootElement);
        }
        catch (JsonException e)
        {
            var column = (int)(e.BytePositionInLine ?? 0) + 1;
            place = new SourceRef(source.Path, number, column, number, column);
            Bad($"not JSON: {e.Message.Split(" LineNumber:")[0].TrimEnd('.')}", "write one whole object on each line");
        }
    }

    private void Event(JsonElement line)
    {
        CheckKeys(line, EventKeys);
        var at = line.TryGetProperty("at", out var when) ? Moment(when) : last;
        byte[]? payload = null;
        if (line.TryGetProperty("payload", out var whole))
            payload = Whole(whole);
        else if (Text(line, "event") is { } name)
            payload = MadeUp(line, name);
        else if (!hasFailed)
            Bad("neither an event nor how runs end", "write \"event\": NAME, \"payload\": {…} or \"action\": NAME");
        if (payload is not null && at is { } moment && !hasFailed)
            Add(moment, payload);
    }

    private void Recorded(JsonElement line, JsonElement when)
    {
        if (!when.TryGetInt64(out var ms) || !line.TryGetProperty("payload", out var payload) || payload.ValueKind != JsonValueKind.Object)
        {
            Bad("a line of a record without its time or payload", "take it from record/*.jsonl as it stands");
            return;
        }

        if (At(DateTimeOffset.FromUnixTimeMilliseconds(ms)) is { } at)
            Add(at, Encoding.UTF8.GetBytes(payload.GetRawText()));
    }

    private void Add(TimeSpan at, byte[] json)
    {
        if (at < last)
        {
            Bad("this is earlier than the event before it", "put the lines in order of time");
            return;
        }

        if (Payload.TryParse(json, out var problem) is not { } payload)
        {
            Bad($"not a payload that Claude Code sends: {problem}", "compare it with a real one: hookrules events NAME prints one");
            return;
        }

        last = at;
        events.Add(new TimelineEvent(at, payload, place));
    }

    private byte[]? Whole(JsonElement whole)
    {
        var bytes = Encoding.UTF8.GetBytes(whole.GetRawText());
        // One of each kind: to compare every line with its schema takes longer than to play it.
        var kind = whole.ValueKind == JsonValueKind.Object ? $"{Raw("hook_event_name")} {Raw("tool_name")}" : "";
        if (validated.Add(kind) && PayloadValidator.Validate(bytes) is [var first, ..])
        {
            Bad($"not a payload that Claude Code sends: {first}", "compare it with a real one: hookrules events NAME prints one");
            return null;
        }

        return bytes;

        string Raw(string name) => whole.TryGetProperty(name, out var value) ? value.GetRawText() : "";
    }

    private byte[]? MadeUp(JsonElement line, string name)
    {
        if (EventAliases.Find(name) is not { } known)
        {
            var nearest = NearestName.Find(name, HookEvents.All.Select(one => one.Name));
            Bad($"there is no event \"{name}\"{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}", "hookrules events lists them");
            return null;
        }

        var tool = Text(line, "tool");
        if (tool is not null && !known.IsToolEvent)
            Bad($"{known.Name} has no tool", "take \"tool\" out");
        else if (tool is not null && Cases.CaseSubject.ToolProblem(known, tool, out var fix) is { } wrong)
            Bad(wrong, fix);
        if (hasFailed)
            return null;
        var sample = SamplePayload.Of(known, tool);
        if (line.TryGetProperty("set", out var set))
            Set(sample, known, set);
        if (Text(line, "session") is { } session)
            sample.Set("session_id", session);
        if (Text(line, "agent") is { } agent)
            sample.MergeOutside(new() { ["agent_id"] = agent });
        return hasFailed ? null : sample.ToBytes();
    }

    private void Set(SamplePayload sample, HookEvent known, JsonElement set)
    {
        if (set.ValueKind != JsonValueKind.Object)
        {
            Bad("\"set\" is no object", "write \"set\": {\"tool_input.file_path\": \"src/a.py\"}");
            return;
        }

        foreach (var change in set.EnumerateObject())
        {
            var value = change.Value.ValueKind == JsonValueKind.String ? change.Value.GetString()! : change.Value.GetRawText();
            if (sample.Set(change.Name, value) is { } problem)
                Bad(problem, $"hookrules events {known.Name} lists its fields");
        }
    }

    private void Outcome(JsonElement line)
    {
        CheckKeys(line, OutcomeKeys);
        if (Text(line, "action") is not { } action)
            return;
        Glob? file = null;
        if (Text(line, "file") is { } glob && (file = Glob.TryParse(glob, out var problem)) is null)
            Bad($"\"file\" is no pattern: {problem}", "write a pattern such as *.py");
        var outcome = new ScriptedOutcome(action)
        {
            File = file,
            Exit = Number(line, "exit", 0, 255),
            Status = Number(line, "status", 100, 599),
            Output = Text(line, "output") ?? "",
            Took = Length(line, "took"),
            Times = Number(line, "times", 1, int.MaxValue),
            RetryAfter = Length(line, "retry_after"),
        };
        if (!hasFailed)
            outcomes.Add(outcome);
    }

    private TimeSpan? Moment(JsonElement when)
    {
        if (when.ValueKind == JsonValueKind.Number && when.TryGetDouble(out var ms) && ms >= 0)
            return TimeSpan.FromMilliseconds(ms);
        if (when.ValueKind == JsonValueKind.String && when.GetString() is { } text)
        {
            if (text.StartsWith('+') && Duration(text[1..]) is { } later)
                return last + later;
            if (Duration(text) is { } since)
                return since;
            if (DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var wall))
                return At(wall);
        }

        Bad($"\"at\" is no moment: {when.GetRawText()}", AtExample);
        return null;
    }

    /// <summary>The first one is the beginning.</summary>
    private TimeSpan? At(DateTimeOffset wall)
    {
        start ??= wall - last;
        if (wall >= start)
            return wall - start.Value;
        Bad("this is earlier than the event before it", "put the lines in order of time");
        return null;
    }

    /// <summary>As rules write them, and fractions too.</summary>
    public static TimeSpan? Duration(string text)
    {
        if (Durations.Parse(text) is { } whole)
            return whole;
        foreach (var (unit, length) in new[] { ("ms", 1.0), ("s", 1000.0), ("m", 60_000.0), ("h", 3_600_000.0) })
            if (
                text.EndsWith(unit, StringComparison.Ordinal)
                && double.TryParse(text[..^unit.Length], NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var count)
                && count * length < TimeSpan.FromDays(365).TotalMilliseconds
            )
                return TimeSpan.FromMilliseconds(count * length);
        return null;
    }

    private TimeSpan? Length(JsonElement line, string name)
    {
        if (Text(line, name) is not { } text)
            return null;
        if (Duration(text) is { } length)
            return length;
        Bad($"\"{name}\" is no duration: \"{text}\"", "write for example 300ms or 2s");
        return null;
    }

    private int? Number(JsonElement line, string name, int least, int most)
    {
        if (!line.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.Number && value.TryGetInt32(out var number) && number >= least && number <= most)
            return number;
        Bad(
            $"\"{name}\" is no number from {least} to {(most == int.MaxValue ? "any" : most)}: {value.GetRawText()}",
            $"write \"{name}\": {least}"
        );
        return null;
    }

    private string? Text(JsonElement line, string name)
    {
        if (!line.TryGetProperty(name, out var value))
            return null;
        if (value.ValueKind == JsonValueKind.String)
            return value.GetString();
        Bad($"\"{name}\" is no text: {value.GetRawText()}", $"write \"{name}\": \"…\"");
        return null;
    }

    private void CheckKeys(JsonElement line, string[] known)
    {
        foreach (var member in line.EnumerateObject())
            if (!known.Contains(member.Name))
            {
                var nearest = NearestName.Find(member.Name, known);
                Bad(
                    $"\"{member.Name}\" is not known here{(nearest is null ? "" : $"; did you mean \"{nearest}\"?")}",
                    $"what may stand here: {string.Join(", ", known)}"
                );
            }
    }

    private void Bad(string problem, string fix)
    {
        // One a line: the rest may follow from it.
        if (!hasFailed)
            problems.Add(DiagnosticCatalog.BadTimeline(place, problem, fix));
        hasFailed = true;
    }
}
