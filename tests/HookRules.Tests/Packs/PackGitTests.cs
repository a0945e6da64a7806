using System.Text.Json.Nodes;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>The scripts of the packs that work with git, in real repositories.</summary>
public sealed class PackGitTests : IDisposable
{
    private readonly PackRepository repository = new();

    public void Dispose() => repository.Dispose();

    // std/session-context

    [Fact]
    public void ASessionBeginsWithTheStateOfTheRepository()
    {
        repository.Write("a.txt", "a");
        repository.Commit();
        repository.Write("a b.txt", "b");

        var said = Said("use std/session-context with { commits = 3, advice = \"Run `make dev`; $HOME stays.\" }", "SessionStart");

        said.ShouldStartWith("Run `make dev`; $HOME stays.\ngit status:\n## main\n?? \"a b.txt\"\ngit log:\n");
        said.ShouldEndWith(" work\n");
    }

    [Fact]
    public void ASessionInARepositoryWithoutCommitsBeginsToo() =>
        Said("use std/session-context", "SessionStart").ShouldBe("git status:\n## No commits yet on main\n");

    [Fact]
    public void ASessionWithoutARepositoryIsToldTheAdviceAlone()
    {
        using var plain = new PackRepository(isGit: false);
        Said("use std/session-context", "SessionStart", inside: plain).ShouldBe("");
        Said("use std/session-context with { advice = \"Hello\" }", "SessionStart", inside: plain).ShouldBe("Hello\n");
    }

    [Fact]
    public void AHundredChangesAreNotAHundredLines()
    {
        for (var i = 0; i < 100; i++)
            repository.Write($"{i}.txt", "");
        Said("use std/session-context", "SessionStart").Split('\n').Length.ShouldBeLessThan(50);
    }

    // std/stop-gate

    [Theory]
    [InlineData("echo fine", 0, "")]
    [InlineData(
        "echo one && echo two >&2 && exit 3",
        2,
        "This must succeed before you stop: echo one && echo two >&2 && exit 3\none\ntwo\n"
    )]
    [InlineData("no-such-program", 2, "no-such-program")]
    [InlineData("cat", 0, "")]
    public void AGateOpensWhenItsCheckSucceeds(string check, int exitCode, string told)
    {
        var result = Ran($"use std/stop-gate with {{ check = \"{check}\" }}", "Stop").ShouldHaveSingleItem();

        result.ExitCode.ShouldBe(exitCode);
        result.Stdout.Text.ShouldBe("");
        result.Stderr.Text.ShouldContain(told);
    }

    [Fact]
    public void OfALongOutputAGateTellsTheEnd()
    {
        repository.Write("long.sh", "i=0; while [ $i -lt 500 ]; do echo \"line $i\"; i=$((i + 1)); done; exit 1");
        var lines = Ran("use std/stop-gate with { check = \"sh long.sh\" }", "Stop").Single().Stderr.Text.TrimEnd('\n').Split('\n');
        (lines.Length, lines[^1]).ShouldBe((60, "line 499"));
    }

    [Fact]
    public void WhatHasPassedIsNotCheckedAgainBeforeSomethingChanges()
    {
        repository.Write(".gitignore", "count\n");
        const string Gate = "use std/stop-gate with { check = \"echo x >>count; test ! -e broken\" }";

        Gates(Gate).ShouldBe((0, 1));
        Gates(Gate).ShouldBe((0, 1), "nothing has changed");
        repository.Write("a.txt", "a");
        Gates(Gate).ShouldBe((0, 2), "a new file");
        repository.Commit();
        Gates(Gate).ShouldBe((0, 3), "a new commit");
        repository.Write("broken", "");
        Gates(Gate).ShouldBe((2, 4));
        Gates(Gate).ShouldBe((2, 5), "what failed is checked again");
        File.Delete(repository.PathOf("broken"));
        Gates(Gate.Replace(" }", ", always = true }", StringComparison.Ordinal)).ShouldBe((0, 6));
        Gates(Gate.Replace(" }", ", always = true }", StringComparison.Ordinal)).ShouldBe((0, 7));
        repository.Git("status", "--porcelain").ShouldBe("");

        (int ExitCode, int Checks) Gates(string rules) => (Ran(rules, "Stop").Single().ExitCode, repository.Read("count").Length / 2);
    }

    // std/checkpoint

    [Fact]
    public void ACheckpointBringsEveryFileBackAndTouchesNothing()
    {
        repository.Write(".gitignore", "ignored\n");
        repository.Write("a.txt", "one\n");
        repository.Commit();
        repository.Write("a.txt", "two\n");
        repository.Write("staged.txt", "x\n");
        repository.Git("add", "staged.txt");
        repository.Write("-new file\n.txt", "new\n");
        repository.Write("ignored", "x\n");
        var (status, head) = (repository.Git("status", "--porcelain"), repository.Git("rev-parse", "HEAD"));

        Checkpoint();

        (
            repository.Git("status", "--porcelain"),
            repository.Git("rev-parse", "HEAD"),
            repository.Git("branch", "--list", "--all")
        ).ShouldBe((status, head, "* main"));
        var checkpoint = Checkpoints().ShouldHaveSingleItem();
        repository
            .Git("log", "-1", "--format=%an %s", checkpoint)
            .ShouldBe("hookrules Checkpoint of session 11111111-1111-4111-8111-111111111111");
        repository
            .Git("ls-tree", "-r", "-z", "--name-only", checkpoint)
            .Split('\0', StringSplitOptions.RemoveEmptyEntries)
            .ShouldBe(["-new file\n.txt", ".gitignore", "a.txt", "staged.txt"]);

        File.Delete(repository.PathOf("a.txt"));
        repository.Git("restore", $"--source={checkpoint}", "--", "a.txt").ShouldBe("");
        repository.Read("a.txt").ShouldBe("two\n");
    }

