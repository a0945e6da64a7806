using System.Collections.Immutable;
using HookRules.Runtime.Journals;

namespace HookRules.Runtime.Tracing;

/// <summary>What a journal says of how runs went beside one another, and of what Claude waited for.</summary>
internal sealed class Trace
{
    private Trace(ImmutableArray<Cascade> cascades, ImmutableArray<JournalEntry> events, ImmutableArray<JournalEntry> awaits, int cores)
    {
        (Cascades, Events, Awaits, Cores) = (cascades, events, awaits, cores);
        Runs = [.. cascades.SelectMany(cascade => cascade.Runs).OrderBy(run => run.Work.Begin)];
        Total = Timing.Of(Runs, cascades.Select(cascade => cascade.CriticalSpan));
        Actions = TracedAction.Of(Runs);
    }

    public ImmutableArray<Cascade> Cascades { get; }

    /// <summary>All events, those that set off no run too.</summary>
    public ImmutableArray<JournalEntry> Events { get; }

    public ImmutableArray<JournalEntry> Awaits { get; }

    public int Cores { get; }

    public ImmutableArray<TracedRun> Runs { get; }

    public Timing Total { get; }

    public ImmutableArray<TracedAction> Actions { get; }

    /// <summary>How long Claude waited for hook processes, in microseconds.</summary>
    public long HooksUs => Events.Sum(line => line.HookUs ?? 0);

    public long AwaitedMs => Awaits.Sum(line => line.DurationMs);

    public int Failed => Runs.Count(run => run.Entry.Failed);

    public int Retries => Runs.Count(run => run.Entry.Attempt > 1);

    public int Cut => Runs.Count(run => run.Entry.Outcome == "cut");

    public long CpuMs => Runs.Sum(run => run.Entry.CpuMs ?? 0);

    /// <summary>Runs of an action on the same files that ended as the one before did.</summary>
    public int Repeated =>
        Runs.Where(run => run.Entry is { Attempt: 1, Files.IsEmpty: false })
            .GroupBy(run => $"{run.Entry.Branch}\n{string.Join('\n', run.Entry.Files)}")
            .Sum(same => same.Zip(same.Skip(1)).Count(pair => Result(pair.First) == Result(pair.Second)));

    /// <summary>Events that no run of their own was needed for.</summary>
    public int SavedByWindows => Runs.Where(run => run.Entry.Attempt == 1).Sum(run => Math.Max(0, run.Entry.Events.Length - 1));

    /// <summary>How long all runs waited, by cause.</summary>
    public IEnumerable<(WaitCause Cause, long Ms)> Waits =>
        from run in Runs
        from wait in run.Waits
        group wait.Ms by wait.Cause into cause
        orderby cause.Key
        select (cause.Key, cause.Sum());

    private static (string, int?) Result(TracedRun run) => (run.Entry.Outcome, run.Entry.ExitCode);

    public static Trace Of(IReadOnlyCollection<JournalEntry> journal, int cores) =>
        new(Cascade.Of(journal, cores), [.. journal.Where(line => line.IsEvent)], [.. journal.Where(line => line.IsAwait)], cores);

    /// <summary>The ids of events that begin with a text.</summary>
    public IReadOnlyList<string> EventsFrom(string start) =>
        [
            .. Cascades
                .SelectMany(cascade => cascade.EventIds)
                .Concat(Events.Select(line => line.EventId))
                .Distinct(StringComparer.Ordinal)
                // An order's id begins with its event's.
                .Where(id => id.StartsWith(start, StringComparison.Ordinal) || start.StartsWith(id + ".", StringComparison.Ordinal)),
        ];

    /// <summary>The cascade of one event alone.</summary>
    public Trace Only(string eventId)
    {
        var cascade = Cascades.Where(cascade => cascade.EventIds.Contains(eventId)).ToImmutableArray();
        var events = cascade.SelectMany(one => one.EventIds).Append(eventId).ToHashSet(StringComparer.Ordinal);
        return new(
            cascade,
            [.. Events.Where(line => events.Contains(line.EventId))],
            [.. Awaits.Where(line => cascade.Any(one => line.Session == one.Runs[0].Entry.Session && one.Has(line.StartMs)))],
            Cores
        );
    }
}
