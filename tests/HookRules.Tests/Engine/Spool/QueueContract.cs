using System.Text;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

/// <summary>What every queue must keep to; a backend's own test class only says how to open one.</summary>
public abstract class QueueContract : IDisposable
{
    protected static readonly TimeSpan Lease = TimeSpan.FromSeconds(15);

    private readonly List<IDisposable> opened = [];

    internal ManualTime Time { get; } = new();

    /// <summary>Another consumer of the same queue.</summary>
    protected abstract IQueue Open();

    /// <summary>A consumer on another machine, which takes what it received with it when it dies.</summary>
    protected abstract IQueue OpenElsewhere();

    /// <summary>The machine of that consumer goes down: nothing is given back, nothing renewed.</summary>
    protected abstract void Kill(IQueue queue);

    public virtual void Dispose()
    {
        foreach (var queue in opened)
            queue.Dispose();
        GC.SuppressFinalize(this);
    }

    protected T Keep<T>(T queue)
        where T : IDisposable
    {
        opened.Add(queue);
        return queue;
    }

    protected Envelope Event(string payload = """{"hook_event_name":"Stop"}""") =>
        Envelope.Create(Time.GetUtcNow(), "0123", "/project", "/project/plan.json", Encoding.UTF8.GetBytes(payload));

    [Fact]
    public async Task AnEmptyQueueGivesNull() => (await Open().Receive(Lease, default)).ShouldBeNull();

    [Fact]
    public async Task WhatIsPublishedIsReceivedWhole()
    {
        var queue = Open();
        var sent = Event("""{ "hook_event_name" : "Stop", "text": "ümlaut \u0000 \ud83d\ude00" }""") with
        {
            ProjectDir = "/a \"b\"\\\n\tc",
            PlanPath = "/päth",
        };
        await queue.Publish(sent, default);

        var received = (await queue.Receive(Lease, default)).ShouldNotBeNull().Envelope;

        (received with { Payload = default }).ShouldBe(sent with { Payload = default });
        received.Payload.ToArray().ShouldBe(sent.Payload.ToArray());
    }

    [Fact]
    public async Task EventsComeInTheOrderOfTheirPublishing()
    {
        var queue = Open();
        var sent = new List<string>();
        for (var i = 0; i < 20; i++)
        {
            var envelope = Event();
            sent.Add(envelope.Id);
            await queue.Publish(envelope, default);
            if (i % 3 == 0)
                Time.Advance(TimeSpan.FromMilliseconds(1));
        }

        var received = new List<string>();
        while (await queue.Receive(Lease, default) is { } delivery)
            received.Add(delivery.Envelope.Id);
        received.ShouldBe(sent);
    }

    [Fact]
    public async Task AHeldEventIsNotGivenTwice()
    {
        var queue = Open();
        await queue.Publish(Event(), default);

        await queue.Receive(Lease, default);

        (await queue.Receive(Lease, default)).ShouldBeNull();
    }

    [Fact]
    public async Task TwoConsumersNeverHoldOneEvent()
    {
        var (one, other) = (Open(), Open());
        for (var i = 0; i < 200; i++)
            await one.Publish(Event(), default);

        var received = await Task.WhenAll(Task.Run(() => All(one)), Task.Run(() => All(other)));

        received[0].Concat(received[1]).Distinct().Count().ShouldBe(200);
        (received[0].Count + received[1].Count).ShouldBe(200);

        static async Task<List<string>> All(IQueue queue)
        {
            var ids = new List<string>();
            while (await queue.Receive(Lease, default) is { } delivery)
                ids.Add(delivery.Envelope.Id);
            return ids;
        }
    }

    [Fact]
    public async Task AnAcknowledgedEventIsGone()
    {
        var queue = Open();
        await queue.Publish(Event(), default);
        await queue.Ack((await queue.Receive(Lease, default))!, default);

        Time.Advance(TimeSpan.FromHours(1));

        (await queue.Receive(Lease, default)).ShouldBeNull();
        (await Open().Receive(Lease, default)).ShouldBeNull();
    }

    [Fact]
    public async Task AcknowledgingTwiceHarmsNothing()
    {
        var queue = Open();
        await queue.Publish(Event(), default);
        var delivery = (await queue.Receive(Lease, default))!;

        await queue.Ack(delivery, default);
        await queue.Ack(delivery, default);

        (await queue.Receive(Lease, default)).ShouldBeNull();
    }

    [Fact]
    public async Task WhatIsGivenBackComesAgainAndIsCounted()
    {
        var queue = Open();
        await queue.Publish(Event(), default);
        var first = (await queue.Receive(Lease, default))!;
        await queue.Nack(first, TimeSpan.Zero, default);

        var second = (await queue.Receive(Lease, default)).ShouldNotBeNull();

        (first.Attempt, second.Attempt, second.Envelope.Id).ShouldBe((1, 2, first.Envelope.Id));
    }

