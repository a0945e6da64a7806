using System.Text;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>What every store must keep to; a backend's own test class only says how to open one.</summary>
public abstract class WorkStoreContract : IDisposable
{
    private readonly List<IAsyncDisposable> opened = [];

    internal ManualTime Time { get; } = new();

    internal abstract IWorkStore Open();

    public virtual void Dispose()
    {
        foreach (var store in opened)
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
        GC.SuppressFinalize(this);
    }

    internal T Keep<T>(T store)
        where T : IWorkStore
    {
        opened.Add(store);
        return store;
    }

    internal Envelope Event(string payload = """{"hook_event_name":"Stop"}""") =>
        Envelope.Create(Time.GetUtcNow(), "0123", "/project", "/project/plan.json", Encoding.UTF8.GetBytes(payload));

    internal static Order Order(Envelope envelope, string branch = "r/a", string? group = null) =>
        new()
        {
            Id = HookRules.Runtime.Stores.Order.IdOf(envelope.Id, envelope.PlanPath, branch),
            Plan = envelope.PlanHash,
            PlanPath = envelope.PlanPath,
            Project = envelope.ProjectDir,
            Rule = "r",
            Branch = branch,
            Action = "a",
            Group = group,
            Key = "k",
            Event = "Stop",
            Events = [envelope.Id],
            Sessions = [new OrderSession("s-1", null, "p-1")],
            Files = ["/project/a \"b\".py"],
            FirstMs = envelope.PublishedMs,
            LastMs = envelope.PublishedMs,
            ReadyMs = envelope.PublishedMs,
            Boot = "b",
            ReadyUs = 7,
            ClosedBy = "time",
            Env = "e",
            Payload = envelope.Payload,
        };

    /// <summary>An order that is there, with the store that has it.</summary>
    internal async Task<(IWorkStore Store, OrderLease Lease)> WithOrder()
    {
        var store = Open();
        var envelope = Event();
        await store.Publish(envelope);
        await store.Commit([(await store.Arrivals(9)).ShouldHaveSingleItem().Receipt], [Order(envelope)], []);
        return (store, (await store.Orders(null, 9)).ShouldHaveSingleItem());
    }

