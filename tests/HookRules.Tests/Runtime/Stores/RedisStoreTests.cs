using System.Globalization;
using System.Reflection;
using System.Text;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Redis;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime.Stores;

using Reach = HookRules.Runtime.Stores.Reach;

/// <summary>The contract over a real server, and what several machines see of one another.</summary>
public sealed class RedisStoreTests : IDisposable
{
    private static readonly TimeSpan ShortLease = TimeSpan.FromMilliseconds(300);

    private readonly RedisBench bench = new();

    public static TheoryData<string> Contract =>
        [.. typeof(WorkStoreContract).GetMethods().Where(method => method.IsDefined(typeof(FactAttribute))).Select(method => method.Name)];

    public void Dispose() => bench.Dispose();

    [TheoryNeeding(Need.Redis)]
    [MemberData(nameof(Contract))]
    public async Task KeepsToTheContract(string fact)
    {
        using var contract = new OverRedis(bench);
        await (Task)typeof(WorkStoreContract).GetMethod(fact)!.Invoke(contract, null)!;
    }

    [FactNeeding(Need.Redis)]
    public async Task ForwardedTwiceItIsOneEventAlsoWhenItHasEnded()
    {
        var store = bench.Machine("a");
        var sent = bench.Event();
        await store.Publish([sent, sent]);
        await store.Publish(sent);
        bench.Server.Number("XLEN", bench.Key("events")).ShouldBe(1);

        await store.Commit([(await store.Arrivals(9)).ShouldHaveSingleItem().Receipt], [], []);
        await store.Publish(sent);

        bench.Server.Number("XLEN", bench.Key("events")).ShouldBe(0);
    }

    [FactNeeding(Need.Redis)]
    public async Task OfWhatIsForwardedInAnyPiecesEachIsAddedOnceInItsOrder()
    {
        var random = new Random(5);
        var store = bench.Machine("a");
        var sent = Enumerable.Range(0, 400).Select(_ => bench.Event()).ToArray();
        var added = new List<string>();
        for (var from = 0; from < sent.Length; )
        {
            // A stretch that goes back into what was forwarded before, with some of it left out and some of it twice.
            var begin = random.Next(from + 1);
            var piece = sent[begin..Math.Min(sent.Length, begin + random.Next(1, 250))].Where(_ => random.Next(4) > 0).ToList();
            piece.InsertRange(random.Next(piece.Count + 1), piece.Take(random.Next(3)).ToList());
            await store.Publish(piece);
            added.AddRange(piece.Select(envelope => envelope.Id).Distinct().Except(added).ToList());
            from = Math.Max(from, Math.Min(sent.Length, begin + piece.Count));
        }

        var waiting = await store.Arrivals(999);
        waiting.Select(arrival => arrival.Event!.Id).ShouldBe(added);
        waiting.Select(arrival => arrival.Origin).Distinct().ShouldBe([new Origin("a/a-1", "project:plan.json")]);
    }

    [FactNeeding(Need.Redis)]
    public async Task OfWhatWasForwardedTogetherEachIsCommittedOnceByWhicheverDispatcher()
    {
        var random = new Random(6);
        var dispatchers = new[] { bench.Machine("a", ShortLease), bench.Machine("b", ShortLease) };
        var sent = Enumerable.Range(0, 330).Select(_ => bench.Event()).ToArray();
        foreach (var piece in sent.Chunk(110))
            await dispatchers[0].Publish(piece);
        var left = sent.Select(envelope => envelope.Id).ToList();
        for (var turn = 0; left.Count > 0; turn++)
        {
            var (one, other) = (dispatchers[turn % 2], dispatchers[(turn + 1) % 2]);
            other.Resign();
            one.LookAgain();
            var given = await bench.Until(() => one.Arrivals(random.Next(1, 150)), arrivals => arrivals.Count > 0);
            given.Select(arrival => arrival.Event!.Id).ShouldBe(left.Take(given.Count), "what was committed does not come again");
            var some = given.Where(_ => random.Next(3) > 0).ToList();
            for (var again = 0; again < 2; again++)
                await one.Commit([.. some.Select(arrival => arrival.Receipt)], [.. some.Select(bench.Order)], []);

            foreach (var arrival in some)
                (await one.Load(arrival.Receipt)).ShouldBeNull();
            foreach (var arrival in given.Except(some).Take(2))
                (await one.Load(arrival.Receipt))!.Event!.Id.ShouldBe(arrival.Event!.Id);
            left = [.. left.Except(some.Select(arrival => arrival.Event!.Id))];
            Waiting().ShouldBe(left.Count);
        }

        bench.Server.Number("XLEN", bench.Key("orders:main")).ShouldBe(sent.Length, "each once");
        bench.Server.Ask("KEYS", bench.Key("part:*")).ShouldBe("");

        int Waiting() =>
            bench.Server.Number("XLEN", bench.Key("events")) is var entries and > 0
                ? entries + int.Parse(bench.Server.Ask("HGET", bench.Key("meta"), "more"), CultureInfo.InvariantCulture)
                : 0;
    }

