using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>One attempt of an order.</summary>
/// <param name="Order">With the payload of its last event.</param>
internal sealed record OrderRun(Order Order, Payload Payload, Place Place, ActionDefinition? Action)
{
    /// <summary>A newer event makes this run worthless: what can be ended is ended.</summary>
    public CancellationToken Cut { get; init; }

    /// <summary>All orders that it stands for.</summary>
    public ImmutableArray<string> Orders { get; init; } = [];

    /// <summary>How often it was begun before and not ended.</summary>
    public int Deliveries { get; init; }

    /// <summary>The variables that the plan names: their values are in nothing that is kept.</summary>
    public ImmutableArray<string> Named { get; init; } = [];

    public Rule Rule => Place.Rule;

    public Branch Branch => Place.Branch;

    /// <summary>The files of all events of a batch, each once, in the order in which they came; of any other run the one of its
    /// event.</summary>
    public ImmutableArray<string> Files =>
        (Branch.Options.Window?.IsBatch ?? false) || (Rule.Window?.IsBatch ?? false) ? Order.Files
        : Payload.File is { } file ? [file]
        : [];
}

/// <summary>How one attempt ended.</summary>
/// <param name="ExitCode">Null where nothing ran.</param>
/// <param name="Shown">What ran, with <c>env.NAME</c> where a secret stood.</param>
internal sealed record RunResult(int? ExitCode, string Shown, DateTimeOffset Started, DateTimeOffset Ended)
{
    /// <summary>In words, where there is more to say than the exit code.</summary>
    public string? Problem { get; init; }
    public string Stdout { get; init; } = "";
    public string Stderr { get; init; } = "";
    public int Pid { get; init; }
    public int? Signal { get; init; }
    public long? CpuMs { get; init; }
    public long? MaxRssKb { get; init; }

    /// <summary>How much it wrote, and how much of that was not kept; null where nothing ran that writes.</summary>
    public (long Bytes, long Cut)? Output { get; init; }

    /// <summary>Another attempt may end otherwise.</summary>
    public bool MayRetry { get; init; } = true;

    /// <summary>It could not be started since the system has no room for it now.</summary>
    public bool LacksRoom { get; init; }

    /// <summary>The journal has it from a consumer that died before it could go on.</summary>
    public bool IsJournalled { get; init; }

    /// <summary>How long the other side asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    /// <summary>What must not be kept; null where nothing ran.</summary>
    public SecretValues? Secrets { get; init; }

    public bool Succeeded => ExitCode == 0;

    /// <summary>The same with the names of secrets for their values.</summary>
    public RunResult Without(SecretValues secrets) =>
        this with
        {
            Shown = secrets.Hide(Shown),
            Problem = Problem is null ? null : secrets.Hide(Problem),
            Stdout = secrets.Hide(Stdout),
            Stderr = secrets.Hide(Stderr),
            Secrets = secrets,
        };
}

/// <summary>Runs one attempt to its end.</summary>
internal delegate Task<RunResult> Handle(OrderRun run);
