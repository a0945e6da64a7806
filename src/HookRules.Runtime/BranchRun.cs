using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>One branch that is to run, for one event or for all that a window collected.</summary>
/// <param name="Last">The event that the handler sees.</param>
internal sealed record BranchRun(Rule Rule, Branch Branch, ActionDefinition? Action, Held Last, IReadOnlyList<Held> Members)
{
    public int Attempt { get; set; }

    /// <summary>A newer event makes this run worthless: what can be ended is ended.</summary>
    public CancellationToken Cut { get; init; }

    public string Event => Rule.Event;

    /// <summary>The files of all events of a batch, each once, in the order in which they came; of any other run the one of its
    /// event.</summary>
    public ImmutableArray<string> Files =>
        (Branch.Options.Window?.IsBatch ?? false) || (Rule.Window?.IsBatch ?? false)
            ?
            [
                .. Members
                    .OrderBy(member => (member.PublishedMs, member.Id))
                    .Select(member => member.File)
                    .OfType<string>()
                    .Distinct(StringComparer.Ordinal),
            ]
        : Last.File is { } file ? [file]
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

    /// <summary>Another attempt may end otherwise.</summary>
    public bool MayRetry { get; init; } = true;

    /// <summary>How long the other side asked to be left alone.</summary>
    public TimeSpan? RetryAfter { get; init; }

    public bool Succeeded => ExitCode == 0;
}

internal delegate Task<RunResult> Step(BranchRun run, CancellationToken ct);

internal delegate Step Middleware(Step next);
