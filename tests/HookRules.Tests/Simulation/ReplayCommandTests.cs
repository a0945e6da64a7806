using System.Diagnostics;
using System.Text.Json.Nodes;
using HookRules.Tests.Cli;
using HookRules.Tests.Faults;
using HookRules.Tests.Operating;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Simulation;

/// <summary><c>hookrules replay</c>: recorded events under the rules as they are, and under others.</summary>
public sealed class ReplayCommandTests : IDisposable
{
    private const string Rules = """
        record on
        rule no-push:
          on before Bash where runs "git push" with (-f, --force) -> deny "Not by force: {command}"
        rule secret:
          on before Write where tool_input.content contains "secret" -> deny "no"
        rule docs:
          on before Write *.md where not tool_input.content contains "TODO" -> context "Mind the style of {file}."
        rule lint:
          on after Write *.py -> run "ruff {file}" as ruff, dedup 1s

        """;

    private readonly string state = Directory.CreateTempSubdirectory("hookrules-state-").FullName;
    private readonly CliProject project;

    public ReplayCommandTests() =>
        project = new CliProject(Rules)
        {
            Environment = name =>
                name == "XDG_STATE_HOME" ? state
                : name is "PATH" or "HOME" ? Environment.GetEnvironmentVariable(name)
                : null,
        };

    public void Dispose()
    {
        project.Dispose();
        Directory.Delete(state, recursive: true);
    }

    private JsonNode Replay(params string[] args)
    {
        var result = project.Run(["replay", "--format", "json", .. args]);
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        OperatedProject.Check("replay.schema.json", result.Out);
        return JsonNode.Parse(result.Out)!;
    }

    private static (int Events, int Same, int Different, int Unknown) Counts(JsonNode json) =>
        ((int)json["events"]!, (int)json["same"]!, (int)json["different"]!, (int)json["unknown"]!);

    private static string[] Changes(JsonNode json) =>
        [.. json["changes"]!.AsArray().Select(one => $"{one!["events"]} {one["change"]} {one["what"]}: {one["rule"]}")];

    private void Commit()
    {
        foreach (var command in new[] { "init --quiet", "add --all", "-c user.name=a -c user.email=a@b commit --quiet --message one" })
            FaultBench.Tool("git", ["-C", project.Folder, .. command.Split(' ')]).ShouldBe(0);
    }

    private RecordWriter Records(string? file = null) => new(project, Rules, file);

    [Fact]
    public void WhatRealHooksRecordedComesOutTheSame()
    {
        using var operated = new OperatedProject(
            "record on\non before Write *.md -> context \"{file}\"\non after Write *.py -> log \"l\"\n"
        );
        foreach (var file in new[] { "a.md", "a.py", "b.txt" })
            operated.Wrote(file, content: "x");
        var json = operated.Json("replay.schema.json", "replay", "--expect-same");
        (((int)json.GetProperty("events").GetInt32()), json.GetProperty("same").GetInt32()).ShouldBe((3, 3));

        operated.Rules("record on\non after Write *.{py,txt} -> deny \"x\"\n".Replace("deny", "block", StringComparison.Ordinal));
        var changed = operated.Run("replay", "--expect-same");
        changed.ExitCode.ShouldBe(1);
        changed.Stdout.ShouldStartWith("of 3 events 2 would be blocked that were let through; 1 the same, 0 unknown\n");
        changed.Stdout.ShouldContain("now block");
    }

    [Fact]
    public void ItSaysWhatTheRulesAsTheyAreDecideOtherwise()
    {
        using (var record = Records())
            record.Bash("git push -f").Bash("git push").Bash("ls").Writes("a.md", "x").Writes("a.py", "x", "PostToolUse");
        Counts(Replay("--expect-same")).ShouldBe((5, 4, 0, 1));

        project.Write(
            "main.hookrules",
            Rules.Replace("with (-f, --force)", "", StringComparison.Ordinal).Replace("*.py", "*.rb", StringComparison.Ordinal)
        );
        var json = Replay();
        Counts(json).ShouldBe((5, 2, 2, 1));
        Changes(json).ShouldBe(["1 no more queue ruff: lint (main.hookrules:8)", "1 now deny: no-push (main.hookrules:2)"], true);
        json["verdicts"]!.AsArray().Select(one => $"{one!["was"]} {one["would_be"]} {one["events"]}").ShouldBe(["through deny 1"]);
        json["changes"]!.AsArray().Single(one => (string)one!["what"]! == "deny")!["examples"]![0]!["about"]!
            .ToString()
            .ShouldBe("git push");

        var text = project.Run("replay", "--expect-same");
        text.ExitCode.ShouldBe(1);
        text.Out.ShouldStartWith(
            "of 5 events 1 would be denied that were let through, 1 would be queued or told differently; 2 the same, 1 unknown\n"
        );
        text.Out.ShouldContain("docs (main.hookrules:6): tool_input.content");
    }

