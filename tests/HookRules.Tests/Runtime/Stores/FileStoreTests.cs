using System.Diagnostics;
using System.Text;
using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime.Stores;

public sealed class FileStoreTests : SharedStoreContract
{
    private readonly TestFolder folder = new();

    private StateFolder State => StateFolder.At(folder.Of("state"));

    internal override IWorkStore Open() => Keep(new FileStore(State, Time, Durability.Fast));

    internal override IWorkStore OpenElsewhere() =>
        Keep(new FileStore(State, Time, Durability.Fast, SpoolOwner.OfThisProcess() with { Host = "another machine" }));

    // What renews the claim is gone; what it holds stays claimed.
    internal override async Task Kill(IWorkStore store) => await store.DisposeAsync();

    internal override void Refresh(IWorkStore store) => ((FileStore)store).Refresh();

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task WhatADeadProcessHadBegunReturnsAtOnce()
    {
        using var dead = Process.Start("true");
        await dead.WaitForExitAsync();
        var owner = SpoolOwner.OfThisProcess() with { Pid = dead.Id };
        var lost = new FileStore(State, Time, Durability.Fast, owner);
        await lost.Commit([], [Order(Event())], []);
        await lost.Begin((await lost.Orders(null, 9))[0]);
        await lost.DisposeAsync();

        (await Open().Orders(null, 9)).ShouldHaveSingleItem().Deliveries.ShouldBe(1);

        Directory.Exists(State.Spool("claimed", owner.Folder)).ShouldBeFalse();
    }