    [FactNeeding(Need.Redis)]
    public async Task WhatCannotBeReadIsPutAsideAndThoseBesideItComeThrough()
    {
        var store = bench.Machine("a");
        await store.Publish([bench.Event(), bench.Event()]);
        var envelope = Encoding.UTF8.GetString(bench.Event().ToJson());
        foreach (var mark in (string[])["", "0-0-a\n1", "0-0-b/1/2\n1\nm/c\nproject:plan.json"])
            bench.Server.Ask("XADD", bench.Key("events"), "*", "m", mark, "e", envelope, "m", "0-0-c\n1\nm/c\nproject:plan.json", "e", "{");

        (await store.Arrivals(9)).Count.ShouldBe(2);

        bench.Server.Number("XLEN", bench.Key("dead")).ShouldBe(6);
        bench.Server.Number("XLEN", bench.Key("events")).ShouldBe(1);
    }

    [FactNeeding(Need.Redis)]
    public async Task WhatWaitsIsListedAndCountedByEvents()
    {
        using var folder = new TestFolder();
        var (state, address) = (
            StateFolder.At(folder.Of("state", "p")),
            new QueueAddress(QueueKind.Redis, UrlVariable: "REDIS_URL", Stream: "s")
        );
        string? Environment(string name) => name == "REDIS_URL" ? bench.Server.Url : null;
        var store = bench.Machine("a", home: RedisHome.Of("s", folder.Path, isShared: true, state, "x"));
        var sent = Enumerable.Range(0, 250).Select(_ => bench.Event()).ToArray();
        await store.Publish(sent);
        var given = await store.Arrivals(30);
        await store.Commit([.. given.Take(20).Select(arrival => arrival.Receipt)], [], []);

        var look = RedisLook.At(address, folder.Path, state, Environment);

        (look.Problem, look.Events).ShouldBe((null, 230));
        look.Items.Select(item => item.Id).ShouldBe(sent.Skip(20).Select(envelope => envelope.Id));
    }

    [FactNeeding(Need.Redis)]
    public async Task LargeEventsAreSentInSmallPieces()
    {
        var store = bench.Machine("a");
        var large = bench.Event() with
        {
            Payload = Encoding.UTF8.GetBytes($$"""{"hook_event_name":"Stop","x":"{{new string('x', 400_000)}}"}"""),
        };

        await store.Publish([.. Enumerable.Range(0, 3).Select(_ => large with { Id = bench.Event().Id }), bench.Event()]);

        bench.Server.Number("XLEN", bench.Key("events")).ShouldBe(3);
        (await store.Arrivals(9)).Count.ShouldBe(4);
    }

    [FactNeeding(Need.Redis)]
    public async Task WhereTooManyWaitNothingIsAddedAndWhatIsThereStays()
    {
        var store = bench.Machine("a");
        await store.Publish(bench.Event());
        bench.Server.Ask("EVAL", "for i = 2, 100000 do redis.call('XADD', KEYS[1], '*', 'm', i) end", "1", bench.Key("events"));

        var e = await Should.ThrowAsync<StoreUnusableException>(async () => await store.Publish([bench.Event(), bench.Event()]));

        e.Message.ShouldBe($"100000 events wait in {bench.Server.Socket} already, and nothing works them off");
        bench.Server.Number("XLEN", bench.Key("events")).ShouldBe(100_000);
        bench.Server.Ask("XREVRANGE", bench.Key("events"), "+", "-", "COUNT", "1").ShouldEndWith("\nm\n100000");
    }

