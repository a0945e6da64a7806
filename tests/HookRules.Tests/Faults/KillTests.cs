using System.Collections.Concurrent;
using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Runtime.Working;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>kill -9 of consumers and hooks while events pass.</summary>
public sealed class KillTests(ITestOutputHelper output)
{
    private const int Publishers = 3;

    /// <summary>What a consumer has in hand at most and not yet in its journal: lines of logs, and programs.</summary>
    private static readonly int MostInTheMiddle = Places.MostLogs + (2 * Environment.ProcessorCount);
    private static readonly TimeSpan KillEvery = TimeSpan.FromMilliseconds(300);

    [Fact]
    public void WhoeverIsKilledNothingThatWasAcknowledgedIsLost()
    {
        var events = FaultSize.Events(600, 10_000);
        // Programs run four at once on two cores: a hundred thousand of them would make a night, so that many events are only logged.
        var hasPrograms = events <= 10_000;
        using var bench = new FaultBench(
            [Log("a"), hasPrograms ? Shell("b", "sleep 0.1; echo \"$HOOK_TOOL_INPUT_COMMAND\" >> b") : Log("b"), Log("c")],
            Queue("r", null, "a b", "c")
        );
        var acknowledged = new ConcurrentDictionary<int, bool>();
        var (killedHooks, killedConsumers) = (0, 0);
        var cutOff = new HashSet<int>();
        var next = 0;
        var moment = new Random(1);
        var started = Stopwatch.GetTimestamp();
        var publishers = Enumerable.Range(0, Publishers).Select(seed => new Thread(() => Publish(new Random(seed)))).ToList();
        publishers.ForEach(thread => thread.Start());

        var consumer = bench.Consumer();
        while (publishers.Exists(thread => thread.IsAlive))
        {
            // One that is still starting has nothing to lose, and one that is killed at its first event never comes to a second.
            bench.Until(
                () => HasClaims(bench, consumer.Process.Id) || !publishers.Exists(thread => thread.IsAlive),
                "the consumer does not begin"
            );
            Thread.Sleep(moment.Next(2 * (int)KillEvery.TotalMilliseconds));
            consumer.Kill();
            killedConsumers++;
            foreach (var claim in Claimed(bench))
                cutOff.Add(claim);
            consumer = bench.Consumer();
        }

        consumer.Kill();
        killedConsumers++;
        foreach (var claim in Claimed(bench))
            cutOff.Add(claim);
        publishers.ForEach(thread => thread.Join());
        var underFire = RanB().Length;
        bench.WorkOff().Code.ShouldBe(0);

        var (a, b, c) = (Count(bench.Commands("a.jsonl")), Count(RanB()), Count(bench.Commands("c.jsonl")));
        var duplicates = new[] { a, b, c }.Sum(branch => branch.Values.Sum(runs => runs - 1));
        output.WriteLine(
            $"{events} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s; killed: {killedConsumers} consumers, "
                + $"{killedHooks} hooks; acknowledged {acknowledged.Count}, ran {a.Count} ({underFire} while they were killed), "
                + $"runs repeated {duplicates} of {3 * a.Count}, events in hand at a kill {cutOff.Count}, left in the spool "
                + $"{bench.Spool("new").Length + bench.Spool("claimed").Length + bench.Spool("later").Length}, unfinished in tmp "
                + $"{bench.Spool("tmp").Length}"
        );

        foreach (var number in acknowledged.Keys)
            (a.ContainsKey(number) && b.ContainsKey(number) && c.ContainsKey(number)).ShouldBeTrue(
                $"event {number} was acknowledged and lacks a run"
            );
        // A hook that was killed has published the whole event or none of it.
        b.Keys.Order().ShouldBe(a.Keys.Order());
        c.Keys.Order().ShouldBe(a.Keys.Order());
        foreach (var branch in new[] { a, b, c })
            branch.Where(runs => runs.Value > 1).Select(runs => runs.Key).ShouldBeSubsetOf(cutOff);
        duplicates.ShouldBeLessThanOrEqualTo(killedConsumers * MostInTheMiddle);
        bench.SpoolIsEmpty.ShouldBeTrue();
        bench.Spool("dead").ShouldBeEmpty();
        bench.Spool("tmp").Length.ShouldBeLessThanOrEqualTo(killedHooks);
        killedHooks.ShouldBeGreaterThan(0);
        cutOff.ShouldNotBeEmpty("no kill hit anything");

        string[] RanB() => hasPrograms ? bench.Lines("b") : bench.Commands("b.jsonl");

        void Publish(Random random)
        {
            const int OneInSoMany = 12;
            while (Interlocked.Increment(ref next) is var number && number <= events)
            {
                while (acknowledged.Count - bench.LineCount("c.jsonl") > FaultSize.MostAhead)
                    Thread.Sleep(5);
                using var hook = RealProcess.Start(
                    Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
                    ["--plan", bench.Project.PlanPath, "--plan-hash", bench.Project.Hash, "--event", "PreToolUse"],
                    bench.Project.Environment,
                    "/"
                );
                try
                {
                    hook.StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(HookProject.Bash($"{number}")));
                    hook.StandardInput.Close();
                }
                catch (IOException)
                {
                    // It was killed before it read.
                }

                if (random.Next(OneInSoMany) == 0)
                {
                    // Within the few milliseconds that a hook takes.
                    Thread.SpinWait(random.Next(200_000));
                    hook.Kill();
                }

                hook.WaitForExit();
                if (hook.ExitCode == 0)
                    acknowledged[number] = true;
                else
                    Interlocked.Increment(ref killedHooks);
            }
        }
    }

    private static bool HasClaims(FaultBench bench, int pid) =>
        Directory.Exists(bench.State.Spool("claimed"))
        && Directory
            .EnumerateDirectories(bench.State.Spool("claimed"), $"{pid}-*")
            .Any(folder => Directory.EnumerateFiles(folder, "*.json").Any());

    private static IEnumerable<int> Claimed(FaultBench bench) =>
        Directory
            .EnumerateFiles(bench.State.Spool("claimed"), "*.json", SearchOption.AllDirectories)
            .Select(path =>
                JsonDocument
                    .Parse(File.ReadAllBytes(path))
                    .RootElement.GetProperty("payload")
                    .GetProperty("tool_input")
                    .GetProperty("command")
                    .GetString()!
            )
            .Select(int.Parse)
            .ToList();

    private static Dictionary<int, int> Count(IEnumerable<string> lines) =>
        lines.Select(int.Parse).CountBy(number => number).ToDictionary();
}
