using HookRules.Engine;
using Shouldly;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime.Stores;

/// <summary><c>queue redis … else local</c>: a real server that is not there, goes, and comes; the clock is the test's.</summary>
public sealed class ElseLocalTests : IDisposable
{
    private static readonly TimeSpan Almost = TimeSpan.FromSeconds(29),
        ALittle = TimeSpan.FromSeconds(2),
        Long = TimeSpan.FromMinutes(10);

    private readonly RedisServerFixture server = new();
    private readonly ConsumerBench bench = new();

    public ElseLocalTests()
    {
        bench.Variables["REDIS_URL"] = server.Url;
        Rules(elseLocal: true);
    }

    public void Dispose()
    {
        bench.Dispose();
        server.Dispose();
    }

    [FactNeeding(Need.Redis)]
    public void EventsWaitForAServerAndAfterHalfAMinuteAreWorkedOffHere()
    {
        bench.Start();
        bench.Write("a");
        bench.Write("b");
        Fails();

        Pass(Almost);
        bench.Lines("log").ShouldBeEmpty();
        Pass(ALittle);

        bench.Until(() => bench.SpoolIsEmpty);
        bench.Lines("log").Order().ShouldBe(["a", "b"]);
        bench.Errors().ShouldContain(error => error.GetProperty("message").GetString()!.EndsWith("works its events off alone"));
        // By now it need not wait to know.
        bench.Write("c");
        bench.Until(() => bench.Lines("log").Contains("c"), "the third has to wait");
    }

    [FactNeeding(Need.Redis)]
    public void WhenItIsThereAgainItGetsWhatComes()
    {
        bench.Start();
        bench.Write("a");
        Fails();
        Pass(Almost + ALittle);
        bench.Until(() => bench.Lines("log").Length == 1);

        server.Start();
        bench.Until(() => server.Ask("KEYS", "*:meta").Length > 0);
        var second = bench.Write("b");

        bench.Until(() => bench.Lines("log").Length == 2 && bench.SpoolIsEmpty && bench.Spool("forwarded").Length == 0);
        server.Ask("HKEYS", server.Ask("KEYS", "*:seen:*")).ShouldStartWith(second);
        bench.Lines("log").ShouldBe(["a", "b"]);
    }

    [FactNeeding(Need.Redis)]
    public void WhatTheServerHasTakenWaitsForIt()
    {
        string[] durable = ["--appendonly", "yes", "--appendfsync", "always"];
        server.Start(durable);
        Rules(elseLocal: true, new BranchOptions { Retry = 9, Backoff = Long });
        bench.Start();
        bench.Write("first");
        bench.Until(() => server.Ask("ZCARD", server.Ask("KEYS", "*:later")) == "1", "it does not wait for its retry");
        server.Kill();
        File.WriteAllText(Path.Join(bench.Project, "go"), "");
        bench.Write("second");
        Fails();

        Pass(Almost + ALittle);
        bench.Until(() => bench.Lines("log").Length == 1 && bench.SpoolIsEmpty);
        Pass(2 * Long);
        bench.Lines("log").ShouldBe(["second"]);
        server.Start(durable);

        Comes(() => bench.Lines("log").Length == 2 && bench.Spool("forwarded").Length == 0);
        bench.Lines("log").ShouldBe(["second", "first"]);
    }

    [FactNeeding(Need.Redis)]
    public void WithoutThoseWordsAllWaits()
    {
        Rules(elseLocal: false);
        bench.Start();
        bench.Write("a");
        Fails();
        Pass(Long);
        bench.Rest();
        bench.Spool("new").ShouldHaveSingleItem();
        bench.Lines("log").ShouldBeEmpty();

        server.Start();

        Comes(() => bench.Lines("log").Length == 1);
    }

    private void Rules(bool elseLocal, BranchOptions? options = null)
    {
        bench.Queue = new QueueSettings(QueueKind.Redis, UrlVariable: "REDIS_URL", Stream: "test", ElseLocal: elseLocal);
        bench.Plan(
            [Shell("note", options is null ? "basename $HOOK_FILE >> log" : "test -f go && basename $HOOK_FILE >> log")],
            Rule("r", ["note"], options: options)
        );
    }

    private void Fails() => bench.Until(() => bench.Errors().Count > 0, "the server is not missed");

    private void Comes(Func<bool> what) =>
        bench.Until(() =>
        {
            bench.Time.Advance(TimeSpan.FromSeconds(1));
            return what();
        });

    private void Pass(TimeSpan time)
    {
        const int Steps = 20;
        for (var step = 0; step < Steps; step++)
        {
            bench.Rest();
            bench.Time.Advance(time / Steps);
        }

        bench.Rest();
    }
}