    [TheoryNeeding(Need.Redis)]
    [InlineData("REPLICAOF 127.0.0.1 1", "is a replica that may only be read; the URL must name its primary")]
    [InlineData("ACL SETUSER default -xadd", "the user of the URL may not do all that is needed on ")]
    [InlineData("CONFIG SET maxmemory 1", "has no memory left (maxmemory), so it takes nothing new")]
    [InlineData("FLUSHALL", "EPOCH the data that was here is gone")]
    public async Task WhyNothingIsTakenIsSaidAndNothingIsHalfAdded(string fault, string said)
    {
        var store = bench.Machine("a");
        await store.Publish(bench.Event());
        bench.Server.Ask(fault.Split(' '));
        var before = bench.Server.Ask("XLEN", bench.Key("events"));

        var e = await Should.ThrowAsync<StoreUnusableException>(async () => await store.Publish([bench.Event(), bench.Event()]));

        e.Message.ShouldContain(said);
        bench.Server.Ask("XLEN", bench.Key("events")).ShouldBe(before);
    }

    [FactNeeding(Need.Redis)]
    public async Task AServerThatForgetsItsScriptsStillAddsEachOnce()
    {
        var store = bench.Machine("a");
        var sent = bench.Event();
        await store.Publish(sent);
        bench.Server.Ask("SCRIPT", "FLUSH");

        await store.Publish([sent, bench.Event()]);

        bench.Server.Number("XLEN", bench.Key("events")).ShouldBe(2);
    }

    [FactNeeding(Need.Redis)]
    public async Task OneDispatcherServesAllMachinesAndItsHeirGetsWhatItHadNotCommitted()
    {
        var (first, second) = (bench.Machine("a", ShortLease), bench.Machine("b", ShortLease));
        for (var i = 0; i < 5; i++)
            await second.Publish(bench.Event());
        var given = await first.Arrivals(9);
        given.Count.ShouldBe(5);
        (await second.Arrivals(9)).ShouldBeEmpty("the other one has the role");
        await first.Commit([given[0].Receipt], [bench.Order(given[0])], []);

        // It hangs, so its role ends.
        var heir = await bench.Until(() => second.Arrivals(9), arrivals => arrivals.Count > 0);
        heir.Select(arrival => arrival.Event!.Id).ShouldBe(given.Skip(1).Select(arrival => arrival.Event!.Id));
        await second.Commit([.. heir.Select(arrival => arrival.Receipt)], [.. heir.Select(bench.Order)], []);

        await first.Commit([.. given.Skip(1).Select(arrival => arrival.Receipt)], [.. given.Skip(1).Select(bench.Order)], []);
        bench.Server.Number("XLEN", bench.Key("orders:main")).ShouldBe(5, "each order once, whoever wrote it");
        first.Leads.ShouldBeFalse();
    }

    [FactNeeding(Need.Redis)]
    public async Task AnOrderGoesToWhoeverMayRunIt()
    {
        var (one, clone, other) = (bench.Machine("a", checkout: "x"), bench.Machine("a", checkout: "y"), bench.Machine("b", checkout: "x"));
        await one.Publish([bench.Event(), bench.Event(), bench.Event()]);
        var given = await one.Arrivals(9);
        await one.Commit(
            [.. given.Select(arrival => arrival.Receipt)],
            [bench.Order(given[0]) with { Reach = Reach.Checkout }, bench.Order(given[1]) with { Reach = Reach.Publisher }],
            []
        );

        (await clone.Orders(null, 9)).ShouldHaveSingleItem().Order.Reach.ShouldBe(Reach.Publisher, "the same machine, another clone");
        (await other.Orders(null, 9)).ShouldHaveSingleItem().Order.Reach.ShouldBe(Reach.Checkout, "a folder that both have");
        (await one.Orders(null, 9)).ShouldBeEmpty();
    }