    [Fact]
    public void TheSameStateIsKeptOnceAndOldOnesAreForgotten()
    {
        for (var i = 0; i < 5; i++)
        {
            repository.Write("a.txt", $"{i}\n");
            Checkpoint();
            Checkpoint();
        }

        // Of one second, whose order nobody knows, any may be forgotten.
        Checkpoints().Length.ShouldBe(3);
        repository.Git("rev-parse", "--quiet", "--verify", "HEAD").ShouldStartWith("exit");
    }

    [Fact]
    public void WithoutARepositoryThereIsNoCheckpoint()
    {
        using var plain = new PackRepository(isGit: false);
        Said("use std/checkpoint", "Stop", inside: plain).ShouldBe("");
        Said("use std/checkpoint", "Stop", inside: new PackRepository()).ShouldBe("");
    }

    // std/worktree

    [Fact]
    public void AWorktreeIsReadyToWorkIn()
    {
        repository.Write(".gitignore", ".env*\n!.env.example\nlocal/\nnode_modules/\n.claude/worktrees/\n");
        repository.Write(".worktreeinclude", "local/settings.json\n");
        repository.Write(".env.example", "A=\n");
        repository.Commit();
        repository.Write(".env", "A=1\n");
        repository.Write("svc a/.env.local", "B=1\n");
        repository.Write("local/settings.json", "{}");
        repository.Write("local/cache", "x");
        repository.Write("node_modules/x/.env", "x");

        var path = Created("feature-y");

        path.ShouldBe(repository.PathOf(".claude/worktrees/feature-y"));
        repository.Git("-C", path, "branch", "--show-current").ShouldBe("worktree-feature-y");
        repository.Git("-C", path, "status", "--porcelain").ShouldBe("");
        Files(path).ShouldBe([".env", ".env.example", ".gitignore", ".worktreeinclude", "local/settings.json", "svc a/.env.local"]);
        Created("feature-y").ShouldBe(path, "the same name again is the same worktree");
        repository.Git("status", "--porcelain").ShouldBe("");
    }

    [Fact]
    public void AWorktreeStartsWhereTheParameterSays()
    {
        repository.Write("a.txt", "a");
        repository.Commit();
        repository.Git("branch", "stable");
        repository.Write("b.txt", "b");
        repository.Commit();

        Files(Created("team/x", "base = \"stable\", copied = []")).ShouldBe(["a.txt"]);
    }

    [Fact]
    public void AWorktreeThatSomebodyDeletedIsMadeAnew()
    {
        repository.Write("a.txt", "a");
        repository.Commit();
        var path = Created("x");
        Directory.Delete(path, recursive: true);

        Files(Created("x")).ShouldBe(["a.txt"]);
    }

    [Theory]
    [InlineData("-x")]
    [InlineData("../x")]
    [InlineData("/x")]
    [InlineData("a b")]
    [InlineData("")]
    public void ABadNameMakesNoWorktree(string name)
    {
        repository.Write("a.txt", "a");
        repository.Commit();

        var result = Ran("use std/worktree", "WorktreeCreate", new JsonObject { ["name"] = name }).ShouldHaveSingleItem();

        (result.Succeeded, result.Stdout.Text).ShouldBe((false, ""));
        result.Stderr.Text.ShouldNotBeEmpty();
        repository.Git("worktree", "list").Split('\n').Length.ShouldBe(1);
    }

    [Fact]
    public void AWorktreeIsRemovedUnlessItHoldsWork()
    {
        repository.Write("a.txt", "a");
        repository.Commit();
        var path = Created("x");
        File.Copy(Path.Combine(path, "a.txt"), Path.Combine(path, "b.txt"));

        var refused = Removed(path);
        (refused.Succeeded, Directory.Exists(path)).ShouldBe((false, true));
        refused.Stderr.Text.ShouldContain("modified or untracked files");

        File.Delete(Path.Combine(path, "b.txt"));
        (Removed(path).Succeeded, Directory.Exists(path)).ShouldBe((true, false));
        Removed(path).Succeeded.ShouldBeTrue("what is gone is removed");
    }

    private string Created(string name, string parameters = "")
    {
        var result = Ran($"use std/worktree with {{ {parameters} }}", "WorktreeCreate", new JsonObject { ["name"] = name })
            .ShouldHaveSingleItem();
        result.Succeeded.ShouldBeTrue(result.Stderr.Text);
        return result.Stdout.Text.TrimEnd('\n').Split('\n')[^1];
    }

    private ChildResult Removed(string path) =>
        Ran("use std/worktree", "WorktreeRemove", new JsonObject { ["worktree_path"] = path }).Single();

    private static IEnumerable<string> Files(string folder) =>
        Directory
            .GetFiles(folder, "*", SearchOption.AllDirectories)
            .Select(file => Path.GetRelativePath(folder, file))
            .Where(file => file != ".git")
            .Order(StringComparer.Ordinal);

    private void Checkpoint() => Said("use std/checkpoint with { keep = 3 }", "Stop").ShouldBe("");

    private string[] Checkpoints() =>
        repository
            .Git("for-each-ref", "--format=%(refname)", "refs/hookrules/checkpoints")
            .Split('\n', StringSplitOptions.RemoveEmptyEntries);

    private IReadOnlyList<ChildResult> Ran(string rules, string @event, JsonObject? fields = null) =>
        repository.Run(rules, @event, fields: fields);

    private string Said(string rules, string @event, PackRepository? inside = null)
    {
        var result = (inside ?? repository).Run(rules, @event).ShouldHaveSingleItem();
        (result.ExitCode, result.Stderr.Text).ShouldBe((0, ""));
        return result.Stdout.Text;
    }
}
