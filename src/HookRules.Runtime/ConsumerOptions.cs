namespace HookRules.Runtime;

/// <summary>How a consumer is to work.</summary>
public sealed record ConsumerOptions
{
    /// <summary>The consumer's own variables, for events whose hook kept none.</summary>
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Works off what is there, then ends.</summary>
    public bool Once { get; init; }

    /// <summary>Takes only the branches of this group; null takes all.</summary>
    public string? Group { get; init; }

    /// <summary>Ends after this long without work; null never ends.</summary>
    public TimeSpan? IdleExit { get; init; }

    /// <summary>The boot that hooks name in their events; null goes by the clock.</summary>
    public string? Boot { get; init; }

    /// <summary>Whose state folder it is; null where nobody says.</summary>
    public string? ProjectDir { get; init; }

    /// <summary>The plan that it was started for: its store is opened at once, for what waits there.</summary>
    public string? PlanPath { get; init; }

    public string Version { get; init; } = "";

    /// <summary>The program's own files: a consumer whose program was replaced ends when it has nothing to do.</summary>
    public IReadOnlyList<string> Program { get; init; } = [];

    /// <summary>Starts the program that took this one's place, and hands it this lock; null where nobody can.</summary>
    public Func<Engine.FileLock, bool>? StartSuccessor { get; init; }

    /// <summary>How many runs may wait in its memory, about 4 KB each. What comes after them waits in the spool.</summary>
    public int MostInHand { get; init; } = 50_000;

    /// <summary>Told of what also goes into errors.jsonl.</summary>
    public Action<string>? OnProblem { get; init; }

    /// <summary>All children of this process are the consumer's, so it may reap what handlers leave behind.</summary>
    public bool OwnsProcess { get; init; }
}
