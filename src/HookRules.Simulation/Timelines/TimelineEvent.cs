using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Simulation.Timelines;

/// <summary>An event of a timeline.</summary>
/// <param name="At">Since its beginning.</param>
/// <param name="Place">Where it stands.</param>
internal sealed record TimelineEvent(TimeSpan At, Payload Payload, SourceRef Place);

/// <summary>How runs of an action end that are not left to succeed.</summary>
/// <param name="Action">Its name, or that of the program; <c>*</c> is every one.</param>
internal sealed record ScriptedOutcome(string Action)
{
    /// <summary>Only runs for such files; null is all.</summary>
    public Glob? File { get; init; }

    public int? Exit { get; init; }

    /// <summary>What the server answers, of a request.</summary>
    public int? Status { get; init; }

    public string Output { get; init; } = "";

    public TimeSpan? Took { get; init; }

    /// <summary>How many runs; null is all.</summary>
    public int? Times { get; init; }

    /// <summary>How long the server asks to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }
}

/// <summary>Events in order of time, and how runs end.</summary>
internal sealed record Timeline(ImmutableArray<TimelineEvent> Events, ImmutableArray<ScriptedOutcome> Outcomes)
{
    /// <summary>The wall clock at the beginning; null where no line names one.</summary>
    public DateTimeOffset? Start { get; init; }

    public static readonly Timeline Empty = new([], []);
}
