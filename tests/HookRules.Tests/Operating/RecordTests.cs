using System.Text;
using System.Text.Json;
using HookRules.Cli;
using HookRules.Engine;
using HookRules.Tests.Faults;
using HookRules.Tests.Hook;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Operating;

/// <summary><c>record on</c>: what the real hook keeps of each event, what it leaves out, and who reads it.</summary>
public sealed class RecordTests
{
    private const string Canary = "CANARY-7f3a";

    private const string Rules = """
        record on without (tool_input.command)
        consumer manual
        action note = log "notes"

        rule no-secrets:
          on before Write where tool_input.content contains "secret"
          -> deny "not this: {tool_input.content}"
        on before Write *.md -> context "Mind the style of {file}."
        on after Write *.txt -> note

        """;

    private static string[] Lines(OperatedProject project) =>
        Directory.Exists(project.State.File("record"))
            ? [.. Directory.GetFiles(project.State.File("record"), "*.jsonl").Order().SelectMany(File.ReadAllLines)]
            : [];

    private static JsonElement[] Recorded(OperatedProject project)
    {
        foreach (var line in Lines(project))
            OperatedProject.Check("record.schema.json", line);
        return [.. Lines(project).Select(line => JsonDocument.Parse(line).RootElement)];
    }

    private static ProcessResult Writes(
        OperatedProject project,
        string file,
        string content,
        string @event = "PreToolUse",
        string note = ""
    )
    {
        var input = new Dictionary<string, string>
        {
            ["file_path"] = project.PathOf(file),
            ["content"] = content,
            ["note"] = note,
        };
        return project.Hook(HookProject.Payload(@event, $"\"tool_name\":\"Write\",\"tool_input\":{JsonSerializer.Serialize(input)}"));
    }

    [Fact]
    public void EachEventIsKeptWithWhatWasDecidedAndWhyReadsIt()
    {
        using var project = new OperatedProject(Rules);
        Writes(project, "a.md", "all is well").Stdout.ShouldContain("Mind the style");
        Writes(project, "a.py", "a secret").Stdout.ShouldContain("deny");
        Writes(project, "a.txt", "all is well", "PostToolUse").Stdout.ShouldBe("");
        var lines = Recorded(project);
        lines
            .Select(line => string.Join(' ', line.GetProperty("decision").GetProperty("kinds").EnumerateArray()))
            .ShouldBe(["context", "deny", ""]);
        lines[1].GetProperty("matched").EnumerateArray().Single().GetString().ShouldBe("no-secrets");
        var content = lines[0].GetProperty("payload").GetProperty("tool_input").GetProperty("content");
        content.GetProperty("$left_out").GetInt32().ShouldBe("all is well".Length);
        // The same text is known again, and a text is not told by its hash.
        var again = lines[2].GetProperty("payload").GetProperty("tool_input").GetProperty("content");
        again.GetProperty("mac").GetString().ShouldBe(content.GetProperty("mac").GetString());
        content.GetProperty("mac").GetString().ShouldNotBe(Blake2b.HashHex("\"all is well\""u8)[..16]);

        var denied = project.Run("why", "latest", "a.py");
        (denied.ExitCode, denied.Stderr).ShouldBe((0, ""));
        denied.Stdout.ShouldContain("decided      deny\n");
        denied.Stdout.ShouldContain("main.hookrules:8: glob: *.md does not match");
        var json = project.Json("why.schema.json", "why", lines[0].GetProperty("id").GetString()!);
        json.GetProperty("decided").EnumerateArray().Single().GetString().ShouldBe("context");
        // Whether the text held a secret nobody can say any more, but that the rule did not match is known.
        var rule = json.GetProperty("rules").EnumerateArray().Single(one => one.GetProperty("rule").GetString() == "no-secrets");
        rule.GetProperty("matches").GetBoolean().ShouldBeFalse();
        rule.GetProperty("detail").GetString().ShouldBe("what it looks at is left out of the record");

        // An event that queued something has one id, and its payload outlives its run.
        var queued = lines[2].GetProperty("id").GetString()!;
        project.Run("run", "--once").ExitCode.ShouldBe(0);
        project.Json("why.schema.json", "why", queued).GetProperty("runs").GetArrayLength().ShouldBe(1);
        project.Json("why.schema.json", "why", queued).GetProperty("payload_known").GetBoolean().ShouldBeTrue();

        if (OperatingSystem.IsWindows())
            return;
        const UnixFileMode Owner = UnixFileMode.UserRead | UnixFileMode.UserWrite;
        File.GetUnixFileMode(Directory.GetFiles(project.State.File("record")).Single()).ShouldBe(Owner);
        File.GetUnixFileMode(project.State.File("record.key")).ShouldBe(Owner);
        File.GetUnixFileMode(project.State.File("record")).ShouldBe(Owner | UnixFileMode.UserExecute);
    }

