using System.Text.Json.Nodes;
using HookRules.Tests.Cli;
using HookRules.Tests.Operating;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Simulation;

/// <summary><c>hookrules simulate --timeline</c> by way of the command line.</summary>
public sealed class TimelineCommandTests
{
    private const string Rules = """
        action ruff = run "ruff check {file}" timeout 30s feedback
        action pytest = run "pytest -q" timeout 5m concurrency 1 feedback
        on Write *.py -> ruff, pytest, slack "wrote {file}", dedup 1s
        on Stop -> await ruff, pytest
        """;

    private static readonly string FiveWrites = string.Concat(
        Enumerable.Range(0, 5).Select(i => $"{{\"at\": \"{i * 200}ms\", {Write}}}\n")
    );

    private const string Write = "\"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"tool_input.file_path\": \"src/a.py\"}";

    private static readonly CaseFile Broken = new("Simulation/broken-timelines.cases");

    public static TheoryData<string> BrokenLines() => [.. Broken.Names];

    private static JsonNode Play(CliProject project, string timeline, params string[] args)
    {
        var files = project.Files;
        var result = project.Run(
            System.Text.Encoding.UTF8.GetBytes(timeline),
            ["simulate", "--timeline", "-", "--format", "json", .. args]
        );
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        OperatedProject.Check("timeline.schema.json", result.Out);
        project.Files.ShouldBe(files);
        return JsonNode.Parse(result.Out)!;
    }

    [Fact]
    public void FiveWritesAreOneRunASecondAfterTheFirstAndAreToldAtTheBatch()
    {
        using var project = new CliProject(Rules);
        var played = Play(
            project,
            FiveWrites
                + "{\"at\": \"2s\", \"event\": \"PostToolBatch\"}\n{\"at\": \"3s\", \"event\": \"PostToolBatch\"}\n"
                + "{\"action\": \"ruff\", \"exit\": 1, \"output\": \"E501 line too long\", \"took\": \"300ms\", \"times\": 1}\n"
        );

        var ruff = played["runs"]!.AsArray().Single(run => (string)run!["action"]! == "ruff")!;
        ((long)ruff["start_ms"]!).ShouldBeInRange(1000, 1050);
        ((long)ruff["end_ms"]! - (long)ruff["start_ms"]!).ShouldBe(300);
        ruff["members"]!.AsArray().Select(one => (int)one!).ShouldBe([0, 1, 2, 3, 4]);
        ruff["argv"]!.AsArray().Select(one => (string)one!).ShouldBe(["ruff", "check", "src/a.py"]);
        var told = played["told"]!.AsArray().ShouldHaveSingleItem()!;
        ((int)told["index"]!).ShouldBe(5);
        ((string)told["text"]!).ShouldContain("E501 line too long");
        ((int)played["total"]!["saved"]!).ShouldBe(12);
    }

    [Fact]
    public void StopIsHeldUntilWhatItAwaitsHasEndedAndClosesItsWindow()
    {
        using var project = new CliProject(Rules);
        var played = Play(
            project,
            $"{{\"at\": \"0s\", {Write}}}\n{{\"at\": \"+100ms\", \"event\": \"Stop\"}}\n"
                + "{\"action\": \"pytest\", \"took\": \"2s\", \"exit\": 1, \"output\": \"1 failed\"}\n"
        );

        var held = played["held"]!.AsArray().ShouldHaveSingleItem()!;
        ((long)held["from_ms"]!, (long)held["to_ms"]!).ShouldBe((100, 2100));
        ((string)played["events"]![1]!["decision"]!["decision"]!).ShouldBe("block");
        ((string)played["events"]![1]!["decision"]!["reason"]!).ShouldContain("1 failed");
        played["runs"]!.AsArray().ShouldAllBe(run => (string)run!["closed_by"]! == "await");
    }

    [Fact]
    public void ARetryAThrottleADeadLetterAndWhatIsWithdrawn()
    {
        using var project = new CliProject(
            """
            action chat = http POST "http://localhost/x" retry 1 backoff 2s
            action lint = run "lint {file}" feedback
            on Write *.md -> chat
            on Write *.txt -> run "count" as count, throttle 1 per 10s
            on Write *.py -> lint
            """
        );
        var played = Play(
            project,
            "{\"at\": \"0s\", \"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"file\": \"a.md\"}}\n"
                + "{\"at\": \"1s\", \"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"file\": \"b.md\"}}\n"
                + "{\"at\": \"2s\", \"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"file\": \"a.py\"}}\n"
                + "{\"at\": \"2050ms\", \"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"file\": \"a.py\"}}\n"
                + "{\"at\": \"3s\", \"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"file\": \"a.txt\"}}\n"
                + "{\"at\": \"4s\", \"event\": \"PostToolUse\", \"tool\": \"Write\", \"set\": {\"file\": \"b.txt\"}}\n"
                + "{\"at\": \"4s\", \"event\": \"PostToolBatch\"}\n"
                + "{\"action\": \"chat\", \"status\": 503, \"times\": 3}\n{\"action\": \"lint\", \"exit\": 1, \"times\": 1}\n"
        );

        played["runs"]!
            .AsArray()
            .Where(run => (string)run!["action"]! == "chat")
            .Select(run => ((long)run!["start_ms"]!, (int)run["attempt"]!, (int)run["exit"]!))
            .ShouldBe([(0, 1, 1), (1000, 1, 1), (2100, 2, 1), (3100, 2, 0)]);
        var counts = played["runs"]!.AsArray().Where(run => (string)run!["action"]! == "count").ToList();
        counts.Select(run => (long)run!["start_ms"]!).ShouldBe([3000, 13000]);
        ((long)counts[1]!["wait"]!["throttle"]!).ShouldBe(9000);
        played["notes"]!.AsArray().Select(note => $"{note!["kind"]} {note["action"]}").ShouldBe(["dead chat", "withdrawn lint"]);
        played["told"]!.AsArray().ShouldBeEmpty();
    }

