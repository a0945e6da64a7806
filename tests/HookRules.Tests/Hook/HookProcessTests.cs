using System.Text;
using System.Text.Json;
using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Hook.HookProject;

namespace HookRules.Tests.Hook;

/// <summary>The real native hook, as a process: payload on stdin, what it prints, how it exits, what it leaves behind.</summary>
public sealed class HookProcessTests
{
    [Fact]
    public void ADecisionIsOneJsonObjectAndNothingElse()
    {
        using var project = new HookProject(Guard("not {command}"));

        var result = project.Run(Bash("rm x"));

        result.ShouldBe(
            new ProcessResult(
                """{"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"deny","permissionDecisionReason":"not rm x [blocked by guard (main.hookrules:7)]"}}""",
                "",
                0
            )
        );
        project.Queued.ShouldBeEmpty();
        Directory.Exists(project.StateHome).ShouldBeFalse();
    }

    [Fact]
    public void AnEventThatNoRuleMatchesIsMetWithSilence()
    {
        using var project = new HookProject(Guard());

        project.Run(Payload("PreToolUse", "\"tool_name\":\"Read\",\"tool_input\":{}")).ShouldBe(new ProcessResult("", "", 0));
    }

    [Fact]
    public void OneEnvelopeIsQueuedHoweverManyRulesWantIt()
    {
        using var project = new HookProject(Audited(), Audited() with { Id = "again", Name = "again" });

        project.Run(Bash("ls")).ShouldBe(new ProcessResult("", "", 0));

        var envelope = JsonDocument.Parse(project.Queued.ShouldHaveSingleItem()).RootElement;
        envelope.GetProperty("plan").GetString().ShouldBe(project.Hash);
        envelope.GetProperty("project").GetString().ShouldBe(project.Folder);
        envelope.GetProperty("payload").GetProperty("tool_input").GetProperty("command").GetString().ShouldBe("ls");
    }

    [Theory]
    [InlineData("", "the payload is empty")]
    [InlineData("  \n", "the payload is empty")]
    [InlineData("not json", "is not valid JSON at line 1, byte 2")]
    [InlineData("""{"hook_event_name":"PreToolUse","tool_na""", "is not valid JSON")]
    [InlineData("[1]", "is not a JSON object but an array")]
    [InlineData("null", "is not a JSON object but null")]
    [InlineData("""{"tool_name":"Bash"}""", "has no hook_event_name")]
    [InlineData("""{"hook_event_name":7}""", "has no hook_event_name")]
    public void ABadPayloadLetsClaudeGoOnAndTellsTheUser(string payload, string problem)
    {
        using var project = new HookProject(Guard(), Audited());

        var result = project.Run(payload);

        result.ExitCode.ShouldBe(0);
        result.Stderr.ShouldBe("");
        Message(result).ShouldContain(problem);
        project.Errors.ShouldHaveSingleItem().ShouldContain("\"source\":\"hook\"");
        project.Queued.ShouldBeEmpty();
    }

    [Fact]
    public void BytesThatAreNoTextAreABadPayload()
    {
        using var project = new HookProject(Guard());

        var result = project.Run([0xff, 0xfe, 0x00, 0x7b], ["--plan", project.PlanPath, "--event", "PreToolUse"]);

        result.ExitCode.ShouldBe(0);
        Message(result).ShouldContain("not valid JSON");
    }

    [Fact]
    public void AByteOrderMarkIsNoProblem()
    {
        using var project = new HookProject(Guard());

        project.Run("\uFEFF" + Bash("ls")).Stdout.ShouldContain("deny");
    }

    [Theory]
    [InlineData("missing", "it is missing")]
    [InlineData("empty", "cannot be used")]
    [InlineData("cut off", "cannot be used")]
    [InlineData("a folder", "cannot be used")]
    [InlineData("other bytes in it", "cannot be used")]
    public void APlanThatCannotBeUsedLetsClaudeGoOnAndAClosedEntryFails(string what, string problem)
    {
        using var project = new HookProject(Guard(), Audited());
        Spoil(project.PlanPath, what);

        var open = project.Run(Bash("ls"));
        open.ExitCode.ShouldBe(0);
        Message(open).ShouldContain(problem);
        Message(open).ShouldContain("run \"hookrules compile\"");

        var closed = project.Run(Bash("ls"), "--closed");
        closed.ExitCode.ShouldBe(1);
        closed.Stdout.ShouldBe("");
        closed.Stderr.ShouldContain(problem);
        project.Queued.ShouldBeEmpty();
    }

