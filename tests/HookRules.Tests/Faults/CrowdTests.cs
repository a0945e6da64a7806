using System.Diagnostics;
using System.Globalization;
using System.Text;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Many at once.</summary>
public sealed class CrowdTests(ITestOutputHelper output)
{
    [Fact]
    public void ThreeHundredHooksAtOnceStartOneConsumerAndLoseNothing()
    {
        const int Hooks = 300;
        using var bench = new FaultBench(ConsumerMode.Auto, [Log("a")], Queue("r", null, "a"));
        var program = Path.Combine(HookProject.RuntimeFolder, "hookrules-hook");
        string[] args = ["--plan", bench.Project.PlanPath, "--plan-hash", bench.Project.Hash, "--event", "PreToolUse"];

        // All are there before the first is told anything.
        var hooks = Enumerable.Range(0, Hooks).Select(_ => RealProcess.Start(program, args, bench.Project.Environment, "/")).ToList();
        var started = Stopwatch.GetTimestamp();
        for (var i = 0; i < Hooks; i++)
        {
            hooks[i].StandardInput.BaseStream.Write(Encoding.UTF8.GetBytes(HookProject.Bash($"{i}")));
            hooks[i].StandardInput.Close();
        }

        foreach (var hook in hooks)
        {
            hook.StandardOutput.ReadToEnd().ShouldBe("");
            hook.StandardError.ReadToEnd().ShouldBe("");
            hook.WaitForExit();
            hook.ExitCode.ShouldBe(0);
            hook.Dispose();
        }

        output.WriteLine($"{Hooks} hooks at once took {Stopwatch.GetElapsedTime(started).TotalMilliseconds:0} ms together");
        bench.Until(() => bench.SpoolIsEmpty && bench.Runs.Length == Hooks, "not every event is done");
        using var consumer = Process.GetProcessById(
            bench.Runs.Select(run => run.GetProperty("pid").GetInt32()).Distinct().ShouldHaveSingleItem()
        );
        consumer.Kill();
        bench.Until(() => !FileLock.IsHeld(bench.State.ConsumerLock), "the consumer lives on");
        bench.Commands("a.jsonl").Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, Hooks));
        bench.Project.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void EightPublishersAndTwoConsumersRunEveryBranchOnce()
    {
        const int Publishers = 8;
        var each = FaultSize.Of(40, 500);
        using var bench = new FaultBench([Log("a"), Shell("b", "echo \"$HOOK_TOOL_INPUT_COMMAND\" >> b")], Queue("r", null, "a", "b"));
        bench.Consumer();
        bench.Consumer();

        var threads = Enumerable
            .Range(0, Publishers)
            .Select(publisher => new Thread(() =>
            {
                for (var i = 0; i < each; i++)
                    bench.Project.Run(HookProject.Bash($"{(publisher * each) + i}"));
            }))
            .ToList();
        threads.ForEach(thread => thread.Start());
        threads.ForEach(thread => thread.Join());

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs.Length == 2 * Publishers * each, "not every event is done");
        var all = Enumerable.Range(0, Publishers * each);
        bench.Commands("a.jsonl").Select(int.Parse).Order().ShouldBe(all);
        bench.Lines("b").Select(int.Parse).Order().ShouldBe(all);
        var runs = bench.Runs.Where(run => run.GetProperty("action").GetString() == "b");
        var byConsumer = runs.CountBy(run => run.GetProperty("ppid").GetInt32()).Select(count => count.Value);
        output.WriteLine($"{Publishers * each} events, runs by consumer: {string.Join(", ", byConsumer)}");
    }

    [Fact]
    public void MoreNotificationsThanTheSystemKeepsLoseNothing()
    {
        var kept = int.Parse(File.ReadAllText("/proc/sys/fs/inotify/max_queued_events"), CultureInfo.InvariantCulture);
        if (kept > 100_000)
        {
            output.WriteLine($"skipped, since this system keeps {kept} notifications");
            return;
        }

        var count = kept + 500;
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        bench.Project.Run(HookProject.Bash("first")).ExitCode.ShouldBe(0);
        var consumer = bench.Consumer();
        bench.Until(() => bench.SpoolIsEmpty && bench.Runs.Length == 1, "the consumer does not begin");

        consumer.Signal("STOP");
        for (var i = 0; i < count; i++)
        {
            var envelope = bench.Project.Event(HookProject.Bash($"{i}"));
            FileSpool.Publish(bench.State, envelope, Durability.Fast).Problem.ShouldBeNull();
        }

        var started = Stopwatch.GetTimestamp();
        consumer.Signal("CONT");
        bench.Until(() => bench.SpoolIsEmpty, "not every event is done");
        output.WriteLine(
            $"{count} events behind a queue of {kept} notifications, done in {Stopwatch.GetElapsedTime(started).TotalSeconds:0.0} s"
        );
        bench.Commands("a.jsonl").Skip(1).Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, count));
    }
}
