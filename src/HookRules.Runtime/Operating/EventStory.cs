using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Journals;

namespace HookRules.Runtime.Operating;

/// <summary>All that journal, spool and dead letters know of one event.</summary>
internal sealed record EventStory(string Id)
{
    /// <summary>What the journal says of the event itself; null while it waits, and of events before there were such lines.</summary>
    public JournalEntry? Event { get; init; }

    /// <summary>Attempts and notes, oldest first.</summary>
    public ImmutableArray<JournalEntry> Runs { get; init; } = [];

    /// <summary>What of it still waits or runs.</summary>
    public ImmutableArray<WaitingItem> Waiting { get; init; } = [];

    public ImmutableArray<DeadLetter> Dead { get; init; } = [];

    /// <summary>What became of each rule of its event, by the plan as it is now; null where nobody has the payload any more.</summary>
    public ImmutableArray<RouteTrace>? Rules { get; init; }

    public string? Tool { get; init; }

    /// <summary>When Claude was told of a failure, in which session.</summary>
    public ImmutableArray<Told> Told { get; init; } = [];

    public DateTimeOffset Published => new WaitingItem(Id + ".", "").Since;

    /// <summary>What its hook recorded; null where the rules do not say <c>record on</c>.</summary>
    public RecordLine? Recorded { get; init; }

    /// <summary>The words of what its rules decided; null where that was not recorded.</summary>
    public ImmutableArray<string>? Decided => Recorded?.Kinds;

    public string Name => Event?.Event ?? Runs.FirstOrDefault()?.Event ?? Waiting.Select(NameOf).FirstOrDefault() ?? Recorded?.Event ?? "";

    public ImmutableArray<string> Files =>
        Event is { Files.IsEmpty: false } ? Event.Files
        : Runs.FirstOrDefault() is { } run ? run.Files
        : Waiting.SelectMany(item => item.Order?.Files ?? []).ToImmutableArray() is { IsEmpty: false } files ? files
        : PayloadOf(Recorded)?.File is { } file ? [file]
        : [];

    public string? Session => Event?.Session ?? Runs.FirstOrDefault()?.Session ?? PayloadOf(Recorded)?.Session;

    /// <summary>The ids of known events that begin with a text, the newest last.</summary>
    public static IReadOnlyList<string> Find(Sources sources, string start) =>
        [.. sources.Ids.Where(id => id.StartsWith(start, StringComparison.Ordinal))];

    /// <summary>The newest event, of all or of those about one file; null where there is none.</summary>
    /// <param name="isWanted">Asked about the files of an event.</param>
    public static string? Latest(Sources sources, Func<string, bool>? isWanted)
    {
        if (isWanted is null)
            return sources.Ids is [.., var newest] ? newest : null;
        var ofJournal =
            from entry in sources.Journal
            where entry.Files.Any(isWanted)
            // A batch holds files of several events; its last event need not be about this one.
            from id in entry.IsEvent ? [entry.EventId]
            : entry.Files.Length > 1 ? []
            : entry.Events
            select id;
        var ofSpool = from item in sources.Store.Items where FilesOf(item).Any(isWanted) from id in item.Events select id;
        // The first one is the newest.
        var ofRecord = sources.Record.ReadBackwards().FirstOrDefault(line => PayloadOf(line)?.File is { } file && isWanted(file))?.Id;
        return ofJournal.Concat(ofSpool).Append(ofRecord).Max(StringComparer.Ordinal);
    }

