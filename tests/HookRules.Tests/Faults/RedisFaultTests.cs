using System.Diagnostics;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Stores.Redis;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>Several machines with one Redis: real consumers, a real server, kills of both.</summary>
public sealed class RedisFaultTests(ITestOutputHelper output)
{
    private static readonly string[] Durable = ["--appendonly", "yes", "--appendfsync", "always"];

    [FactNeeding(Need.Redis)]
    public void EachBranchRunsOnceAMessageIsSentOnceAndEachCloneIsLinted()
    {
        using var web = new CountingServer();
        var once = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(2), [FieldPath.Parse("session_id")!]);
        using var machines = new RedisMachines(
            3,
            [Log("a"), Log("b"), Shell("lint", "echo \"$HOOK_TOOL_INPUT_COMMAND\" >> linted"), web.Action("message")],
            [
                Queue("r", null, "a", "b"),
                Queue("s", null, "lint") with
                {
                    Window = once,
                },
                Queue("t", null, "message") with
                {
                    Window = once,
                },
            ]
        );
        for (var i = 0; i < 3; i++)
            machines[i].Consumer();
        machines[0].Until(() => machines.All.All(machine => File.Exists(machine.State.File(ConsumerRecord.FileName))), "not all work");
        for (var number = 0; number < 12; number++)
            machines.Publish(number % 3, $"{number}");

        machines[0].Until(() => machines.AllHasEnded, "not all has ended");
        for (var i = 0; i < 3; i++)
        {
            var own = Enumerable.Range(0, 12).Where(number => number % 3 == i).Select(number => $"{number}").ToList();
            machines[i].Commands("a.jsonl").Order().ShouldBe(own.Order());
            machines[i].Commands("b.jsonl").Order().ShouldBe(own.Order());
            machines[i].Lines("linted").ShouldHaveSingleItem("the clone has a lint of its own");
        }

