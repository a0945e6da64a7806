using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Sqlite;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Runtime.Stores;

public sealed class SqliteStoreTests : SharedStoreContract
{
    private readonly TestFolder folder = new();
    private readonly List<string> told = [];

    private StateFolder State => StateFolder.At(folder.Of("state"));

    private string File => folder.Of("queue.db");

    internal override IWorkStore Open() => Open(SpoolOwner.OfThisProcess());

    internal override IWorkStore OpenElsewhere() => Open(SpoolOwner.OfThisProcess() with { Host = "another machine" });

    internal override async Task Kill(IWorkStore store) => await store.DisposeAsync();

    internal override void Refresh(IWorkStore store) => store.Refresh();

    private SqliteStore Open(SpoolOwner owner, string? path = null, string root = "") =>
        Keep(
            new SqliteStore(
                new QueueAddress(QueueKind.Sqlite, path ?? File, root),
                new StoreContext
                {
                    State = State,
                    Time = Time,
                    Durability = Durability.Fast,
                    Environment = _ => null,
                    Spool = new FileStore(State, Time, Durability.Fast),
                    OnChange = () => { },
                    OnProblem = told.Add,
                },
                owner,
                TimeSpan.FromMilliseconds(100)
            )
        );

    public override void Dispose()
    {
        base.Dispose();
        folder.Dispose();
    }