    /// <summary>There Claude Code ignores onFailure, and only 2 holds it; held for good it would never end.</summary>
    [Fact]
    public void AClosedEntryThatCannotLookHoldsTheEndOnceASession()
    {
        using var project = new HookProject(Guard());
        Spoil(project.PlanPath, "other bytes in it");

        (ExitCode("s1"), ExitCode("s1"), ExitCode("s2")).ShouldBe((2, 1, 2));

        int ExitCode(string session) =>
            project
                .Run(
                    Encoding.UTF8.GetBytes(Payload("Stop", session: session)),
                    ["--plan", project.PlanPath, "--plan-hash", project.Hash, "--event", "Stop", "--closed"]
                )
                .ExitCode;
    }

    [Fact]
    public void APlanOfAnotherHashThanTheEntryNamesWasEdited()
    {
        using var project = new HookProject(Guard(), Audited());
        string[] args = ["--plan", project.PlanPath, "--plan-hash", new string('0', 64), "--event", "PreToolUse"];

        var result = project.Run(Encoding.UTF8.GetBytes(Bash("ls")), args);

        result.ExitCode.ShouldBe(0);
        Message(result).ShouldContain("somebody edited it");
        project.Queued.ShouldBeEmpty();
        project.Run(Encoding.UTF8.GetBytes(Bash("ls")), [.. args, "--closed"]).ExitCode.ShouldBe(1);
    }

    [Fact]
    public void ThePlanBeforeServesUntilClaudeCodeHasReadTheNewSettings()
    {
        using var project = new HookProject(Guard("new"));
        using var before = new HookProject(Guard("old"));
        File.Copy(before.PlanPath, Path.Combine(Path.GetDirectoryName(project.PlanPath)!, ProjectLayout.PreviousPlan));

        project
            .Run(Encoding.UTF8.GetBytes(Bash("ls")), ["--plan", project.PlanPath, "--plan-hash", before.Hash])
            .Stdout.ShouldContain("old");
        project.Run(Bash("ls")).Stdout.ShouldContain("new");
    }

    [Fact]
    public void TheUserIsToldOfAFaultOnceASession()
    {
        using var project = new HookProject(Guard());
        File.Delete(project.PlanPath);

        Message(project.Run(Bash("ls"))).ShouldContain("it is missing");
        project.Run(Bash("ls")).Stdout.ShouldBe("");
        Message(project.Run(Bash("ls", session: "s2"))).ShouldContain("it is missing");
        project.Errors.Length.ShouldBe(3);
    }

    [Fact]
    public void WhereSomethingElseStandsInPlaceOfTheMarkTheUserIsToldOnceEvenSo()
    {
        using var project = new HookProject(Guard());
        File.Delete(project.PlanPath);
        project.Run(Bash("ls"));
        var mark = Directory.GetFiles(project.State.File(ProjectLayout.NoticesFolder)).ShouldHaveSingleItem();
        File.Delete(mark);
        Directory.CreateDirectory(mark);

        Message(project.Run(Bash("ls"))).ShouldContain("it is missing");
        project.Run(Bash("ls")).Stdout.ShouldBe("");
    }

    [Fact]
    public void WhereAnEventCarriesNoMessageTheNextThatDoesCarriesIt()
    {
        using var project = new HookProject(Guard());
        File.Move(project.PlanPath, project.PlanPath + ".away");
        project.Run(Payload("SessionEnd")).ShouldBe(new ProcessResult("", "", 0));
        project.Run(Payload("SessionEnd")).ShouldBe(new ProcessResult("", "", 0));
        File.Move(project.PlanPath + ".away", project.PlanPath);

        var carrier = project.Run(Bash("ls"));
        carrier.Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
        Message(carrier).Split('\n').ShouldHaveSingleItem().ShouldContain("it is missing");
        project.Run(Bash("ls")).Stdout.ShouldNotContain("systemMessage");
    }

    [Fact]
    public void ASpoolThatCannotBeWrittenKeepsTheDecision()
    {
        using var project = new HookProject(Guard(), Audited());
        File.WriteAllLines(project.StateHome, ["a file where the folder should be"]);

        var result = project.Run(Bash("ls"));

        result.ExitCode.ShouldBe(0);
        result.Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
        Message(result).ShouldContain("actions were not queued");
        // Told once even so: the mark goes to the next private folder.
        project.Run(Bash("ls")).Stdout.ShouldNotContain("systemMessage");
    }

    [Fact]
    public void AStateFolderThatIsALinkIsRefused()
    {
        using var project = new HookProject(Audited());
        Directory.CreateDirectory(Path.GetDirectoryName(project.State.Path)!);
        var elsewhere = Directory.CreateDirectory(Path.Combine(project.Root, "elsewhere")).FullName;
        File.CreateSymbolicLink(project.State.Path, elsewhere);

        var result = project.Run(Bash("ls"));

        result.ExitCode.ShouldBe(0);
        Message(result).ShouldContain("is a link");
        Directory.EnumerateFileSystemEntries(elsewhere).ShouldBeEmpty();
    }

