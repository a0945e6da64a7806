using HookRules.Runtime.Stores;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>What a store that several consumers share must keep to as well.</summary>
public abstract class SharedStoreContract : WorkStoreContract
{
    /// <summary>A consumer on another machine.</summary>
    internal abstract IWorkStore OpenElsewhere();

    /// <summary>The machine of that consumer goes down: nothing is given back, nothing renewed.</summary>
    internal abstract Task Kill(IWorkStore store);

    /// <summary>Looks at everything again, as a consumer does from time to time.</summary>
    internal abstract void Refresh(IWorkStore store);

    [Fact]
    public async Task TwoWorkersNeverBeginOneOrder()
    {
        var (one, other) = (Open(), Open());
        for (var i = 0; i < 200; i++)
            await one.Commit([], [Order(Event())], []);
        Refresh(other);

        var begun = await Task.WhenAll(Task.Run(() => All(one)), Task.Run(() => All(other)));

        begun[0].Concat(begun[1]).Distinct().Count().ShouldBe(200);
        (begun[0].Count + begun[1].Count).ShouldBe(200);

        static async Task<List<string>> All(IWorkStore store)
        {
            var ids = new List<string>();
            while (await store.Orders(null, 16) is { Count: > 0 } leases)
                foreach (var lease in leases)
                    if (await store.Begin(lease))
                        ids.Add(lease.Order.Id);
            return ids;
        }
    }

    [Fact]
    public async Task WhatADeadWorkerHadBegunComesAgainLaterAndLaterAndIsCounted()
    {
        await Open().Commit([], [Order(Event())], []);
        foreach (var seconds in new[] { 0, 1, 5, 30, 0 })
        {
            var lost = OpenElsewhere();
            var lease = (await lost.Orders(null, 9)).ShouldHaveSingleItem();
            (await lost.Begin(lease)).ShouldBeTrue();
            await Kill(lost);
            Time.Advance(TimeSpan.FromSeconds(16));
            var heir = Open();
            if (seconds == 0)
            {
                (await heir.Orders(null, 9)).ShouldHaveSingleItem().Deliveries.ShouldBe(lease.Deliveries + 1);
                continue;
            }

            (await heir.Orders(null, 9)).ShouldBeEmpty();
            Time.Advance(TimeSpan.FromSeconds(seconds - 0.5));
            (await heir.Orders(null, 9)).ShouldBeEmpty();
            Time.Advance(TimeSpan.FromSeconds(1));
            (await heir.Orders(null, 9)).ShouldHaveSingleItem().Deliveries.ShouldBe(lease.Deliveries + 1);
        }
    }

    // What has come last may be begun first: the second stage of an event, beside the first ones of a thousand others.
    [Fact]
    public async Task WhatADeadWorkerHadBegunHidesNothingThatCameBeforeIt()
    {
        for (var i = 0; i < 20; i++)
            await Open().Commit([], [Order(Event())], []);
        var lost = OpenElsewhere();
        (await lost.Begin((await lost.Orders(null, 99))[^1])).ShouldBeTrue();
        await Kill(lost);
        Time.Advance(TimeSpan.FromSeconds(16));

        var (heir, found) = (Open(), new HashSet<string>());
        while (await heir.Orders(null, 4) is { Count: > 0 } leases)
            found.UnionWith(leases.Select(lease => lease.Order.Id));
        found.Count.ShouldBe(20);
    }

    [Fact]
    public async Task AnEventThatADeadWorkerHadBegunHidesNothingThatCameBeforeIt()
    {
        for (var i = 0; i < 20; i++)
            await Open().Publish(Event());
        var lost = OpenElsewhere();
        var last = (await lost.Arrivals(99))[^1];
        await lost.Promote(last, Order(last.Event!) with { IsEvent = true });
        (await lost.Begin((await lost.Orders(null, 9)).ShouldHaveSingleItem())).ShouldBeTrue();
        await Kill(lost);
        Time.Advance(TimeSpan.FromSeconds(16));

        var (heir, found) = (Open(), new HashSet<string>());
        while (await heir.Arrivals(4) is { Count: > 0 } arrivals)
            found.UnionWith(arrivals.Select(arrival => arrival.Event!.Id));
        found.Count.ShouldBe(20);
    }

    [Fact]
    public async Task WhatWasOnlyGivenAndNotBegunIsAnothersAtOnce()
    {
        await Open().Commit([], [Order(Event())], []);
        var idle = OpenElsewhere();
        (await idle.Orders(null, 9)).ShouldHaveSingleItem();

        var lease = (await Open().Orders(null, 9)).ShouldHaveSingleItem();

        lease.Deliveries.ShouldBe(0);
        (await Open().Begin(lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task AHoldIsAnotherConsumersToo()
    {
        var (one, other) = (Open(), Open());

        (await one.TryHold("key")).ShouldBeTrue();
        (await other.TryHold("key")).ShouldBeFalse();
        one.Release("key");
        (await other.TryHold("key")).ShouldBeTrue();
    }
}