    [Fact]
    public void NoByteOfWhatIsLeftOutIsInAnyFile()
    {
        using var project = new OperatedProject(
            """
            record on without (tool_input.command)
            consumer manual
            on before Write -> deny "not this: {tool_input.content}"
            on before Bash|Edit|NotebookEdit|Agent|mcp__fs__write -> warn "seen"
            on PostToolUse -> warn "seen"
            on PostToolUseFailure -> warn "seen"
            on UserPromptSubmit -> context "{prompt}"
            on Stop -> warn "{last_assistant_message}"
            on PostToolBatch -> context "seen"

            """
        );
        var payloads = new[]
        {
            Tool("PreToolUse", "Write", $$"""{"file_path":"/p/a.py","content":"{{Canary}} \u00e9"}"""),
            Tool("PreToolUse", "Bash", $$"""{"command":"echo {{Canary}}"}"""),
            Tool("PreToolUse", "Edit", $$"""{"file_path":"/p/a.py","old_string":"{{Canary}}","new_string":"{{Canary}}"}"""),
            Tool("PreToolUse", "NotebookEdit", $$"""{"notebook_path":"/p/a.ipynb","new_source":"{{Canary}}"}"""),
            Tool("PreToolUse", "Agent", $$"""{"prompt":"{{Canary}}","description":"d","subagent_type":"x"}"""),
            Tool(
                "PreToolUse",
                "mcp__fs__write",
                $$"""{"path":"/p/a","content":{"deep":["{{Canary}}"]},"edits":[{"newString":"{{Canary}}"}]}"""
            ),
            Tool(
                "PostToolUse",
                "Bash",
                $$"""{"command":"{{Canary}}"}""",
                $$""","tool_response":{"stdout":"{{Canary}}","x":"{{Canary}}"}"""
            ),
            Tool("PostToolUse", "Read", """{"file_path":"/p/a"}""", $$""","tool_response":"{{Canary}}" """),
            Tool("PostToolUseFailure", "Bash", """{"command":"false"}""", $$""","error":"Exit code 1\n{{Canary}}" """),
            HookProject.Payload("UserPromptSubmit", $"\"prompt\":\"{Canary}\""),
            HookProject.Payload("Stop", $"\"stop_hook_active\":false,\"last_assistant_message\":\"{Canary}\""),
            HookProject.Payload(
                "PostToolBatch",
                $$"""
                "tool_calls":[{"tool_name":"Write","tool_input":{"file_path":"/p/a","content":"{{Canary}}"},"tool_response":"{{Canary}}","tool_use_id":"t"}]
                """.Trim()
            ),
        };
        foreach (var payload in payloads)
            project.Hook(payload);
        Recorded(project).Length.ShouldBe(payloads.Length);
        Recorded(project).ShouldAllBe(line => line.GetProperty("payload").GetRawText().Contains("$left_out"));
        foreach (var file in Directory.GetFiles(project.StateHome, "*", SearchOption.AllDirectories))
            File.ReadAllBytes(file).AsSpan().IndexOf(Encoding.UTF8.GetBytes(Canary)).ShouldBe(-1, file);

        static string Tool(string @event, string tool, string input, string more = "") =>
            HookProject.Payload(@event, $"\"tool_name\":\"{tool}\",\"tool_use_id\":\"t\",\"tool_input\":{input}{more}");
    }