    [Fact]
    public void APayloadThatIsTooLargeAsksWhereAGuardCouldNotLook()
    {
        using var project = new HookProject(Guard());
        var large = Bash(new string('a', 17 << 20));

        var result = project.Run(large);

        result.ExitCode.ShouldBe(0);
        result.Stdout.ShouldContain("\"permissionDecision\":\"ask\"");
        project.Run(large, "--closed").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void APayloadThatIsTooLargeIsLetThroughWhereNothingGuards()
    {
        using var project = new HookProject(Audited());

        var result = project.Run(Bash(new string('a', 17 << 20)));

        result.ExitCode.ShouldBe(0);
        result.Stdout.ShouldNotContain("permissionDecision");
        Message(result).ShouldContain("larger than 4 MB");
    }

    [Fact]
    public void APayloadOfTooManyValuesIsNotTakenApart()
    {
        using var project = new HookProject(Guard());
        var crowded = Payload(
            "PreToolUse",
            $"\"tool_name\":\"Bash\",\"tool_input\":{{\"list\":[{string.Join(',', Enumerable.Repeat("1", 300_000))}]}}"
        );

        var result = project.Run(crowded);

        result.Stdout.ShouldContain("\"permissionDecision\":\"ask\"");
        Message(result).ShouldContain("more than 200,000 values");
        project.Run(Bash(new string(',', 300_000))).Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
    }

    [Fact]
    public void WhatTakesTooLongToCompareIsAskedAboutAndStillQueued()
    {
        var slow = Enumerable
            .Range(0, 20)
            .Select(i =>
                Guard() with
                {
                    Id = $"g{i}",
                    Where = new Condition.Matches(
                        FieldPath.Parse("command")!,
                        RegexPattern.TryParse($"(a+)+b*c*d?[{i}-z]{{2}}$", "", out _, out _)!
                    ),
                }
            );
        using var project = new HookProject([.. slow, Audited()]);

        var result = project.Run(Bash(new string('a', 2 << 20) + "!"));

        result.Stdout.ShouldContain("\"permissionDecision\":\"ask\"");
        project.Queued.ShouldHaveSingleItem();
        project.Run(Bash(new string('a', 2 << 20) + "!"), "--closed").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void ALargePayloadBelowTheLimitIsRead()
    {
        using var project = new HookProject(
            Guard() with
            {
                Where = new Condition.Compare(FieldPath.Parse("command")!, CompareOperator.EndsWith, [Literal.Of("the end")]),
            }
        );

        project.Run(Bash(new string('a', 3 << 20) + "the end")).Stdout.ShouldContain("deny");
    }

    [Fact]
    public async Task AStdinThatNeverEndsIsGivenUpInTime()
    {
        using var project = new HookProject(Guard());
        using var process = RealProcess.Start(
            Path.Combine(RuntimeFolder, "hookrules-hook"),
            ["--plan", project.PlanPath, "--event", "PreToolUse"],
            project.Environment
        );
        await process.StandardInput.WriteAsync("{");
        await process.StandardInput.FlushAsync(TestContext);

        process.WaitForExit(30_000).ShouldBeTrue();

        process.ExitCode.ShouldBe(0);
        (await process.StandardOutput.ReadToEndAsync(TestContext)).ShouldContain("did not arrive within 8 seconds");
    }

    [Fact]
    public void AHookThatIsNotToldOfItsPlanGoesOn()
    {
        using var project = new HookProject(Guard());

        var result = project.Run(Encoding.UTF8.GetBytes(Bash("ls")), ["--event", "PreToolUse"]);

        result.ExitCode.ShouldBe(0);
        Message(result).ShouldContain("no --plan was given");
    }

    private static CancellationToken TestContext => new CancellationTokenSource(TimeSpan.FromSeconds(60)).Token;

    private static string Message(ProcessResult result) =>
        JsonDocument.Parse(result.Stdout).RootElement.GetProperty("systemMessage").GetString()!;

    private static void Spoil(string path, string what)
    {
        var text = File.ReadAllBytes(path);
        File.Delete(path);
        if (what == "a folder")
            Directory.CreateDirectory(path);
        if (what is "missing" or "a folder")
            return;
        if (what == "other bytes in it")
            text[text.AsSpan().IndexOf("guard"u8)] = (byte)'G';
        using var file = File.Create(path);
        if (what != "empty")
            file.Write(text.AsSpan(0, what == "cut off" ? text.Length * 2 / 3 : text.Length));
    }
}
