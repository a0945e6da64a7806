using System.Collections.Immutable;

namespace HookRules.Benchmarks;

/// <summary>The groups of rows, in the order of the table.</summary>
internal static class Benchmarks
{
    public static readonly ImmutableArray<(string Name, Action<Lab, Report> Run)> All =
    [
        ("hook", HookBenchmarks.Run),
        ("sessions", SessionBenchmarks.Run),
        ("burst", BurstBenchmarks.Run),
        ("rules", RuleCountBenchmarks.Run),
        ("inputs", InputBenchmarks.Run),
        ("queue", QueueBenchmarks.Run),
        ("redis", RedisBenchmarks.Run),
        ("compile", CompileBenchmarks.Run),
        ("simulation", SimulationBenchmarks.Run),
        ("cli", CliBenchmarks.Run),
        ("editor", EditorBenchmarks.Run),
    ];
}
