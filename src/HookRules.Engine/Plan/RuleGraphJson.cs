using System.Collections.Immutable;
using System.Text;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>plan.json, read whole.</summary>
/// <param name="Hash">Of what the rules mean; the hook entries in settings.json carry it.</param>
/// <param name="Record">What compile merged into settings.json, as it wrote it; null for none.</param>
public sealed record Plan(string Hash, RuleGraph Graph, string CompilerVersion, string? Record);

/// <summary>The rule graph as plan.json, and back.</summary>
public static class RuleGraphJson
{
    public static readonly SourceRef NoPlace = new("?", 0, 0, 0, 0);

    /// <param name="record">A JSON value that travels along, not hashed; null for none.</param>
    public static (byte[] Text, string Hash) Write(RuleGraph graph, string compilerVersion, string? record = null) =>
        PlanWriter.Write(graph, compilerVersion, record);

    /// <summary>A plan that was written without a record, with one: it stands at the end and is not hashed.</summary>
    public static byte[] WithRecord(byte[] text, string record) =>
        [.. text.AsSpan(0, text.Length - PlanFormat.End.Length), .. Encoding.UTF8.GetBytes($",\n\"record\":{record}"), .. PlanFormat.End];

    /// <exception cref="PlanCorruptException">It is no plan, or its contents do not have the hash that it states.</exception>
    public static Plan Read(ReadOnlyMemory<byte> text)
    {
        try
        {
            using var document = JsonDocument.Parse(text, PlanFormat.ReadOptions);
            var root = document.RootElement;
            if (root.Required("hookrules").AsInt() != PlanFormat.Version)
                throw new PlanCorruptException("it is not a plan of this version; compile again");
            var hash = root.Required("hash").AsText();
            // The bytes that have the hash are read, and not whatever else in the file is called "body".
            using var verified = JsonDocument.Parse(Verify(text, hash), PlanFormat.ReadOptions);
            var body = verified.RootElement;

            var sources = root.Array(
                "sources",
                source => new SourceFile(source.Required("path").AsText(), source.Required("sha256").AsText())
            );
            var places = root.Array("positions", place => PlaceOf(place, sources));
            var number = 0;
            var graph = new RuleGraph
            {
                Sources = sources,
                Settings = RuleJson.ReadSettings(body.Required("settings")),
                Actions = body.Array("actions", RuleJson.ReadAction),
                Rules = body.Array("rules", rule => RuleJson.ReadRule(rule, number < places.Length ? places[number++] : NoPlace)),
            };
            return new Plan(hash, graph, root.Required("compiler").AsText(), root.Optional("record")?.GetRawText());
        }
        catch (JsonException e)
        {
            throw new PlanCorruptException($"it is not valid JSON: {e.Message}");
        }
        catch (Exception e) when (PlanCorruptException.Means(e))
        {
            throw new PlanCorruptException("it is malformed");
        }
    }

    private static SourceRef PlaceOf(JsonElement place, ImmutableArray<SourceFile> sources)
    {
        var numbers = place.AsArray(number => number.AsInt());
        return numbers.Length == 5 && numbers[0] >= 0 && numbers[0] < sources.Length
            ? new SourceRef(sources[numbers[0]].Path, numbers[1], numbers[2], numbers[3], numbers[4])
            : NoPlace;
    }

    /// <summary>Every page of the body, as <see cref="PlanFile"/> checks those that it reads.</summary>
    private static ReadOnlyMemory<byte> Verify(ReadOnlyMemory<byte> whole, string hash)
    {
        var text = whole.Span;
        var hashedFrom = text.IndexOf("\n\"layout\":["u8) + 1;
        var bodyFrom = text.IndexOf("\n\"body\":"u8) + 1;
        if (hashedFrom <= 0 || bodyFrom <= hashedFrom)
            throw new PlanCorruptException("it is malformed");
        var hashed = text[hashedFrom..bodyFrom];
        if (Blake2b.HashHex(hashed) != hash)
            throw new PlanCorruptException("its contents do not have the hash that it states");

        var lines = Encoding.ASCII.GetString(hashed).Split('\n');
        var layout = lines[0]["\"layout\":[".Length..].TrimEnd(',', ']').Split(',');
        var pages = Convert.FromBase64String(lines[1]["\"pages\":\"".Length..].TrimEnd(',', '"'));
        var length = int.Parse(layout[1], System.Globalization.CultureInfo.InvariantCulture);
        var start = bodyFrom + "\"body\":".Length;
        if (length < 0 || start + length > text.Length)
            throw new PlanCorruptException("it is cut off");
        var body = text.Slice(start, length);
        Span<byte> actual = stackalloc byte[Blake2b.HashSize];
        for (var i = 0; i * PlanFormat.PageSize < body.Length; i++)
        {
            var from = i * PlanFormat.PageSize;
            Blake2b.Hash(body[from..Math.Min(body.Length, from + PlanFormat.PageSize)], actual);
            if (!actual[..PlanFormat.PageHashSize].SequenceEqual(pages.AsSpan(i * PlanFormat.PageHashSize, PlanFormat.PageHashSize)))
                throw new PlanCorruptException("it was changed behind the compiler's back");
        }

        return whole.Slice(start, length);
    }
}