    [Fact]
    public async Task AskedForNothingAStoreGivesNothingAndKeepsAll()
    {
        var store = Open();
        var envelope = Event();
        await store.Publish(envelope);
        (await store.Arrivals(0)).ShouldBeEmpty();
        await store.Commit([(await store.Arrivals(9)).ShouldHaveSingleItem().Receipt], [Order(envelope)], []);
        (await store.Orders(null, 0)).ShouldBeEmpty();

        (await store.Orders(null, 9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AnEmptyStoreGivesNothing()
    {
        var store = Open();

        (await store.Arrivals(9)).ShouldBeEmpty();
        (await store.Orders(null, 9)).ShouldBeEmpty();
        (store.NextDue, store.Delayed).ShouldBe((null, 0));
    }

    [Fact]
    public async Task WhatIsPublishedArrivesWhole()
    {
        var store = Open();
        var sent = Event("""{ "hook_event_name" : "Stop", "text": "ümlaut \u0000 \ud83d\ude00" }""") with
        {
            ProjectDir = "/a \"b\"\\\n\tc",
            PlanPath = "/päth",
            Boot = "boot",
            MonoUs = 12,
            Env = "env",
        };
        await store.Publish(sent);

        var received = (await store.Arrivals(9)).ShouldHaveSingleItem().Event.ShouldNotBeNull();

        (received with { Payload = default }).ShouldBe(sent with { Payload = default });
        received.Payload.ToArray().ShouldBe(sent.Payload.ToArray());
    }

    [Fact]
    public async Task EventsArriveInTheOrderOfTheirPublishing()
    {
        var store = Open();
        var sent = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var envelope = Event();
            sent.Add(envelope.Id);
            await store.Publish(envelope);
            if (i % 3 == 0)
                Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var received = new List<string>();
        while (await store.Arrivals(7) is { Count: > 0 } arrivals)
            received.AddRange(arrivals.Select(arrival => arrival.Event!.Id));
        received.ShouldBe(sent);
    }

    [Fact]
    public async Task AnEventIsGivenOnceToEachDispatcher()
    {
        var store = Open();
        await store.Publish(Event());
        var first = (await store.Arrivals(9)).ShouldHaveSingleItem();
        (await store.Arrivals(9)).ShouldBeEmpty();

        store.LookAgain();

        (await store.Arrivals(9)).ShouldHaveSingleItem().Receipt.ShouldBe(first.Receipt);
        (await store.Load(first.Receipt)).ShouldNotBeNull().Event!.Id.ShouldBe(first.Event!.Id);
    }

    [Fact]
    public async Task WhatIsCommittedIsGoneAndItsOrdersAreThereWhole()
    {
        var (store, lease) = await WithOrder();

        var (sent, found) = (Order(Event()), lease.Order);
        store.LookAgain();
        (await store.Arrivals(9)).ShouldBeEmpty();
        found.Payload.ToArray().ShouldBe(sent.Payload.ToArray());
        (found.Sessions[0], found.Files[0], found.ClosedBy, found.Env, found.ReadyUs).ShouldBe(
            (sent.Sessions[0], sent.Files[0], "time", "e", 7L)
        );
        (await store.Load(lease)).ShouldNotBeNull().Payload.ToArray().ShouldBe(sent.Payload.ToArray());
    }

    [Fact]
    public async Task CommittingTwiceMakesOneOrder()
    {
        var store = Open();
        var envelope = Event();
        await store.Commit([], [Order(envelope)], []);
        await store.Commit([], [Order(envelope)], []);

        (await store.Orders(null, 9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AnEventMayBeItsOwnOrder()
    {
        var store = Open();
        var envelope = Event();
        await store.Publish(envelope);
        await store.Promote((await store.Arrivals(9))[0], Order(envelope));

        var lease = (await store.Orders(null, 9)).ShouldHaveSingleItem();
        (await store.Begin(lease)).ShouldBeTrue();
        (await store.Load(lease)).ShouldNotBeNull().Payload.ToArray().ShouldBe(envelope.Payload.ToArray());
        await store.Finish(lease, [], []);

        store.LookAgain();
        (await store.Arrivals(9)).ShouldBeEmpty();
        (await store.Orders(null, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AGroupGetsItsOwnOrders()
    {
        var store = Open();
        await store.Commit([], [Order(Event(), "r/a"), Order(Event(), "r/b", "heavy"), Order(Event(), "r/c", "other")], []);

        (await store.Orders("heavy", 9)).ShouldHaveSingleItem().Order.Branch.ShouldBe("r/b");
        (await store.Orders(null, 9)).Select(lease => lease.Order.Branch).ShouldBe(["r/a", "r/c"]);
    }

    [Fact]
    public async Task AFinishedOrderIsGoneAndWhatFollowsIsThere()
    {
        var (store, lease) = await WithOrder();
        await store.Begin(lease);
        await store.Finish(lease, [lease.Order with { Id = "2-2.b", Branch = "r/b" }], [lease.Order with { Id = "2-2.c", Branch = "r/c" }]);

        (await store.Orders(null, 9)).ShouldHaveSingleItem().Order.Branch.ShouldBe("r/b");
        (await store.Arrivals(9)).ShouldHaveSingleItem().Order.ShouldNotBeNull().Branch.ShouldBe("r/c");
    }

    [Fact]
    public async Task ADelayedOrderComesAtItsTimeAsItIsThen()
    {
        var (store, lease) = await WithOrder();
        await store.Begin(lease);
        await store.Delay(lease, lease.Order with { Attempt = 2 }, Time.GetUtcNow().AddSeconds(10));
        (store.Delayed, store.NextDue).ShouldBe((1, Time.GetUtcNow().AddSeconds(10)));

        Time.Advance(TimeSpan.FromSeconds(9));
        (await store.Orders(null, 9)).ShouldBeEmpty();
        Time.Advance(TimeSpan.FromSeconds(2));

        var again = (await store.Orders(null, 9)).ShouldHaveSingleItem();
        (again.Order.Attempt, again.Deliveries, store.Delayed).ShouldBe((2, 0, 0));
    }

    [Fact]
    public async Task OfTheBranchesOfAStageTheLastLearnsHowAllEnded()
    {
        var store = Open();

        (await store.EndBranch("run", "a", RunEnd.Succeeded, 3)).ShouldBeNull();
        (await store.EndBranch("run", "b", RunEnd.Failed, 3)).ShouldBeNull();
        (await store.EndBranch("run", "b", RunEnd.Failed, 3)).ShouldBeNull("the same branch again");
        var ends = (await store.EndBranch("run", "c", RunEnd.Skipped, 3)).ShouldNotBeNull();
        ends.Order().ShouldBe([RunEnd.Succeeded, RunEnd.Failed, RunEnd.Skipped]);
        (await store.EndBranch("run", "c", RunEnd.Skipped, 3)).ShouldNotBeNull("its worker died before it could go on");
        await store.ForgetStage("run");
        (await store.EndBranch("run", "a", RunEnd.Succeeded, 3)).ShouldBeNull();
    }

    [Fact]
    public async Task PlacesOfAThrottleAreTakenByTheTimeOfStarting()
    {
        var store = Open();
        var per = TimeSpan.FromSeconds(10);
        var start = Time.GetUtcNow();

        (await store.Slot("u", 2, per, "a", start)).ShouldBeNull();
        (await store.Slot("u", 2, per, "b", start.AddSeconds(4))).ShouldBeNull();
        (await store.Slot("u", 2, per, "c", start.AddSeconds(5))).ShouldBe(start.AddSeconds(10));
        (await store.Slot("u", 2, per, "a", start.AddSeconds(5))).ShouldBeNull("it has its place");
        (await store.Slot("v", 2, per, "c", start.AddSeconds(5))).ShouldBeNull("another unit");
        (await store.Slot("u", 2, per, "c", start.AddSeconds(10))).ShouldBeNull();
        (await store.Slot("u", 2, per, "d", start.AddSeconds(11))).ShouldBe(start.AddSeconds(14));
        (await store.Slot("u", 2, per, "e", start.AddYears(-1))).ShouldBeNull("the clock was set back");
    }

    [Fact]
    public async Task AHoldIsItsHoldersUntilItIsReleased()
    {
        var store = Open();

        (await store.TryHold("key")).ShouldBeTrue();
        (await store.TryHold("key")).ShouldBeFalse();
        (await store.TryHold("other")).ShouldBeTrue();
        store.Release("key");
        (await store.TryHold("key")).ShouldBeTrue();
    }

    [Fact]
    public async Task WhatIsSetAsideComesNoMore()
    {
        var store = Open();
        await store.Publish(Event("[]"));
        await store.SetAside((await store.Arrivals(9))[0].Receipt, "it is a list");

        store.LookAgain();
        (await store.Arrivals(9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AManyMegabytesLargeEventPasses()
    {
        var store = Open();
        var payload = $$"""{"hook_event_name":"Stop","text":"{{new string('x', 8_000_000)}}"}""";
        await store.Publish(Event(payload));

        (await store.Arrivals(9))[0].Event!.Payload.Length.ShouldBe(payload.Length);
    }
}
