using System.Buffers;
using System.IO.Compression;
using System.Text;
using System.Text.Json;
using HookRules.Compiler.Emit;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Operating;
using HookRules.Runtime.Tracing;

namespace HookRules.Cli.Reports;

/// <summary>A <see cref="Trace"/> as one page that asks nobody for anything: its script draws what stands in it as data.</summary>
internal static class TracePage
{
    /// <summary>What is larger is packed, for a page that can be sent.</summary>
    private const int LargestPlain = 64 << 10;

    public static byte[] Of(Trace trace, string projectDir) => Of(trace, projectDir, "hookrules trace", null);

    /// <summary>The same of runs that never were: nothing can be asked about them.</summary>
    /// <param name="sentence">What it amounts to.</param>
    public static byte[] OfSimulation(Trace trace, string projectDir, string sentence) =>
        Of(trace, projectDir, "hookrules simulate --timeline", sentence);

    private static byte[] Of(Trace trace, string projectDir, string command, string? simulated)
    {
        var data = new TraceData(trace, projectDir) { Simulated = simulated }.ToJson();
        var isPlain = data.Length <= LargestPlain;
        // The default encoder leaves no character that ends a script.
        var page = HtmlPage.Of(
            "trace",
            command,
            ("title", command),
            ("command", command),
            ("form", isPlain ? "json" : "deflate"),
            ("data", isPlain ? Encoding.UTF8.GetString(data) : Pack(data))
        );
        return Encoding.UTF8.GetBytes(page);
    }

    private static string Pack(byte[] data)
    {
        using var packed = new MemoryStream();
        using (var deflate = new DeflateStream(packed, CompressionLevel.SmallestSize, leaveOpen: true))
            deflate.Write(data);
        return Convert.ToBase64String(packed.GetBuffer().AsSpan(0, (int)packed.Length));
    }
}

/// <summary>What the page's script reads: columns of numbers and one list of all texts, since a page may hold thousands of runs.</summary>
internal sealed class TraceData(Trace trace, string projectDir)
{
    private readonly List<string> texts = [];
    private readonly Dictionary<string, int> numbers = new(StringComparer.Ordinal);
    private readonly Dictionary<string, int> events = new(StringComparer.Ordinal);
    private readonly List<(string Id, JournalEntry? Line, long Ms)> listed = [];

    /// <summary>What a simulation amounts to; null where runs were real.</summary>
    public string? Simulated { get; init; }

    public byte[] ToJson()
    {
        var runs = trace.Runs;
        var place = runs.Select((run, i) => (run, i)).ToDictionary(one => one.run, one => one.i);
        var cascade = trace.Cascades.SelectMany((one, i) => one.Runs.Select(run => (run, i))).ToDictionary(one => one.run, one => one.i);
        ListEvents();
        var t0 = listed.Select(one => one.Ms).Concat(runs.Select(run => run.ReadyMs)).DefaultIfEmpty().Min();
        var buffer = new ArrayBufferWriter<byte>(1 << 16);
        using (var json = new Utf8JsonWriter(buffer))
        {
            json.WriteStartObject();
            json.WriteString("project", projectDir);
            json.WriteNumber("t0", t0);
            json.WriteNumber("cores", trace.Cores);
            json.WriteBoolean("simulated", Simulated is not null);
            WriteHead(json);
            WriteList(json, "causes", Enum.GetValues<WaitCause>(), cause => json.WriteStringValue(cause.Name()));
            WriteEvents(json, t0);
            WriteRuns(json, t0, place, cascade);
            WriteNotes(json, t0);
            WriteList(
                json,
                "critical",
                trace.Cascades.SelectMany(one => one.Critical.Chain).Select(run => place[run]).Order(),
                json.WriteNumberValue
            );
            WriteCascades(json, t0);
            WriteActions(json);
            WriteList(json, "texts", texts, json.WriteStringValue);
            json.WriteEndObject();
        }

        return buffer.WrittenSpan.ToArray();
    }

    private void ListEvents()
    {
        var lines = trace.Events.DistinctBy(line => line.EventId).ToDictionary(line => line.EventId);
        var runs = trace.Runs.SelectMany(run => Cascade.EventsOf(run.Entry).Select(id => (id, run.Entry)));
        foreach (var (id, entry) in trace.Events.Select(line => (line.EventId, line)).Concat(runs).DistinctBy(one => one.Item1))
        {
            var line = lines.GetValueOrDefault(id);
            var since = new WaitingItem(id + ".", "").Since;
            var ofId = since > DateTimeOffset.UnixEpoch ? since.ToUnixTimeMilliseconds() : entry.PublishedMs;
            listed.Add((id, line, line?.PublishedMs ?? ofId));
        }

        listed.Sort((one, other) => (one.Ms, one.Id).CompareTo((other.Ms, other.Id)));
        for (var i = 0; i < listed.Count; i++)
            events[listed[i].Id] = i;
    }

