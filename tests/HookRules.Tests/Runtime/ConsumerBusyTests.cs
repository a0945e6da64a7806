using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime;

public sealed class ConsumerBusyTests : IDisposable
{
    private const string Note =
        "printf 's%s\\n' \"$HOOK_TOOL_INPUT_CONTENT\" >> note.log; while [ ! -e go ]; do sleep 0.02; done; printf "
        + "'e%s\\n' \"$HOOK_TOOL_INPUT_CONTENT\" >> note.log";

    private readonly ConsumerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(BusyMode.Queue, "s1 e1 s2 e2 s3 e3")]
    [InlineData(BusyMode.Coalesce, "s1 e1 s3 e3")]
    [InlineData(BusyMode.Skip, "s1 e1")]
    public void WhatComesWhileARunOfItsKeyIsUnderWay(BusyMode mode, string expected)
    {
        Start(mode);
        bench.Write("a.py", "1");
        bench.Until(() => Log().Contains("s1"));
        bench.Write("a.py", "2");
        bench.Write("a.py", "3");
        // Another file's run is not held up; that it runs says that the two before were seen.
        bench.Write("b.py", "other");
        bench.Until(() => Log().Contains("sother"));

        Go();
        bench.Until(() => bench.SpoolIsEmpty);

        string.Join(' ', Log().Where(line => !line.Contains("other"))).ShouldBe(expected);
        bench.Runs().Count(run => run.GetProperty("outcome").GetString() == "skipped").ShouldBe(mode == BusyMode.Skip ? 2 : 0);
        bench.Spool("dead").ShouldBeEmpty();
    }

    [Fact]
    public void RestartEndsTheRunUnderWayAndItsEventsAreDoneWithTheNewOne()
    {
        Start(BusyMode.Restart, retry: 3, then: "after");
        foreach (var content in new[] { "1", "2", "3" })
        {
            bench.Write("a.py", content);
            bench.Until(() => Log().Contains($"s{content}"));
        }

        Go();
        bench.Until(() => bench.SpoolIsEmpty);

        string.Join(' ', Log()).ShouldBe("s1 s2 s3 e3");
        bench.Lines("after.log").ShouldBe(["3"]);
        bench.Runs().Count(run => run.GetProperty("action").GetString() == "note").ShouldBe(3);
        bench.Spool("dead").ShouldBeEmpty();
    }

    [Fact]
    public void RestartCutsNoRunOfAnotherRuleShort()
    {
        var (edits, writes) = (Rule("edits", ["note"]), Rule("writes", ["note"]));
        bench.Plan(
            [Shell("note", Note)],
            writes with
            {
                Matcher = new Matcher.Names(["Write"]),
            },
            edits with
            {
                Matcher = new Matcher.Names(["Edit"]),
                Stages = [new([edits.Stages[0].Branches[0] with { Options = new BranchOptions { Busy = BusyMode.Restart } }])],
            }
        );
        bench.Start();
        bench.Write("a.py", "1");
        bench.Until(() => Log().Contains("s1"));
        bench.Write("a.py", "2", tool: "Edit");
        // That another file's run has begun says that the one before was seen.
        bench.Write("b.py", "other");
        bench.Until(() => Log().Contains("sother"));

        Go();
        bench.Until(() => bench.SpoolIsEmpty);

        string.Join(' ', Log().Where(line => !line.Contains("other"))).ShouldBe("s1 e1 s2 e2");
        bench.Runs().ShouldAllBe(run => run.GetProperty("exit_code").GetInt32() == 0);
    }

    [Fact]
    public void WhatWasSkippedEndsItsRuleWithoutAFailure()
    {
        Start(BusyMode.Skip, then: "after", onFailure: "after");
        bench.Write("a.py", "1");
        bench.Until(() => Log().Contains("s1"));
        bench.Write("a.py", "2");
        bench.Until(() => bench.Runs().Count == 1);

        Go();
        bench.Until(() => bench.SpoolIsEmpty);

        bench.Lines("after.log").ShouldBe(["1"]);
    }

    [Fact]
    public void WhatWaitsWhenTheConsumerStopsIsDoneByTheNext()
    {
        var first = Start(BusyMode.Queue);
        bench.Write("a.py", "1");
        bench.Until(() => Log().Contains("s1"));
        bench.Write("a.py", "2");
        bench.Write("b.py", "other");
        bench.Until(() => Log().Contains("sother"));

        first.AskToStop();
        Go();
        first.Stop();
        bench.Start(once: true).Finish();

        string.Join(' ', Log().Where(line => !line.Contains("other"))).ShouldBe("s1 e1 s2 e2");
    }

    private Running Start(BusyMode mode, int retry = 0, string then = "", string onFailure = "")
    {
        var rule = Rule("r", then.Length > 0 ? ["note", then] : ["note"], onFailure: onFailure);
        var note = rule.Stages[0].Branches[0] with
        {
            Options = new BranchOptions { Busy = mode, Retry = retry },
        };
        bench.Plan(
            [Shell("note", Note), Shell("after", "printf '%s\\n' \"$HOOK_TOOL_INPUT_CONTENT\" >> after.log")],
            rule with
            {
                Stages = rule.Stages.SetItem(0, new([note])),
            }
        );
        return bench.Start();
    }

    private void Go() => File.Create(Path.Join(bench.Project, "go")).Dispose();

    private string[] Log() => bench.Lines("note.log");
}
