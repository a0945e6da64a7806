using System.Text;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>The state folder cannot be used for a while: Claude goes on, the user is told once, what was acknowledged is done when the
/// fault is gone.</summary>
public sealed class StateFaultTests
{
    [TheoryNeeding(Need.Mount)]
    [InlineData("full disk", "no space left", "no space left")]
    [InlineData("read-only", "the file system is read-only", "read-only")]
    public void OnADiskThatTakesNothingClaudeGoesOnAndNothingIsLost(string fault, string hookSays, string consumerSays)
    {
        using var bench = Audited();
        bench.Mount("size=256k,mode=700").ShouldBeTrue();
        ToldOnceAndNothingLost(bench, fault, hookSays, consumerSays);
    }

    [FactNeeding(Need.ForeignFiles)]
    public void InAFolderOfSomebodyElseClaudeGoesOnAndNothingIsLost()
    {
        using var bench = Audited();
        ToldOnceAndNothingLost(bench, "foreign owner", "belongs to another user", "belongs to another user");
    }

    [TheoryNeeding(Need.Unix)]
    [InlineData("link in its place", "is a link")]
    [InlineData("file in its place", "is not a folder")]
    public void WithSomethingElseInItsPlaceClaudeGoesOnAndNothingIsLost(string fault, string said)
    {
        using var bench = Audited();
        ToldOnceAndNothingLost(bench, fault, said, said);
    }

    private static FaultBench Audited() => new([Log("audit")], Deny("rm"), Queue("audited", null, "audit") with { Closed = true });

    private static void ToldOnceAndNothingLost(FaultBench bench, string fault, string hookSays, string consumerSays)
    {
        bench.Project.Run(HookProject.Bash("before")).ShouldBe(new ProcessResult("", "", 0));
        Break(bench, fault).ShouldBeTrue();

        var denied = bench.Project.Run(HookProject.Bash("rm x"));
        denied.ExitCode.ShouldBe(0);
        denied.Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
        Message(denied).ShouldContain(hookSays, Case.Insensitive);
        bench.Project.Run(HookProject.Bash("ls")).ShouldBe(new ProcessResult("", "", 0), "told already");
        var closed = bench.Project.Run(HookProject.Bash("ls"), "--closed");
        closed.ExitCode.ShouldBe(1);
        closed.Stderr.ShouldContain(hookSays, Case.Insensitive);
        var (code, said) = bench.WorkOff();
        code.ShouldBe(3, said);
        said.ShouldContain(consumerSays, Case.Insensitive);
        bench.Lines("audit.jsonl").ShouldBeEmpty();

        Mend(bench, fault);
        bench.Project.Run(HookProject.Bash("after")).ShouldBe(new ProcessResult("", "", 0));
        bench.WorkOff().ShouldBe((0, ""));
        bench.Commands("audit.jsonl").Order().ShouldBe(["after", "before"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [FactNeeding(Need.Mount)]
    public void AConsumerWhoseDiskFillsUpKeepsWhatItDidAndWritesItDownLater()
    {
        using var bench = new FaultBench(
            [Shell("a", "echo ran >> ran; while [ ! -e filled ]; do sleep 0.05; done")],
            Queue("r", null, "a")
        );
        bench.Mount("size=256k,mode=700").ShouldBeTrue();

        bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);
        var consumer = bench.Consumer();
        bench.Until(() => bench.Lines("ran").Length == 1, "the handler does not start");
        Fill(bench);
        using (File.Create(Path.Combine(bench.Project.Folder, "filled"))) { }
        bench.Until(
            () => consumer.Said.Contains("the journal cannot be written", StringComparison.Ordinal),
            "the consumer does not say so"
        );
        bench.Spool("claimed").ShouldHaveSingleItem();

        Mend(bench, "full disk");
        bench.Until(() => bench.SpoolIsEmpty, "the event does not leave the spool");
        bench.Lines("ran").ShouldBe(["ran"]);
        bench.Runs.ShouldHaveSingleItem();
    }

    [FactNeeding(Need.Mount)]
    public void OfALineThatTheDiskCutsOffNothingStays()
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        bench.Mount("size=64k,mode=700").ShouldBeTrue();

        var journal = Path.Combine(bench.Project.StateHome, "journal");
        var lines = Encoding.ASCII.GetBytes(new string('x', 3999) + "\n");
        AppendFile.Append(journal, lines).ShouldBeNull();
        Fill(bench);

        AppendFile.Append(journal, lines).ShouldNotBeNull().ShouldContain("no space left");
        new FileInfo(journal).Length.ShouldBe(lines.Length);
        Mend(bench, "full disk");
        AppendFile.Append(journal, lines).ShouldBeNull();
        new FileInfo(journal).Length.ShouldBe(2 * lines.Length);
    }

    [FactNeeding(Need.ForeignFiles)]
    public void WhatStandsInAFolderOfSomebodyElseIsNotSaid()
    {
        using var bench = new FaultBench([Log("audit")], Deny("rm"));
        bench.Project.Run(HookProject.Payload("SessionEnd"), "--plan-hash", "other").ExitCode.ShouldBe(0);
        var kept = Directory.GetFiles(bench.State.File("notices"), "*.kept").ShouldHaveSingleItem();
        Tool("chown", "-R", "65534", bench.State.Path).ShouldBe(0);

        bench.Project.Run(HookProject.Bash("ls")).ShouldBe(new ProcessResult("", "", 0));
        File.Exists(kept).ShouldBeTrue();
    }

    private static bool Break(FaultBench bench, string fault)
    {
        switch (fault)
        {
            case "full disk":
                Fill(bench);
                return true;
            case "read-only":
                return Tool("mount", "-o", "remount,ro", bench.Project.StateHome) == 0;
            case "foreign owner":
                return Tool("chown", "65534", bench.State.Path) == 0;
            default:
                Directory.Move(bench.State.Path, Aside(bench));
                if (fault.StartsWith("link", StringComparison.Ordinal))
                    Directory.CreateSymbolicLink(bench.State.Path, Aside(bench));
                else
                    using (File.Create(bench.State.Path)) { }
                return true;
        }
    }

    private static void Mend(FaultBench bench, string fault)
    {
        switch (fault)
        {
            case "full disk":
                File.Delete(Path.Combine(bench.Project.StateHome, "filler"));
                break;
            case "read-only":
                Tool("mount", "-o", "remount,rw", bench.Project.StateHome).ShouldBe(0);
                break;
            case "foreign owner":
                Tool("chown", "0", bench.State.Path).ShouldBe(0);
                break;
            default:
                File.Delete(bench.State.Path);
                Directory.Move(Aside(bench), bench.State.Path);
                break;
        }
    }

    private static string Aside(FaultBench bench) => Path.Combine(bench.Project.Root, "aside");

    private static void Fill(FaultBench bench)
    {
        const int Page = 4096;
        using var filler = new FileStream(
            Path.Combine(bench.Project.StateHome, "filler"),
            FileMode.Create,
            FileAccess.Write,
            FileShare.None,
            bufferSize: 0
        );
        try
        {
            while (true)
                filler.Write(new byte[Page]);
        }
        catch (IOException)
        {
            // Full.
        }
    }

    private static string Message(ProcessResult result) =>
        JsonDocument.Parse(result.Stdout).RootElement.GetProperty("systemMessage").GetString()!;
}