    private void WriteHead(Utf8JsonWriter json)
    {
        var total = trace.Total;
        json.WriteString("sentence", Simulated ?? TraceReport.Waited(trace));
        WriteList(
            json,
            "verdicts",
            trace.Cascades.GroupBy(one => one.Verdict.Text).OrderByDescending(verdict => verdict.Count()),
            verdict =>
            {
                json.WriteStartArray();
                json.WriteStringValue(verdict.Key);
                json.WriteNumberValue(verdict.Count());
                json.WriteEndArray();
            }
        );
        WriteList(
            json,
            "bounds",
            [("all serial", total.SumMs, "serial"), ("as it was", total.WallMs, "was"), ("no limits", total.CriticalMs, "none")],
            bound =>
            {
                json.WriteStartArray();
                json.WriteStringValue(bound.Item1);
                json.WriteNumberValue(bound.Item2);
                json.WriteStringValue(bound.Item3);
                json.WriteStringValue(Human.Duration(bound.Item2));
                json.WriteEndArray();
            }
        );
        var one = trace.Cascades is [var only] ? only.Verdict : null;
        json.WriteString("saved", TraceReport.Bounds(total, one, trace.Runs));
    }

    private void WriteEvents(Utf8JsonWriter json, long t0)
    {
        json.WriteStartObject("events");
        Column("ms", Deltas(listed.Select(one => one.Ms), t0));
        Column("id", listed.Select(one => (long)Text(one.Id)));
        Column("line", listed.Select(one => one.Line is null ? 0L : 1));
        Column("hook", listed.Select(one => one.Line?.HookUs ?? 0));
        Column("name", listed.Select(one => (long)Text(one.Line?.Event)));
        Column("session", listed.Select(one => (long)Text(one.Line?.Session)));
        Column("file", listed.Select(one => (long)Text(one.Line is { Files: [var file, ..] } ? Short(file) : null)));
        json.WriteEndObject();

        void Column(string name, IEnumerable<long> values) => WriteList(json, name, values, json.WriteNumberValue);
    }

    private void WriteRuns(
        Utf8JsonWriter json,
        long t0,
        IReadOnlyDictionary<TracedRun, int> place,
        IReadOnlyDictionary<TracedRun, int> cascade
    )
    {
        var runs = trace.Runs;
        json.WriteStartObject("runs");
        Column("start", Deltas(runs.Select(run => run.Work.Begin), t0));
        Column("ms", runs.Select(run => run.Work.Length));
        Column("action", Texts(line => line.Action));
        Column("rule", Texts(line => Places.Of(line.Rule, line.Place)));
        Column("hook", Texts(line => line.Event));
        Column("session", Texts(line => line.Session));
        Column("outcome", Texts(line => line.Outcome));
        Column("closed", Texts(line => line.ClosedBy));
        Column("why", Texts(line => line.Why));
        Column("cmd", Texts(line => line.Command.Length > 0 ? line.Command.Replace(projectDir + "/", "", StringComparison.Ordinal) : null));
        Column("files", Texts(Files));
        Column("event", runs.Select(run => (long)events.GetValueOrDefault(run.Entry.EventId, -1)));
        Column(
            "suffix",
            Texts(line =>
                line.Order is { } order && order.StartsWith(line.EventId, StringComparison.Ordinal) ? order[line.EventId.Length..] : null
            )
        );
        Column("attempt", runs.Select(run => (long)run.Entry.Attempt));
        Column("of", runs.Select(run => (long)run.Entry.Of));
        Column("cpu", runs.Select(run => run.Entry.CpuMs ?? -1));
        Column("rss", runs.Select(run => (run.Entry.MaxRssKb ?? -1) >> 10));
        Column("signal", runs.Select(run => (long)(run.Entry.Signal ?? 0)));
        Column("before", runs.Select(run => run.Before is { } before ? (long)place.GetValueOrDefault(before, -1) : -1));
        Column("cascade", runs.Select(run => (long)cascade[run]));
        WriteList(
            json,
            "exit",
            runs,
            run =>
            {
                if (run.Entry.ExitCode is { } code)
                    json.WriteNumberValue(code);
                else
                    json.WriteNullValue();
            }
        );
        WriteList(json, "events", runs, run => WriteSome(run.Entry.Events.Length > 1 ? run.Entry.Events : [], WriteEvent));
        WriteList(json, "wait", runs, run => WriteSome(run.Waits, WriteWait));
        json.WriteEndObject();

        void Column(string name, IEnumerable<long> values) => WriteList(json, name, values, json.WriteNumberValue);

        IEnumerable<long> Texts(Func<JournalEntry, string?> text) => runs.Select(run => (long)Text(text(run.Entry)));

        void WriteEvent(string id) => json.WriteNumberValue(events[id]);

        void WriteWait((WaitCause Cause, long Ms) wait)
        {
            json.WriteStartArray();
            json.WriteNumberValue((int)wait.Cause);
            json.WriteNumberValue(wait.Ms);
            json.WriteEndArray();
        }

        void WriteSome<T>(IReadOnlyCollection<T> some, Action<T> write)
        {
            if (some.Count == 0)
            {
                json.WriteNumberValue(0);
                return;
            }

            json.WriteStartArray();
            foreach (var one in some)
                write(one);
            json.WriteEndArray();
        }
    }

