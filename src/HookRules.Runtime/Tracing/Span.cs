namespace HookRules.Runtime.Tracing;

/// <summary>A stretch of time in milliseconds since 1970; its end belongs to the next one.</summary>
internal readonly record struct Span(long Begin, long End)
{
    public long Length => End - Begin;

    /// <summary>The stretches that are covered by some of these, in their order.</summary>
    /// <param name="bridged">Pauses no longer than this are covered too.</param>
    public static List<Span> Union(IEnumerable<Span> spans, long bridged = 0)
    {
        var union = new List<Span>();
        foreach (var span in spans.OrderBy(span => span.Begin))
            if (union.Count > 0 && span.Begin - union[^1].End <= bridged)
                union[^1] = union[^1] with { End = Math.Max(union[^1].End, span.End) };
            else
                union.Add(span);
        return union;
    }

    public static long Covered(IEnumerable<Span> spans) => Union(spans).Sum(span => span.Length);

    /// <summary>How many there are at most at one moment. One without length counts where nothing else is.</summary>
    public static int MostAtOnce(IReadOnlyCollection<Span> spans)
    {
        var most = Math.Min(1, spans.Count);
        var at = 0;
        var ends = spans
            .Where(span => span.Length > 0)
            .SelectMany(span => new[] { (At: span.Begin, Step: 1), (At: span.End, Step: -1) })
            .OrderBy(end => end.At)
            .ThenBy(end => end.Step);
        foreach (var (_, step) in ends)
            most = Math.Max(most, at += step);
        return most;
    }
}
