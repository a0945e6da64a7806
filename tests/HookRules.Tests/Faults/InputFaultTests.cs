using System.Diagnostics;
using System.Text;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>What comes to the hook from outside: payloads of a hostile author, and what stands where plan and checkout should be.</summary>
public sealed class InputFaultTests
{
    private const string Start = """{"session_id":"s1","cwd":"/tmp","hook_event_name":"PreToolUse","tool_name":"mcp__x__y","tool_input":""";

    [Theory]
    [InlineData("deny", """{"command":"ls","command":"rm x"}""")]
    [InlineData("deny", """{"comm\u0061nd":"rm x"}""")]
    [InlineData("deny", """{"command":"rm\u0000x"}""")]
    [InlineData("deny", """{"command":"\ud800 rm x \udc00"}""")]
    [InlineData("deny", """{"command":"rm x","\ud800 is half of a pair":1}""")]
    [InlineData("deny", """{"\udc00 is half of a pair":1,"command":"rm x","\ud800\ud800\ud800":2}""")]
    [InlineData("deny", """{"command":["rm","x"]}""")]
    [InlineData("deny", """{"command":{"a":"rm x"}}""")]
    [InlineData("deny", """{"n":1e999999999,"m":-123456789012345678901234567890,"command":"rm x"}""")]
    [InlineData("deny", """{"command":"\u001b[2J\u202erm x"}""")]
    [InlineData("deny", """{"a":<[>{"b":1}<]>,"command":"rm x"}""", 100)]
    [InlineData("ask", """{"a":<[>{"b":1}<]>,"command":"rm x"}""", 200)]
    [InlineData("ask", """{"a":<[><]>,"command":"rm x"}""", 500_000)]
    [InlineData("ask", """{"a":<[>,"command":"rm x"}""", 500_000)]
    [InlineData("ask", """{"a":[<1,>1],"command":"rm x"}""", 300_000)]
    [InlineData("ask", """{"a":"<xxxxxxxxxx>","command":"rm x"}""", 5_000_000)]
    public void NoPayloadGetsPastAGuard(string decision, string input, int times = 1)
    {
        using var project = new HookProject(Deny("rm") with { Matcher = Matcher.Any.Instance });
        for (var from = input.IndexOf('<', StringComparison.Ordinal); from >= 0; from = input.IndexOf('<', StringComparison.Ordinal))
        {
            var to = input.IndexOf('>', from);
            input = input[..from] + string.Concat(Enumerable.Repeat(input[(from + 1)..to], times)) + input[(to + 1)..];
        }

        var result = project.Run(Start + input + "}");

        result.ExitCode.ShouldBe(0);
        result.Stdout.ShouldContain($"\"permissionDecision\":\"{decision}\"");
        JsonDocument.Parse(result.Stdout).RootElement.ValueKind.ShouldBe(JsonValueKind.Object);
        if (decision == "ask")
            project.Run(Start + input + "}", "--closed").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void FiftyMegabytesAreTakenOffClaudesHandsAndLeftToTheUser()
    {
        using var guarded = new HookProject(HookProject.Guard());
        using var audited = new HookProject(HookProject.Audited());
        var large = HookProject.Bash(new string('a', 50 << 20));

        guarded.Run(large).Stdout.ShouldContain("\"permissionDecision\":\"ask\"");
        var open = audited.Run(large);
        open.ExitCode.ShouldBe(0);
        open.Stdout.ShouldNotContain("permissionDecision");
        Message(open).ShouldContain("larger than");
    }

    [Fact]
    public void WhatAPayloadSaysIsEscapedForTheUsersTerminal()
    {
        using var project = new HookProject(
            HookProject.Guard("no: {command}") with
            {
                Decisions =
                [
                    new DecisionStep(DecisionKind.Deny, Template.Parse("no: {command}")),
                    new DecisionStep(DecisionKind.Warn, Template.Parse("{command}")),
                ],
            }
        );

        var answer = JsonDocument
            .Parse(project.Run(HookProject.Bash("\u001b]0;pwned\a\u202etxt.exe\r\u009b2Jline\nline")).Stdout)
            .RootElement;

        const string Shown = "\\u001b]0;pwned\\u0007\\u202etxt.exe\\r\\u009b2Jline\nline";
        answer.GetProperty("systemMessage").GetString().ShouldBe(Shown);
        answer.GetProperty("hookSpecificOutput").GetProperty("permissionDecisionReason").GetString().ShouldStartWith("no: " + Shown);
    }

    [Theory]
    [InlineData("pipe", "it is not a file")]
    [InlineData("link to a device", "")]
    [InlineData("a terabyte of nothing", "larger than any plan")]
    [InlineData("a sparse file", "")]
    [InlineData("link to itself", "too many links")]
    public void WhateverStandsInThePlansPlaceTheHookGoesOn(string what, string problem)
    {
        using var project = new HookProject(HookProject.Guard());
        File.Delete(project.PlanPath);
        if (what == "pipe")
            Tool("mkfifo", project.PlanPath).ShouldBe(0);
        else if (what == "link to a device")
            File.CreateSymbolicLink(project.PlanPath, "/dev/zero");
        else if (what == "link to itself")
            File.CreateSymbolicLink(project.PlanPath, project.PlanPath);
        else
            using (var file = File.Create(project.PlanPath))
                file.SetLength(what == "a sparse file" ? 200L << 20 : 1L << 40);

        var result = project.Run(HookProject.Bash("ls"));
        result.ExitCode.ShouldBe(0);
        Message(result).ShouldContain("cannot be used");
        Message(result).ShouldContain(problem);
        project.Run(HookProject.Bash("ls"), "--closed").ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("\"layout\":[4096,-1,0,1]")]
    [InlineData("\"layout\":[4096,2147483647,2147483000,1073741824]")]
    [InlineData("\"layout\":[4096,9223372036854775807,9223372036854775807,9223372036854775807]")]
    [InlineData("\"layout\":[4096,100000,-2147483648,64]")]
    [InlineData("\"layout\":[0,0,0,0]")]
    [InlineData("\"layout\":[4096]")]
    public void APlanWithAbsurdOffsetsIsRefusedThoughItsHashIsRight(string layout)
    {
        using var project = new HookProject(HookProject.Guard());
        var lines = File.ReadAllText(project.PlanPath).Split('\n').ToList();
        var at = lines.FindIndex(line => line.StartsWith("\"layout\"", StringComparison.Ordinal));
        lines[at] = layout + ",";
        var hash = Blake2b.HashHex(Encoding.ASCII.GetBytes(lines[at] + "\n" + lines[at + 1] + "\n"));
        lines[lines.FindIndex(line => line.StartsWith("\"hash\"", StringComparison.Ordinal))] = $"\"hash\":\"{hash}\",";
        File.WriteAllText(project.PlanPath, string.Join('\n', lines));

        byte[] payload = Encoding.UTF8.GetBytes(HookProject.Bash("ls"));
        string[] args = ["--plan", project.PlanPath, "--plan-hash", hash, "--event", "PreToolUse"];
        var result = project.Run(payload, args);
        result.ExitCode.ShouldBe(0);
        Message(result).ShouldStartWith("hookrules: ");
        project.Run(payload, [.. args, "--closed"]).ExitCode.ShouldBe(1);
    }

    [Theory]
    [InlineData("pipe")]
    [InlineData("false worktree")]
    public void NoFileOfTheProjectMovesItOutOfTheGlobsSight(string what)
    {
        using var project = new HookProject(
            HookProject.Guard() with
            {
                Matcher = new Matcher.Names(["Write"]),
                Globs = [Glob.TryParse("src/**", out _)!],
            }
        );
        var folder = Directory.CreateDirectory(Path.Combine(project.Folder, "src", "inner")).FullName;
        if (what == "pipe")
            Tool("mkfifo", Path.Combine(folder, ".git")).ShouldBe(0);
        else
            File.WriteAllText(Path.Combine(folder, ".git"), "gitdir: /elsewhere/.git/worktrees/x\n");
        var payload =
            $$$"""{"session_id":"s1","cwd":"{{{folder}}}","hook_event_name":"PreToolUse","tool_name":"Write","tool_input":{"file_path":"{{{folder}}}/x.py","content":""}}""";

        var started = Stopwatch.GetTimestamp();
        project.Run(payload).Stdout.ShouldContain("\"permissionDecision\":\"deny\"");
        Stopwatch.GetElapsedTime(started).ShouldBeLessThan(TimeSpan.FromSeconds(30));
    }

    private static string Message(ProcessResult result) =>
        JsonDocument.Parse(result.Stdout).RootElement.GetProperty("systemMessage").GetString()!;
}
