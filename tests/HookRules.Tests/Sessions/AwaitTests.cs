using System.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Faults;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Sessions;

/// <summary>An event is held until what its session has queued has ended, and says what failed; it never waits for nothing.</summary>
public sealed class AwaitTests
{
    private const string Lint = """
        action lint = run ["sh", "-c", "while [ -e .hold ]; do sleep 0.01; done; cat \"$1\"; grep -q bad \"$1\" && exit 1; exit 0", "lint", "{file}"]
        """;
    private const string Rules = Lint + "\non Write *.py -> lint, dedup 60s\non Stop -> await lint timeout 50s\n";

    [Fact]
    public void NothingQueuedIsNotWaitedFor()
    {
        using var bench = new SessionBench(Rules, ConsumerMode.Manual);
        bench.Hook("Stop").Stdout.ShouldBe("");
        Directory.Exists(bench.State.Spool(AwaitRequest.FolderName)).ShouldBeFalse();
    }

    [Fact]
    public void StopIsHeldByWhatFailedAndLetGoWhenItIsMended()
    {
        using var bench = new SessionBench(Rules);
        bench.Write("a.py", "bad line");

        var reason = bench.Block();
        reason.ShouldContain("[lint] a.py, exit code 1, rule at main.hookrules:2, ");
        reason.ShouldContain("```\nbad line\n```");
        bench.Write("a.py", "good line");
        bench.Block().ShouldBe("");
        bench.Faults.Runs.Select(run => run.GetProperty("closed_by").GetString()).ShouldBe(["await", "await"]);
        bench.Faults.Spool(AwaitRequest.FolderName).ShouldBeEmpty();
        Directory.GetFiles(bench.Session().Pending).ShouldBeEmpty();
    }

    [Fact]
    public void OneFailureHoldsOnce()
    {
        using var bench = new SessionBench(Rules.Replace("\"{file}\"]", "\"{file}\"] feedback"));
        bench.Write("a.py", "bad line");

        bench.Block().ShouldContain("a.py");
        bench.Block().ShouldBe("");
        bench.Context("PostToolBatch").ShouldBe("", "what was told by await is not fed back again");
    }

    [Fact]
    public void WhatWasFedBackStillHoldsOnce()
    {
        using var bench = new SessionBench(
            (Lint + " feedback\non Write *.py -> lint\non Stop -> await lint\n").Replace("\n feedback", " feedback")
        );
        bench.Write("a.py", "bad line");
        bench.Done();

        bench.Context("PostToolBatch").ShouldContain("a.py");
        bench.Block().ShouldContain("[lint] a.py still fails as told at ");
        bench.Block().ShouldBe("");
    }

    [Fact]
    public void SixBadMendsEndByThemselves()
    {
        using var bench = new SessionBench(Rules);
        var blocks = new List<string>();
        for (var i = 0; i < 7; i++)
        {
            bench.Write("a.py", $"bad {i}");
            blocks.Add(bench.Hook("Stop").Stdout);
        }

        blocks.Take(5).ShouldAllBe(text => text.Contains("\"block\""));
        blocks.Skip(5).ShouldAllBe(text => text.StartsWith("{\"systemMessage\":\"hookrules: still failing after 5 tries: [lint] a.py"));
        bench.Write("a.py", "bad again", prompt: "p2");
        bench.Block(prompt: "p2").ShouldContain("bad again", customMessage: "another prompt begins anew");
    }

    [Fact]
    public void EachSessionWaitsForItsOwn()
    {
        using var bench = new SessionBench(
            """
            action slow = run ["sh", "-c", "while [ -e \"$1.hold\" ]; do sleep 0.02; done; exit 1", "slow", "{file}"]
            on Write *.py -> slow
            on Stop -> await slow
            """
        );
        File.WriteAllText(bench.PathOf("held.py.hold"), "");
        bench.Write("held.py", "x", "s1");
        bench.Write("free.py", "x", "s2");

        bench.Block(session: "s2").ShouldContain("free.py");
        using var waiting = bench.StartHook("Stop", "s1");
        bench.Faults.Until(() => bench.Faults.Spool(AwaitRequest.FolderName).Length == 1, "it does not ask");
        waiting.HasExited.ShouldBeFalse();
        File.Delete(bench.PathOf("held.py.hold"));
        waiting.StandardOutput.ReadToEnd().ShouldContain("held.py");
    }

