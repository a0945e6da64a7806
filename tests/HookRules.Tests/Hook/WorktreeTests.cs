using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>Rules that make and remove worktrees in Claude Code's place, through the real native hook.</summary>
public sealed class WorktreeTests
{
    [Theory]
    [InlineData("mkdir made; echo made")]
    [InlineData("mkdir made; echo 'Preparing the worktree'; echo; echo \" $PWD/made \"; echo")]
    [InlineData(
        "mkdir made; printf '{\"hookSpecificOutput\":{\"hookEventName\":\"WorktreeCreate\",\"worktreePath\":\"%s/made\"}}' \"$PWD\""
    )]
    public void WhatAnActionPrintsLastIsThePath(string script)
    {
        using var project = Project($"on WorktreeCreate -> shell {Quoted(script)} sync timeout 10s");

        Create(project).ShouldBe(new ProcessResult($"{project.Folder}/made", "", 0));
    }

    [Theory]
    [InlineData("exit 3", "exit code 3")]
    [InlineData("echo 'no such branch' >&2; exit 2", "exit code 2: no such branch")]
    [InlineData("mkdir made; echo made; exit 1", "exit code 1")]
    [InlineData("echo there", "/there, which is no folder")]
    [InlineData("mkdir made; echo made; echo done", "/done, which is no folder")]
    [InlineData("printf '{}'", "it printed no path")]
    [InlineData("true", "no rule said where the worktree is")]
    public void WithoutAFolderThereIsNoWorktree(string script, string why)
    {
        using var project = Project($"on WorktreeCreate -> shell {Quoted(script)} sync timeout 10s");

        var result = Create(project);

        (result.ExitCode, result.Stdout).ShouldBe((1, ""));
        result.Stderr.ShouldStartWith("hookrules: ");
        result.Stderr.ShouldContain(why);
    }

    [Theory]
    [InlineData(
        "on WorktreeCreate -> shell \"mkdir trees; mkdir trees/$HOOK_NAME; echo 'Preparing worktree'\" sync timeout 10s, reply { "
            + "worktreePath: \"trees/{name}\" }",
        "trees/feature-y"
    )]
    [InlineData(
        "on WorktreeCreate -> shell \"mkdir made\" sync timeout 10s\non WorktreeCreate -> reply { worktreePath: \"made\" }",
        "made"
    )]
    public void ARuleMayReplyWithThePath(string rules, string path)
    {
        using var project = Project(rules);

        Create(project).ShouldBe(new ProcessResult($"{project.Folder}/{path}", "", 0));
    }

    [Theory]
    [InlineData(
        "on WorktreeCreate -> reply { worktreePath: \"trees/{name}\" }",
        "a rule replied with",
        "/trees/feature-y, which is no folder"
    )]
    [InlineData(
        "on WorktreeCreate -> shell \"exit 4\" sync timeout 10s, reply { worktreePath: \"trees/{name}\" }",
        "exit code 4",
        "which is no folder"
    )]
    [InlineData(
        "on WorktreeCreate -> shell \"mkdir made; exit 4\" sync timeout 10s closed, reply { worktreePath: \"made\" }",
        "exit code 4",
        ""
    )]
    public void APathWithoutAFolderIsNoWorktree(string rules, string why, string more)
    {
        using var project = Project(rules);

        var result = Create(project);

        (result.ExitCode, result.Stdout).ShouldBe((1, ""));
        result.Stderr.ShouldContain(why);
        result.Stderr.ShouldContain(more);
    }

    [Fact]
    public void ARuleThatDoesNotMatchMakesNoWorktree()
    {
        using var project = Project("on WorktreeCreate where name starts with \"x\" -> shell \"echo /tmp\" sync timeout 10s");

        Create(project).ShouldBe(new ProcessResult("", "hookrules: no rule said where the worktree is\n", 1));
    }

    [Fact]
    public void OfSeveralTheFirstRuleSaysWhereItIs()
    {
        using var project = Project(
            "on WorktreeCreate -> shell \"mkdir one; echo one\" sync timeout 10s, log \"made.jsonl\" sync, log \"queued.jsonl\"\n"
                + "on WorktreeCreate -> shell \"mkdir two; echo two\" sync timeout 10s"
        );

        Create(project).ShouldBe(new ProcessResult($"{project.Folder}/one", "", 0));

        File.Exists(Path.Combine(project.Folder, "made.jsonl")).ShouldBeTrue();
        project.Queued.Length.ShouldBe(1);
    }

    [Fact]
    public void WithoutItsPlanNothingIsMade()
    {
        using var project = Project("on WorktreeCreate -> shell \"echo /tmp\" sync timeout 10s");
        File.Delete(project.PlanPath);

        var result = Create(project);

        (result.ExitCode, result.Stdout).ShouldBe((1, ""));
        result.Stderr.ShouldContain("hookrules compile");
    }

    [Theory]
    [InlineData("exit 0", 0, "")]
    [InlineData("echo 'it holds changes' >&2; exit 1", 1, "exit code 1: it holds changes\n")]
    public void ARemovalThatFailedIsTold(string script, int exitCode, string stderr)
    {
        using var project = Project($"on WorktreeRemove -> shell {Quoted(script)} sync timeout 10s");

        var result = project.Run(
            System.Text.Encoding.UTF8.GetBytes(HookProject.Payload("WorktreeRemove", "\"worktree_path\":\"/tmp/x\"")),
            Arguments(project, "WorktreeRemove", "--closed")
        );

        (result.ExitCode, result.Stdout).ShouldBe((exitCode, ""));
        result.Stderr.ShouldEndWith(stderr);
    }

    private static HookProject Project(string rules)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", $"consumer manual\n{rules}\n"));
        compilation.Diagnostics.ShouldBeEmpty();
        return new HookProject(compilation.Graph);
    }

    private static ProcessResult Create(HookProject project) =>
        project.Run(
            System.Text.Encoding.UTF8.GetBytes(HookProject.Payload("WorktreeCreate", "\"name\":\"feature-y\"")),
            Arguments(project, "WorktreeCreate", "--closed")
        );

    private static string[] Arguments(HookProject project, string @event, params string[] more) =>
        ["--plan", project.PlanPath, "--plan-hash", project.Hash, "--event", @event, .. more];

    private static string Quoted(string script) => $"\"{script.Replace("\\", "\\\\").Replace("\"", "\\\"")}\"";
}
