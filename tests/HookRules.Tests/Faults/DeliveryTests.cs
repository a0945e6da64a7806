using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Runtime.Stores.Files;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using Xunit.Abstractions;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>How work once got lost, stuck or mixed up between hook and consumer: each with its smallest reproduction, on real
/// processes.</summary>
public sealed class DeliveryTests(ITestOutputHelper output)
{
    [Fact]
    public void AConsumerThatEndsAtOnceIsToldOfOnceAndNotStartedForEveryEvent()
    {
        const string Words = "You must install or update .NET to run this application.";
        using var bench = new FaultBench(ConsumerMode.Auto, [Log("a")], Queue("r", null, "a"));
        var runtime = Directory.CreateDirectory(Path.Combine(bench.Project.Root, "runtime")).FullName;
        File.Copy(Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"), Path.Combine(runtime, "hookrules-hook"));
        var starts = Path.Combine(bench.Project.Root, "starts");
        Program(runtime, $"echo x >> '{starts}'; echo '{Words}' >&2; exit 150");

        var told = new List<string>();
        for (var i = 0; i < 6; i++)
        {
            told.Add(Hook(bench, runtime, $"{i}").Stdout);
            bench.Until(() => !FileLock.IsHeld(bench.State.ConsumerLock), "the lock is not let go");
        }

        File.ReadAllLines(starts).Length.ShouldBe(3);
        var message = told.Where(text => text.Length > 0).ShouldHaveSingleItem();
        message.ShouldContain(Words);
        message.ShouldContain("hookrules doctor");

        Program(runtime, $"exec '{Path.Combine(HookProject.RuntimeFolder, "hookrules")}' \"$@\"");
        var minuteAgo = TimeProvider.System.GetUtcNow().AddMinutes(-1.1).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture);
        File.WriteAllText(bench.State.File("starts"), $"{minuteAgo}\n{minuteAgo}\n{minuteAgo}\n");
        Hook(bench, runtime, "6").Stdout.ShouldBe("");
        bench.Until(() => bench.SpoolIsEmpty && bench.Commands("a.jsonl").Length == 7, "not every event is done");
        bench.Until(() => !File.Exists(bench.State.File("starts")), "the consumer does not say that it came to work");
        End(bench);
    }

    [Fact]
    public void RulesOfTwoPlansDoNotCollide()
    {
        Rule Windowed(string action) =>
            Queue("on-write", null, action) with
            {
                Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(0.3), []),
            };
        using var bench = new FaultBench([Shell("fmt", "echo project >> log")], Windowed("fmt"));
        var other = Path.Combine(Directory.CreateDirectory(Path.Combine(bench.Project.Root, "user")).FullName, "plan.json");
        var (text, _) = RuleGraphJson.Write(Graph(ConsumerMode.Manual, [Shell("fmt", "echo user >> log")], Windowed("fmt")), "0.1.0");
        File.WriteAllBytes(other, text);

