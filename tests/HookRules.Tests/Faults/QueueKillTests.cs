using System.Diagnostics;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Operating;
using HookRules.Runtime.Working;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>kill -9 of the consumer while thousands of events pass through the spool, alone or with a store beside it.</summary>
public sealed class QueueKillTests(ITestOutputHelper output)
{
    /// <summary>What a consumer has in hand at most and not yet in its journal.</summary>
    private static readonly int MostInTheMiddle = Places.MostLogs + (2 * Environment.ProcessorCount);

    [Theory]
    [InlineData(QueueKind.File)]
    [InlineData(QueueKind.Sqlite)]
    public void OfManyEventsNoneIsLostAndNoneIsStuck(QueueKind kind)
    {
        const int Seed = 7;
        var events = FaultSize.Events(10_000, 100_000);
        using var bench = new FaultBench(
            Graph(
                new QueueSettings(kind, kind == QueueKind.Sqlite ? ".claude/queue.db" : null),
                [Log("a"), Log("b")],
                Queue("r", null, "a", "b")
            )
        );
        var publisher = new Thread(() => Publish(bench, events));
        publisher.Start();

        var random = new Random(Seed);
        var (kills, most) = (0, FaultSize.Of(4, int.MaxValue));
        var started = Stopwatch.GetTimestamp();
        while (Done() < events)
        {
            var before = Done();
            var consumer = bench.Consumer();
            // One that is still starting has nothing to lose.
            bench.Until(() => Done() > before, "the consumer does not begin");
            if (kills < most)
                Thread.Sleep(random.Next(FaultSize.Of(100, 600)));
            else
                publisher.Join();
            consumer.Kill();
            if (++kills > most)
                break;
        }

        publisher.Join();
        bench.WorkOff().ShouldBe((0, ""));

        var (a, b) = (Count(bench.Commands("a.jsonl")), Count(bench.Commands("b.jsonl")));
        var repeated = a.Values.Concat(b.Values).Sum(runs => runs - 1);
        var dead = bench.Spool("dead");
        var left = StoreLook.At(bench.State, TimeProvider.System);
        output.WriteLine(
            $"{kind}: {events} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, seed {Seed}, {kills} consumers killed: "
                + $"ran {a.Count} and {b.Count}, lost {(2 * events) - a.Count - b.Count}, repeated {repeated}; "
                + $"left: {left.Waiting} waiting, {left.InHand} in hand, {left.LeftBehind} left behind, {dead.Length} dead"
        );
        dead.ShouldBeEmpty();
        a.Count.ShouldBe(events);
        b.Count.ShouldBe(events);
        repeated.ShouldBeLessThanOrEqualTo(kills * MostInTheMiddle);
        kills.ShouldBeGreaterThan(0);
        bench.StoreIsEmpty.ShouldBeTrue();

        int Done() => bench.LineCount("b.jsonl");
    }

    /// <summary>As hooks do it, and never so far ahead that a consumer's start is all that is measured.</summary>
    private static void Publish(FaultBench bench, int events)
    {
        for (var number = 1; number <= events; number++)
        {
            while (number % 100 == 0 && number - bench.LineCount("b.jsonl") > FaultSize.MostAhead)
                Thread.Sleep(5);
            FileSpool.Publish(bench.State, bench.Project.Event(HookProject.Bash($"{number}")), Durability.Fast).Problem.ShouldBeNull();
        }
    }

    private static Dictionary<int, int> Count(IEnumerable<string> lines) =>
        lines.Select(line => int.Parse(line, CultureInfo.InvariantCulture)).CountBy(number => number).ToDictionary();
}
