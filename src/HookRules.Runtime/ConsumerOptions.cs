namespace HookRules.Runtime;

/// <summary>How a consumer is to work.</summary>
public sealed record ConsumerOptions
{
    public required Func<string, string?> Environment { get; init; }

    /// <summary>Works off what is there, then ends.</summary>
    public bool Once { get; init; }

    /// <summary>Takes only the branches of this group; null takes all.</summary>
    public string? Group { get; init; }

    /// <summary>Ends after this long without work; null never ends.</summary>
    public TimeSpan? IdleExit { get; init; }

    /// <summary>The regular look, in case a notification was lost.</summary>
    public TimeSpan Rescan { get; init; } = TimeSpan.FromSeconds(2);

    /// <summary>Told of what also goes into errors.jsonl.</summary>
    public Action<string>? OnProblem { get; init; }

    /// <summary>All children of this process are the consumer's, so it may reap what handlers leave behind.</summary>
    public bool OwnsProcess { get; init; }
}