        web.Received.Count.ShouldBe(1, "one message for all machines");
    }

    [FactNeeding(Need.Redis)]
    public void WhenOneMachineIsKilledTheOthersFinishItsMessages()
    {
        const int Events = 60,
            MostRepeated = 3;
        using var web = new CountingServer(TimeSpan.FromMilliseconds(20));
        using var machines = new RedisMachines(3, [web.Action("message")], [Queue("r", new() { Concurrency = 1 }, "message")]);
        var consumers = Enumerable.Range(0, 3).Select(i => machines[i].Consumer()).ToList();
        machines[0].Until(() => machines.Dispatcher >= 0, "nobody is dispatcher");
        for (var number = 0; number < Events; number++)
            machines.Publish(number % 3, $"{number}");
        machines[0]
            .Until(
                () => web.Received.Count >= Events / 4 && machines.All.All(machine => machine.Spool("new").Length == 0),
                "nothing is sent"
            );
        var dispatcher = machines.Dispatcher;
        var killed = DateTimeOffset.UtcNow;
        consumers[dispatcher].Kill();

        machines[0].Until(() => web.Received.Distinct().Count() == Events && machines.HaveWritten(Events), "messages are lost");
        var waited = machines.LongestPauseAfter(killed);
        output.WriteLine(
            $"{Events} events, machine {dispatcher} killed; the others went on after {waited.TotalSeconds:0.0} s at most, "
                + $"{web.Received.Count - Events} twice"
        );
        (web.Received.Count - Events).ShouldBeLessThanOrEqualTo(MostRepeated);
        waited.ShouldBeLessThan(RedisMachines.Lease + RedisStore.LookEvery);
    }

    [FactNeeding(Need.Redis)]
    public void WhatAMachineHandsOnWhenItsWindowHasClosedIsNoSecondMessage()
    {
        using var web = new CountingServer();
        var once = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(2), [FieldPath.Parse("session_id")!]);
        using var machines = new RedisMachines(2, [web.Action("message")], [Queue("r", null, "message") with { Window = once }]);
        // A new dispatcher knows nothing of windows that another one has closed.
        foreach (var machine in machines.All)
            machine.Project.Variables["REDIS_URL"] = machines.Server.Url;
        machines[0].Consumer();
        machines[0].Until(() => machines.Dispatcher == 0, "nobody is dispatcher");
        machines.Publish(0, "first");
        machines.Publish(1, "late");
        machines[0].Until(() => web.Received.Count == 1, "no message is sent");

        machines[1].Consumer();
        machines[1].Until(() => machines.AllHasEnded, "not all has ended");
        machines[0].Journal.ShouldContain(line => line.GetRawText().Contains("when its window had closed"));
        machines.Publish(1, "the next window's");

        machines[1].Until(() => machines.AllHasEnded && web.Received.Count > 1, "the next message is not sent");
        web.Received.ShouldBe(["first", "the next window's"]);
    }

    [FactNeeding(Need.Redis)]
    public void ADeadLetterIsNamedOnTheOtherMachines()
    {
        using var machines = new RedisMachines(2, [Shell("broken", "echo why; exit 7")], [Queue("r", null, "broken")]);
        machines[0].Consumer();
        machines[0].Until(() => machines.Dispatcher == 0, "nobody is dispatcher");
        machines[1].Consumer();
        machines.Publish(0, "x");
        machines[0].Until(() => machines.AllHasEnded && machines[0].Spool("dead").Length == 1, "no dead letter");

        var (own, others) = (DeadList(machines[0]), DeadList(machines[1]));

        own.GetProperty("dead").GetArrayLength().ShouldBe(1);
        own.GetProperty("elsewhere").GetArrayLength().ShouldBe(0);
        others.GetProperty("dead").GetArrayLength().ShouldBe(0);
        var note = others.GetProperty("elsewhere").EnumerateArray().ShouldHaveSingleItem();
        (note.GetProperty("action").GetString(), note.GetProperty("reason").GetString()).ShouldBe(("broken", "exit code 7"));
        note.GetProperty("machine").GetString().ShouldNotBeNullOrEmpty();

        static JsonElement DeadList(FaultBench machine)
        {
            using var process = RealProcess.Start(
                Path.Combine(HookProject.RuntimeFolder, "hookrules"),
                ["dead", "list", "--format", "json", "--plan", machine.Project.PlanPath],
                machine.Project.Environment,
                machine.Project.Folder
            );
            return JsonDocument.Parse(process.StandardOutput.ReadToEnd()).RootElement;
        }
    }

    [FactNeeding(Need.Redis)]
    public void WhenTheDispatcherIsKilledEachOpenWindowHasOneRun()
    {
        var windows = FaultSize.Of(200, 1000);
        var byCommand = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(3), [FieldPath.Parse("tool_input.command")!]);
        using var machines = new RedisMachines(2, [Log("a")], [Queue("r", null, "a") with { Window = byCommand }]);
        var consumers = new[] { machines[0].Consumer() };
        machines[0].Until(() => machines.Dispatcher == 0, "nobody is dispatcher");
        machines[1].Consumer();
        for (var number = 0; number < windows; number++)
        {
            machines.Publish(1, $"{number}");
            machines.Publish(1, $"{number}");
        }

        machines[0].Until(() => machines[1].Spool("new").Length == 0, "events are not forwarded");
        consumers[0].Kill();

        machines[1].Until(() => machines.AllHasEnded, "not all has ended");
        machines[1].Commands("a.jsonl").Order().ShouldBe(Enumerable.Range(0, windows).Select(number => $"{number}").Order());
    }

    [TheoryNeeding(Need.Redis)]
    [InlineData("restarted with its data")]
    [InlineData("restarted without")]
    [InlineData("emptied")]
    [InlineData("paused")]
    public void WhateverBecomesOfTheServerNothingIsLost(string fault)
    {
        var events = FaultSize.Events(400, 20_000);
        var seed = 7;
        var random = new Random(seed);
        using var machines = new RedisMachines(
            2,
            [Log("a"), Log("b")],
            [Queue("r", null, "a", "b")],
            fault.EndsWith("data", StringComparison.Ordinal) ? Durable : []
        );
        for (var i = 0; i < 2; i++)
            machines[i].Consumer();
        machines[0].Until(() => machines.Dispatcher >= 0, "nobody is dispatcher");
        var started = Stopwatch.GetTimestamp();
        var published = 0;
        var publisher = new Thread(() =>
        {
            for (; published < events; published++)
            {
                machines.Publish(published % 2, $"{published}");
                if (published % 50 == 49)
                    Thread.Sleep(events > 1000 ? 5 : 30);
            }
        });
        publisher.Start();
        var faults = 0;
        while (publisher.IsAlive || faults == 0)
        {
            Thread.Sleep(random.Next(50, 300));
            faults++;
            switch (fault)
            {
                case "emptied":
                    machines.Server.Ask("FLUSHALL");
                    break;
                case "paused":
                    Tool("kill", "-STOP", $"{machines.Server.Pid}");
                    Thread.Sleep(300);
                    Tool("kill", "-CONT", $"{machines.Server.Pid}");
                    break;
                default:
                    machines.Server.Kill();
                    machines.StartRedis();
                    break;
            }
        }

        publisher.Join();
        machines[0].Until(() => machines.AllHasEnded, "not all has ended");
        var ran = machines.All.SelectMany(machine => machine.Commands("b.jsonl")).GroupBy(command => command).ToList();
        output.WriteLine(
            $"{fault} {faults} times (seed {seed}): {events} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, lost "
                + $"{events - ran.Count}, repeated {ran.Sum(runs => runs.Count() - 1)}"
        );
        ran.Count.ShouldBe(events);
        machines.All.SelectMany(machine => machine.Spool("dead")).ShouldBeEmpty();
    }

    /// <summary>Long form: <c>tests/faults --events 1000000 --filter ConsumersAreKilledWithRedis</c>.</summary>
    [FactNeeding(Need.Redis)]
    public void ConsumersAreKilledWithRedisAndNothingIsLost()
    {
        var events = FaultSize.Events(600, 20_000);
        var random = new Random(11);
        using var machines = new RedisMachines(2, [Log("a")], [Queue("r", null, "a")]);
        var consumers = Enumerable.Range(0, 2).Select(i => machines[i].Consumer()).ToArray();
        var started = Stopwatch.GetTimestamp();
        var publisher = new Thread(() =>
        {
            for (var number = 0; number < events; number++)
            {
                machines.Publish(number % 2, $"{number}");
                if (number % 100 == 99)
                    Thread.Sleep(events > 1000 ? 10 : 100);
                while (number % 100 == 99 && number - machines.All.Sum(machine => machine.LineCount("a.jsonl")) > FaultSize.MostAhead)
                    Thread.Sleep(5);
            }
        });
        publisher.Start();
        var kills = 0;
        while (publisher.IsAlive)
        {
            // One that is still starting has nothing to lose.
            Thread.Sleep(300 + random.Next(300));
            var which = random.Next(2);
            consumers[which].Kill();
            consumers[which] = machines[which].Consumer();
            kills++;
        }

        machines[0].Until(() => machines.AllHasEnded, "not all has ended");
        var ran = machines.All.SelectMany(machine => machine.Commands("a.jsonl")).GroupBy(command => command).ToList();
        output.WriteLine(
            $"{events} events in {Stopwatch.GetElapsedTime(started).TotalSeconds:0} s, {kills} kills (seed 11): lost {events - ran.Count}, "
                + $"repeated {ran.Sum(runs => runs.Count() - 1)}"
        );
        ran.Count.ShouldBe(events);
        machines.All.SelectMany(machine => machine.Spool("dead")).ShouldBeEmpty();
    }
}
