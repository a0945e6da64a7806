using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Compiler.Emit.Services;

/// <summary>A consumer that something else than the hook starts, whatever that is.</summary>
/// <param name="Name">Of the project's state folder: one of a kind on this machine.</param>
/// <param name="Program">The command line's file.</param>
internal sealed record ConsumerService(string Name, string ProjectDir, string PlanPath, string Program, string StatePath)
{
    private const int MoreSeconds = 5,
        FewestSeconds = 30;

    /// <summary>Variables whose values are no secret, such as PATH.</summary>
    public ImmutableArray<(string Name, string Value)> Environment { get; init; } = [];

    /// <summary>Variables that actions ask for: named, never with a value.</summary>
    public ImmutableArray<string> Passed { get; init; } = [];

    /// <summary>How long what runs may take to end.</summary>
    public int StopSeconds { get; init; } = FewestSeconds;

    public string? Group { get; init; }

    /// <summary>Whose the consumer is, where the service is the machine's.</summary>
    public string? User { get; init; }

    /// <summary>The same in numbers, for a container.</summary>
    public string Ids { get; init; } = "1000:1000";

    public string Image { get; init; } = "debian:bookworm-slim";

    /// <summary>Folders outside state and project that hook and consumer share.</summary>
    public ImmutableArray<string> Shared { get; init; } = [];

    /// <summary>Where a private file with secrets may lie.</summary>
    public string SecretsFile { get; init; } = "";

    public IEnumerable<string> Words =>
        [
            Program,
            "run",
            "--service",
            ProjectLayout.PlanArgument,
            PlanPath,
            .. Group is { } group ? ["--group", group] : Array.Empty<string>(),
        ];

    /// <summary>As long as the longest action may take, and a little more.</summary>
    public static int StopSecondsOf(RuleGraph graph)
    {
        var handlers = graph.Actions.ToDictionary(action => action.Name, action => action.Handler);
        var longest = graph
            .Rules.SelectMany(rule => rule.QueuedBranches)
            .Select(branch =>
                branch.Options.Timeout
                ?? (handlers.GetValueOrDefault(branch.Action) is Handler.Run or Handler.Shell ? Invocation.LongestDefault : TimeSpan.Zero)
            )
            .DefaultIfEmpty()
            .Max();
        return Math.Max(FewestSeconds, (int)Math.Ceiling(longest.TotalSeconds) + MoreSeconds);
    }
}