    [Fact]
    public void ManyFilesAndActionsOfTwoSessionsEndForTheirOwnSession()
    {
        using var bench = new SessionBench(
            """
            action a = run ["sh", "-c", "echo a; exit 1", "a", "{file}"]
            action b = run ["sh", "-c", "exit 0", "b", "{file}"]
            action c = run ["sh", "-c", "echo c; exit 1", "c", "{file}"] concurrency 2
            on Write *.py -> a, b, c, dedup 60s
            on Stop -> await a, b, c
            """
        );
        foreach (var file in Enumerable.Range(0, 12))
            bench.Write($"{file}.py", "x", file % 2 == 0 ? "even" : "odd");

        foreach (var (session, first) in new[] { ("even", 0), ("odd", 1) })
        {
            var told = new List<string>();
            while (bench.Block(session: session) is { Length: > 0 } reason)
                told.AddRange(reason.Split('\n').Where(line => line.StartsWith('[')).Select(line => line.Split(',')[0]));
            told.Order()
                .ShouldBe(
                    from action in new[] { "a", "c" }
                    from file in Enumerable.Range(0, 6).Select(number => $"{(2 * number) + first}.py").Order(StringComparer.Ordinal)
                    select $"[{action}] {file}"
                );
        }

        PendingMark.In(bench.Session("even")).ShouldBeEmpty();
    }

    [Fact]
    public void AtStopAllOfTheSessionIsMeantAndASubagentWaitsForItsOwn()
    {
        using var bench = new SessionBench(
            """
            action slow = run ["sh", "-c", "while [ -e \"$1.hold\" ]; do sleep 0.02; done; exit 1", "slow", "{file}"]
            on Write *.py -> slow
            on Stop -> await slow
            on SubagentStop -> await slow
            """
        );
        File.WriteAllText(bench.PathOf("main.py.hold"), "");
        bench.Write("main.py", "x");
        bench.Write("agent.py", "x", agent: "a1");

        bench.Block("SubagentStop", agent: "a1").ShouldContain("agent.py");
        bench.Block("SubagentStop", agent: "a2").ShouldBe("");
        File.Delete(bench.PathOf("main.py.hold"));
        bench.Block("Stop").ShouldContain("main.py");
    }

    [Fact]
    public void WhatIsQueuedByTheSameEventIsWaitedFor()
    {
        using var bench = new SessionBench(
            "action check = run \"sh -c 'echo nope; exit 3'\"\non Stop -> check -> await check\n".Replace(" -> await", "\non Stop -> await")
        );

        bench.Block().ShouldContain("[check] exit code 3");
    }

    [Fact]
    public void ALaterStageIsWaitedForAndOneThatIsNotReachedIsNot()
    {
        using var bench = new SessionBench(
            """
            action first = run ["sh", "-c", "! grep -q bad \"$1\"", "first", "{file}"]
            action second = run ["sh", "-c", "echo second ran; exit 4", "second", "{file}"]
            on Write *.py -> first -> second
            on Stop -> await second
            """
        );
        bench.Write("good.py", "x");
        bench.Block().ShouldContain("second ran");
        bench.Write("bad.py", "bad");
        bench.Block().ShouldBe("");
    }

    [Fact]
    public void AfterItsTimeItGoesOnAndSaysWhatStillRuns()
    {
        using var bench = new SessionBench(
            """
            action slow = run ["sh", "-c", "while [ -e \"$1.hold\" ]; do sleep 0.05; done; exit 1", "slow", "{file}"] feedback
            on Write *.py -> slow
            on Stop -> await slow timeout 1s
            """
        );
        File.WriteAllText(bench.PathOf("a.py.hold"), "");
        bench.Write("a.py", "x");

        var answer = (string)SessionBench.Json(bench.Hook("Stop"))!["systemMessage"]!;
        answer.ShouldStartWith("hookrules: still running: slow (");
        File.Delete(bench.PathOf("a.py.hold"));
        bench.Done();
        bench.Context("UserPromptSubmit").ShouldContain("[slow] a.py");
    }

