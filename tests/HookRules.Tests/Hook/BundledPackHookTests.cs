using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Tests.Sessions;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>Bundled packs whose scripts run while Claude Code waits, through the real native hook.</summary>
public sealed class BundledPackHookTests
{
    [Fact]
    public void TheWorktreePackMakesAndRemovesAWorktree()
    {
        using var project = Project("use std/worktree");
        File.WriteAllText(Path.Combine(project.Folder, "a.txt"), "a");
        foreach (
            var args in new string[][]
            {
                ["init", "-q"],
                ["add", "a.txt"],
                ["-c", "user.name=dev", "-c", "user.email=dev@localhost", "commit", "-q", "-m", "a"],
            }
        )
            RealProcess.Run("git", args, cwd: project.Folder).ExitCode.ShouldBe(0);

        var made = Run(project, "WorktreeCreate", "\"name\":\"feature-y\"");
        var path = Path.Combine(project.Folder, ".claude", "worktrees", "feature-y");
        made.ShouldBe(new ProcessResult(path, "", 0));
        File.Exists(Path.Combine(path, "a.txt")).ShouldBeTrue();

        Run(project, "WorktreeRemove", $"\"worktree_path\":{JsonValue.Create(path).ToJsonString()}").ShouldBe(new ProcessResult("", "", 0));
        Directory.Exists(path).ShouldBeFalse();
    }

    [Fact]
    public void WithoutARepositoryTheWorktreePackSaysWhy()
    {
        using var project = Project("use std/worktree");

        var result = Run(project, "WorktreeCreate", "\"name\":\"feature-y\"");

        (result.ExitCode, result.Stdout).ShouldBe((1, ""));
        result.Stderr.ShouldStartWith("hookrules: worktree.create (std/worktree.hookrules:");
        result.Stderr.ShouldContain(" failed: exit code 1: ");
        result.Stderr.ShouldContain("not a git repository");
    }

    [Fact]
    public void TheStopGateHoldsClaudeWithTheOutputOfTheCheck()
    {
        using var bench = new SessionBench("use std/stop-gate with { check = \"test -e mended || { echo '2 tests failed'; exit 1; }\" }\n");

        bench.Block().ShouldContain("\n2 tests failed");
        bench.Block().ShouldContain("[stop-gate.gate] still fails as told at ");
        File.WriteAllText(bench.PathOf("mended"), "");
        bench.Block().ShouldBe("");
    }

    [Fact]
    public void TheSessionContextIsGivenToClaude()
    {
        using var project = Project("use std/session-context with { advice = \"Run make dev.\" }");

        Run(project, "SessionStart", "\"source\":\"startup\"")
            .Stdout.ShouldBe("""{"hookSpecificOutput":{"hookEventName":"SessionStart","additionalContext":"Run make dev."}}""");
    }

    [Fact]
    public void TheAuditIsWrittenBeforeClaudeGoesOn()
    {
        using var project = Project("use std/audit");

        Run(project, "UserPromptSubmit", "\"prompt\":\"hello\"").ShouldBe(new ProcessResult("", "", 0));

        File.ReadAllLines(Path.Combine(project.Folder, ".claude", "logs", "audit.jsonl"))
            .ShouldHaveSingleItem()
            .ShouldContain("\"prompt\":\"hello\"");
    }

    private static HookProject Project(string rules)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", $"consumer manual\n{rules}\n"));
        compilation.HasErrors.ShouldBeFalse();
        return new HookProject(compilation.Graph);
    }

    private static ProcessResult Run(HookProject project, string @event, string fields) =>
        project.Run(
            Encoding.UTF8.GetBytes(HookProject.Payload(@event, fields)),
            ["--plan", project.PlanPath, "--plan-hash", project.Hash, "--event", @event, "--closed"]
        );
}