    [Fact]
    public void WhatWasLeftOutIsUnknownOnlyWhereItDecides()
    {
        using (var record = Records())
            record.Writes("a.txt", "a secret").Writes("a.py", "x", "PostToolUse").Writes("b.md", "TODO");
        // The text decides; of another event, and of another tool, it does not.
        Counts(Replay()).ShouldBe((3, 1, 0, 2));
        project.Write(
            "main.hookrules",
            "record on\nrule secret:\n  on before Write where tool_input.content contains \"secret\" and file glob \"*.py\"\n"
                + "  -> deny \"no\"\n"
        );
        // Another clause says that it cannot match: the rule that did is known not to any more.
        Changes(Replay()).ShouldContain("1 no more deny: secret (main.hookrules:2)");
    }

    [Fact]
    public void WithoutTheFileEachRuleAboutFilesIsUnknown()
    {
        var rules = Rules.Replace("record on", "record on without (file)", StringComparison.Ordinal);
        project.Write("main.hookrules", rules);
        using (var record = new RecordWriter(project, rules))
            record.Writes("a.py", "x", "PostToolUse").Writes("a.md", "x").Bash("git push -f");
        var json = Replay("--expect-same");
        Counts(json).ShouldBe((3, 1, 0, 2));
        json["unknown_rules"]!.AsArray().Select(one => $"{one!["rule"]}: {one["fields"]}").ShouldContain(one => one.StartsWith("lint "));
    }

    [Fact]
    public void TwoSetsOfRulesAreComparedByWhatTheyTellAndRun()
    {
        using (var record = Records())
            record.Bash("git push -f").Bash("git push").Writes("a.md", "x").Writes("a.py", "x", "PostToolUse").Writes("a.txt", "x");
        // The same under other names and in other places is the same; a rule of both may look at what was left out.
        project.Write("other.hookrules", "# moved\n\n" + Rules.Replace("rule no-push", "rule by-force", StringComparison.Ordinal));
        Counts(Replay("--against", "other.hookrules", "--expect-same")).ShouldBe((5, 5, 0, 0));

        project.Write(
            "other.hookrules",
            Rules
                .Replace("Not by force", "By no means", StringComparison.Ordinal)
                .Replace("dedup 1s", "dedup 2s", StringComparison.Ordinal)
                .Replace("contains \"secret\"", "contains \"password\"", StringComparison.Ordinal)
        );
        var json = Replay("--against", "other.hookrules");
        Counts(json).ShouldBe((5, 1, 2, 2));
        Changes(json)
            .ShouldBe(
                [
                    "1 no more deny: no-push (other.hookrules:2)",
                    "1 now deny: no-push (main.hookrules:2)",
                    "1 no more queue ruff: lint (other.hookrules:8)",
                    "1 now queue ruff: lint (main.hookrules:8)",
                ],
                true
            );
        json["changes"]!.AsArray().Select(one => (string)one!["examples"]![0]!["detail"]!).ShouldContain("By no means: git push -f");
        json["unknown_rules"]!.AsArray().Select(one => (string)one!["fields"]![0]!).Distinct().ShouldBe(["tool_input.content"]);
    }

    [Fact]
    public void RulesOfACommitAreReadWithoutCheckingOutAnything()
    {
        Commit();
        project.Write("main.hookrules", Rules.Replace("(-f, --force)", "(-f)", StringComparison.Ordinal));
        using (var record = Records())
            record.Bash("git push --force").Bash("git push -f");
        var files = project.Files;
        var result = project.Run("replay", "--against", "git:HEAD");
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        result.Out.ShouldStartWith("compared with git:HEAD: of 2 events 1 would be let through that were denied; 1 the same, 0 unknown\n");
        result.Out.ShouldContain("no-push (git:HEAD:main.hookrules:2)");
        project.Files.ShouldBe(files);
    }

    [Theory]
    [InlineData("git:nowhere", 3, "git knows no commit \"nowhere\"")]
    [InlineData("git:--all", 3, "git knows no commit \"--all\"")]
    [InlineData("git:", 2, "--against git: needs a commit, a branch or a tag, as in git:main")]
    [InlineData("nowhere.hookrules", 3, "there is no file nowhere.hookrules.")]
    public void WhatItCannotCompareWithIsSaidOnce(string against, int exitCode, string problem)
    {
        Commit();
        using (var record = Records())
            record.Bash("ls");
        project.Run("replay", "--against", against).ShouldBe(new CliResult(exitCode, "", $"hookrules: {problem}{Environment.NewLine}"));
    }

