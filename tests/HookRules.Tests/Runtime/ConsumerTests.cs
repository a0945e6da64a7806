using System.Text.Json;
using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime;

public sealed class ConsumerTests : IDisposable
{
    private readonly ConsumerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void StagesFollowOneAnother()
    {
        bench.Plan(
            [
                Shell("one", "sleep 0.2; echo one >> log"),
                Shell("two", "echo two >> log"),
                Shell("three", "echo three >> log"),
                Shell("fix", "echo fix >> log"),
            ],
            Rule("r", ["one", "two", "three"], onFailure: "fix")
        );
        bench.Start();
        bench.Write("a");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Lines("log").ShouldBe(["one", "two", "three"]);
    }

    [Fact]
    public void AfterAFailureTheNextStageIsLeftOutAndOnFailureRuns()
    {
        bench.Plan(
            [
                Shell("good", "echo good >> log"),
                Shell("bad", "echo bad >> log; exit 1"),
                Shell("next", "echo next >> log"),
                Shell("fix", "echo fix >> log"),
            ],
            Rule("r", ["good bad", "next"], onFailure: "fix")
        );
        bench.Start();
        bench.Write("a");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Lines("log").Order().ShouldBe(["bad", "fix", "good"]);
    }

    [Fact]
    public void TheActionsOfAStageRunSideBySide()
    {
        // Each waits for the others: one after the other they would never end.
        const string Meet = "touch $$.here; while [ \"$(ls *.here | wc -l)\" -lt 3 ]; do sleep 0.02; done; echo met >> log";
        bench.Plan(
            [Shell("a", Meet), Shell("b", Meet), Shell("c", Meet)],
            Rule("r", ["a b c"], options: new BranchOptions { Timeout = TimeSpan.FromSeconds(15) })
        );
        bench.Start();
        bench.Write("x");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Lines("log").Length.ShouldBe(3);
    }

    [Fact]
    public void ConcurrencyIsKeptTo()
    {
        bench.Plan(
            [Shell("a", "mkdir busy || echo twice >> log; sleep 0.05; rmdir busy; echo ran >> log")],
            Rule("r", ["a"], options: new BranchOptions { Concurrency = 1 })
        );
        bench.Start();
        for (var i = 0; i < 5; i++)
            bench.Write($"{i}");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Lines("log").ShouldBe(["ran", "ran", "ran", "ran", "ran"]);
    }

    [Fact]
    public void OfALongBacklogOnlySomeIsHeldInMemory()
    {
        const int Events = 300;
        bench.Plan(
            [
                Shell("slow", "until [ -e go ]; do sleep 0.02; done; echo x >> slow"),
                Action("quick", new Handler.Log(new TextValue.Text(Template.Literal("quick")))),
            ],
            Rule("r", ["slow quick"])
        );
        for (var i = 0; i < Events; i++)
            bench.Write($"{i}");
        bench.Start(mostInHand: 10);

        bench.Until(() => bench.Errors().Count > 0 && bench.Lines("quick").Length > 0);
        bench.Errors()[0].GetProperty("message").GetString()!.ShouldContain("stays in the spool");
        bench.Spool("new").ShouldNotBeEmpty();

        File.WriteAllText(Path.Join(bench.Project, "go"), "");
        bench.Until(() => bench.SpoolIsEmpty && bench.Lines("slow").Length == Events);
        bench.Lines("quick").Length.ShouldBe(Events);
        bench.Errors().Count.ShouldBe(1);
    }