    [Fact]
    public async Task WhatIsGivenBackForATimeComesNotBeforeIt()
    {
        var queue = Open();
        await queue.Publish(Event(), default);
        await queue.Nack((await queue.Receive(Lease, default))!, TimeSpan.FromSeconds(10), default);

        Time.Advance(TimeSpan.FromSeconds(9));
        (await queue.Receive(Lease, default)).ShouldBeNull();
        Time.Advance(TimeSpan.FromSeconds(2));
        (await queue.Receive(Lease, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task WhatIsLeftToOthersIsTheirsAtOnceAndMineLater()
    {
        var (mine, theirs) = (Open(), Open());
        await mine.Publish(Event(), default);
        await mine.Nack((await mine.Receive(Lease, default))!, Timeout.InfiniteTimeSpan, default);

        (await mine.Receive(Lease, default)).ShouldBeNull();
        var taken = (await theirs.Receive(Lease, default)).ShouldNotBeNull();
        taken.Attempt.ShouldBe(1);
        await theirs.Nack(taken, Timeout.InfiniteTimeSpan, default);
        Time.Advance(TimeSpan.FromSeconds(5));
        (await mine.Receive(Lease, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task AnExpiredLeaseGivesTheEventToAnother()
    {
        var lost = OpenElsewhere();
        await lost.Publish(Event(), default);
        var first = (await lost.Receive(Lease, default))!;
        Kill(lost);

        var heir = Open();
        (await heir.Receive(Lease, default)).ShouldBeNull();
        Time.Advance(TimeSpan.FromSeconds(16));
        var second = (await heir.Receive(Lease, default)).ShouldNotBeNull();

        (second.Envelope.Id, second.Attempt).ShouldBe((first.Envelope.Id, 2));
    }

    [Fact]
    public async Task ALeaseLastsAsLongAsItsHolderLives()
    {
        var slow = OpenElsewhere();
        await slow.Publish(Event(), default);
        await slow.Receive(Lease, default);

        for (var i = 0; i < 20; i++)
        {
            Time.Advance(TimeSpan.FromSeconds(10));
            (await Open().Receive(Lease, default)).ShouldBeNull();
        }
    }

    [Fact]
    public async Task AnOldEventGivenBackComesBeforeNewerOnes()
    {
        var queue = Open();
        await queue.Publish(Event(), default);
        var old = (await queue.Receive(Lease, default))!;
        Time.Advance(TimeSpan.FromSeconds(1));
        await queue.Publish(Event(), default);
        await queue.Nack(old, TimeSpan.Zero, default);

        (await queue.Receive(Lease, default))!.Envelope.Id.ShouldBe(old.Envelope.Id);
    }

    [Fact]
    public async Task PublishersAtTheSameTimeLoseNothing()
    {
        const int Publishers = 8,
            Each = 50;
        var queue = Open();
        await Task.WhenAll(
            Enumerable
                .Range(0, Publishers)
                .Select(_ =>
                    Task.Run(async () =>
                    {
                        for (var i = 0; i < Each; i++)
                            await queue.Publish(Event(), default);
                    })
                )
        );

        var ids = new HashSet<string>();
        while (await queue.Receive(Lease, default) is { } delivery)
            ids.Add(delivery.Envelope.Id);
        ids.Count.ShouldBe(Publishers * Each);
    }

    [Fact]
    public async Task ReadersBesideWritersSeeOnlyWholeEvents()
    {
        const int Count = 300;
        var queue = Open();
        var payload = $$"""{"hook_event_name":"Stop","text":"{{new string('x', 20_000)}}"}""";
        var writing = Task.Run(async () =>
        {
            for (var i = 0; i < Count; i++)
                await queue.Publish(Event(payload), default);
        });
        var whole = 0;
        while (whole < Count && (!writing.IsCompleted || await queue.Receive(Lease, default) is not null || whole == Count))
        {
            if (await queue.Receive(Lease, default) is not { } delivery)
                continue;
            delivery.Envelope.Payload.Length.ShouldBe(payload.Length);
            whole++;
        }
    }

    [Fact]
    public async Task AManyMegabytesLargeEventPasses()
    {
        var queue = Open();
        var payload = $$"""{"hook_event_name":"Stop","text":"{{new string('x', 8_000_000)}}"}""";
        await queue.Publish(Event(payload), default);

        (await queue.Receive(Lease, default))!.Envelope.Payload.Length.ShouldBe(payload.Length);
    }
}