    [FactNeeding(Need.Redis)]
    public async Task WhatADeadWorkerHadComesAgainAndItIsTooLateForTheDead()
    {
        var (one, other) = (bench.Machine("a", ShortLease), bench.Machine("b", ShortLease));
        await bench.WithOrder(one);
        for (var deliveries = 0; deliveries < 3; deliveries++)
        {
            var lease = (await bench.Until(() => one.Orders(null, 9), leases => leases.Count > 0)).ShouldHaveSingleItem();
            lease.Deliveries.ShouldBe(deliveries);
            (await one.Begin(lease)).ShouldBeTrue();
            (one, other) = (other, bench.Machine($"m{deliveries}", ShortLease));
        }

        var last = (await bench.Until(() => one.Orders(null, 9), leases => leases.Count > 0)).ShouldHaveSingleItem();
        await one.Begin(last);
        var heir = (await bench.Until(() => other.Orders(null, 9), leases => leases.Count > 0)).ShouldHaveSingleItem();
        await one.Finish(last, [last.Order with { Id = "2-2.b" }], []);
        await one.Flush();
        bench.Server.Number("XLEN", bench.Key("orders:main")).ShouldBe(1, "the dead one ends nothing");
        await other.Finish(heir, [], []);
        await other.Flush();
        bench.Server.Number("XLEN", bench.Key("orders:main")).ShouldBe(0);
    }

    [FactNeeding(Need.Redis)]
    public async Task WhatIsRenewedStaysItsWorkers()
    {
        var (one, other) = (bench.Machine("a", ShortLease), bench.Machine("b", ShortLease));
        await bench.WithOrder(one);
        (await one.Begin((await one.Orders(null, 9)).ShouldHaveSingleItem())).ShouldBeTrue();
        await one.TryHold("key");

        for (var i = 0; i < 8; i++)
        {
            await Task.Delay(ShortLease / 4);
            one.StayAtWork();
            (await other.Orders(null, 9)).ShouldBeEmpty();
            (await other.TryHold("key")).ShouldBeFalse();
        }
    }

    [FactNeeding(Need.Redis)]
    public async Task WhatIsLetGoIsAnothersAtOnce()
    {
        var (one, other) = (bench.Machine("a"), bench.Machine("b"));
        await bench.WithOrder(one);
        await one.Publish(bench.Event());
        (await one.Orders(null, 9)).ShouldHaveSingleItem();
        (await other.Orders(null, 9)).ShouldBeEmpty();

        one.LetGo();

        (await bench.Until(() => other.Orders(null, 9), leases => leases.Count > 0)).ShouldHaveSingleItem().Deliveries.ShouldBe(0);
        (await bench.Until(() => other.Arrivals(9), arrivals => arrivals.Count > 0)).ShouldHaveSingleItem();
    }

    [FactNeeding(Need.Redis)]
    public async Task APublisherKeepsItsEventUntilAllThatCameOfItHasEndedWhereverThatWas()
    {
        var (publisher, worker) = (bench.Machine("a"), bench.Machine("b"));
        var sent = bench.Event();
        await bench.Forward("a", sent);
        var arrival = (await publisher.Arrivals(9)).ShouldHaveSingleItem();
        var (one, two) = (bench.Order(arrival), bench.Order(arrival) with { Id = "9-9.z" });
        await publisher.Commit([arrival.Receipt], [one, two], []);
        var leases = await worker.Orders(null, 9);
        leases.Count.ShouldBe(2);

        await worker.Finish(leases[0], [one with { Id = "9-9.next" }], []);
        await worker.Finish(leases[1], [], []);
        await worker.Flush();
        await publisher.Arrivals(9);
        bench.Spool("a").ForwardedEvents().ShouldBe([sent.Id], "a stage is still to come");
        await worker.Finish((await worker.Orders(null, 9)).ShouldHaveSingleItem(), [], []);
        await worker.Flush();

        await bench.Until(
            async () =>
            {
                bench.Wake(publisher);
                return await publisher.Arrivals(9);
            },
            _ => publisher.Unended == 0
        );
        bench.Spool("a").ForwardedEvents().ShouldBeEmpty();
    }

