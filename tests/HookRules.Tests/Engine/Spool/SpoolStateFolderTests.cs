using System.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

public sealed class SpoolStateFolderTests : IDisposable
{
    private readonly TestFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void ItStandsBelowTheStateHomeAndNamesTheProject()
    {
        var project = Directory.CreateDirectory(folder.Of("my app; rm -rf")).FullName;

        var state = StateFolder.Locate(project, Home);

        Path.GetDirectoryName(state.Path).ShouldBe(folder.Of("state", "hookrules"));
        Path.GetFileName(state.Path).ShouldMatch("^my_app__rm_-rf-[0-9a-f]{12}$");
    }

    [Fact]
    public void WhicheverLinkLeadsToTheProjectTheStateIsOne()
    {
        var project = Directory.CreateDirectory(folder.Of("project")).FullName;
        Directory.CreateSymbolicLink(folder.Of("link"), project);

        StateFolder.Locate(folder.Of("link") + "/", Home).Path.ShouldBe(StateFolder.Locate(project, Home).Path);
    }

    [Fact]
    public void WithoutAHomeItSaysSo()
    {
        StateFolder
            .Locate(folder.Path, _ => null)
            .Prepare()
            .ShouldBe("neither XDG_STATE_HOME nor HOME is set, so there is no place for the spool");
    }

    [FactNeeding(Need.Unix)]
    public void ItIsForItsOwnerAlone()
    {
        var state = StateFolder.Locate(folder.Path, Home);

        state.Prepare().ShouldBeNull();

        File.GetUnixFileMode(state.Path).ShouldBe(UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }

    [Fact]
    public void ALinkInItsPlaceIsRefused()
    {
        var state = StateFolder.Locate(folder.Path, Home);
        Directory.CreateDirectory(Path.GetDirectoryName(state.Path)!);
        Directory.CreateDirectory(folder.Of("elsewhere"));
        Directory.CreateSymbolicLink(state.Path, folder.Of("elsewhere"));

        state.Prepare().ShouldBe($"the state folder {state.Path} is a link; remove it");
        FileSpool
            .Publish(state, Envelope.Create(DateTimeOffset.UnixEpoch, "", "/", "/", "{}"u8.ToArray()), Durability.Fast)
            .Ok.ShouldBeFalse();
        Directory.GetFileSystemEntries(folder.Of("elsewhere")).ShouldBeEmpty();
    }

    [Theory]
    [InlineData(Durability.Fast)]
    [InlineData(Durability.Fsync)]
    public void AnEventThatCannotBePublishedLeavesNoUnfinishedFile(Durability durability)
    {
        var state = StateFolder.Locate(folder.Path, Home);
        state.Prepare().ShouldBeNull();
        Directory.CreateDirectory(Path.GetDirectoryName(state.Spool("new"))!);
        File.WriteAllText(state.Spool("new"), "in the way");

        FileSpool.Publish(state, Envelope.Create(DateTimeOffset.UnixEpoch, "", "/", "/", "{}"u8.ToArray()), durability).Ok.ShouldBeFalse();

        Directory.GetFileSystemEntries(state.Spool("tmp")).ShouldBeEmpty();
    }

    [FactNeeding(Need.Unix)]
    public void OneThatOthersMayWriteToIsRefused()
    {
        var state = StateFolder.Locate(folder.Path, Home);
        state.Prepare().ShouldBeNull();
        File.SetUnixFileMode(state.Path, (UnixFileMode)0b111_111_111);

        state.Prepare().ShouldBe($"other users may write to the state folder {state.Path}; run: chmod 700 '{state.Path}'");
    }

    [FactNeeding(Need.ForeignFiles)]
    public void OneOfAnotherUserIsRefused()
    {
        var state = StateFolder.Locate(folder.Path, Home);
        state.Prepare().ShouldBeNull();
        using var chown = Process.Start(new ProcessStartInfo("chown", ["nobody", state.Path]) { RedirectStandardError = true })!;
        chown.WaitForExit();

        state.Prepare().ShouldBe($"the state folder {state.Path} belongs to another user");
    }

    [FactNeeding(Need.ForeignFiles)]
    public void OneInAFolderOfAnotherUserIsRefused()
    {
        var state = StateFolder.Locate(folder.Path, Home);
        state.Prepare().ShouldBeNull();
        var parent = Path.GetDirectoryName(state.Path)!;
        using var chown = Process.Start(new ProcessStartInfo("chown", ["65534", parent]))!;
        chown.WaitForExit();

        state.Prepare().ShouldBe($"the folder {parent} belongs to another user");
    }

    [Fact]
    public void ALockIsHeldByOneAndFreeWhenItsHolderLetsGo()
    {
        var path = folder.Of("lock");
        using (var held = FileLock.TryAcquire(path).ShouldNotBeNull())
        {
            FileLock.TryAcquire(path).ShouldBeNull();
            FileLock.IsHeld(path).ShouldBeTrue();
        }

        // A program that another test starts just now has the file open until it begins.
        Eventually.True(() => !FileLock.IsHeld(path));
    }

    [Fact]
    public void ALockThatWasHandedOverOutlivesItsGiver()
    {
        var path = folder.Of("lock");
        var mark = folder.Of("started");
        using (var held = FileLock.TryAcquire(path).ShouldNotBeNull())
        {
            ChildProcess
                .StartDetached(ChildProcessTests.Spec(folder.Path, "sh", "-c", $"touch '{mark}'; exec sleep 1.5"), held)
                .ShouldBeNull();
        }

        FileLock.IsHeld(path).ShouldBeTrue();
        Eventually.True(() => File.Exists(mark));
        Eventually.True(() => !FileLock.IsHeld(path));
    }

    [Fact]
    public void ErrorsAreLinesOfJsonAndBounded()
    {
        var state = StateFolder.Locate(folder.Path, Home);
        for (var i = 0; i < 600; i++)
            ErrorJournal.Append(state, DateTimeOffset.UnixEpoch, "hook", new string('"', 4000), "e-1", "s").ShouldBeTrue();

        var files = Directory.GetFiles(state.Path, "errors*.jsonl");
        files.Length.ShouldBe(2);
        files.Sum(file => new FileInfo(file).Length).ShouldBeLessThan(4 << 20);
        File.ReadLines(state.Errors).First().ShouldStartWith("""{"time":"1970-01-01T00:00:00.000Z","source":"hook","message":""");
    }

    private string? Home(string name) => name == "XDG_STATE_HOME" ? folder.Of("state") : null;
}