    private void WriteNotes(Utf8JsonWriter json, long t0)
    {
        var notes = trace.Cascades.SelectMany(one => one.Notes).OrderBy(line => line.EndMs).ToList();
        json.WriteStartObject("notes");
        Column("ms", Deltas(notes.Select(line => line.EndMs), t0));
        Column("action", notes.Select(line => (long)Text(line.Action)));
        Column("outcome", notes.Select(line => (long)Text(line.Outcome)));
        Column("why", notes.Select(line => (long)Text(line.Why)));
        json.WriteEndObject();
        var awaits = trace.Awaits.OrderBy(line => line.StartMs).ToList();
        json.WriteStartObject("awaits");
        Column("start", Deltas(awaits.Select(line => line.StartMs), t0));
        Column("waited", awaits.Select(line => line.DurationMs));
        Column("event", awaits.Select(line => (long)Text(line.Event)));
        Column("session", awaits.Select(line => (long)Text(line.Session)));
        json.WriteEndObject();

        void Column(string name, IEnumerable<long> values) => WriteList(json, name, values, json.WriteNumberValue);
    }

    private void WriteCascades(Utf8JsonWriter json, long t0) =>
        WriteList(
            json,
            "cascades",
            trace.Cascades,
            one =>
            {
                json.WriteStartObject();
                json.WriteNumber("began", one.BeganMs - t0);
                json.WriteString("verdict", one.Verdict.Text);
                json.WriteNumber("events", one.EventIds.Count());
                json.WriteNumber("runs", one.Runs.Length);
                json.WriteNumber("wall", one.Timing.WallMs);
                json.WriteNumber("busy", one.Timing.BusyMs);
                json.WriteNumber("sum", one.Timing.SumMs);
                json.WriteNumber("speed", Math.Round(one.Timing.SpeedUp, 2));
                json.WriteNumber("most", one.Timing.MostAtOnce);
                json.WriteNumber("critical", one.Timing.CriticalMs);
                json.WriteString("path", string.Join(" → ", TraceReport.Steps(one)));
                json.WriteString(
                    "causes",
                    string.Join(", ", one.Verdict.Causes.Select(held => $"{held.Cause.Words()} {held.Pairs} ({held.Action})"))
                );
                json.WriteEndObject();
            }
        );

    private void WriteActions(Utf8JsonWriter json) =>
        WriteList(
            json,
            "actions",
            trace.Actions,
            action =>
            {
                json.WriteStartArray();
                json.WriteStringValue(action.Name);
                json.WriteNumberValue(action.Runs.Length);
                json.WriteNumberValue(action.Failed);
                foreach (var values in new[] { action.Waits, action.Durations })
                {
                    var (p50, p95) = Percentiles.Of(values);
                    json.WriteNumberValue(p50);
                    json.WriteNumberValue(p95);
                    json.WriteNumberValue(values.Max());
                }

                json.WriteNumberValue(action.CpuMs);
                json.WriteNumberValue(action.MostAtOnce);
                json.WriteNumberValue(Math.Round(action.MeanAtOnce, 2));
                json.WriteEndArray();
            }
        );

    private string? Files(JournalEntry line) =>
        line.Files.IsEmpty
            ? null
            : string.Join(", ", line.Files.Select(Short)) + (line.MoreFiles > 0 ? $" and {Human.Number(line.MoreFiles)} more" : "");

    private string Short(string file) =>
        file.StartsWith(projectDir + "/", StringComparison.Ordinal) ? file[(projectDir.Length + 1)..] : file;

    /// <summary>The place of a text in the list; -1 for none.</summary>
    private int Text(string? text)
    {
        if (text is null)
            return -1;
        if (!numbers.TryGetValue(text, out var number))
        {
            numbers[text] = number = texts.Count;
            texts.Add(text);
        }

        return number;
    }

    private static IEnumerable<long> Deltas(IEnumerable<long> times, long t0)
    {
        foreach (var time in times)
        {
            yield return time - t0;
            t0 = time;
        }
    }

    private static void WriteList<T>(Utf8JsonWriter json, string name, IEnumerable<T> items, Action<T> write)
    {
        json.WriteStartArray(name);
        foreach (var item in items)
            write(item);
        json.WriteEndArray();
    }
}