    [Fact]
    public void WithKeepsWhatIsLeftOutOtherwiseAndWithoutIsStronger()
    {
        using var project = new OperatedProject(
            """
            record on with (tool_input.content, tool_response.stdout) without (file)
            on before Write -> warn "seen"
            on after Bash -> warn "seen"

            """
        );
        Writes(project, "a.py", "kept");
        project.Hook(
            HookProject.Payload(
                "PostToolUse",
                """
                "tool_name":"Bash","tool_input":{"command":"ls"},"tool_response":{"stdout":"kept","stderr":"not kept"}
                """.Trim()
            )
        );
        var payloads = Recorded(project).Select(line => line.GetProperty("payload")).ToList();
        payloads[0].GetProperty("tool_input").GetProperty("content").GetString().ShouldBe("kept");
        payloads[0].GetProperty("tool_input").GetProperty("file_path").GetProperty("$left_out").GetInt32().ShouldBeGreaterThan(1);
        payloads[1].GetProperty("tool_response").GetProperty("stdout").GetString().ShouldBe("kept");
        payloads[1].GetProperty("tool_response").GetProperty("stderr").ValueKind.ShouldBe(JsonValueKind.Object);
    }

    [Fact]
    public void WhereRulesDoNotSaySoNothingIsKept()
    {
        using var project = new OperatedProject(Rules.Replace("record on without (tool_input.command)\n", "", StringComparison.Ordinal));
        Writes(project, "a.md", "all is well").Stdout.ShouldContain("Mind the style");
        Lines(project).ShouldBeEmpty();
        File.Exists(project.State.File("record.key")).ShouldBeFalse();
    }

    [FactNeeding(Need.Mount)]
    public void AFullDiskStopsTheRecordIsToldOnceAndRulesGoOn()
    {
        using var project = new OperatedProject(Rules);
        Directory.CreateDirectory(project.State.Path);
        FaultBench.Tool("mount", "-t", "tmpfs", "-o", "size=64k,mode=700", "tmpfs", project.State.Path).ShouldBe(0);
        try
        {
            Writes(project, "a.md", "all is well");
            Lines(project).Length.ShouldBe(1);
            FaultBench.Tool("sh", "-c", $"head -c 200000 /dev/zero > '{project.State.File("filler")}'");
            var said = Enumerable.Range(0, 4).Select(_ => Writes(project, "a.md", "", note: new string('x', 9000)).Stdout).ToList();
            said.ShouldAllBe(text => text.Contains("Mind the style", StringComparison.Ordinal));
            said.Count(text => text.Contains("events are not recorded", StringComparison.Ordinal)).ShouldBe(1);
            // No half line is left, and nothing more is tried for a while.
            Lines(project).Length.ShouldBe(1);
            File.Delete(project.State.File("filler"));
            Writes(project, "a.md", "all is well");
            Lines(project).Length.ShouldBe(1);
            if (File.Exists(project.State.File("record/paused")))
                File.SetLastWriteTimeUtc(project.State.File("record/paused"), DateTime.UnixEpoch);
            Writes(project, "a.md", "all is well");
            Recorded(project).Length.ShouldBe(2);
        }
        finally
        {
            FaultBench.Tool("umount", project.State.Path);
        }
    }