    [FactNeeding(Need.Redis)]
    public async Task AServerThatCameBackEmptyGetsAllAgainThatHasNotEnded()
    {
        var store = bench.Machine("a");
        var (done, waits) = (bench.Event(), bench.Event());
        await bench.Forward("a", done, waits);
        await store.Commit([(await store.Arrivals(9))[0].Receipt], [], []);
        bench.Server.Ask("FLUSHALL");

        // The first look meets the other epoch, the next one has all in order.
        await bench.Until(() => store.Arrivals(9), _ => store.Unended == 0);
        bench.Spool("a").ForwardedEvents().ShouldBeEmpty();
        var again = (await bench.Spool("a").Arrivals(9)).ShouldHaveSingleItem().Event!;
        again.Id.ShouldBe(waits.Id);
        await store.Publish(again);
        (await bench.Until(() => store.Arrivals(9), arrivals => arrivals.Count > 0)).ShouldHaveSingleItem().Event!.Id.ShouldBe(waits.Id);
    }

    [FactNeeding(Need.Redis)]
    public async Task AServerThatWasRestartedWithItsDataGoesOn()
    {
        bench.Server.Kill();
        bench.Server.Start("--appendonly", "yes", "--appendfsync", "always");
        var store = bench.Machine("a");
        await bench.WithOrder(store);
        var lease = (await store.Orders(null, 9)).ShouldHaveSingleItem();
        await store.Begin(lease);
        await store.Publish(bench.Event());
        bench.Server.Kill();
        (await store.Arrivals(9)).ShouldBeEmpty();
        store.Problem.ShouldNotBeNull().ShouldContain(bench.Server.Socket);
        await store.Finish(lease, [lease.Order with { Id = "2-2.b" }], []);
        await store.Flush();
        store.HasUnwritten.ShouldBeTrue("it is written when the server is back");
        bench.Server.Start("--appendonly", "yes", "--appendfsync", "always");

        (await bench.Until(() => store.Orders(null, 9), leases => leases.Count > 0)).ShouldHaveSingleItem().Order.Id.ShouldBe("2-2.b");
        (await bench.Until(() => store.Arrivals(9), arrivals => arrivals.Count > 0)).ShouldHaveSingleItem();
        (store.Problem, store.HasUnwritten).ShouldBe((null, false));
    }

    [FactNeeding(Need.Redis)]
    public async Task AFullServerTakesNothingNewAndWhatIsThereIsWorkedOff()
    {
        var store = bench.Machine("a");
        await bench.WithOrder(store);
        await store.Publish(bench.Event());
        bench.Server.Ask("CONFIG", "SET", "maxmemory", "1");

        var e = await Should.ThrowAsync<StoreUnusableException>(async () => await store.Publish(bench.Event()));
        e.Message.ShouldBe($"{bench.Server.Socket} has no memory left (maxmemory), so it takes nothing new");
        var lease = (await store.Orders(null, 9)).ShouldHaveSingleItem();
        (await store.Begin(lease)).ShouldBeTrue();
        await store.Finish(lease, [lease.Order with { Id = "2-2.b" }], []);
        (await store.Orders(null, 9)).ShouldHaveSingleItem().Order.Id.ShouldBe("2-2.b");
        var arrival = (await store.Arrivals(9)).ShouldHaveSingleItem();
        await store.Commit([arrival.Receipt], [bench.Order(arrival)], []);
        (await store.Orders(null, 9)).ShouldHaveSingleItem();

        bench.Server.Ask("CONFIG", "SET", "maxmemory", "0");
        await store.Publish(bench.Event());
        (await store.Arrivals(9)).ShouldHaveSingleItem();
    }

    [FactNeeding(Need.Redis)]
    public async Task AThrottleIsOneForAllMachines()
    {
        var (one, other) = (bench.Machine("a"), bench.Machine("b"));
        var now = bench.Time.GetUtcNow();

        (await one.Slot("u", 1, TimeSpan.FromSeconds(10), "x", now)).ShouldBeNull();
        (await other.Slot("u", 1, TimeSpan.FromSeconds(10), "y", now)).ShouldNotBeNull();
    }

    private sealed class OverRedis(RedisBench bench) : WorkStoreContract
    {
        internal override IWorkStore Open() => bench.Machine("one", time: Time);
    }
}