    [Fact]
    public void WhereNoConsumerRunsThatIsSaidAndNothingIsWaitedFor()
    {
        using var bench = new SessionBench(Rules, ConsumerMode.Manual);
        bench.Write("a.py", "bad");

        var answer = (string)SessionBench.Json(bench.Hook("Stop"))!["systemMessage"]!;
        answer.ShouldContain("no consumer runs, nothing was awaited");
        answer.ShouldContain("lint (");
    }

    [Fact]
    public void AConsumerThatIsKilledMeanwhileIsReplaced()
    {
        using var bench = new SessionBench(Rules.Replace("cat \\\"$1\\\"", "sleep 0.5; cat \\\"$1\\\""));
        bench.Write("a.py", "bad line");
        bench.Faults.Until(() => ConsumerRecord.Read(bench.State) is not null, "no consumer");
        using var waiting = bench.StartHook("Stop");
        bench.Faults.Until(() => bench.Faults.Spool("claimed").Length > 0, "it does not start");
        FaultBench.Tool("kill", "-9", $"{ConsumerRecord.Read(bench.State)!.Pid}");

        waiting.StandardOutput.ReadToEnd().ShouldContain("bad line");
    }

    [Fact]
    public void AtABatchItIsContextSinceABlockWouldEndTheTurn()
    {
        using var bench = new SessionBench(Lint + "\non Write *.py -> lint\non PostToolBatch -> await lint\n");
        bench.Write("a.py", "bad line");

        var answer = SessionBench.Json(bench.Hook("PostToolBatch"))!;
        answer["decision"].ShouldBeNull();
        ((string)answer["hookSpecificOutput"]!["additionalContext"]!).ShouldContain("bad line");
    }

    [Fact]
    public void ATaskThatIsCompletedIsHeldByItsExitCode()
    {
        using var bench = new SessionBench(Lint + "\non Write *.py -> lint\non TaskCompleted -> await lint\n");
        bench.Write("a.py", "bad line");

        var answer = bench.Hook("TaskCompleted");
        answer.ExitCode.ShouldBe(2);
        answer.Stderr.ShouldContain("bad line");
    }

    [Fact]
    public void AMarkWhoseHookDiedBeforeItsEventIsNotWaitedFor()
    {
        using var bench = new SessionBench(Rules);
        bench.Write("a.py", "good");
        var mark = PendingMark.In(bench.Session())[0];
        (mark with { Event = "1700000000000000-000001-aaaaaaaaaaaa" }).Make(bench.Session());

        var started = Stopwatch.GetTimestamp();
        bench.Hook("Stop").Stdout.ShouldBe("");
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(40));
        PendingMark.In(bench.Session()).ShouldBeEmpty();
    }

    [Fact]
    public void WhatIsSkippedSinceItsKeyIsBusyIsWaitedForWithTheRunUnderWay()
    {
        using var bench = new SessionBench(
            """
            action slow = run ["sh", "-c", "while [ -e \"$1.hold\" ]; do sleep 0.02; done; echo it ran; exit 1", "slow", "{file}"] busy skip
            on Write *.py -> slow
            on Stop -> await slow
            """
        );
        File.WriteAllText(bench.PathOf("a.py.hold"), "");
        bench.Write("a.py", "1");
        bench.Faults.Until(() => bench.Faults.Spool("claimed").Length == 1, "it does not start");
        bench.Write("a.py", "2");
        bench.Faults.Until(() => bench.Faults.Runs.Length == 1, "the second is not skipped");
        PendingMark.In(bench.Session()).Length.ShouldBe(2);
        using var waiting = bench.StartHook("Stop");
        bench.Faults.Until(() => bench.Faults.Spool(AwaitRequest.FolderName).Length == 1, "it does not ask");
        File.Delete(bench.PathOf("a.py.hold"));

        waiting.StandardOutput.ReadToEnd().ShouldContain("it ran");
        PendingMark.In(bench.Session()).ShouldBeEmpty();
    }
}