    [Fact]
    public void WhereNothingWasRecordedTheWayToItIsNamed()
    {
        project.Run("replay").ShouldBe(Refused("nothing was recorded here: write \"record on\" into the rules, and compile"));
        project.Run("replay", "nowhere.jsonl").ShouldBe(Refused("there is no file nowhere.jsonl."));
        project.Run("replay", "--last", "soon").ExitCode.ShouldBe(2);
        project.Run("replay", "--last", "999999999d").ExitCode.ShouldBe(2);
        project.Write("x.jsonl", "{\"v\":1}\nnonsense\n\n");
        project.Run("replay", "x.jsonl").Error.ShouldContain("x.jsonl:1: 2 lines passed over: no line of a record");
        using (var record = Records())
            record.Add(record.Tool("Stop", "", []), "/home/me/.claude/hookrules/plan.json");
        project.Run("replay").ShouldBe(Refused("other rules than these decided on all 1 events that were recorded"));

        static CliResult Refused(string why) => new(3, "", $"hookrules: {why}{Environment.NewLine}");
    }

    [Fact]
    public void AFileFromElsewhereASessionAndATimeNarrowIt()
    {
        using (var record = Records(project.PathOf("old.jsonl")))
        {
            record.Bash("git push -f");
            var other = record.Tool("PreToolUse", "Bash", new JsonObject { ["command"] = "ls" });
            other["session_id"] = "other";
            record.Add(other, "/ci/checkout/.claude/hookrules/plan.json");
        }

        Counts(Replay("old.jsonl")).ShouldBe((2, 2, 0, 0));
        Counts(Replay("old.jsonl", "--session", "oth")).ShouldBe((1, 1, 0, 0));
        project.Run("replay", "old.jsonl", "--last", "1h").Error.ShouldContain("nothing of that was recorded");
    }

    [Fact]
    public void MarkdownAndTextEscapeWhatAHostilePayloadSays()
    {
        const string Hostile = "git push <img src=x> | `x` [a](http://evil) @all \u001b[31m\n</code> ![](http://evil/x.png)";
        using (var record = Records())
            record.Bash(Hostile);
        project.Write("main.hookrules", Rules.Replace("with (-f, --force)", "", StringComparison.Ordinal));
        var markdown = project.Run("replay", "--format", "markdown").Out;
        markdown.ShouldStartWith("### Recorded events, replayed\n\nOf 1 event 1 would be denied that were let through");
        markdown.ShouldContain("| no-push (main.hookrules:2) | now | deny | 1 | <code>PreToolUse Bash git push &lt;img src=x&gt;");
        markdown.ShouldNotContain("<img");
        markdown.ShouldNotContain("@all");
        markdown.ShouldNotContain("](http");
        markdown.ShouldNotContain("\u001b");
        markdown.Split('\n').Count(line => line.StartsWith('|')).ShouldBe(3);
        project.Run("replay").Out.ShouldNotContain("\u001b");
    }

    [Fact]
    public void TenThousandRecordedEventsAgreeExceptWhatIsUnknownAndTheyTakeSeconds()
    {
        const int Count = 10_000;
        var random = new Random(7);
        string[] commands =
        [
            "git push -f",
            "git push",
            "rm -rf build",
            "git push --force-with-lease && ls",
            "npm test",
            "echo 'git push -f'",
        ];
        using (var record = Records())
            for (var i = 0; i < Count; i++)
                if (random.Next(2) == 0)
                    record.Bash(commands[random.Next(commands.Length)]);
                else
                    record.Writes(
                        $"src/{i % 97}.{(random.Next(3) == 0 ? "md" : "py")}",
                        random.Next(5) == 0 ? "a secret" : "TODO",
                        random.Next(2) == 0 ? "PreToolUse" : "PostToolUse"
                    );
        var began = Stopwatch.GetTimestamp();
        var (events, same, different, unknown) = Counts(Replay("--expect-same"));
        (events, different).ShouldBe((Count, 0));
        unknown.ShouldBeInRange(1000, 4000);
        same.ShouldBe(Count - unknown);
        // 100,000 in 20 s, with room for a busy machine.
        Stopwatch.GetElapsedTime(began).ShouldBeLessThan(TimeSpan.FromSeconds(10));
    }
}
