using System.Diagnostics;
using System.Text;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class SpoolTests : QueueContract
{
    private readonly TestFolder folder = new();

    private StateFolder State => StateFolder.At(folder.Of("state"));

    protected override IQueue Open() => Keep(new FileSpool(State, Time));

    protected override IQueue OpenElsewhere() =>
        Keep(new FileSpool(State, Time, Durability.Fast, SpoolOwner.OfThisProcess() with { Host = "another machine" }));

    // What renews the claim is gone; what it holds stays claimed.
    protected override void Kill(IQueue queue) => ((FileSpool)queue).Dispose();

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task TheClaimOfADeadProcessReturnsAtOnce()
    {
        using var dead = Process.Start("true");
        await dead.WaitForExitAsync();
        var owner = SpoolOwner.OfThisProcess() with { Pid = dead.Id };
        var lost = new FileSpool(State, Time, Durability.Fast, owner);
        await lost.Publish(Event(), default);
        await lost.Receive(Lease, default);
        lost.Dispose();

        var delivery = (await Open().Receive(Lease, default)).ShouldNotBeNull();

        delivery.Attempt.ShouldBe(2);
        Directory.Exists(State.Spool("claimed", owner.Folder)).ShouldBeFalse();
    }

    [Fact]
    public async Task AnotherProcessWithThePidOfADeadOneDoesNotKeepItsClaims()
    {
        var lost = new FileSpool(State, Time, Durability.Fast, SpoolOwner.OfThisProcess() with { Started = 1 });
        await lost.Publish(Event(), default);
        await lost.Receive(Lease, default);
        lost.Dispose();

        (await Open().Receive(Lease, default)).ShouldNotBeNull();
    }

    [Theory]
    [InlineData("")]
    [InlineData("not json")]
    [InlineData("{")]
    [InlineData("[]")]
    [InlineData("""{"id":"1","published_ms":1,"plan":"","project":"/p","plan_path":"/p","payload":{"a":1}""")]
    [InlineData("""{"id":"1","published_ms":1,"plan":"","project":"/p","plan_path":"/p","payload":{"a":1}} {}""")]
    [InlineData("""{"id":"../../1","published_ms":1,"plan":"","project":"/p","plan_path":"/p","payload":{"a":1}}""")]
    [InlineData("""{"id":"1","published_ms":"1","plan":"","project":"/p","plan_path":"/p","payload":{"a":1}}""")]
    public async Task WhatCannotBeReadIsPutAsideAndStopsNothing(string text)
    {
        var problems = new List<string>();
        using var spool = new FileSpool(State, Time) { OnUnreadable = problems.Add };
        await spool.Publish(Event(), default);
        await File.WriteAllBytesAsync(State.Spool("new", "0000000000000000-000000-bad.json"), Encoding.UTF8.GetBytes(text));

        (await spool.Receive(Lease, default)).ShouldNotBeNull();

        problems.ShouldHaveSingleItem();
        File.ReadAllText(State.Spool("dead", "0000000000000000-000000-bad.json.unreadable")).ShouldBe(text);
    }

    [Fact]
    public void AnEnvelopeMayHaveMembersThatWeDoNotKnow()
    {
        const string Text =
            """{"later":[1,{"a":2}],"id":"a-1","published_ms":5,"plan":"h","project":"/p","plan_path":"/q","payload":{"x":{"payload":3}},"more":true}""";

        var envelope = Envelope.TryRead(Encoding.UTF8.GetBytes(Text), out var problem).ShouldNotBeNull(problem);

        Encoding.UTF8.GetString(envelope.Payload.Span).ShouldBe("""{"x":{"payload":3}}""");
    }

    [Theory]
    [InlineData(Durability.Fast)]
    [InlineData(Durability.Fsync)]
    public void NothingIsLeftInTmp(Durability durability)
    {
        FileSpool.Publish(State, Event(), durability).Problem.ShouldBeNull();

        Directory.GetFiles(State.Spool("tmp")).ShouldBeEmpty();
        Directory.GetFiles(State.Spool("new")).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task HalfWrittenEventsAreNeverSeen()
    {
        using var spool = new FileSpool(State, Time);
        await spool.Publish(Event(), default);
        await File.WriteAllTextAsync(State.Spool("tmp", "1.json"), "{");

        await spool.Receive(Lease, default);

        (await spool.Receive(Lease, default)).ShouldBeNull();
    }

    [Fact]
    public void AFolderInTheWayIsAResultAndNoCrash()
    {
        State.Prepare().ShouldBeNull();
        File.WriteAllText(State.File("spool"), "");

        FileSpool.Publish(State, Event(), Durability.Fast).Problem.ShouldNotBeNull().ShouldContain("cannot be written");
    }

    [FactNeeding(Need.Mount)]
    public async Task AFullDiskIsAResultAndLeavesNothingBehind()
    {
        var mount = folder.Of("full");
        Directory.CreateDirectory(mount);
        using var mounting = Process.Start(
            new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", mount]) { RedirectStandardError = true }
        );
        await mounting!.WaitForExitAsync();
        try
        {
            var state = StateFolder.At(Path.Join(mount, "state"));
            FileSpool.Publish(state, Event(), Durability.Fast).Problem.ShouldBeNull();

            var problem = FileSpool
                .Publish(state, Event($$"""{"hook_event_name":"Stop","text":"{{new string('x', 200_000)}}"}"""), Durability.Fast)
                .Problem;

            problem.ShouldNotBeNull().ShouldContain("no space left");
            Directory.GetFiles(state.Spool("tmp")).ShouldBeEmpty();
            Directory.GetFiles(state.Spool("new")).ShouldHaveSingleItem();
            FileSpool.Publish(state, Event(), Durability.Fast).Problem.ShouldBeNull();
        }
        finally
        {
            using var unmounting = Process.Start("umount", mount);
            await unmounting.WaitForExitAsync();
        }
    }

    [Fact]
    public async Task AConsumerWhoseFolderWasClearedAwayGoesOn()
    {
        var spool = (FileSpool)Open();
        await spool.Publish(Event(), default);
        await spool.Ack((await spool.Receive(Lease, default))!, default);
        foreach (var claims in Directory.GetDirectories(State.Spool("claimed")))
            Directory.Delete(claims, recursive: true);
        await spool.Publish(Event(), default);

        (await spool.Receive(Lease, default)).ShouldNotBeNull();
    }

    [Fact]
    public async Task ASpoolThatIsRemovedUnderTheConsumerIsMadeAnew()
    {
        var spool = Open();
        (await spool.Receive(Lease, default)).ShouldBeNull();
        Directory.Delete(State.Path, recursive: true);
        (await spool.Receive(Lease, default)).ShouldBeNull();
        FileSpool.Publish(State, Event(), Durability.Fast).Problem.ShouldBeNull();

        (await spool.Receive(Lease, default)).ShouldNotBeNull();
    }
}