    [Fact]
    public void TheSameInputGivesTheSameBytesAndTextNamesTheReasons()
    {
        using var project = new CliProject(Rules);
        project.Write("t.jsonl", FiveWrites + "{\"at\": \"1s\", \"event\": \"Stop\"}\n");
        project.Write("o.jsonl", "{\"action\": \"ruff\", \"exit\": 1}\n");
        var one = project.Run("simulate", "--timeline", "t.jsonl", "--outcomes", "o.jsonl", "--explain");
        var two = project.Run("simulate", "--timeline", "t.jsonl", "--outcomes", "o.jsonl", "--explain");
        one.ShouldBe(two);
        one.Out.ShouldContain("ruff a.py starts: ruff check src/a.py  (5 events, the first of 0.000 s; window closed by await");
        one.Out.ShouldContain("is let go after 0.1 s (await ruff, pytest)");
        one.Out.TrimEnd().ShouldEndWith("6 events, 3 runs, 12 runs saved by windows; Claude would have waited 0.1 s");
        project.Run("simulate", "--outcomes", "o.jsonl").ExitCode.ShouldBe(2);
        project.Run("simulate", "--timeline", "nowhere.jsonl").ExitCode.ShouldBe(3);
    }

    [Fact]
    public void ALineOfARecordIsTakenAsItStands()
    {
        using var project = new CliProject(Rules);
        var payload = Compiler.Knowledge.Samples.Read("PostToolUse-Write-create");
        var recorded = JsonNode.Parse(payload)!.ToJsonString();
        var line = $"{{\"v\":1,\"id\":\"x\",\"t_ms\":1790000000000,\"event\":\"PostToolUse\",\"payload\":{recorded}}}";
        Play(project, line)["events"]!.AsArray().ShouldHaveSingleItem();
    }

    [Fact]
    public void APictureOfItIsOnePageThatAsksNobodyAndIsMisledByNoName()
    {
        const string Hostile = "src/</script><img src=x onerror=alert(1)>.py";
        using var project = new CliProject(Rules);
        var hostileWrite = Write.Replace("src/a.py", Hostile, StringComparison.Ordinal);
        project.Write(
            "t.jsonl",
            FiveWrites
                + $"{{\"at\": \"2s\", {hostileWrite}}}\n{{\"at\": \"3s\", \"event\": \"Stop\"}}\n"
                + "{\"action\": \"ruff\", \"exit\": 1, \"output\": \"</script><script>alert(2)</script>\"}\n"
        );
        var result = project.Run("simulate", "--timeline", "t.jsonl", "--html", "t.html");
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        var page = project.Read("t.html");
        page.ShouldContain("content=\"default-src 'none'; script-src 'sha256-");
        page.Split("<script").Length.ShouldBe(3);
        page.ShouldNotContain("<img");
        page.Replace("http://www.w3.org/2000/svg", "", StringComparison.Ordinal).ShouldNotContain("://");

        // The script's data: what runs, what is held, what is told.
        var data = page[(page.IndexOf("data-form=\"json\">", StringComparison.Ordinal) + 17)..];
        var json = JsonNode.Parse(data[..data.IndexOf("</script>", StringComparison.Ordinal)])!;
        ((string)json["sentence"]!).ShouldBe(result.Out.TrimEnd().Split('\n')[^1].TrimEnd());
        json["runs"]!["ms"]!.AsArray().Count.ShouldBe(6);
        json["awaits"]!["waited"]!.AsArray().Count.ShouldBe(1);
        json["texts"]!.AsArray().Select(text => (string)text!).ShouldContain(text => text.Contains("alert(2)", StringComparison.Ordinal));
        json["texts"]!.AsArray().Select(text => (string)text!).ShouldContain("is held with");

        project.Run("simulate", "--timeline", "t.jsonl", "--html", "again.html").ExitCode.ShouldBe(0);
        project.Read("again.html").ShouldBe(page);
        project.Run("simulate", "--html", "x.html", "--event", "Stop").ExitCode.ShouldBe(2);
    }

    [Theory, MemberData(nameof(BrokenLines))]
    public void WhatCannotBeReadIsToldOnceWithItsPlaceAndMend(string name)
    {
        using var project = new CliProject(Rules);
        project.Write("t.jsonl", Broken.Input(name));
        var result = project.Run("simulate", "--timeline", "t.jsonl");
        result.ExitCode.ShouldBe(1);
        var lines = result.Error.ReplaceLineEndings("\n").Split('\n').Where(line => line.StartsWith("t.jsonl:", StringComparison.Ordinal));
        Broken.Check(name, lines.ShouldHaveSingleItem());
    }
}
