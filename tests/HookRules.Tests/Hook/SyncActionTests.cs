using System.Text.Json;
using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Hook.HookProject;

namespace HookRules.Tests.Hook;

/// <summary>Actions marked <c>sync</c>, run by the real native hook while the caller waits.</summary>
public sealed class SyncActionTests
{
    private static readonly BranchOptions Closed = new() { Closed = true };

    [Theory]
    [InlineData(
        "PreToolUse",
        """{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"not today [blocked by synced (main.hookrules:7)]"}}"""
    )]
    [InlineData("Stop", """{"decision":"block","reason":"not today [blocked by synced (main.hookrules:7)]"}""")]
    [InlineData("UserPromptSubmit", """{"decision":"block","reason":"not today [blocked by synced (main.hookrules:7)]"}""")]
    public void ExitTwoBlocksWithItsStderr(string @event, string stdout)
    {
        using var project = new HookProject(Sync(@event, "says-no"));

        project.Run(Payload(@event)).ShouldBe(new ProcessResult(stdout, "", 0));
    }

    [Fact]
    public void ExitTwoWithoutAWordBlocksAndNamesTheProgram()
    {
        using var project = new HookProject(Sync("PreToolUse", "refuses"));

        var stdout = project.Run(Bash("ls")).Stdout;
        stdout.ShouldContain("\"permissionDecision\":\"deny\"");
        stdout.ShouldContain("exit 2' says no. [blocked by synced (main.hookrules:7)]");
    }

    [Fact]
    public void ItsStdinIsThePayloadAndItsJsonIsMerged()
    {
        using var project = new HookProject(Sync("PreToolUse", "echoes"), Guard());
        var payload = Bash("ls");

        var stdout = project.Run(payload).Stdout;
        stdout.ShouldStartWith($"{{\"systemMessage\":\"{payload.Length} bytes\",");
        stdout.ShouldContain("\"permissionDecision\":\"deny\",\"permissionDecisionReason\":\"no [blocked by guard (main.hookrules:7)]\"");
    }

    [Fact]
    public void WhatStopsClaudeNamesItsRuleAndStandsAboveAnotherRulesWords()
    {
        using var project = new HookProject(Sync("UserPromptSubmit", "talks"), Sync("UserPromptSubmit", "stops"));

        project.Run(Payload("UserPromptSubmit")).Stdout.ShouldStartWith("""{"continue":false,"stopReason":"[stopped by synced""");
    }

    [Fact]
    public void FieldsThatAreNoDecisionOfOursGoThrough()
    {
        using var project = new HookProject(Sync("PreToolUse", "rewrites"));

        project
            .Run(Bash("rm x"))
            .Stdout.ShouldBe(
                """{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"allow","permissionDecisionReason":"","updatedInput":{"command":"ls"}}}"""
            );
    }

    [Fact]
    public void ARulesDenialBeatsWhatAScriptAllows()
    {
        using var project = new HookProject(Sync("PreToolUse", "rewrites"), Guard());

        project.Run(Bash("rm x")).Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
    }

    [Fact]
    public void PlainWordsAreContextWhereClaudeCodeTakesThemSo()
    {
        using var prompt = new HookProject(Sync("UserPromptSubmit", "talks"));
        using var tool = new HookProject(Sync("PreToolUse", "talks"));

        prompt
            .Run(Payload("UserPromptSubmit"))
            .Stdout.ShouldBe("""{"hookSpecificOutput":{"hookEventName":"UserPromptSubmit","additionalContext":"plain words"}}""");
        tool.Run(Bash("ls")).ShouldBe(new ProcessResult("", "", 0));
    }

    [Fact]
    public void AFailureOfAnOpenActionIsToldAndLetThrough()
    {
        using var project = new HookProject(Sync("PreToolUse", "fails"));

        var result = project.Run(Bash("ls"), "--closed");

        result.ExitCode.ShouldBe(0);
        result.Stdout.ShouldBe(
            """{"systemMessage":"hookrules: synced (main.hookrules:7): sh -c 'echo broken >&2; exit 3' failed: exit code 3: broken"}"""
        );
        project.Errors.ShouldHaveSingleItem().ShouldContain("exit code 3");
    }

    [Fact]
    public void AFailureOfAClosedActionBlocks()
    {
        using var project = new HookProject(Sync("PreToolUse", "fails", Closed));

        project.Run(Bash("ls"), "--closed").Stdout.ShouldContain("failed: exit code 3: broken [blocked by synced (main.hookrules:7)]");
    }

    [Fact]
    public void AFailureTellsTheEndOfBothStreams()
    {
        using var project = new HookProject(Sync("PreToolUse", "finds", Closed));

        Reason(project.Run(Bash("ls"), "--closed"))
            .ShouldEndWith("failed: exit code 1:\ncoverage 71%\nis below 90%\nFAIL\n[blocked by synced (main.hookrules:7)]");
    }

    [Fact]
    public void OfLongOutputTheEndIsTold()
    {
        using var project = new HookProject(Sync("PreToolUse", "chatters", Closed));

        var reason = Reason(project.Run(Bash("ls"), "--closed"));
        reason.ShouldContain("\n…\n");
        reason.ShouldEndWith("\n99999\n100000\nthe end\nand why\n[blocked by synced (main.hookrules:7)]");
        reason.Length.ShouldBeLessThan(5000);
    }

    [Fact]
    public void WhatIsToldHoldsNoSecretThatTheRuleNames()
    {
        using var project = new HookProject(Sync("PreToolUse", "leaks", new BranchOptions { Closed = true, Pass = ["DEPLOY_TOKEN"] }));
        project.Variables["DEPLOY_TOKEN"] = "t0ken-of-mine";

        Reason(project.Run(Bash("ls"), "--closed")).ShouldContain("exit code 3:\nwith env.DEPLOY_TOKEN\nnot env.DEPLOY_TOKEN\n");
        project.Errors.ShouldHaveSingleItem().ShouldNotContain("t0ken-of-mine");
    }

    [Fact]
    public void AnActionThatTakesTooLongFails()
    {
        using var project = new HookProject(Sync("PreToolUse", "hangs", new BranchOptions { Timeout = TimeSpan.FromMilliseconds(300) }));

        project.Run(Bash("ls")).Stdout.ShouldContain("it did not end in time");
    }

    [Fact]
    public void ASyncLogIsWrittenBeforeClaudeGoesOn()
    {
        using var project = new HookProject(Sync("PreToolUse", "audit"));

        project.Run(Bash("ls")).ShouldBe(new ProcessResult("", "", 0));

        File.ReadAllLines(Path.Combine(project.Folder, "audit.jsonl")).ShouldHaveSingleItem().ShouldContain("\"command\":\"ls\"");
    }

    private static string Reason(ProcessResult result) =>
        JsonDocument
            .Parse(result.Stdout)
            .RootElement.GetProperty("hookSpecificOutput")
            .GetProperty("permissionDecisionReason")
            .GetString()!;
}
