using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using HookRules.Tests.Cases;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

public sealed class SimulateCommandTests
{
    public static IEnumerable<object[]> Rows => DecisionCases.Rows;

    [Theory]
    [MemberData(nameof(Rows))]
    public void SimulateShowsWhatTheTableOfDecisionsSays(int row, string _)
    {
        var expected = DecisionCases.All[row];
        using var project = new CliProject(expected.Rule);

        var result = project.Run([.. Samples.Read(expected.Sample)], "simulate", "--payload", "-", "--format", "json");

        result.Error.ShouldBeEmpty();
        result.ExitCode.ShouldBe(0);
        var output = JsonNode.Parse(result.Out)!["payloads"]![0]!["output"]!;
        ((string)output["stdout"]!).ShouldBe(expected.Stdout);
        ((string)output["stderr"]!).ShouldBe(expected.Stderr);
        ((int)output["exitCode"]!).ShouldBe(expected.ExitCode);
    }

    [Fact]
    public void EverySampleSimulatesWithoutAComplaint()
    {
        using var project = new CliProject("on Stop -> log \"x\"\non Write *.py -> log \"y\"\n");
        var result = project.Run("simulate", "--samples");
        result.Error.ShouldBeEmpty();
        result.ExitCode.ShouldBe(0);
        result.Out.Split('\n').Count(line => line.Contains("Claude Code gets:")).ShouldBe(Samples.Names.Length);
    }

    [Theory]
    [InlineData(
        "before Bash where runs \"git push\" with (-f)",
        true,
        "--event",
        "before",
        "--tool",
        "Bash",
        "--set",
        "command=git push -f"
    )]
    [InlineData(
        "before Bash where runs \"git push\" with (-f)",
        false,
        "--event",
        "PreToolUse",
        "--tool",
        "Bash",
        "--set",
        "tool_input.command=git push"
    )]
    [InlineData(
        "before Bash where tool_input.timeout > 10",
        true,
        "--event",
        "PreToolUse",
        "--tool",
        "Bash",
        "--set",
        "tool_input.timeout=11"
    )]
    [InlineData("before Edit|NotebookEdit *.ipynb", true, "--event", "PreToolUse", "--tool", "NotebookEdit", "--set", "file=a.ipynb")]
    [InlineData(
        "before Write where tool_input.content == \"12\"",
        true,
        "--event",
        "PreToolUse",
        "--tool",
        "Write",
        "--set",
        "tool_input.content=12"
    )]
    [InlineData(
        "before WebFetch where url starts with \"http:\"",
        true,
        "--event",
        "PreToolUse",
        "--tool",
        "WebFetch",
        "--set",
        "url=http://x"
    )]
    [InlineData(
        "before mcp__a__b where tool_input.list[0].n == 3",
        true,
        "--event",
        "PreToolUse",
        "--tool",
        "mcp__a__b",
        "--set",
        "tool_input.list=[]",
        "--set",
        "tool_input.list[0].n=3"
    )]
    [InlineData("Stop where stop_hook_active == true", true, "--event", "Stop", "--set", "stop_hook_active=true")]
    public void AnEventCanBeMadeUp(string trigger, bool matches, params string[] arguments)
    {
        using var project = new CliProject($"on {trigger} -> warn \"look\"\n");

        var result = project.Run(["simulate", "--format", "json", .. arguments]);

        result.Error.ShouldBeEmpty();
        ((bool)JsonNode.Parse(result.Out)!["payloads"]![0]!["rules"]![0]!["matches"]!).ShouldBe(matches);
    }

    [Theory]
    [MemberData(nameof(EventsAndTools))]
    public void WhatIsMadeUpIsWhatClaudeCodeWouldSend(string @event, string tool)
    {
        PayloadValidator.Validate(SamplePayload.Of(HookEvents.Find(@event)!, tool.Length > 0 ? tool : null).ToBytes()).ShouldBeEmpty();
    }

    public static IEnumerable<object[]> EventsAndTools =>
        from known in HookEvents.All
        from tool in !known.IsToolEvent ? [""]
        : known.OpenMatcherValues ? HookTools.All.Select(tool => tool.Name).Append("mcp__a__b")
        : known.MatcherValues
        select new object[] { known.Name, tool };

