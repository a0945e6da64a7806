using System.Collections.Immutable;
using HookRules.Runtime.Journals;

namespace HookRules.Runtime.Tracing;

/// <summary>What belongs together: events of one turn with all that they set off, without a pause of two seconds.</summary>
internal sealed class Cascade
{
    private const long LongestPause = 2000;

    private Cascade(ImmutableArray<TracedRun> runs, ImmutableArray<JournalEntry> events, ImmutableArray<JournalEntry> notes, int cores)
    {
        (Runs, Events, Notes) = (runs, events, notes);
        Critical = runs.MaxBy(run => run.CriticalMs)!;
        Timing = Timing.Of(runs, [CriticalSpan]);
        Verdict = Verdict.Of(runs, cores);
    }

    /// <summary>In the order in which they began.</summary>
    public ImmutableArray<TracedRun> Runs { get; }

    public ImmutableArray<JournalEntry> Events { get; }

    /// <summary>Orders that ended without a run.</summary>
    public ImmutableArray<JournalEntry> Notes { get; }

    /// <summary>The last run of the longest chain.</summary>
    public TracedRun Critical { get; }

    public Timing Timing { get; }

    public Verdict Verdict { get; }

    public long BeganMs => Runs.Min(run => run.BeganMs);

    public long EndedMs => Runs.Max(run => run.EndMs);

    /// <summary>It was under way at a moment.</summary>
    public bool Has(long ms) => ms >= BeganMs && ms <= EndedMs;

    /// <summary>The longest chain, as long as it would be without limits.</summary>
    public Span CriticalSpan => new(Critical.BeganMs, Critical.BeganMs + Critical.CriticalMs);

    public IEnumerable<string> EventIds =>
        Events.Select(line => line.EventId).Concat(Runs.SelectMany(run => EventsOf(run.Entry))).Distinct(StringComparer.Ordinal);

    public static IEnumerable<string> EventsOf(JournalEntry line) => line.Events.IsEmpty ? [line.EventId] : line.Events;

    /// <summary>In the order in which they began; what set off no run is in none.</summary>
    public static ImmutableArray<Cascade> Of(IReadOnlyCollection<JournalEntry> journal, int cores)
    {
        var turns = new Groups();
        // A run may have ended, and its line stand there, before its event has left the spool.
        foreach (var line in journal.Where(line => line.IsEvent && line.Session is not null))
            turns.Join(line.EventId, $"turn\n{line.Session}\n{line.Prompt}");
        foreach (var line in journal.Where(line => line.IsRun || line.IsNote))
        {
            if (line.Session is not null && !turns.Has(line.EventId))
                turns.Join(line.EventId, $"turn\n{line.Session}\n");
            foreach (var id in EventsOf(line))
                turns.Join(id, line.EventId);
        }

        var others = journal.ToLookup(line => turns.Of(line.EventId));
        return
        [
            .. TracedRun
                .Of(journal)
                .GroupBy(run => turns.Of(run.Entry.EventId))
                .SelectMany(turn => Split([.. turn], [.. others[turn.Key]], cores))
                .OrderBy(cascade => cascade.BeganMs),
        ];
    }

    private static IEnumerable<Cascade> Split(IReadOnlyList<TracedRun> runs, IReadOnlyList<JournalEntry> lines, int cores)
    {
        var spans = Span.Union(runs.Select(run => new Span(run.BeganMs, run.EndMs)), LongestPause);
        var runsOf = runs.ToLookup(run => Place(run.EndMs));
        var events = lines.Where(line => line.IsEvent).ToLookup(line => Place(line.PublishedMs));
        var notes = lines.Where(line => line.IsNote).ToLookup(line => Place(line.EndMs));
        return Enumerable
            .Range(0, spans.Count)
            .Select(place => new Cascade([.. runsOf[place]], [.. events[place]], [.. notes[place]], cores));

        int Place(long ms) => spans.FindIndex(span => ms <= span.End) is var place and >= 0 ? place : spans.Count - 1;
    }

    /// <summary>Which names stand for one thing.</summary>
    private sealed class Groups
    {
        private readonly Dictionary<string, string> above = new(StringComparer.Ordinal);

        public bool Has(string name) => above.ContainsKey(name);

        public void Join(string one, string other)
        {
            var (from, to) = (Of(one), Of(other));
            if (from != to)
                above[from] = to;
        }

        public string Of(string name)
        {
            var top = name;
            while (above.TryGetValue(top, out var next))
                top = next;
            // The next question is answered at once.
            if (top != name)
                above[name] = top;
            return top;
        }
    }
}
