using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>A clock that jumps between publishing and work.</summary>
public sealed class ClockFaultTests
{
    [Theory]
    [InlineData(-20 * 365)]
    [InlineData(-1)]
    [InlineData(1)]
    [InlineData(200 * 365)]
    public void AnEventOfAnotherDayIsWorkedOffAtOnce(int days)
    {
        var windowed = Queue("w", null, "b") with
        {
            Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(0.5), [FieldPath.Parse("command")!]),
        };
        using var bench = new FaultBench([Log("a"), Log("b")], Queue("r", null, "a"), windowed);
        bench.Project.Run(HookProject.Bash("now")).ExitCode.ShouldBe(0);
        for (var i = 0; i < 2; i++)
        {
            var envelope = bench.Project.Event(HookProject.Bash("then"), TimeProvider.System.GetUtcNow().AddDays(days));
            FileSpool.Publish(bench.State, envelope, Durability.Fast).Problem.ShouldBeNull();
        }

        bench.WorkOff().ShouldBe((0, ""));

        bench.Commands("a.jsonl").Order().ShouldBe(["now", "then", "then"]);
        bench.Commands("b.jsonl").Order().ShouldBe(["now", "then"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
        bench.Runs.ShouldAllBe(run => run.GetProperty("queue_ms").GetInt64() >= 0 && run.GetProperty("duration_ms").GetInt64() >= 0);
    }
}