    [Fact]
    public void AStateFolderInsideTheProjectKeepsNothing()
    {
        using var project = new OperatedProject(Rules);
        project.Variables["XDG_STATE_HOME"] = "";
        var state = project.PathOf(".state");
        var result = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules-hook"),
            ["--plan", project.PathOf(".claude/hookrules/plan.json")],
            Encoding.UTF8.GetBytes(HookProject.Payload("PreToolUse", "\"tool_name\":\"Write\",\"tool_input\":{\"file_path\":\"a.md\"}")),
            new Dictionary<string, string>(project.Environment) { ["XDG_STATE_HOME"] = state, ["CLAUDE_PROJECT_DIR"] = project.Folder },
            "/"
        );
        result.Stdout.ShouldContain("Mind the style");
        result.Stdout.ShouldContain("is inside the project");
        Directory.GetFiles(state, "*.jsonl", SearchOption.AllDirectories).ShouldAllBe(file => file.EndsWith("errors.jsonl"));
    }

    [Fact]
    public void RecordOffDeletesWhatWasKeptWhenItsOwnerSaysSo()
    {
        using var project = new OperatedProject(Rules);
        Writes(project, "a.md", "all is well");
        project.Rules(Rules.Replace("record on without (tool_input.command)", "record off", StringComparison.Ordinal));
        // Nobody can be asked.
        var compiled = project.Run("compile");
        compiled.ExitCode.ShouldBe(0);
        compiled.Stderr.ShouldContain("to delete them: hookrules doctor --clean");
        Lines(project).Length.ShouldBe(1);

        Compile("n\n").ShouldContain("Delete them? [y/N]");
        Lines(project).Length.ShouldBe(1);
        Compile("y\n");
        Directory.Exists(project.State.File("record")).ShouldBeFalse();
        File.Exists(project.State.File("record.key")).ShouldBeFalse();
        Writes(project, "a.md", "all is well");
        Lines(project).ShouldBeEmpty();

        string Compile(string answer)
        {
            using var output = new StringWriter();
            using var error = new StringWriter();
            var cli = new HookRules.Cli.Cli(
                new StringReader(answer),
                output,
                error,
                project.Folder,
                TimeProvider.System,
                project.Environment.GetValueOrDefault
            )
            {
                MayAsk = true,
            };
            CommandLine.Invoke(["compile"], cli).ShouldBe(0);
            return error.ToString();
        }
    }

    [Fact]
    public void CleanDeletesWhatWasKeptWhereNothingIsKeptAnyMore()
    {
        using var project = new OperatedProject(Rules);
        Writes(project, "a.md", "all is well");
        project.Run("doctor", "--clean");
        Lines(project).Length.ShouldBe(1);
        project.Rules(Rules.Replace("record on without (tool_input.command)\n", "", StringComparison.Ordinal));
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("doctor", "--clean").Stdout.ShouldContain($"removed      {project.State.File("record")}\n");
        Lines(project).ShouldBeEmpty();
    }

    [Fact]
    public void NothingIsSaidOfItAsNotDoneAndWhoSwitchedThatOffNeedNotMendHisFile()
    {
        using var project = new HookRules.Tests.Cli.CliProject("lint HR5002 off\n" + Rules);
        project.Run("lint").ShouldBe(new HookRules.Tests.Cli.CliResult(0, "", ""));
    }

    [Fact]
    public void WhatIsTooOldOrTooMuchGoesTheOldestFirst()
    {
        using var folder = new TestFolder();
        var time = new ManualTime();
        var state = StateFolder.At(Path.Combine(folder.Path, "state"));
        var record = new RecordFolder(state, time);
        for (var day = 0; day < 20; day++)
        {
            record.Append("{\"v\":1,\"id\":\"x\"}\n"u8, "/project").ShouldBeNull();
            time.Advance(TimeSpan.FromDays(1));
        }

        record.Files.Count.ShouldBe(15);
        record.Prune(largest: 40);
        record.Files.Count.ShouldBe(2);
        var last = record.Files[^1];
        Path.GetFileName(last).ShouldBe(time.GetUtcNow().AddDays(-1).ToString("yyyy-MM-dd") + ".jsonl");
    }
}