    [Fact]
    public async Task TheFileAndItsLogAreTheUsersOwn()
    {
        await Open().Publish(Event());

        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(File)!, "queue.db*"))
            System.IO.File.GetUnixFileMode(path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite, path);
        Scalar("PRAGMA user_version").ShouldBe(1L);
        Scalar("PRAGMA journal_mode").ShouldBe("wal");
    }

    [Fact]
    public async Task WhatAnotherOneWritesBetweenItsOwnEventsIsReadInItsPlace()
    {
        var (one, other) = (Open(), Open());
        var events = Enumerable.Range(0, 6).Select(_ => Event()).ToList();
        for (var i = 0; i < events.Count; i++)
            await (i is 2 or 3 ? other : one).Publish(events[i]);

        var given = new List<string>();
        while (await one.Arrivals(9) is { Count: > 0 } arrivals)
            given.AddRange(arrivals.Select(arrival => arrival.Event!.Id));

        given.ShouldBe(events.Select(one => one.Id));
    }

    [Fact]
    public async Task WhatWasHandedOnAndNotCommittedComesAgainToANewDispatcher()
    {
        var store = Open();
        await store.Publish(Event());
        await store.Publish(Event());
        (await store.Arrivals(1)).Count.ShouldBe(1);

        store.LookAgain();

        (await store.Arrivals(9)).Count.ShouldBe(2);
    }

    [Fact]
    public async Task AFileThatOthersMayReadIsClosedToThem()
    {
        System.IO.File.WriteAllText(File, "");
        System.IO.File.SetUnixFileMode(File, (UnixFileMode)0b110_100_100);

        await Open().Publish(Event());

        System.IO.File.GetUnixFileMode(File).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite);
    }

    [Fact]
    public async Task ForwardedTwiceItIsOneEvent()
    {
        var (store, envelope) = (Open(), Event());
        await store.Publish(envelope);
        await store.Publish(envelope);

        (await store.Arrivals(9)).ShouldHaveSingleItem();
    }

    [Fact]
    public async Task ALockOfAnotherProgramIsWaitedForAndLosesNothing()
    {
        var (store, lease) = await WithOrder();
        var other = Lock();
        await store.Commit([], [Order(Event(), "r/b")], []);
        store.Problem.ShouldBe("another program holds its lock; it is tried again");
        store.HasUnwritten.ShouldBeTrue();

        (await Should.ThrowAsync<IOException>(async () => await store.Publish(Event()))).Message.ShouldBe(store.Problem);
        (await store.Begin(lease)).ShouldBeFalse("its claim cannot be written");
        (await store.Orders(null, 9)).ShouldBeEmpty();
        store.NextDue.ShouldBe(Time.GetUtcNow().AddMilliseconds(100));

        other.Dispose();
        Time.Advance(TimeSpan.FromMilliseconds(100));
        (await store.Orders(null, 9)).Select(found => found.Order.Branch).Order().ShouldBe(["r/a", "r/b"]);
        (store.Problem, store.HasUnwritten).ShouldBe((null, false));
    }

    [Fact]
    public async Task WhatCouldNotBeFinishedIsFinishedLater()
    {
        var (store, lease) = await WithOrder();
        await store.Begin(lease);
        var other = Lock();
        await store.Finish(lease, [lease.Order with { Id = "2-2.b", Branch = "r/b" }], []);
        await store.Flush();
        (store.HasUnwritten, store.Problem is null).ShouldBe((true, false));

        other.Dispose();
        Time.Advance(TimeSpan.FromSeconds(1));

        (await store.Orders(null, 9)).ShouldHaveSingleItem().Order.Branch.ShouldBe("r/b");
        Scalar("SELECT count(*) FROM orders").ShouldBe(1L);
    }

    [Theory]
    [InlineData("garbage")]
    [InlineData("SQLite format 3\0and then nothing of it")]
    public async Task ADamagedFileIsPutAsideUntouchedAndANewOneTakesItsPlace(string text)
    {
        System.IO.File.WriteAllText(File, text);
        var store = Open();

        await store.Publish(Event());

        (await store.Arrivals(9)).ShouldHaveSingleItem();
        told.ShouldHaveSingleItem().ShouldContain("is damaged and was put aside as ");
        System
            .IO.File.ReadAllText(Directory.GetFiles(Path.GetDirectoryName(File)!, "queue.db.corrupt-*").ShouldHaveSingleItem())
            .ShouldBe(text);
    }

    [Fact]
    public async Task OfAFileDamagedInUseWhatCanBeReadGoesOn()
    {
        var store = Open();
        for (var i = 0; i < 400; i++)
            await store.Publish(Event($$"""{"hook_event_name":"Stop","number":{{i}},"text":"{{new string('x', 500)}}"}"""));
        await store.DisposeAsync();
        using (var bytes = System.IO.File.OpenWrite(File))
        {
            bytes.Position = bytes.Length / 2 / 4096 * 4096;
            bytes.Write(new byte[8192]);
        }

        var heir = Open();
        var found = (await heir.Arrivals(1000)).Count;

        told.ShouldHaveSingleItem().ShouldContain("could be read");
        found.ShouldBeInRange(300, 399);
        (await heir.Arrivals(9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task AFileThatIsRemovedInUseBeginsAnew()
    {
        var store = Open();
        await store.Publish(Event());
        foreach (var path in Directory.GetFiles(Path.GetDirectoryName(File)!, "queue.db*"))
            System.IO.File.Delete(path);

        var next = Event();
        await store.Publish(next);

        (await store.Arrivals(9)).ShouldHaveSingleItem().Event!.Id.ShouldBe(next.Id);
        told.ShouldHaveSingleItem().ShouldContain("removed or replaced");
    }

    [Theory]
    [InlineData("PRAGMA user_version = 2", "its format is 2, and this version of hookrules knows only 1")]
    [InlineData("CREATE TABLE cookies(a)", "it is another program's database")]
    [InlineData("CREATE TABLE event(a); PRAGMA user_version = 1", "it is another program's database")]
    public async Task AnothersDatabaseIsLeftAlone(string made, string problem)
    {
        Run(made);
        var before = System.IO.File.ReadAllBytes(File);
        var store = Open();

        (await Should.ThrowAsync<IOException>(async () => await store.Publish(Event()))).Message.ShouldContain(problem);

        System.IO.File.ReadAllBytes(File).ShouldBe(before);
        Directory.GetFiles(Path.GetDirectoryName(File)!, "queue.db*").ShouldBe([File]);
    }

    [Fact]
    public async Task NothingIsWrittenThroughALink()
    {
        var target = folder.Of("target.db");
        System.IO.File.CreateSymbolicLink(File, target);
        (await Should.ThrowAsync<IOException>(async () => await Open().Publish(Event()))).Message.ShouldContain(
            "is a link, which is not followed"
        );

        var project = Directory.CreateDirectory(folder.Of("project")).FullName;
        Directory.CreateSymbolicLink(Path.Join(project, "q"), Directory.CreateDirectory(folder.Of("elsewhere")).FullName);
        var through = Open(SpoolOwner.OfThisProcess(), Path.Join(project, "q", "queue.db"), project);
        (await Should.ThrowAsync<IOException>(async () => await through.Publish(Event()))).Message.ShouldContain(
            "is a link, which is not followed"
        );

        System.IO.File.Exists(target).ShouldBeFalse();
        Directory.GetFileSystemEntries(folder.Of("elsewhere")).ShouldBeEmpty();
    }

    [Fact]
    public async Task RowsThatSomebodyElseHasPutInAreNobodys()
    {
        await Open().Publish(Event());
        Run("INSERT INTO event(project, id, ms, body) SELECT project + 1, 'forged', ms, body FROM event");
        Run("INSERT INTO orders(project, id, ms, body) SELECT 0, 'forged.1', ms, body FROM event LIMIT 1");

        var store = Open();

        (await store.Arrivals(9)).Select(arrival => arrival.Receipt).ShouldNotContain("forged");
        (await store.Orders(null, 9)).ShouldBeEmpty();
    }

    [Fact]
    public async Task WhatCannotBeReadLiesWithTheSpoolsDead()
    {
        await Open().Publish(Event());
        Run("UPDATE event SET body = x'7b'");

        (await Open().Arrivals(9)).ShouldBeEmpty();

        Directory.GetFiles(State.Spool("dead")).ShouldHaveSingleItem();
        Scalar("SELECT count(*) FROM event").ShouldBe(0L);
    }

    [Fact]
    public async Task AFullDiskIsToldAndLosesNothing()
    {
        // A file system of a few pages needs root; without it there is nothing to see here.
        var mount = Directory.CreateDirectory(folder.Of("full")).FullName;
        if (Tool("mount", "-t", "tmpfs", "-o", "size=400k,mode=700", "tmpfs", mount) != 0)
            return;
        try
        {
            var store = Open(SpoolOwner.OfThisProcess(), Path.Join(mount, "queue.db"));
            await store.Publish(Event());
            var large = Event($$"""{"hook_event_name":"Stop","text":"{{new string('x', 600_000)}}"}""");

            (await Should.ThrowAsync<IOException>(async () => await store.Publish(large))).Message.ShouldBe(
                "no space is left on its disk; make room"
            );
            Time.Advance(TimeSpan.FromSeconds(1));
            (await store.Arrivals(9)).ShouldHaveSingleItem();
            Tool("mount", "-o", "remount,size=4m", mount).ShouldBe(0);
            await store.Publish(large);
            (await store.Arrivals(9)).ShouldHaveSingleItem();
            await store.DisposeAsync();
        }
        finally
        {
            Tool("umount", "-l", mount);
        }
    }

    [Fact]
    public async Task AReadOnlyDiskIsTold()
    {
        var mount = Directory.CreateDirectory(folder.Of("fixed")).FullName;
        if (Tool("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", mount) != 0)
            return;
        try
        {
            var first = Open(SpoolOwner.OfThisProcess(), Path.Join(mount, "queue.db"));
            await first.Publish(Event());
            await first.DisposeAsync();
            Tool("mount", "-o", "remount,ro", mount).ShouldBe(0);
            var store = Open(SpoolOwner.OfThisProcess(), Path.Join(mount, "queue.db"));

            (await Should.ThrowAsync<IOException>(async () => await store.Publish(Event()))).Message.ShouldBe(
                "it cannot be opened: its folder is missing, read-only or not yours to write to"
            );
            Tool("mount", "-o", "remount,rw", mount).ShouldBe(0);
            Time.Advance(TimeSpan.FromSeconds(1));
            (await store.Arrivals(9)).ShouldHaveSingleItem();
            await store.DisposeAsync();
        }
        finally
        {
            Tool("umount", "-l", mount);
        }
    }

    private static int Tool(string program, params string[] args) => HookRules.Tests.Faults.FaultBench.Tool(program, args);

    /// <summary>Another program that writes, and does not come to an end.</summary>
    private SqliteConnection Lock()
    {
        var connection = Connect();
        Execute(connection, "BEGIN IMMEDIATE");
        return connection;
    }

    private void Run(string sql)
    {
        using var connection = Connect();
        Execute(connection, sql);
    }

    private object? Scalar(string sql)
    {
        using var connection = Connect();
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        return command.ExecuteScalar();
    }

    private SqliteConnection Connect()
    {
        var connection = new SqliteConnection($"Data Source={File};Pooling=False");
        connection.Open();
        return connection;
    }

    private static void Execute(SqliteConnection connection, string sql)
    {
        using var command = connection.CreateCommand();
        command.CommandText = sql;
        command.ExecuteNonQuery();
    }
}