    [Theory]
    [InlineData("--event Stopp", "did you mean \"Stop\"")]
    [InlineData("--event Stop --tool Bash", "Stop has no tool")]
    [InlineData("--event PreSkillShellCommand --tool Write", "PreSkillShellCommand comes for \"Bash\" or \"PowerShell\" alone")]
    [InlineData("--event PreToolUse --tool Bsh", "did you mean \"Bash\"")]
    [InlineData("--event PreToolUse --tool Bash --set comand=x", "did you mean \"command\"")]
    [InlineData("--event PreToolUse --tool Bash --set command", "write PATH=VALUE")]
    [InlineData("--event PreToolUse --tool mcp__a__b --set tool_input.l[1]=x", "from [0]")]
    [InlineData("--set command=x", "give --event")]
    [InlineData("", "nothing to simulate")]
    public void WhatCannotBeMadeUpIsSaid(string arguments, string problem)
    {
        using var project = new CliProject("on Stop -> log \"x\"\n");

        var result = project.Run(["simulate", .. arguments.Split(' ', StringSplitOptions.RemoveEmptyEntries)]);

        (result.ExitCode, result.Out).ShouldBe((2, ""));
        result.Error.ShouldContain(problem);
        result.Error.TrimEnd().ShouldNotContain("\n");
    }

    [Theory]
    [InlineData(
        """{"session_id":"s","transcript_path":"","cwd":"/p","hook_event_name":"PreToolUse","tool_name":"Bash","tool_use_id":"t"}""",
        "tool_input"
    )]
    [InlineData("""{"session_id":"s","transcript_path":"","cwd":"/p","hook_event_name":"PreToolUs"}""", "hook_event_name")]
    [InlineData(
        """{"session_id":"s","transcript_path":"","cwd":"/p","hook_event_name":"PreToolUse","tool_name":"Bash","tool_use_id":"t","tool_input":{"command":5}}""",
        "tool_input.command"
    )]
    [InlineData("""{"session_id":"s","hook_event""", "line 1")]
    public void APayloadThatClaudeCodeWouldNotSendIsRefusedWithThePath(string payload, string path)
    {
        using var project = new CliProject("on before Bash -> deny \"no\"\n");
        var result = project.Run(Encoding.UTF8.GetBytes(payload), "simulate", "--payload", "-");
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith("-:1:1: error HR5001: ");
        result.Error.ShouldContain(path);
        result.Out.ShouldBeEmpty();
    }

    [Fact]
    public void ItSaysHowEventsShareRunsAndWhatIsAwaited()
    {
        using var project = new CliProject(
            """
            action lint = run "lint {files}" batch 5s feedback
            on Write *.py -> lint busy skip, log "x" throttle 3 per 1m, log "y" debounce 2s by session, log "z" batch turn
            on Stop -> await lint, timeout 90s

            """
        );
        project.Write("write.json", Samples.Read("PostToolUse-Write-create").ToArray());
        project.Write("stop.json", Samples.Read("Stop").ToArray());

        var text = project.Run("simulate", "--payload", "write.json", "--payload", "stop.json");
        var json = JsonNode.Parse(project.Run("simulate", "--payload", "write.json", "--payload", "stop.json", "--format", "json").Out)![
            "payloads"
        ]!;

        text.Out.ShouldContain("queued: lint: lint /home/dev/project/hello.py  (main.hookrules:2, batch 5s, busy skip, feedback)");
        text.Out.ShouldContain("  awaits: lint, for at most 90s  (main.hookrules:3)");
        json[0]!["queued"]!
            .AsArray()
            .Select(run => $"{run!["window"]} {run["busy"]} {run["feedback"]}")
            .ShouldBe(["batch 5s skip true", "throttle 3 per 60s  ", "debounce 2s by session_id  ", "batch turn  "]);
        json[1]!["awaits"]!
            .ToJsonString()
            .ShouldContain(
                """
                "actions":["lint"],"seconds":90
                """
            );
    }

    [Fact]
    public void ItSaysWhichClauseFailedAndWhatWouldBeQueuedAndRunsNothing()
    {
        using var project = new CliProject(
            """
            action lint = run ["touch", "ran", "{file}"]
            on Write *.py where tool_input.content contains "import" -> lint -> log "x.jsonl"
              on failure -> log "failed.jsonl"
            on Edit *.py -> lint
            on Write *.txt -> lint
            on Write where tool_input.content contains "frobnicate" -> lint

            """
        );
        project.Write("write.json", Samples.Read("PostToolUse-Write-create").ToArray());

        var rules = JsonNode.Parse(project.Run("simulate", "--payload", "write.json", "--format", "json").Out)!["payloads"]![0]!;

        rules["rules"]!
            .AsArray()
            .Select(rule => $"{rule!["line"]} {rule["matches"]} {rule["failedClause"]}")
            .ShouldBe(["2 true ", "4 false matcher", "5 false glob", "6 false where"]);
        rules["queued"]!
            .AsArray()
            .Select(run => $"{run!["action"]!.ToString().Split('-')[0]} {run["stage"]} {run["onFailure"]} {run["argv"]?.ToJsonString()}")
            .ShouldBe(["""lint 1  ["touch","ran","/home/dev/project/hello.py"]""", "log 2  ", "log 1 true "]);
        project.Files.ShouldBe(["main.hookrules", "write.json"]);
    }
}