    public static EventStory Of(Sources sources, string id, LoadedPlan? plan, string projectDir)
    {
        var waiting = sources.Store.Items.Where(item => item.Events.Contains(id)).ToImmutableArray();
        var dead = sources.Dead.Where(letter => letter.Order?.Events.Contains(id) ?? false).ToImmutableArray();
        var story = new EventStory(id)
        {
            Event = sources.Journal.LastOrDefault(entry => entry.IsEvent && entry.EventId == id),
            Runs = [.. sources.Journal.Where(entry => !entry.IsEvent && entry.Events.Contains(id))],
            Waiting = waiting,
            Dead = dead,
            Recorded = sources.Record.Find(id),
        };
        story = story with { Told = [.. ToldOf(sources.State, story.Runs)] };
        // Of several events the payload of the last is kept.
        var payloads = waiting
            .Where(item => item.Events.Last() == id)
            .Select(item => (item.Payload, Plan: item.Plan ?? plan, Project: item.Order?.Project ?? item.Event?.ProjectDir ?? projectDir))
            .Concat(
                dead.Where(letter => letter.Order!.LastEvent == id).Select(letter => (letter.Order!.Payload, plan, letter.Order.Project))
            );
        foreach (var (bytes, ofPlan, project) in payloads)
        {
            if (ofPlan is null || Payload.TryParse(bytes, out _) is not { } payload)
                continue;
            var trace = new List<RouteTrace>();
            Router.Route(payload, ofPlan.Graph.Rules, new RouteContext(project), trace);
            return story with { Rules = [.. trace], Tool = payload.Tool };
        }

        return plan is not null && story.Recorded is { } recorded && PayloadOf(recorded) is { } known
            ? story with
            {
                Rules = [.. RecordedRules(recorded, known, plan, projectDir)],
                Tool = known.Tool,
            }
            : story;
    }

    /// <summary>By the rules as they are now; what matched then is known where they are the same.</summary>
    private static IEnumerable<RouteTrace> RecordedRules(RecordLine recorded, Payload payload, LoadedPlan plan, string projectDir)
    {
        const string NotKept = "what it looks at is left out of the record";
        var traces = new List<RouteTrace>();
        Router.Route(payload, plan.Graph.Rules, new RouteContext(projectDir), traces);
        foreach (var trace in traces)
        {
            var matched = recorded.Plan == plan.Hash ? recorded.Matched.Contains(trace.Rule.Id) : trace.Matched;
            yield return matched ? trace with { FailedClause = null, Detail = null }
            : trace.Matched ? trace with { FailedClause = RouteTrace.WhereClause, Detail = NotKept }
            : trace.Detail?.Contains(LeftOut.Member, StringComparison.Ordinal) is true ? trace with { Detail = NotKept }
            : trace;
        }
    }

    private static Payload? PayloadOf(RecordLine? line) => line is null ? null : Payload.TryParse(line.Payload, out _);

    private static IEnumerable<Told> ToldOf(StateFolder state, ImmutableArray<JournalEntry> runs) =>
        from session in runs.SelectMany(run => run.Sessions).Distinct(StringComparer.Ordinal)
        from line in ToldLine.In(SessionFolder.Of(state, session))
        where line.Kind is ToldKind.Feedback or ToldKind.Await && runs.Any(run => run.Order == line.Check)
        select new Told(line.Check, session, line.Kind, DateTimeOffset.FromUnixTimeMilliseconds(line.Ms));

    private static string? NameOf(WaitingItem item) =>
        item.Order?.Event ?? (Payload.TryParse(item.Payload, out _) is { } payload ? payload.Event : null);

    private static IEnumerable<string> FilesOf(WaitingItem item) =>
        item.Order is { } order ? order.Files
        : Payload.TryParse(item.Payload, out _)?.File is { } file ? [file]
        : [];

    /// <summary>Where it is looked for.</summary>
    internal sealed record Sources(
        StateFolder State,
        IReadOnlyList<JournalEntry> Journal,
        StoreLook Store,
        IReadOnlyList<DeadLetter> Dead,
        RecordFolder Record
    )
    {
        private readonly Lazy<List<string>> ids = new(() =>
            [
                .. Journal
                    .SelectMany(entry => entry.Events.IsEmpty ? [entry.EventId] : entry.Events)
                    .Concat(Store.Items.SelectMany(item => item.Events))
                    .Concat(Dead.SelectMany(letter => letter.Order?.Events ?? []))
                    .Concat(Record.Ids)
                    .Where(id => id.Length > 0)
                    .Distinct(StringComparer.Ordinal)
                    .Order(StringComparer.Ordinal),
            ]
        );

        /// <summary>Of all known events, the newest last.</summary>
        public IReadOnlyList<string> Ids => ids.Value;

        public static Sources Of(StateFolder state, TimeProvider time, Func<string, string?> environment)
        {
            using var journal = new JournalFollower(state);
            return new Sources(
                state,
                journal.Read(),
                StoreLook.At(state, time, environment),
                DeadLetter.All(state),
                new RecordFolder(state, time)
            );
        }
    }
}

/// <summary>Claude was told of a failed run.</summary>
internal sealed record Told(string Order, string Session, ToldKind Kind, DateTimeOffset At);
