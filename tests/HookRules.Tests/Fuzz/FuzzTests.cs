using HookRules.Fuzz;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace HookRules.Tests.Fuzz;

/// <summary>A short run of tests/fuzz: every target with a seed that never changes and with one that nobody has seen.</summary>
public sealed class FuzzTests(ITestOutputHelper output)
{
    private static readonly TimeSpan Time = TimeSpan.FromSeconds(2);
    private static readonly ulong Unseen = (ulong)Random.Shared.NextInt64();

    public static TheoryData<string> Targets => [.. FuzzTargets.All.Select(target => target.Name)];

    [Theory, MemberData(nameof(Targets))]
    public void ThePromiseHolds(string name)
    {
        var target = FuzzTargets.Find(name)!;
        if (target.Missing is { } missing)
        {
            output.WriteLine(missing);
            return;
        }

        foreach (var seed in new[] { 1UL, Unseen })
        {
            var report = new Session(target, seed, slack: 10).Run(1_000_000, Time);
            var again = $"tests/fuzz --target {name} --seed {seed}";
            output.WriteLine(
                $"{again}: {report.Inputs} inputs, {report.Rejected} rejected, slowest {report.Slowest.TotalMilliseconds:F1} ms"
            );
            report.Finding.ShouldBeNull(
                $"{target.Promise}; again with: {again} --only {report.Finding?.Number}\n{report.Finding?.Error}\n{report.Finding?.Input}"
            );
            // How many is a matter of the machine and of what else it does.
            report.Inputs.ShouldBeGreaterThan(0);
        }
    }
}
