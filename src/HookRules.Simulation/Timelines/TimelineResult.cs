using System.Collections.Immutable;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Working;

namespace HookRules.Simulation.Timelines;

/// <summary>What happened at one event.</summary>
/// <param name="Index">Counts from 0, in order of time.</param>
internal sealed record SimulatedEvent(int Index, TimeSpan At, Payload Payload, SourceRef Place)
{
    /// <summary>What it is called in orders and journal.</summary>
    public string Id => Index.ToString("D16", CultureInfo.InvariantCulture);

    public ImmutableArray<Rule> Matched { get; init; } = [];

    /// <summary>Every rule of the event, where that was asked for.</summary>
    public ImmutableArray<RouteTrace> Rules { get; init; } = [];

    public ImmutableArray<(Rule Rule, Branch Branch)> Queued { get; init; } = [];

    /// <summary>What runs inside the hook process.</summary>
    public ImmutableArray<SimulatedRun> Sync { get; init; } = [];

    /// <summary>When it was answered: later than it came where it was held.</summary>
    public TimeSpan AnsweredAt { get; set; }

    public Decision Decision { get; set; } = Decision.None;

    public WireOutput Output { get; set; } = new("", "", 0);
}

/// <summary>One run of an action.</summary>
internal sealed class TimelineRunEntry(OrderRun run, Invocation? invocation, TimeSpan start)
{
    public OrderRun Run => run;

    /// <summary>Null where the plan has no such action.</summary>
    public Invocation? Invocation => invocation;

    public TimeSpan Start => start;

    public TimeSpan? End { get; set; }

    public RunResult? Result { get; set; }

    /// <summary>A newer event ended it.</summary>
    public bool IsCut { get; set; }

    /// <summary>The events that it stands for.</summary>
    public ImmutableArray<int> Members { get; set; } = [];

    /// <summary>How long it waited, and for what, in milliseconds; without what was no wait.</summary>
    public ImmutableArray<(string Cause, long Ms)> Waits { get; set; } = [];
}

/// <summary>Something that is told to Claude.</summary>
internal sealed record ToldText(int Event, TimeSpan At, string Text, bool Blocks);

/// <summary>An event that was held until runs had ended.</summary>
internal sealed record HeldEvent(int Event, TimeSpan From, TimeSpan To, ImmutableArray<string> Actions, bool IsOverdue);

/// <summary>What did not run, or not for good.</summary>
/// <param name="Kind"><c>skipped</c>, <c>dropped</c>, <c>dead</c>, <c>withdrawn</c> or <c>later</c>.</param>
internal sealed record TimelineNote(TimeSpan At, string Kind, string Action, string Why);

/// <summary>All that a timeline caused.</summary>
internal sealed record TimelineResult(
    ImmutableArray<SimulatedEvent> Events,
    ImmutableArray<TimelineRunEntry> Runs,
    ImmutableArray<ToldText> Told,
    ImmutableArray<HeldEvent> Held,
    ImmutableArray<TimelineNote> Notes
)
{
    /// <summary>The clock at its beginning.</summary>
    public DateTimeOffset Start { get; init; }

    /// <summary>How many programs run at once.</summary>
    public int Slots { get; init; }

    /// <summary>What the consumer's journal would hold, where that was asked for.</summary>
    public ImmutableArray<JournalEntry> Journal { get; init; } = [];

    /// <summary>Runs that would have been without windows, and without one run standing for several.</summary>
    public int Saved =>
        Runs.Where(run => run.Run.Order.Attempt == 1).Sum(run => run.Members.Length - 1) + Notes.Count(note => note.Kind == "skipped");

    /// <summary>Sync actions are not counted: nobody knows how long they take.</summary>
    public TimeSpan Waited => TimeSpan.FromTicks(Held.Sum(held => (held.To - held.From).Ticks));
}