    [Fact]
    public void ARetryRepeatsOnlyWhatFailedAndThenItIsADeadLetter()
    {
        var rule = Rule("r", ["good bad"]);
        var bad = rule.Stages[0].Branches[1] with { Options = new BranchOptions { Retry = 2 } };
        bench.Plan(
            [Shell("good", "echo good >> log"), Shell("bad", "echo bad >> log; echo said; echo complained >&2; exit 7")],
            rule with
            {
                Stages = [new([rule.Stages[0].Branches[0], bad])],
            }
        );
        bench.Start();
        var id = bench.Write("a");

        bench.AdvanceUntil(() => bench.SpoolIsEmpty, TimeSpan.FromSeconds(5));
        bench.Lines("log").Order().ShouldBe(["bad", "bad", "bad", "good"]);
        bench
            .Runs()
            .Where(run => run.GetProperty("action").GetString() == "bad")
            .Select(run => run.GetProperty("attempt").GetInt32())
            .ShouldBe([1, 2, 3]);
        var letter = JsonDocument
            .Parse(File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem())))
            .RootElement;
        (Text(letter, "event_id"), Text(letter, "branch"), Text(letter, "stdout"), Text(letter, "stderr")).ShouldBe(
            (id, "r/bad", "said\n", "complained\n")
        );
        (letter.GetProperty("exit_code").GetInt32(), letter.GetProperty("attempts").GetInt32()).ShouldBe((7, 3));
        letter.GetProperty("order").GetProperty("payload").GetProperty("tool_name").GetString().ShouldBe("Write");
    }

    [Fact]
    public void ABackoffIsHowLongTheFirstRepetitionWaits()
    {
        bench.Plan(
            [Shell("bad", "echo bad >> log; exit 7")],
            Rule("r", ["bad"], options: new BranchOptions { Retry = 1, Backoff = TimeSpan.FromMinutes(5) })
        );
        bench.Start();
        bench.Write("a");
        bench.Until(() => File.Exists(Path.Combine(bench.Project, "log")));

        var begun = bench.Time.GetUtcNow();
        bench.AdvanceUntil(() => bench.Time.GetUtcNow() - begun >= TimeSpan.FromSeconds(280), TimeSpan.FromSeconds(10));
        bench.Lines("log").ShouldBe(["bad"]);
        bench.AdvanceUntil(() => bench.SpoolIsEmpty, TimeSpan.FromSeconds(10));
        bench.Lines("log").ShouldBe(["bad", "bad"]);
    }

    [Fact]
    public void ARunIsJournalledWithAllItsFields()
    {
        bench.Variables["TOKEN"] = "secret-value";
        bench.Plan(
            [Action("call", new Handler.Run([Word("printf"), Word("%s"), Word("{file}"), new TextValue.Env("TOKEN")]))],
            Rule("r", ["call"])
        );
        bench.Start();
        var id = bench.Write("it's.py");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        var run = bench.Runs().ShouldHaveSingleItem();
        run.EnumerateObject()
            .Select(member => member.Name)
            .ShouldBe([
                "v",
                "kind",
                "hook",
                "event",
                "rule",
                "action",
                "place",
                "cmd",
                "pid",
                "ppid",
                "start_iso",
                "start_ms",
                "end_ms",
                "duration_ms",
                "queue_ms",
                "cpu_ms",
                "exit_code",
                "outcome",
                "attempt",
                "of",
                "session_id",
                "event_id",
                "order",
                "events",
                "sessions",
                "agents",
                "files",
                "first_ms",
                "published_ms",
                "machine",
                "consumer",
                "wait",
                "out",
            ]);
        Text(run, "cmd").ShouldBe($"printf %s '{bench.Project}/it'\\''s.py' env.TOKEN");
        (
            Text(run, "hook"),
            Text(run, "event"),
            Text(run, "rule"),
            Text(run, "action"),
            Text(run, "session_id"),
            Text(run, "event_id")
        ).ShouldBe(("r/call", "PostToolUse", "r", "call", "s-1", id));
        (run.GetProperty("exit_code").GetInt32(), run.GetProperty("attempt").GetInt32(), run.GetProperty("ppid").GetInt32()).ShouldBe(
            (0, 1, Environment.ProcessId)
        );
        Text(run, "start_iso").ShouldBe("2026-05-04T08:00:00.000Z");
        File.ReadAllText(bench.State.Runs).ShouldNotContain("secret-value");
    }

    [Theory]
    [InlineData("; touch pwned #.py")]
    [InlineData("--fix.py")]
    [InlineData("it's \"so\"\nand $(touch pwned) `touch pwned`.py")]
    public void AHostileFileNameStaysOneArgument(string name)
    {
        bench.Plan(
            [
                Action(
                    "call",
                    new Handler.Run([
                        Word("sh"),
                        Word("-c"),
                        Word("printf '%s|' \"$@\" > args"),
                        Word("sh"),
                        Word("{file}"),
                        Word("{tool_response.filePath}"),
                        Word("last"),
                    ])
                ),
                Shell("see", "printf '%s' \"$HOOK_FILE\" > see"),
            ],
            Rule("r", ["call see"])
        );
        bench.Start();
        bench.Write(name);

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        var relative = name.StartsWith('-') ? "./" + name : name;
        File.ReadAllText(Path.Join(bench.Project, "args")).ShouldBe($"{bench.Project}/{name}|{relative}|last|");
        File.ReadAllText(Path.Join(bench.Project, "see")).ShouldBe($"{bench.Project}/{name}");
        File.Exists(Path.Join(bench.Project, "pwned")).ShouldBeFalse();
    }

    [Fact]
    public void AHandlerThatTakesTooLongIsEnded()
    {
        bench.Plan(
            [Shell("slow", "sleep 100 & sleep 100")],
            Rule("r", ["slow"], options: new BranchOptions { Timeout = TimeSpan.FromMilliseconds(200) })
        );
        bench.Start();
        bench.Write("a");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Runs().ShouldHaveSingleItem().GetProperty("exit_code").GetInt32().ShouldBe(124);
        File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem())).ShouldContain("it took longer than 0.2 s");
    }

    [Fact]
    public void AMissingProgramIsADeadLetterThatSaysSo()
    {
        bench.Plan([Action("call", new Handler.Run([Word("no-such-tool")]))], Rule("r", ["call"]));
        bench.Start();
        bench.Write("a");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Runs().ShouldHaveSingleItem().GetProperty("exit_code").GetInt32().ShouldBe(127);
        File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem()))
            .ShouldContain("no-such-tool was not found on PATH");
    }

    [Fact]
    public void NothingThatIsKeptHoldsASecretThatAnActionNames()
    {
        bench.Variables["DEPLOY_TOKEN"] = "t0ken-of-mine";
        bench.Plan(
            [Shell("deploy", "echo \"as $DEPLOY_TOKEN\"; echo \"$DEPLOY_TOKEN: no\" >&2; exit 4")],
            Rule("r", ["deploy"], options: new BranchOptions { Pass = ["DEPLOY_TOKEN"] })
        );
        bench.Start();
        bench.Write("a", "key = t0ken-of-mine");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        var letter = File.ReadAllText(bench.State.Spool("dead", bench.Spool("dead").ShouldHaveSingleItem()));
        // The event that is kept with it holds the value too.
        letter.ShouldContain("key = env.DEPLOY_TOKEN");
        letter.ShouldContain("\"hidden\":[\"DEPLOY_TOKEN\"]");
        letter.ShouldContain("\"stdout\":\"as env.DEPLOY_TOKEN\\n\",\"stderr\":\"env.DEPLOY_TOKEN: no\\n\"");
        foreach (var file in (string[])[letter, File.ReadAllText(bench.State.Runs)])
            file.ShouldNotContain("t0ken-of-mine");
    }

    [Fact]
    public void WhatCannotBeReadStopsNothing()
    {
        bench.Plan([Shell("note", "echo ran >> log")], Rule("r", ["note"]));
        bench.State.CreateBelow(bench.State.Spool("new"));
        using (var file = File.CreateText(bench.State.Spool("new", "0-0-bad.json")))
            file.Write("{");
        FileSpool.Publish(
            bench.State,
            Envelope.Create(bench.Time.GetUtcNow(), "", bench.Project, bench.PlanPath, "[1]"u8.ToArray()),
            Durability.Fast
        );
        bench.Write("a");
        bench.Start();

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        bench.Lines("log").ShouldBe(["ran"]);
        bench.Spool("dead").Length.ShouldBe(2);
        bench.Errors().Count.ShouldBe(2);
    }

    [Fact]
    public void AnEventIsRoutedByThePresentPlan()
    {
        bench.Plan([Shell("a", "echo old-a >> log"), Shell("b", "echo old-b >> log")], Rule("kept", ["a b"]));
        bench.Write("x");

        bench.Plan([Shell("a", "echo new-a >> log"), Shell("d", "echo d >> log")], Rule("kept", ["a"]), Rule("added", ["d"]));
        bench.Start(once: true).Finish();

        bench.Lines("log").Order().ShouldBe(["d", "new-a"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void AChangedPlanIsPickedUpWithoutARestart()
    {
        bench.Plan([Shell("a", "echo before >> log")], Rule("r", ["a"]));
        bench.Start();
        bench.Write("1");
        bench.Until(() => bench.Lines("log").Length == 1);
        bench.Plan([Shell("a", "echo after >> log")], Rule("r", ["a"]));
        bench.Write("2");

        bench.Until(() => bench.Lines("log").Length == 2);
        bench.Lines("log").ShouldBe(["before", "after"]);
    }

    [Fact]
    public void WithABrokenPlanNothingIsLostAndTheLastGoodOneIsUsed()
    {
        bench.Plan([Shell("a", "echo ran >> log")], Rule("r", ["a"]));
        bench.Start();
        bench.Write("1");
        bench.Until(() => bench.Lines("log").Length == 1);
        File.WriteAllText(bench.PlanPath + ".tmp", "{ broken");
        File.Move(bench.PlanPath + ".tmp", bench.PlanPath, overwrite: true);
        bench.Write("2");

        bench.Until(() => bench.Lines("log").Length == 2);
        Text(bench.Errors().ShouldHaveSingleItem(), "message").ShouldNotBeNull().ShouldContain("plan.json cannot be used");
    }

    [Fact]
    public void WithoutAPlanEventsWaitForOne()
    {
        bench.Start();
        bench.Write("1");
        bench.Until(() => bench.Errors().Count == 1);
        bench.Plan([Shell("a", "echo ran >> log")], Rule("r", ["a"]));
        bench.AdvanceUntil(() => bench.SpoolIsEmpty && bench.Runs().Count == 1, TimeSpan.FromSeconds(2));
    }

    [Fact]
    public void TwoConsumersShareTheWork()
    {
        bench.Plan([Shell("a", "echo \"${HOOK_FILE##*/}\" >> log")], Rule("r", ["a"]));
        bench.Start();
        bench.Start();
        for (var i = 0; i < 60; i++)
            bench.Write($"{i}");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 60);
        bench.Lines("log").Select(int.Parse).Order().ShouldBe(Enumerable.Range(0, 60));
    }

    [Fact]
    public void StoppingLetsWhatRunsEndAndLeavesTheRest()
    {
        bench.Plan([Shell("a", "touch started; sleep 0.5; echo a >> log"), Shell("b", "echo b >> log")], Rule("r", ["a", "b"]));
        var first = bench.Start();
        bench.Write("x");
        bench.Until(() => File.Exists(Path.Join(bench.Project, "started")));
        first.Stop();

        bench.Lines("log").ShouldBe(["a"]);
        bench.Spool("orders/new").ShouldHaveSingleItem();
        bench.Start(once: true).Finish();
        bench.Lines("log").ShouldBe(["a", "b"]);
    }

    [Fact]
    public void AGroupsConsumerTakesOnlyItsOwn()
    {
        var rule = Rule("r", ["a b"]);
        var heavy = rule.Stages[0].Branches[1] with { Options = new BranchOptions { Group = "heavy" } };
        bench.Plan(
            [Shell("a", "echo a >> log"), Shell("b", "echo b >> log")],
            rule with
            {
                Stages = [new([rule.Stages[0].Branches[0], heavy])],
            }
        );
        bench.Write("x");

        bench.Start(once: true, group: "heavy").Finish();
        bench.Lines("log").ShouldBe(["b"]);
        bench.Spool("orders/new").ShouldHaveSingleItem();
        bench.Start(once: true).Finish();
        bench.Lines("log").ShouldBe(["b", "a"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void AGroupsConsumerLeavesTheProjectsLockToAnother()
    {
        bench.Plan([Shell("a", "echo a >> log")], Rule("r", ["a"]));
        var heavy = bench.Start(group: "heavy");
        // After two seconds it reads events, since nobody else does.
        bench.AdvanceUntil(() => FileLock.IsHeld(bench.State.DispatcherLock), TimeSpan.FromSeconds(1));
        FileLock.IsHeld(bench.State.ConsumerLock).ShouldBeFalse("a hook would start no consumer for what is not of the group");
        bench.Write("1");
        bench.Settle();
        bench.Lines("log").ShouldBeEmpty();

        bench.Start();
        bench.AdvanceUntil(() => bench.Lines("log").Length == 1, TimeSpan.FromSeconds(1));
        heavy.HasEnded.ShouldBeFalse();
        heavy.Stop();
        bench.Write("2");
        bench.AdvanceUntil(() => bench.Lines("log").Length == 2, TimeSpan.FromSeconds(1));
    }

    [Fact]
    public void AnEventThatCameWhileItsLockWasHeldIsDoneBeforeItLeaves()
    {
        bench.Plan([Shell("a", "echo a >> log")], Rule("r", ["a"]));
        using (new FaultMoment("leave:before-unlock", () => bench.Write("late")))
            bench.Start(once: true).Finish();

        bench.Lines("log").ShouldBe(["a"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void AnIdleConsumerEndsAndLetsGoOfItsLock()
    {
        bench.Plan([Shell("a", "true")], Rule("r", ["a"]));
        var running = bench.Start(idleExit: TimeSpan.FromMinutes(10));
        bench.Until(() => FileLock.IsHeld(bench.State.ConsumerLock));
        bench.Time.Advance(TimeSpan.FromMinutes(9));
        bench.Write("x");
        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 1);
        bench.Time.Advance(TimeSpan.FromMinutes(9));
        bench.Rest();
        running.HasEnded.ShouldBeFalse();

        bench.Time.Advance(TimeSpan.FromMinutes(2));
        running.Finish();
        // A program that another test starts just now has the file open until it begins.
        bench.Until(() => !FileLock.IsHeld(bench.State.ConsumerLock));
    }

    [Fact]
    public void ALogHasTheEventWithoutWhatIsInFiles()
    {
        bench.Plan([Action("audit", new Handler.Log(Word(".claude/logs/tools.jsonl")))], Rule("r", ["audit"]));
        bench.Start();
        var id = bench.Write("a\nb.py", "the secret of the file");

        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count > 0);
        var line = JsonDocument.Parse(bench.Lines(".claude/logs/tools.jsonl").ShouldHaveSingleItem()).RootElement;
        (Text(line, "event_id"), Text(line, "rule"), Text(line, "tool_name")).ShouldBe((id, "r", "Write"));
        Text(line.GetProperty("tool_input"), "file_path").ShouldBe(bench.Project + "/a\nb.py");
        line.GetRawText().ShouldNotContain("secret");
    }

    [Fact]
    public void TheJournalIsRotatedAndBounded()
    {
        var journal = new HookRules.Runtime.Journals.RunJournal(bench.State, Durability.Fast, largest: 20_000);
        bench.State.Prepare().ShouldBeNull();
        var order = new HookRules.Runtime.Stores.Order
        {
            Id = "1-a.0",
            Plan = "",
            PlanPath = "/",
            Project = "/",
            Rule = "r",
            Branch = "r/a",
            Action = "a",
            Key = "",
            Event = "Stop",
            Events = ["1-a"],
        };
        for (var i = 0; i < 1000; i++)
        {
            journal.Note(order, null, "skipped", "a test", bench.Time.GetUtcNow());
            journal.Flush().ShouldBeNull();
        }

        var files = Directory.GetFiles(bench.State.Path, "runs*.jsonl");
        files.Length.ShouldBe(4);
        files.Sum(file => new FileInfo(file).Length).ShouldBeLessThan(4 * 21_000);
        files
            .SelectMany(File.ReadLines)
            .ShouldAllBe(line => JsonDocument.Parse(line, default).RootElement.ValueKind == JsonValueKind.Object);
    }

    private static TextValue.Text Word(string text) => new(Template.Parse(text));

    private static string? Text(JsonElement element, string name) => element.GetProperty(name).GetString();
}
