using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime;

public sealed class ConsumerWindowTests : IDisposable
{
    private const string Note = "printf '%s %s\\n' \"${HOOK_FILE##*/}\" \"$HOOK_TOOL_INPUT_CONTENT\" >> ";

    private static readonly BranchOptions EachRun = new() { Busy = BusyMode.Queue };

    private readonly ConsumerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void ABurstBecomesOneRunOfEachActionAfterTheLast()
    {
        bench.Plan([Shell("lint", Note + "lint.log"), Shell("test", Note + "test.log")], Rule("r", ["lint test"], "*.py", Dedup(1)));
        bench.Start();

        Burst("a.py", 1);
        bench.Write("b.py", "other");
        bench.Write("c.txt", "none");
        bench.Time.Advance(TimeSpan.FromSeconds(1.2));
        bench.Until(() => bench.Runs().Count == 4);
        bench.Time.Advance(TimeSpan.FromSeconds(0.8));
        Burst("a.py", 6);
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(1.2));

        bench.Lines("lint.log").Order().ShouldBe(["a.py 10", "a.py 5", "b.py other"]);
        bench.Lines("test.log").Order().ShouldBe(["a.py 10", "a.py 5", "b.py other"]);
    }

    [Fact]
    public void NothingRunsBeforeTheWindowCloses()
    {
        bench.Plan([Shell("lint", Note + "lint.log")], Rule("r", ["lint"], "*", Dedup(5)));
        bench.Start();
        bench.Write("a.py");

        bench.Time.Advance(TimeSpan.FromSeconds(4.9));
        bench.Settle();
        bench.Lines("lint.log").ShouldBeEmpty();
        bench.Time.Advance(TimeSpan.FromSeconds(0.2));
        bench.Until(() => bench.Lines("lint.log").Length == 1);
    }

    [Fact]
    public void AWindowWaitsForAHookThatHadLookedAtTheClockInTime()
    {
        bench.Plan([Shell("lint", Note + "lint.log")], Rule("r", ["lint"], "*", Dedup(1), options: EachRun));
        bench.Start();
        bench.Write("a.py");
        bench.Time.Advance(TimeSpan.FromSeconds(0.99));
        var late = bench.EnvelopeOf("a.py", bench.Time, ConsumerBench.Boot);
        bench.Settle();
        bench.Time.Advance(TimeSpan.FromSeconds(0.02));
        bench.Rest();
        bench.PublishNow(late);
        bench.Settle();

        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(2));
        bench.Lines("lint.log").ShouldHaveSingleItem();
    }

    [Fact]
    public void WindowsBelongToTheTimeOfPublishingHoweverLateTheyAreRead()
    {
        bench.Plan([Shell("lint", Note + "lint.log")], Rule("r", ["lint"], "*", Dedup(1), options: EachRun));
        for (var i = 0; i < 6; i++)
        {
            bench.Write("a.py", $"{i}");
            bench.Time.Advance(TimeSpan.FromSeconds(0.4));
        }

        bench.Time.Advance(TimeSpan.FromHours(1));
        bench.Start(once: true).Finish();

        // 0.0 0.4 0.8 | 1.2 1.6 2.0
        bench.Lines("lint.log").Order().ShouldBe(["a.py 2", "a.py 5"]);
    }

    [Fact]
    public void AWindowSurvivesARestartOfTheConsumer()
    {
        bench.Plan([Shell("lint", Note + "lint.log")], Rule("r", ["lint"], "*", Dedup(10)));
        var first = bench.Start();
        bench.Write("a.py", "1");
        first.Stop();
        bench.Spool("new").ShouldHaveSingleItem();
        bench.Time.Advance(TimeSpan.FromSeconds(6));
        bench.Start();
        bench.Write("a.py", "2");

        bench.Time.Advance(TimeSpan.FromSeconds(3));
        bench.Settle();
        bench.Lines("lint.log").ShouldBeEmpty();
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(1.1));
        bench.Lines("lint.log").ShouldBe(["a.py 2"]);
    }

    [Fact]
    public void WithoutAFileTheSessionIsTheKey()
    {
        bench.Plan(
            [Shell("note", "echo \"$HOOK_SESSION\" >> note.log")],
            Rule("r", ["note"], "*", Dedup(1)) with
            {
                Globs = [],
                Event = "Stop",
            }
        );
        bench.Start();
        foreach (var session in new[] { "s-1", "s-2", "s-1" })
            bench.Publish(new() { ["hook_event_name"] = "Stop", ["session_id"] = session });

        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(1.2));
        bench.Lines("note.log").Order().ShouldBe(["s-1", "s-2"]);
    }

    [Fact]
    public void TheKeyIsWhatTheRuleSays()
    {
        bench.Plan([Shell("note", Note + "note.log")], Rule("r", ["note"], "*", Dedup(1, "session", "tool")));
        bench.Start();
        bench.Write("a.py", session: "s-1");
        bench.Write("b.py", session: "s-1");
        bench.Write("c.py", session: "s-2");

        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(1.2));
        bench.Lines("note.log").Order().ShouldBe(["b.py ", "c.py "]);
    }

    [Fact]
    public void AWindowOfOneBranchLeavesTheOthersAlone()
    {
        var rule = Rule("r", ["often seldom"]);
        var seldom = rule.Stages[0].Branches[1] with { Options = new BranchOptions { Window = Dedup(1) } };
        bench.Plan(
            [Shell("often", Note + "often.log"), Shell("seldom", Note + "seldom.log")],
            rule with
            {
                Stages = [new([rule.Stages[0].Branches[0], seldom])],
            }
        );
        bench.Start();

        Burst("a.py", 1);
        bench.Until(() => bench.Lines("often.log").Contains("a.py 5"));
        bench.Lines("seldom.log").ShouldBeEmpty();
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(1.2));
        bench.Lines("seldom.log").ShouldBe(["a.py 5"]);
    }

    [Fact]
    public void DedupFirstRunsAtOnceAndDropsTheRest()
    {
        bench.Plan(
            [Shell("note", Note + "note.log")],
            Rule("r", ["note"], "*", new Window(WindowKind.DedupFirst, TimeSpan.FromSeconds(10), []))
        );
        bench.Start();

        bench.Write("a.py", "1");
        bench.Until(() => bench.Lines("note.log").Length == 1);
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        bench.Write("a.py", "2");
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(6));
        bench.Write("a.py", "3");
        bench.Until(() => bench.Lines("note.log").Length == 2);
        bench.Lines("note.log").ShouldBe(["a.py 1", "a.py 3"]);
    }

    [Fact]
    public void DedupFirstKnowsAfterARestartThatItRan()
    {
        bench.Plan(
            [Shell("note", Note + "note.log")],
            Rule("r", ["note"], "*", new Window(WindowKind.DedupFirst, TimeSpan.FromSeconds(10), []))
        );
        var first = bench.Start();
        bench.Write("a.py", "1");
        bench.Until(() => bench.Runs().Count == 1);
        first.Stop();
        bench.Time.Advance(TimeSpan.FromSeconds(5));
        bench.Write("a.py", "2");
        bench.Start();

        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(6));
        bench.Lines("note.log").ShouldBe(["a.py 1"]);
    }

    [Theory]
    [InlineData(-3600)]
    [InlineData(3600)]
    public void AClockThatJumpsLosesNothing(int seconds)
    {
        bench.Plan([Shell("note", Note + "note.log")], Rule("r", ["note"], "*", Dedup(2)));
        bench.Start();
        bench.Write("a.py", "1");
        bench.Time.JumpWallClock(TimeSpan.FromSeconds(seconds));

        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(2.2));
        bench.Lines("note.log").ShouldBe(["a.py 1"]);
    }

    [Fact]
    public void OfTwoConsumersOneCollects()
    {
        bench.Plan([Shell("note", Note + "note.log")], Rule("r", ["note"], "*", Dedup(1)));
        bench.Start();
        bench.Start();
        for (var round = 0; round < 3; round++)
        {
            for (var i = 0; i < 20; i++)
                bench.Write("a.py", $"{round}.{i}");
            bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(3));
        }

        bench.Lines("note.log").ShouldBe(["a.py 0.19", "a.py 1.19", "a.py 2.19"]);
    }

    private void Burst(string file, int from)
    {
        for (var i = from; i < from + 5; i++)
        {
            bench.Write(file, $"{i}");
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
        }
    }
}
