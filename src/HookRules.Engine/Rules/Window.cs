using System.Collections.Immutable;

namespace HookRules.Engine;

public enum WindowKind
{
    /// <summary>One run when the window closes, its length after the first event.</summary>
    Dedup,

    /// <summary>One run at once; the rest of the window is dropped.</summary>
    DedupFirst,

    /// <summary>One run when no event has come for the window's length.</summary>
    Debounce,

    /// <summary>At most <see cref="Window.Count"/> runs start in the window's length. The rest waits, and events of one key that wait
    /// become one run.</summary>
    Throttle,

    /// <summary>One run for all events of a session, with all their files, when the window closes.</summary>
    Batch,

    /// <summary>The same, when Claude's turn ends.</summary>
    BatchTurn,
}

/// <summary>Which events share a run, and when it starts.</summary>
/// <param name="By">What tells events apart; if empty the file, else the session. A batch goes by the session.</param>
public sealed record Window(WindowKind Kind, TimeSpan Length, ImmutableArray<FieldPath> By)
{
    /// <summary>How many runs a throttle allows.</summary>
    public int Count { get; init; }

    /// <summary>How long a debounce may be put off; null is the consumer's own limit.</summary>
    public TimeSpan? Most { get; init; }

    /// <summary>A run is given the files of all its events.</summary>
    public bool IsBatch => Kind is WindowKind.Batch or WindowKind.BatchTurn;
}
