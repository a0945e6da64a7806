using System.Buffers;
using System.Globalization;
using System.Text;
using System.Text.Encodings.Web;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Writes plan.json as <see cref="PlanFormat"/> lays it out.</summary>
internal sealed class PlanWriter : IDisposable
{
    private static readonly JsonWriterOptions Relaxed = new() { Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    private readonly ArrayBufferWriter<byte> body = new(4096);
    private readonly Utf8JsonWriter json;

    private PlanWriter() => json = new Utf8JsonWriter(body, Relaxed);

    /// <param name="record">A JSON value that travels along, not hashed; null for none.</param>
    public static (byte[] Text, string Hash) Write(RuleGraph graph, string compilerVersion, string? record)
    {
        using var writer = new PlanWriter();
        var (bodyText, layout) = writer.Body(graph);
        var hashed =
            $"\"layout\":[{PlanFormat.PageSize},{bodyText.Length},{layout}],\n\"pages\":\"{Convert.ToBase64String(Pages(bodyText))}\",\n";
        var hash = Blake2b.HashHex(Encoding.ASCII.GetBytes(hashed));

        var sources = Sources(graph);
        var head = $"{Encoding.ASCII.GetString(PlanFormat.Start)}\"compiler\":{Quoted(compilerVersion)},\n\"hash\":\"{hash}\",\n";
        const int placesLength = 38;
        var bodyStart = Encoding.UTF8.GetByteCount(head) + placesLength + hashed.Length + "\"body\":".Length;
        var sourcesStart = bodyStart + bodyText.Length + ",\n\"sources\":".Length;
        var positionsStart = sourcesStart + Encoding.UTF8.GetByteCount(sources) + ",\n\"positions\":[\n".Length;
        var places = string.Create(CultureInfo.InvariantCulture, $"\"places\":[{sourcesStart, 12},{positionsStart, 12}],\n");

        var tail =
            $",\n\"sources\":{sources},\n\"positions\":[\n{Positions(graph)}]{(record is null ? "" : $",\n\"record\":{record}")}}}\n";
        return ([.. Encoding.UTF8.GetBytes(head + places + hashed + "\"body\":"), .. bodyText, .. Encoding.UTF8.GetBytes(tail)], hash);
    }

    public void Dispose() => json.Dispose();

    private (byte[] Text, string Layout) Body(RuleGraph graph)
    {
        var rules = new (int Offset, int Length)[graph.Rules.Length];
        var actions = new (int Offset, int Length)[graph.Actions.Length];

        // Slots and postings stand before what they point to, so the lines are written first and placed afterwards.
        var lines = new ArrayBufferWriter<byte>(4096);
        Lines(lines, ",\n\"actions\":[\n", graph.Actions.Length, i => RuleJson.Write(json, graph.Actions[i]), actions);
        Lines(lines, "],\n\"rules\":[\n", graph.Rules.Length, i => RuleJson.Write(json, graph.Rules[i]), rules);
        Append(lines, "]}");

        RuleJson.Write(
            json,
            graph.Settings with
            {
                Environment = EnvironmentNames.Of(graph),
                Awaited = SessionNeeds.Awaited(graph),
                HasTurns = SessionNeeds.HasTurns(graph),
            }
        );
        var settings = Line();

        var postings = Postings(graph);
        var slotCount = 8;
        while (slotCount < postings.Count * 2)
            slotCount *= 2;
        var start = "{\"settings\":".Length + settings.Length + ",\n\"slots\":[\n".Length;
        var afterSlots = start + (slotCount * PlanFormat.SlotSize) + "],\n\"postings\":[\n".Length;

        // A posting holds the offset of its rule, and postings stand before the rules: fixed-width offsets make their length known.
        var lineStart =
            afterSlots + postings.Values.Sum(entries => PostingLine(entries, rules, actions, 0, last: false).Length) + "]".Length;
        var text = new ArrayBufferWriter<byte>(lineStart + lines.WrittenCount);
        var slots = new (uint Hash, int Offset)[slotCount];
        var postingText = new ArrayBufferWriter<byte>();
        var number = 0;
        foreach (var (hash, entries) in postings)
        {
            var at = (int)(hash & (uint)(slotCount - 1));
            while (slots[at].Hash != 0)
                at = (at + 1) & (slotCount - 1);
            slots[at] = (hash, afterSlots + postingText.WrittenCount);
            postingText.Write(PostingLine(entries, rules, actions, lineStart, ++number == postings.Count));
        }

        Append(text, "{\"settings\":");
        text.Write(settings);
        Append(text, ",\n\"slots\":[\n");
        for (var i = 0; i < slotCount; i++)
            Append(text, PlanFormat.Slot(slots[i].Hash, slots[i].Offset, i == slotCount - 1));
        Append(text, "],\n\"postings\":[\n");
        text.Write(postingText.WrittenSpan);
        Append(text, "]");
        text.Write(lines.WrittenSpan);
        return (text.WrittenSpan.ToArray(), string.Create(CultureInfo.InvariantCulture, $"{start},{slotCount}"));
    }

    private void Lines(ArrayBufferWriter<byte> text, string title, int count, Action<int> write, (int, int)[] places)
    {
        Append(text, title);
        for (var i = 0; i < count; i++)
        {
            write(i);
            var line = Line();
            places[i] = (text.WrittenCount, line.Length);
            text.Write(line);
            Append(text, i == count - 1 ? "\n" : ",\n");
        }
    }

    private byte[] Line()
    {
        json.Flush();
        var line = body.WrittenSpan.ToArray();
        body.ResetWrittenCount();
        json.Reset();
        return line;
    }

    private readonly record struct Posting(bool IsAction, int Number, string Prefilter);

    private static SortedDictionary<uint, List<Posting>> Postings(RuleGraph graph)
    {
        var postings = new SortedDictionary<uint, List<Posting>>();
        // A posting for each of a rule's prefilters: one that holds is enough.
        var prefilters = graph.Rules.Select(rule => Prefilters.Of(rule).Select(PrefilterText).DefaultIfEmpty("").ToArray()).ToArray();
        foreach (var (rule, key) in RuleIndex.Keys(graph.Rules))
        foreach (var prefilter in prefilters[rule])
            Add(key, new Posting(false, rule, prefilter));
        for (var i = 0; i < graph.Actions.Length; i++)
            Add(PlanFormat.ActionKey(graph.Actions[i].Name), new Posting(true, i, ""));
        foreach (var key in RuleIndex.DutyKeys(graph.Rules))
            postings.TryAdd(PlanFormat.KeyHash(key), []);
        return postings;

        void Add(string key, Posting posting)
        {
            var hash = PlanFormat.KeyHash(key);
            if (!postings.TryGetValue(hash, out var entries))
                postings[hash] = entries = [];
            // A rule's keys come one after another: two with the same hash are neighbours.
            if (entries is not [.., var last] || last != posting)
                entries.Add(posting);
        }
    }

    private static string PrefilterText(Prefilter filter)
    {
        var start = string.Create(CultureInfo.InvariantCulture, $",{Quoted(filter.Field.Text)},{(int)filter.Kind},");
        if (filter.Expression is not { } expression)
            return start + string.Join(',', filter.Texts.Select(Quoted));
        return $"{start}{Quoted(expression.ToString())}{(filter.Characters is { } needed ? $",\"{needed}\"" : "")}";
    }

    private static byte[] PostingLine(
        List<Posting> entries,
        (int Offset, int Length)[] rules,
        (int Offset, int Length)[] actions,
        int lineStart,
        bool last
    )
    {
        var line = new StringBuilder("[");
        foreach (var (isAction, number, prefilter) in entries)
        {
            var (offset, length) = isAction ? actions[number] : rules[number];
            if (line.Length > 1)
                line.Append(',');
            line.Append(
                CultureInfo.InvariantCulture,
                $"[{(isAction ? -1 - number : number)},{offset + lineStart, 10},{length}{prefilter}]"
            );
        }

        return Encoding.UTF8.GetBytes(line.Append(last ? "] \n" : "],\n").ToString());
    }

    private static byte[] Pages(ReadOnlySpan<byte> body)
    {
        var count = (body.Length + PlanFormat.PageSize - 1) / PlanFormat.PageSize;
        var hashes = new byte[count * PlanFormat.PageHashSize];
        Span<byte> hash = stackalloc byte[Blake2b.HashSize];
        for (var i = 0; i < count; i++)
        {
            var from = i * PlanFormat.PageSize;
            Blake2b.Hash(body[from..Math.Min(body.Length, from + PlanFormat.PageSize)], hash);
            hash[..PlanFormat.PageHashSize].CopyTo(hashes.AsSpan(i * PlanFormat.PageHashSize));
        }

        return hashes;
    }

    private static string Sources(RuleGraph graph) =>
        $"[{string.Join(",\n", graph.Sources.Select(source => $"{{\"path\":{Quoted(source.Path)},\"sha256\":{Quoted(source.Sha256)}}}"))}]";

    private static string Positions(RuleGraph graph)
    {
        var files = graph
            .Sources.Select((source, index) => (source.Path, index))
            .ToDictionary(pair => pair.Path, pair => pair.index, StringComparer.Ordinal);
        return string.Concat(
            graph.Rules.Select(
                (rule, i) => PlanFormat.Position(files.GetValueOrDefault(rule.Source.File, 9999), rule.Source, i == graph.Rules.Length - 1)
            )
        );
    }

    private static string Quoted(string text) => $"\"{JavaScriptEncoder.UnsafeRelaxedJsonEscaping.Encode(text)}\"";

    private static void Append(ArrayBufferWriter<byte> writer, string text) => Encoding.UTF8.GetBytes(text, writer);
}