    [Fact]
    public async Task AnotherProcessWithThePidOfADeadOneDoesNotKeepItsClaims()
    {
        var lost = new FileStore(State, Time, Durability.Fast, SpoolOwner.OfThisProcess() with { Started = 1 });
        await lost.Commit([], [Order(Event())], []);
        await lost.Begin((await lost.Orders(null, 9))[0]);
        await lost.DisposeAsync();

        (await Open().Orders(null, 9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task WhatCannotBeReadNowStaysAndIsReadLater()
    {
        const int Watched = 5;
        var problems = new List<string>();
        var changes = 0;
        await using var store = new FileStore(State, Time, Durability.Fast, () => Interlocked.Increment(ref changes))
        {
            OnUnreadable = problems.Add,
        };
        store.Open();
        // Each folder is looked at once more when its watch stands, and each notice makes it look at a name once more.
        Noticed(Watched);
        (await store.Arrivals(9)).ShouldBeEmpty();
        var published = Event();
        await store.Publish(published);
        Noticed(Watched + 1);
        var path = State.Spool("new", published.Id + FileSpool.Extension);
        await using (new FileStream(path, FileMode.Open, FileAccess.ReadWrite, FileShare.None))
        {
            (await store.Arrivals(9)).ShouldBeEmpty();
            (await store.Arrivals(9)).ShouldBeEmpty();
            await Should.ThrowAsync<StoreUnusableException>(async () => await store.Load(published.Id + FileSpool.Extension));
        }

        problems.ShouldHaveSingleItem().ShouldContain("is tried again");
        store.NextDue.ShouldNotBeNull();
        Time.Advance(store.NextDue.Value - Time.GetUtcNow());
        (await store.Arrivals(9)).ShouldHaveSingleItem().Event!.Id.ShouldBe(published.Id);

        void Noticed(int count) =>
            (
                !OperatingSystem.IsLinux() || SpinWait.SpinUntil(() => Volatile.Read(ref changes) >= count, TimeSpan.FromSeconds(30))
            ).ShouldBeTrue();
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
        const string Name = "0000000000000000-000000-bad";
        var problems = new List<string>();
        await using var store = new FileStore(State, Time, Durability.Fast) { OnUnreadable = problems.Add };
        await store.Publish(Event());
        store.Open();
        await File.WriteAllBytesAsync(State.Spool("new", $"{Name}.json"), Encoding.UTF8.GetBytes(text));
        await File.WriteAllBytesAsync(State.Spool(FileStore.OrdersNew, $"{Name}.1234.json"), Encoding.UTF8.GetBytes(text));
        store.Refresh();

        (await store.Arrivals(9)).ShouldHaveSingleItem();
        (await store.Orders(null, 9)).ShouldBeEmpty();

        problems.Count.ShouldBe(2);
        File.ReadAllText(State.Spool("dead", $"{Name}.json.unreadable")).ShouldBe(text);
        File.ReadAllText(State.Spool("dead", $"{Name}.1234.json.unreadable")).ShouldBe(text);
    }

    [Theory]
    [InlineData("pipe", "it is not a file")]
    [InlineData("link", "it is a link")]
    [InlineData("folder", "it is a folder")]
    public async Task WhatIsNoFileIsPutAsideUnread(string what, string problem)
    {
        var problems = new List<string>();
        await using var store = new FileStore(State, Time, Durability.Fast) { OnUnreadable = problems.Add };
        await store.Publish(Event());
        var path = State.Spool("new", "0000000000000000-000000-odd.json");
        if (what == "folder")
            Directory.CreateDirectory(path);
        else if (what == "link")
            File.CreateSymbolicLink(path, "/dev/zero");
        else
            Process.Start("mkfifo", [path]).WaitForExit();

        (await store.Arrivals(9)).ShouldHaveSingleItem();

        problems.ShouldHaveSingleItem().ShouldContain(problem);
        Directory.GetFileSystemEntries(State.Spool("new")).ShouldHaveSingleItem();
        Directory.GetFileSystemEntries(State.Spool("dead")).ShouldHaveSingleItem();
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
        var store = Open();
        await store.Arrivals(9);
        await File.WriteAllTextAsync(State.Spool("tmp", "1.json"), "{");
        Refresh(store);

        (await store.Arrivals(9)).ShouldBeEmpty();
    }

    [Fact]
    public void AFolderInTheWayIsAResultAndNoCrash()
    {
        State.Prepare().ShouldBeNull();
        File.WriteAllText(State.File("spool"), "");

        FileSpool.Publish(State, Event(), Durability.Fast).Problem.ShouldNotBeNull().ShouldContain("cannot be written");
    }

    [Fact]
    public async Task AFullDiskIsAResultAndLeavesNothingBehind()
    {
        // A file system of a few pages needs root; without it there is nothing to see here.
        var mount = folder.Of("full");
        Directory.CreateDirectory(mount);
        using var mounting = Process.Start(
            new ProcessStartInfo("mount", ["-t", "tmpfs", "-o", "size=256k,mode=700", "tmpfs", mount]) { RedirectStandardError = true }
        );
        await mounting!.WaitForExitAsync();
        if (mounting.ExitCode != 0)
            return;
        try
        {
            var state = StateFolder.At(Path.Join(mount, "state"));
            FileSpool.Publish(state, Event(), Durability.Fast).Problem.ShouldBeNull();

            var problem = FileSpool
                .Publish(state, Event($$"""{"hook_event_name":"Stop","text":"{{new string('x', 1_000_000)}}"}"""), Durability.Fast)
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
    public async Task AWorkerWhoseFolderWasClearedAwayGoesOn()
    {
        var (store, lease) = await WithOrder();
        foreach (var claims in Directory.GetDirectories(State.Spool("claimed")))
            Directory.Delete(claims, recursive: true);

        (await store.Begin(lease)).ShouldBeTrue();
    }

    [Fact]
    public async Task ASpoolThatIsRemovedUnderTheConsumerIsMadeAnew()
    {
        var store = Open();
        (await store.Arrivals(9)).ShouldBeEmpty();
        Directory.Delete(State.Path, recursive: true);
        Refresh(store);
        (await store.Arrivals(9)).ShouldBeEmpty();
        FileSpool.Publish(State, Event(), Durability.Fast).Problem.ShouldBeNull();
        Refresh(store);

        (await store.Arrivals(9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task WhatIsPublishedIsHeardOfWithoutALook()
    {
        var changes = 0;
        await using var store = new FileStore(State, Time, Durability.Fast, () => Interlocked.Increment(ref changes));
        (await store.Arrivals(9)).ShouldBeEmpty();
        Eventually.True(() => changes > 0);
        await store.Arrivals(9);
        var before = changes;

        FileSpool.Publish(State, Event(), Durability.Fast).Problem.ShouldBeNull();

        Eventually.True(() => changes > before);
        (await store.Arrivals(9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task WhatWaitsDoesNotWaitForYearsWhenTheClockIsSetBack()
    {
        var (store, lease) = await WithOrder();
        await store.Begin(lease);
        await store.Delay(lease, lease.Order, Time.GetUtcNow().AddSeconds(30));
        (await store.Orders(null, 9)).ShouldBeEmpty();

        Time.JumpWallClock(TimeSpan.FromDays(-365));

        (await store.Orders(null, 9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task AKeyLeavesNoFileAlsoWhereItsHolderWasKilled()
    {
        var busy = State.Spool("busy");
        Directory.CreateDirectory(busy);
        File.WriteAllText(Path.Combine(busy, "of one that was killed"), "");
        var other = Open();
        (await other.TryHold("held")).ShouldBeTrue();
        var store = Open();
        await store.Arrivals(9);
        Directory.GetFiles(busy).Length.ShouldBe(1, "what is held stays");
        (await store.TryHold("held")).ShouldBeFalse();
        (await store.TryHold("mine")).ShouldBeTrue();

        store.Release("mine");
        other.Release("held");
        Directory.GetFiles(busy).ShouldBeEmpty();
    }
}