        for (var i = 0; i < 3; i++)
        {
            bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);
            bench.Project.Run(Encoding.UTF8.GetBytes(HookProject.Bash("x")), ["--plan", other]).ExitCode.ShouldBe(0);
        }

        bench.WorkOff().ShouldBe((0, ""));
        bench.Lines("log").Order().ShouldBe(["project", "user"]);
    }

    [Fact]
    public void WithoutAWordAboutItTheRunThatEndsLastSawTheLastWrite()
    {
        using var bench = new FaultBench(
            [Shell("check", "v=$(cat src); echo \"start $v\" >> log; [ $v != 1 ] || sleep 1; echo $v > result; echo \"end $v\" >> log")],
            OnWrite("r", "check")
        );
        var source = Path.Combine(bench.Project.Folder, "src");
        bench.Consumer();
        foreach (var content in new[] { "1", "2" })
        {
            File.WriteAllText(source, content);
            bench.Project.Run(Write(source)).ExitCode.ShouldBe(0);
            bench.Until(() => content == "2" || bench.Lines("log").Contains("start 1"), "it does not start");
        }

        bench.Until(() => bench.SpoolIsEmpty, "not every event is done");
        bench.Lines("log").ShouldBe(["start 1", "end 1", "start 2", "end 2"]);
        bench.Lines("result").ShouldBe(["2"]);
    }

    [Fact]
    public void AChangedRuleTakesWhatWaitedForIt()
    {
        Rule Rule(string id, double seconds) =>
            Queue(id, null, "a") with
            {
                Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(seconds), [FieldPath.Parse("command")!]),
            };
        using var bench = new FaultBench([Log("a")], Rule("r-1111", 60));
        var consumer = bench.Consumer();
        foreach (var command in new[] { "1", "2", "3" })
            bench.Project.Run(HookProject.Bash(command)).ExitCode.ShouldBe(0);
        bench.Until(() => File.Exists(bench.State.DispatcherLock) && bench.Spool("new").Length == 3, "they do not wait");

        var (text, _) = RuleGraphJson.Write(Graph(ConsumerMode.Manual, [Log("a")], Rule("r-2222", 0.2)), "0.1.0");
        File.WriteAllBytes(bench.Project.PlanPath + ".new", text);
        File.Move(bench.Project.PlanPath + ".new", bench.Project.PlanPath, overwrite: true);
        consumer.Kill();
        bench.WorkOff().ShouldBe((0, ""));

        bench.Commands("a.jsonl").Order().ShouldBe(["1", "2", "3"]);
    }

    [Fact]
    public void WhileAConsumerEndsTheNextEventIsNotKeptWaiting()
    {
        using var bench = new FaultBench(
            ConsumerMode.Auto,
            [Shell("a", "echo \"start $HOOK_COMMAND\" >> log; [ $HOOK_COMMAND != slow ] || sleep 10; echo \"end $HOOK_COMMAND\" >> log")],
            Queue("r", null, "a")
        );
        bench.Project.Run(HookProject.Bash("slow")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Lines("log").Contains("start slow"), "it does not start");
        var ending = ConsumerRecord.Read(bench.State).ShouldNotBeNull();
        Tool("kill", "-TERM", $"{ending.Pid}").ShouldBe(0);
        bench.Until(() => !FileLock.IsHeld(bench.State.ConsumerLock), "the lock is not let go");

        var published = Stopwatch.GetTimestamp();
        bench.Project.Run(HookProject.Bash("quick")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Lines("log").Contains("end quick"), "the successor does not work");

        output.WriteLine(
            $"the next event was done {Stopwatch.GetElapsedTime(published).TotalMilliseconds:0} ms after its hook was started"
        );
        bench.Lines("log").ShouldNotContain("end slow");
        bench.Until(() => bench.SpoolIsEmpty && bench.Lines("log").Contains("end slow"), "what ran does not end");
        bench.Lines("log").Length.ShouldBe(4);
        End(bench);
    }

    [Fact]
    public async Task AnOrderThatEndsItsConsumerFiveTimesIsADeadLetter()
    {
        using var bench = new FaultBench(
            [Shell("a", "[ \"$HOOK_COMMAND\" != poison ] || kill -9 $PPID; echo \"$HOOK_COMMAND\" >> log")],
            Queue("r", null, "a")
        );
        bench.Project.Run(HookProject.Bash("poison")).ExitCode.ShouldBe(0);
        var deaths = 0;
        while (bench.WorkOff().Code != 0)
        {
            (++deaths).ShouldBeLessThan(9);
            // It waits longer each time; the test does not.
            await using (var heir = new FileStore(bench.State, TimeProvider.System, Durability.Fast))
                await heir.Orders(null, 9);
            foreach (var path in Directory.GetFiles(bench.State.Spool("later")))
                File.Move(path, Path.Combine(Path.GetDirectoryName(path)!, "0000000000001" + Path.GetFileName(path)[13..]));
        }

        deaths.ShouldBe(5);
        var letter = JsonDocument
            .Parse(File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem())))
            .RootElement;
        letter.GetProperty("problem").GetString().ShouldBe("the consumer ended 5 times while this ran");
        bench.Project.Run(HookProject.Bash("next")).ExitCode.ShouldBe(0);
        bench.WorkOff().ShouldBe((0, ""));
        bench.Lines("log").Last().ShouldBe("next");
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    /// <summary>Many lines are in hand at once, so of many consumers that are killed some line is in hand at five.</summary>
    [Theory]
    [InlineData(6, 0)]
    [InlineData(19, 0)]
    [InlineData(20, 1)]
    public void ALineOfALogThatWasInHandAtManyEndsIsWritten(int deliveries, int dead)
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        FileSpool.Publish(bench.State, EnvelopeOf(bench, "line"), Durability.Fast).Problem.ShouldBeNull();
        var path = bench.State.Spool("new", bench.Spool("new").ShouldHaveSingleItem());
        File.Move(path, $"{path[..^FileSpool.Extension.Length]}~{deliveries}{FileSpool.Extension}");

        bench.WorkOff().Code.ShouldBe(0);

        bench.Spool("dead").Length.ShouldBe(dead);
        bench.LineCount("a.jsonl").ShouldBe(1 - dead);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void AConsumerThatCannotReadThePlanHandsOverAndDoesNotGuess()
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        var consumer = bench.Consumer();
        bench.Project.Run(HookProject.Bash("before")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 1 && bench.SpoolIsEmpty, "the first event is not done");
        var plan = File.ReadAllText(bench.Project.PlanPath);
        var newer = plan.Replace("{\"hookrules\":", "{\"hookrules\":9", StringComparison.Ordinal);
        File.WriteAllText(bench.Project.PlanPath, newer);
        FileSpool.Publish(bench.State, EnvelopeOf(bench, "after"), Durability.Fast).Problem.ShouldBeNull();

        consumer.Process.WaitForExit(60_000).ShouldBeTrue("it does not end");

        consumer.Process.ExitCode.ShouldBe(0);
        consumer.Said.ShouldContain("newer hookrules");
        bench.Commands("a.jsonl").ShouldBe(["before"]);
        File.WriteAllText(bench.Project.PlanPath, plan);
        bench.WorkOff().ShouldBe((0, ""));
        bench.Commands("a.jsonl").ShouldBe(["before", "after"]);
    }

    [Fact]
    public void EachActionHasTheEnvironmentOfItsOwnHook()
    {
        var events = FaultSize.Of(20, 100);
        using var bench = new FaultBench(
            [Shell("a", "echo \"$HOOK_COMMAND $TOKEN $(tool)\" >> log")],
            Queue("r", new BranchOptions { Pass = ["TOKEN"] }, "a")
        );
        foreach (var session in new[] { "1", "2" })
        {
            var folder = Directory.CreateDirectory(Path.Combine(bench.Project.Root, "bin" + session)).FullName;
            Executable(Path.Combine(folder, "tool"), $"echo tool{session}");
        }

        bench.Consumer();
        for (var i = 0; i < events; i++)
        {
            var session = i % 2 == 0 ? "1" : "2";
            var environment = new Dictionary<string, string>(bench.Project.Environment)
            {
                ["TOKEN"] = "token" + session,
                ["PATH"] = $"{Path.Combine(bench.Project.Root, "bin" + session)}:/usr/bin:/bin",
            };
            RealProcess
                .Run(
                    Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
                    ["--plan", bench.Project.PlanPath, "--plan-hash", bench.Project.Hash],
                    Encoding.UTF8.GetBytes(HookProject.Bash(session)),
                    environment,
                    "/"
                )
                .ExitCode.ShouldBe(0);
        }

        bench.Until(() => bench.SpoolIsEmpty && bench.Lines("log").Length == events, "not every event is done");
        bench.Lines("log").Distinct().Order().ShouldBe(["1 token1 tool1", "2 token2 tool2"]);
        var kept = Directory.GetFiles(bench.State.File("env"));
        kept.Length.ShouldBe(2);
        kept.ShouldAllBe(path => File.GetUnixFileMode(path) == (UnixFileMode.UserRead | UnixFileMode.UserWrite));
    }

    [Fact]
    public void FiveThousandThrottledFilesHoldNobodyElseUp()
    {
        const int Others = 60;
        var files = FaultSize.Of(1000, 5000);
        var slow = OnWrite("slow", "slow") with { Window = new Window(WindowKind.Throttle, TimeSpan.FromMinutes(1), []) { Count = 1 } };
        using var bench = new FaultBench([Shell("slow", "true"), Log("quick")], slow, Queue("quick", null, "quick"));
        bench.Project.Run(Write("/x/first")).ExitCode.ShouldBe(0);
        for (var i = 0; i < files; i++)
            FileSpool.Publish(bench.State, EnvelopeOf(bench, Write($"/x/{i}"), isPayload: true), Durability.Fast).Problem.ShouldBeNull();
        var consumer = bench.Consumer();
        bench.Until(() => bench.Runs.Length == 1, "the first does not run");

        for (var i = 0; i < Others; i++)
        {
            FileSpool.Publish(bench.State, EnvelopeOf(bench, $"{i}"), Durability.Fast).Problem.ShouldBeNull();
            bench.Until(() => bench.Runs.Length == i + 2, "the other rule waits");
        }

        var waits = bench
            .Runs.Where(run => run.GetProperty("action").GetString() == "quick")
            .Select(run => run.GetProperty("queue_ms").GetInt64())
            .Order()
            .ToList();
        var resident = File.ReadLines($"/proc/{consumer.Process.Id}/status")
            .First(line => line.StartsWith("VmRSS", StringComparison.Ordinal));
        output.WriteLine($"{files} files wait; another rule's p50 {waits[Others / 2]} ms, p95 {waits[Others * 95 / 100]} ms; {resident}");
        waits[Others / 2].ShouldBeLessThan(20);
    }

    [Fact]
    public void AGroupsThrottleHoldsNoWindowUp()
    {
        var heavy = Queue("heavy", new BranchOptions { Group = "g" }, "a") with
        {
            Window = new Window(WindowKind.Throttle, TimeSpan.FromSeconds(60), [FieldPath.Parse("command")!]) { Count = 1 },
        };
        var windowed = OnWrite("w", "b") with { Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(0.1), []) };
        using var bench = new FaultBench([Log("a"), Log("b")], heavy, windowed);
        bench.Consumer();
        bench.Consumer("--group", "g");
        foreach (var command in new[] { "1", "2", "3" })
            bench.Project.Run(HookProject.Bash(command)).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 1, "the group does not begin");

        bench.Project.Run(Write("/x/a")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 2, "the window does not close");

        bench.Runs.Last().GetProperty("queue_ms").GetInt64().ShouldBeLessThan(5000);
        bench.Lines("b.jsonl").Length.ShouldBe(1);
        bench.Lines("a.jsonl").Length.ShouldBe(1);
    }

    [Fact]
    public void WhatClaudeIsToldOfIsNoDeadLetterAndTheOthersAreBounded()
    {
        using var bench = new FaultBench(
            [Shell("lint", "exit 1"), Shell("other", "exit 1")],
            Queue("r", new BranchOptions { Feedback = true }, "lint"),
            Queue("s", null, "other")
        );
        bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);
        Directory.CreateDirectory(bench.State.Spool("dead"));
        for (var i = 0; i < 1500; i++)
            File.WriteAllText(bench.State.Spool("dead", $"{i:D16}-x.json"), "{}");

        bench.WorkOff().ShouldBe((0, ""));

        var letters = bench.Spool("dead");
        letters.Length.ShouldBe(1001);
        letters.Count(name => !name.EndsWith("-x.json", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void AConsumerThatHangsIsToldOf()
    {
        using var bench = new FaultBench(ConsumerMode.Auto, [Log("a")], Queue("r", null, "a"));
        bench.Project.Run(HookProject.Bash("1")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 1, "the first event is not done");
        var record = ConsumerRecord.Read(bench.State).ShouldNotBeNull();
        record.Hangs.ShouldBeFalse();
        Tool("kill", "-STOP", $"{record.Pid}").ShouldBe(0);
        try
        {
            bench.Project.Run(HookProject.Bash("2")).ShouldBe(new ProcessResult("", "", 0));
            // As if it had been silent for longer.
            var path = bench.State.File(ConsumerRecord.FileName);
            File.WriteAllText(
                path,
                File.ReadAllText(path).Replace($"\"beat_us\":{record.BeatUs}", "\"beat_us\":1", StringComparison.Ordinal)
            );
            File.SetLastWriteTimeUtc(path, TimeProvider.System.GetUtcNow().UtcDateTime.AddMinutes(-1));

            bench.Project.Run(HookProject.Bash("3")).Stdout.ShouldContain($"process {record.Pid}");
        }
        finally
        {
            Tool("kill", "-CONT", $"{record.Pid}").ShouldBe(0);
        }

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs.Length == 3, "it does not go on");
        End(bench);
    }

    [Fact]
    public void AttemptsAreCountedOverARestart()
    {
        using var bench = new FaultBench(
            [Shell("a", "exit 1")],
            Queue("r", new BranchOptions { Retry = 3, Backoff = TimeSpan.FromSeconds(0.5) }, "a")
        );
        bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);
        var first = bench.Consumer();
        bench.Until(() => bench.Runs.Length == 2, "it is not tried twice");
        first.Kill();

        bench.WorkOff().Code.ShouldBe(0);

        bench.Runs.Select(run => run.GetProperty("attempt").GetInt32()).Order().ShouldBe([1, 2, 3, 4]);
        bench.Spool("dead").ShouldHaveSingleItem();
    }

    [Fact]
    public void TheStateOfAProjectThatIsGoneEndsAfterThirtyDays()
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);
        var root = Path.GetDirectoryName(bench.State.Path)!;
        string Abandoned(string name, int days, string project)
        {
            var folder = StateFolder.At(Path.Combine(root, name));
            folder.CreateBelow(folder.Spool("new")).ShouldBeTrue();
            File.WriteAllText(folder.File("project"), project + "\n");
            File.WriteAllText(
                folder.File("missing-since"),
                TimeProvider.System.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)
            );
            return folder.Path;
        }

        var old = Abandoned("old", 31, "/no/such/project");
        var recent = Abandoned("recent", 29, "/no/such/project");
        var living = Abandoned("living", 31, bench.Project.Folder);

        bench.WorkOff().ShouldBe((0, ""));

        (Directory.Exists(old), Directory.Exists(recent), Directory.Exists(living)).ShouldBe((false, true, true));
        File.Exists(Path.Combine(living, "missing-since")).ShouldBeFalse();
        File.ReadAllText(bench.State.File("project")).Trim().ShouldBe(bench.Project.Folder);
    }

    [Fact]
    public void ARunningConsumerCanBeStopped()
    {
        using var bench = new FaultBench(ConsumerMode.Auto, [Log("a")], Queue("r", null, "a"));
        bench.Project.Run(HookProject.Bash("1")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 1, "the first event is not done");
        var pid = ConsumerRecord.Read(bench.State).ShouldNotBeNull().Pid;

        Stop().ShouldBe((0, $"The consumer, process {pid}, takes nothing more and ends when what runs has ended.\n"));
        FileLock.IsHeld(bench.State.ConsumerLock).ShouldBeFalse();
        Stop().ShouldBe((0, "No consumer runs for this project.\n"));

        (int, string) Stop()
        {
            var result = RealProcess.Run(
                Path.Combine(HookProject.RuntimeFolder, "hookrules"),
                ["run", "--stop", "--plan", bench.Project.PlanPath],
                default,
                bench.Project.Environment,
                "/"
            );
            return (result.ExitCode, result.Stdout);
        }
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("link")]
    [InlineData("folder")]
    public void WhatIsNoFileBlocksNeitherReadingNorTheEnd(string what)
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        var consumer = bench.Consumer();
        bench.Project.Run(HookProject.Bash("1")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Runs.Length == 1, "the first event is not done");
        var path = bench.State.Spool("new", "0000000000000000-000000-odd.json");
        if (what == "folder")
            Directory.CreateDirectory(path);
        else if (what == "link")
            File.CreateSymbolicLink(path, "/dev/zero");
        else
            Tool("mkfifo", path).ShouldBe(0);

        bench.Project.Run(HookProject.Bash("2")).ExitCode.ShouldBe(0);
        bench.Until(() => bench.Commands("a.jsonl").Length == 2, "the second event is not done");
        bench.Until(() => Directory.GetFileSystemEntries(bench.State.Spool("dead")).Length == 1, "it is not put aside");
        consumer.Signal("TERM");
        consumer.Process.WaitForExit(20_000).ShouldBeTrue("it does not end");
        consumer.Process.ExitCode.ShouldBe(0);
    }

    private static void End(FaultBench bench)
    {
        if (ConsumerRecord.Read(bench.State) is { } record)
            Tool("kill", "-TERM", $"{record.Pid}");
        bench.Until(() => !FileLock.IsHeld(bench.State.ConsumerLock), "the consumer lives on");
    }

    private static Rule OnWrite(string id, string action) =>
        HookProject.Rule("PostToolUse", id) with
        {
            Matcher = new Matcher.Names(["Write"]),
            Stages = [new Stage([new Branch($"{id}/{action}", action, BranchOptions.Default)])],
        };

    private static string Write(string file) =>
        HookProject.Payload(
            "PostToolUse",
            $$"""
            "tool_name":"Write","tool_input":{"file_path":{{JsonSerializer.Serialize(file)}},"content":""}
            """.Trim()
        );

    private static Envelope EnvelopeOf(FaultBench bench, string command, bool isPayload = false) =>
        bench.Project.Event(isPayload ? command : HookProject.Bash(command));

    private static ProcessResult Hook(FaultBench bench, string runtime, string command) =>
        RealProcess.Run(
            Path.Combine(runtime, "hookrules-hook"),
            ["--plan", bench.Project.PlanPath, "--plan-hash", bench.Project.Hash],
            Encoding.UTF8.GetBytes(HookProject.Bash(command)),
            bench.Project.Environment,
            "/"
        );

    private static void Program(string runtime, string script) => Executable(Path.Combine(runtime, "hookrules"), script);

    private static void Executable(string path, string script)
    {
        File.WriteAllText(path, $"#!/bin/sh\n{script}\n");
        File.SetUnixFileMode(path, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
