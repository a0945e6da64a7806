using System.Text.Json;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Windows and throttles over pauses, restarts, stages and clocks: each with the smallest case that once went wrong, on real
/// processes.</summary>
public sealed class HoleTests
{
    [Fact]
    public void AThrottleGoesByTheTimeOfStartingHoweverLongNobodyLooked()
    {
        using var bench = new FaultBench(
            [Shell("a", "true")],
            Queue("r", new BranchOptions { Window = new Window(WindowKind.Throttle, TimeSpan.FromSeconds(1.5), []) { Count = 1 } }, "a")
        );
        for (var i = 0; i < 3; i++)
            FileSpool
                .Publish(bench.State, EnvelopeOf(bench, $"{i}", TimeProvider.System.GetUtcNow().AddHours(i - 3)), Durability.Fast)
                .Problem.ShouldBeNull();

        bench.WorkOff().ShouldBe((0, ""));

        Starts(bench).Zip(Starts(bench).Skip(1), (one, next) => next - one).ShouldAllBe(pause => pause >= 1000);
        bench.Project.Run(HookProject.Bash("4")).ExitCode.ShouldBe(0);
        // The restart has not forgotten when the last one began.
        bench.WorkOff().ShouldBe((0, ""));
        (Starts(bench)[^1] - Starts(bench)[^2]).ShouldBeGreaterThanOrEqualTo(1000);
    }

    [Fact]
    public void AWindowOfTheSecondStageBeginsWhenThatIsReachedAndWakesTheConsumer()
    {
        var second = new Branch(
            "r/b",
            "b",
            new BranchOptions { Window = new Window(WindowKind.Debounce, TimeSpan.FromMilliseconds(100), []) }
        );
        using var bench = new FaultBench(
            [Shell("a", "sleep 0.3"), Shell("b", "true")],
            Queue("r", null, "a") with
            {
                Stages = [new Stage([new Branch("r/a", "a", BranchOptions.Default)]), new Stage([second])],
            }
        );
        bench.Consumer();
        for (var i = 0; i < 5; i++)
            bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.SpoolIsEmpty && bench.Runs.Any(run => ActionOf(run) == "b"), "the second stage does not run");

        foreach (var run in bench.Runs.Where(run => ActionOf(run) == "b"))
        {
            // Counted from its own stage, not from the publishing, and not put off until somebody looks by chance.
            var closed = run.GetProperty("closed_ms").GetInt64();
            var reached = bench
                .Runs.Where(one => ActionOf(one) == "a" && one.GetProperty("end_ms").GetInt64() <= closed)
                .Max(one => one.GetProperty("end_ms").GetInt64());
            (closed - reached).ShouldBeInRange(90, 1500);
        }
    }

    [Fact]
    public void WhenTheClockIsSetBackTheLaterWriteIsTheLast()
    {
        using var bench = new FaultBench(
            [Log("a")],
            Queue("r", null, "a") with
            {
                Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(1), [FieldPath.Parse("session_id")!]),
            }
        );
        var now = TimeProvider.System.GetUtcNow();
        var mono = BootClock.Micros(BootClock.Instance);
        foreach (var (command, clock, us) in new[] { ("first", now, mono), ("later", now.AddSeconds(-10), mono + 200_000) })
            FileSpool
                .Publish(bench.State, EnvelopeOf(bench, command, clock) with { Boot = BootClock.Boot, MonoUs = us }, Durability.Fast)
                .Problem.ShouldBeNull();

        bench.WorkOff().ShouldBe((0, ""));

        bench.Commands("a.jsonl").ShouldBe(["later"]);
        bench.Runs.Single().GetProperty("events").GetArrayLength().ShouldBe(2);
    }

    [Fact]
    public void ADebounceEndsAlthoughWritesGoOn()
    {
        using var bench = new FaultBench(
            [Shell("a", "true")],
            Queue("r", null, "a") with
            {
                Window = new Window(WindowKind.Debounce, TimeSpan.FromSeconds(3.1), [FieldPath.Parse("session_id")!]),
            }
        );
        // A write each second of the last minute: never a pause as long as the window.
        var now = TimeProvider.System.GetUtcNow();
        var mono = BootClock.Micros(BootClock.Instance);
        for (var ago = 60; ago >= 0; ago--)
        {
            var envelope = EnvelopeOf(bench, $"{ago}", now.AddSeconds(-ago)) with
            {
                Boot = BootClock.Boot,
                MonoUs = mono - (ago * 1_000_000L),
            };
            FileSpool.Publish(bench.State, envelope, Durability.Fast).Problem.ShouldBeNull();
        }

        bench.WorkOff().ShouldBe((0, ""));

        // Ten times its length at most: 31 seconds.
        bench.Runs.Select(run => run.GetProperty("events").GetArrayLength()).ShouldBe([31, 30], ignoreOrder: true);
    }

    private static List<long> Starts(FaultBench bench) => [.. bench.Runs.Select(run => run.GetProperty("start_ms").GetInt64()).Order()];

    private static string? ActionOf(JsonElement run) => run.GetProperty("action").GetString();

    private static Envelope EnvelopeOf(FaultBench bench, string command, DateTimeOffset now) =>
        bench.Project.Event(HookProject.Bash(command), now);
}
