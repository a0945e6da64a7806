using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Settings;
using Shouldly;
using Xunit;

namespace HookRules.Tests;

public sealed class AtomicFileTests : IDisposable
{
    private readonly string folder = Directory.CreateTempSubdirectory("hookrules-atomic-").FullName;

    public void Dispose() => Directory.Delete(folder, recursive: true);

    [Fact]
    public void AFileIsCreatedWithItsFolder()
    {
        AtomicFile.Write(At(".claude/settings.json"), "{}"u8).ShouldBeTrue();
        File.ReadAllText(At(".claude/settings.json")).ShouldBe("{}");
        Names(".claude").ShouldBe(["settings.json"]);
    }

    [Fact]
    public void TheSameBytesAreNotWrittenAgain()
    {
        AtomicFile.Write(At("a"), "x"u8);
        var before = new DateTime(2020, 1, 1, 0, 0, 0, DateTimeKind.Utc);
        File.SetLastWriteTimeUtc(At("a"), before);
        AtomicFile.Write(At("a"), "x"u8).ShouldBeFalse();
        File.GetLastWriteTimeUtc(At("a")).ShouldBe(before);
        AtomicFile.Write(At("a"), "y"u8).ShouldBeTrue();
        File.ReadAllText(At("a")).ShouldBe("y");
    }

    [FactNeeding(Need.Unix)]
    public void PermissionsStay()
    {
        foreach (
            var mode in new[]
            {
                UnixFileMode.UserRead | UnixFileMode.UserWrite,
                UnixFileMode.UserRead
                    | UnixFileMode.UserWrite
                    | UnixFileMode.GroupRead
                    | UnixFileMode.GroupWrite
                    | UnixFileMode.OtherRead
                    | UnixFileMode.OtherWrite,
            }
        )
        {
            AtomicFile.Write(At("a"), Encoding.UTF8.GetBytes($"before {mode}"));
            File.SetUnixFileMode(At("a"), mode);
            AtomicFile.Write(At("a"), Encoding.UTF8.GetBytes($"after {mode}"));
            File.GetUnixFileMode(At("a")).ShouldBe(mode);
        }
    }

    [Fact]
    public void OfALinkTheTargetIsReplaced()
    {
        Directory.CreateDirectory(At("dotfiles"));
        AtomicFile.Write(At("dotfiles/settings.json"), "old"u8);
        File.CreateSymbolicLink(At("middle"), "dotfiles/settings.json");
        File.CreateSymbolicLink(At("settings.json"), At("middle"));

        AtomicFile.Write(At("settings.json"), "new"u8);
        File.ReadAllText(At("dotfiles/settings.json")).ShouldBe("new");
        new FileInfo(At("settings.json")).LinkTarget.ShouldBe(At("middle"));
        new FileInfo(At("middle")).LinkTarget.ShouldBe("dotfiles/settings.json");
    }

    [Fact]
    public void ADanglingLinkGetsItsTarget()
    {
        File.CreateSymbolicLink(At("settings.json"), "later.json");
        AtomicFile.Write(At("settings.json"), "new"u8);
        File.ReadAllText(At("later.json")).ShouldBe("new");
        new FileInfo(At("settings.json")).LinkTarget.ShouldBe("later.json");
    }

    [Fact]
    public void AReadOnlyFileIsReplacedAndStaysReadOnly()
    {
        // Checkouts of some version control systems are read-only; the folder says who may change what is in it.
        AtomicFile.Write(At("a"), "old"u8);
        File.SetUnixFileMode(At("a"), UnixFileMode.UserRead | UnixFileMode.GroupRead);
        AtomicFile.Write(At("a"), "new"u8);
        File.ReadAllText(At("a")).ShouldBe("new");
        File.GetUnixFileMode(At("a")).ShouldBe(UnixFileMode.UserRead | UnixFileMode.GroupRead);
        Names("").ShouldBe(["a"]);
    }

    [Fact]
    public void WhatCannotBeWrittenLeavesNothingBehind()
    {
        Directory.CreateDirectory(At("settings.json"));
        AtomicFile.Write(At("file"), "x"u8);
        Should.Throw<IOException>(() => AtomicFile.Write(At("settings.json"), "new"u8));
        Should.Throw<IOException>(() => AtomicFile.Write(At("file/settings.json"), "new"u8));
        File.CreateSymbolicLink(At("loop"), "loop");
        Should.Throw<IOException>(() => AtomicFile.Write(At("loop"), "new"u8));
        Names("").ShouldBe(["file", "loop", "settings.json"]);
        Names("settings.json").ShouldBeEmpty();
    }

    [Fact]
    public async Task AReaderSeesTheOldOrTheNewFileAndNeverHalf()
    {
        var texts = new[] { new string('a', 300_000), new string('b', 200_000) };
        AtomicFile.Write(At("a"), Encoding.UTF8.GetBytes(texts[0]));
        using var done = new CancellationTokenSource();
        var reader = Task.Run(() =>
        {
            var seen = 0;
            while (!done.IsCancellationRequested || seen == 0)
            {
                texts.ShouldContain(File.ReadAllText(At("a")));
                seen++;
            }
        });
        for (var i = 1; i <= 20; i++)
            AtomicFile.Write(At("a"), Encoding.UTF8.GetBytes(texts[i % 2]));
        await done.CancelAsync();
        await reader;
    }

    [Fact]
    public void TheTextOfASettingsFileStandsForItsBytes()
    {
        byte[] bytes = [0xEF, 0xBB, 0xBF, .. "{ \"é\": 1 }\r\n"u8];
        AtomicFile.Write(At("s.json"), bytes);
        var (text, problem) = SettingsFile.Read(At("s.json"), "s.json");
        problem.ShouldBeNull();
        Encoding.UTF8.GetBytes(text!).ShouldBe(bytes);
        SettingsFile.Read(At("none.json"), "none.json").ShouldBe((null, null));

        AtomicFile.Write(At("latin1.json"), [(byte)'{', (byte)'"', 0xE9, (byte)'"', (byte)'}']);
        SettingsFile.Read(At("latin1.json"), "latin1.json").Problem!.Code.ShouldBe("HR3003");
    }

    private string At(string name) => Path.Combine(folder, name);

    private IEnumerable<string> Names(string name) =>
        Directory.EnumerateFileSystemEntries(At(name)).Select(path => Path.GetFileName(path)!).Order(StringComparer.Ordinal);
}
