using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

public sealed class CompileCommandTests
{
    private const string OneLine =
        "action ruff = run \"ruff check {file}\"\naction pytest = run \"pytest -q\"\naction slack = slack \"Claude wrote {file}\"\n"
        + "on Write *.py -> ruff, pytest, slack, dedup 1s\n";

    private const string SameInYaml = """
        version: 1
        actions:
          ruff: { run: "ruff check {file}" }
          pytest: { run: [pytest, -q] }
          slack: { slack: "Claude wrote {file}" }
        rules:
          - on Write *.py → ruff, pytest, slack, dedup 1s
        """;

    [Fact]
    public void TheOneLineRuleBecomesOneEntryInShellFormWithATimeout()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile").ExitCode.ShouldBe(0);

        var hooks = JsonNode.Parse(project.Read(".claude/settings.json"))!["hooks"]!.AsObject();
        hooks.Select(entry => entry.Key).ShouldBe(["PostToolUse"]);
        var group = hooks["PostToolUse"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)group["matcher"]!).ShouldBe("Write");
        var handler = group["hooks"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)handler["type"]!).ShouldBe("command");
        handler["args"].ShouldBeNull();
        ((string)handler["command"]!).ShouldContain(" --event PostToolUse; hr=\"$CLAUDE_PROJECT_DIR\"/.claude/hookrules; ");
        ((int)handler["timeout"]!).ShouldBe(10);
    }

    [Fact]
    public void BothFormsGiveTheSameSettingsAndTheSamePlanButForSourcesAndPositions()
    {
        using var text = new CliProject(OneLine);
        using var yaml = new CliProject(SameInYaml, "hookrules.yaml");
        text.Run("compile").ExitCode.ShouldBe(0);
        yaml.Run("compile").ShouldBe(new CliResult(0, "1 rule in 1 hook entry of .claude/settings.json: PostToolUse Write\n", ""));

        yaml.Read(".claude/settings.json").ShouldBe(text.Read(".claude/settings.json"));
        Meaning(yaml).ShouldBe(Meaning(text));

        static string Meaning(CliProject project)
        {
            var plan = JsonNode.Parse(project.Read(".claude/hookrules/plan.json"))!.AsObject();
            foreach (var name in new[] { "sources", "positions", "places" })
                plan.Remove(name);
            return plan.ToJsonString();
        }
    }

    [Fact]
    public void CompilingTwiceChangesNoByteAndCheckIsContent()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile", "--check").ExitCode.ShouldBe(1);
        project.Files.ShouldBe(["main.hookrules"]);
        project.Run("compile").ExitCode.ShouldBe(0);
        var before = project.Files.ToDictionary(file => file, file => (project.Read(file), File.GetLastWriteTimeUtc(project.PathOf(file))));

        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("compile", "--check").ShouldBe(new CliResult(0, "Everything is up to date.\n", ""));

        project
            .Files.ToDictionary(file => file, file => (project.Read(file), File.GetLastWriteTimeUtc(project.PathOf(file))))
            .ShouldBe(before);
    }

    [Fact]
    public void CheckShowsWhatIsStaleAndWritesNothing()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Write("main.hookrules", OneLine + "on before Bash -> ask \"Really?\"\n");
        var before = project.Read(".claude/settings.json");

        var check = project.Run("compile", "--check");

        check.ExitCode.ShouldBe(1);
        check.Out.ShouldContain("+++ .claude/settings.json");
        check.Out.ShouldContain("+    \"PreToolUse\": [");
        project.Read(".claude/settings.json").ShouldBe(before);
        project.Run("compile", "--dry-run").ShouldBe(check with { ExitCode = 0, Error = "" });
    }

    [Fact]
    public void OfThePlanTheDiffShowsSettingsActionsAndRulesAndNoTable()
    {
        using var project = new CliProject("action a = log \"a\"\non Stop -> a\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Write("main.hookrules", "durability fsync\naction a = log \"b\"\non Stop -> a, timeout 5s\n");

        var lines = project.Run("compile", "--dry-run").Out.Split('\n');

        var plan = lines[Array.IndexOf(lines, "+++ .claude/hookrules/plan.json")..];
        var changed = plan.Where(line => line is ['+' or '-', ' ' or '{' or '"', ..]).ToList();
        changed.Count.ShouldBe(6, string.Join('\n', changed));
        foreach (var start in new[] { "settings\":", "{\"name\":\"a\"", "{\"id\":" })
            changed.Count(line => line.Contains(start, StringComparison.Ordinal)).ShouldBe(2, start);
        plan.ShouldAllBe(line => !line.Contains("slots") && !line.Contains("hash") && !line.Contains("sha256"));
    }

    [Theory]
    [InlineData(null)]
    [InlineData("{\n  \"a\": 1\n}\n")]
    [InlineData("{\r\n  \"a\": 1\r\n}\r\n")]
    [InlineData("{\n  \"a\": 1\n}")]
    public void TheDiffBeginsWithTheSettingsAndCountsItsLines(string? settings)
    {
        using var project = new CliProject("on Stop -> notify \"x\"\n");
        if (settings is not null)
            project.Write(".claude/settings.json", settings);
        var diff = project.Run("compile", "--dry-run").Out.Split('\n');

        diff[0].ShouldBe(settings is null ? "--- /dev/null" : "--- .claude/settings.json");
        diff[1].ShouldBe("+++ .claude/settings.json");
        var end = Array.IndexOf(diff, "--- /dev/null", 1);
        var body = diff[3..end];
        var (removed, added, marks) = (
            body.Count(line => line is [' ' or '-', ..]),
            body.Count(line => line is [' ' or '+', ..]),
            body.Count(line => line == "\\ No newline at end of file")
        );
        diff[2].ShouldBe(settings is null ? $"@@ -0,0 +1,{added} @@" : $"@@ -1,{removed} +1,{added} @@");
        project.Run("compile").ExitCode.ShouldBe(0);
        added.ShouldBe(File.ReadLines(project.Settings).Count());
        (marks > 0).ShouldBe(settings is not null && !settings.EndsWith('\n'));
    }

    [Theory]
    [InlineData("{\n\t\"permissions\": {\"allow\": []},\r\n\t\"hooks\": {}\r\n}")]
    [InlineData("{\"a\":1}")]
    [InlineData("{\n    \"hooks\": {\n        \"Stop\": [{\"hooks\": [{\"type\": \"command\", \"command\": \"x\"}]}]\n    }\n}\n")]
    [InlineData("\uFEFF{ \"é\" : [ 1.0e3 , null ] }\n\n")]
    public void UninstallGivesBackTheBytesThatWereThere(string original)
    {
        using var project = new CliProject(OneLine);
        project.Write(".claude/settings.json", original);
        var bytes = File.ReadAllBytes(project.Settings);
        project.Run("compile").ExitCode.ShouldBe(0);
        File.ReadAllBytes(project.Settings).ShouldNotBe(bytes);

        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);

        File.ReadAllBytes(project.Settings).ShouldBe(bytes);
        project.Files.ShouldBe([".claude/settings.json", "main.hookrules"]);
    }

    [Fact]
    public void WhatCompileCreatedIsGoneAfterUninstall()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile").ExitCode.ShouldBe(0);
        project
            .Run("compile", "--uninstall")
            .ShouldBe(new CliResult(0, $"Removed the hooks of HookRules from .claude/settings.json.{Environment.NewLine}", ""));
        project.Files.ShouldBe(["main.hookrules"]);
        Directory.Exists(project.PathOf(".claude")).ShouldBeFalse();
        project
            .Run("compile", "--uninstall")
            .ShouldBe(new CliResult(0, $"There are no hooks of HookRules in .claude/settings.json.{Environment.NewLine}", ""));
    }

    [Theory]
    [InlineData("compile")]
    [InlineData("lint")]
    [InlineData("simulate", "--samples")]
    public void ARulesFileThatIsPassedOverIsNamed(params string[] command)
    {
        using var project = new CliProject("on Stop -> notify \"x\"\n");
        project.Run(command).Error.ShouldBe("");
        project.Write(".claude/hookrules.yml", "version: 1\n");
        project
            .Run(command)
            .Error.ShouldBe(
                $"hookrules: .claude/hookrules.yml is not read: main.hookrules comes before it. Keep one of the two.{Environment.NewLine}"
            );
        project.Run([.. command, "main.hookrules"]).Error.ShouldBe("");
    }

    [Fact]
    public void ALinkToNowhereIsCalledThat()
    {
        using var project = new CliProject("on Stop -> notify \"x\"\n");
        Directory.CreateDirectory(project.PathOf(".claude"));
        File.CreateSymbolicLink(project.Settings, "/nowhere/settings.json");
        project
            .Run("compile")
            .ShouldBe(
                new CliResult(
                    3,
                    "",
                    $"hookrules: {project.Settings} is a link to /nowhere/settings.json, where nothing is.{Environment.NewLine}"
                )
            );
    }

    [Fact]
    public void AUsersOwnSettingsFileGetsThePlanBesideItAndAnAbsoluteCommand()
    {
        using var project = new CliProject(OneLine);
        var home = project.PathOf("home/.claude");
        project.Run("compile", "--settings", "home/.claude/settings.json").ExitCode.ShouldBe(0);

        project.Files.ShouldContain("home/.claude/hookrules/plan.json");
        project.Files.ShouldNotContain(".claude/settings.json");
        project.Read("home/.claude/settings.json").ShouldContain($"; hr='{home}/hookrules'; ");
    }

    [Fact]
    public void WithTheRuntimeOnPathNoLauncherIsCalled()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile", "--runtime", "path").ExitCode.ShouldBe(0);
        var handler = JsonNode.Parse(project.Read(".claude/settings.json"))!["hooks"]!["PostToolUse"]![0]!["hooks"]![0]!;
        ((string)handler["command"]!).ShouldBe("hookrules-hook");
        handler["args"]!.AsArray().Select(argument => (string)argument!).ShouldContain("${CLAUDE_PROJECT_DIR}/.claude/hookrules/plan.json");
    }

    [Fact]
    public void TwoSettingsFilesShareAPlanUntilTheLastIsUninstalled()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("compile", "--settings", ".claude/settings.local.json").ExitCode.ShouldBe(0);

        project.Run("compile", "--uninstall", "--settings", ".claude/settings.local.json").ExitCode.ShouldBe(0);
        project.Files.ShouldNotContain(".claude/settings.local.json");
        project.Run("compile", "--check").ExitCode.ShouldBe(0);

        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);
        project.Files.ShouldBe(["main.hookrules"]);
    }

    [Fact]
    public void ASettingsFileThatIsNoJsonIsAnErrorThatPointsIntoItAndNothingIsWritten()
    {
        using var project = new CliProject(OneLine);
        project.Write(".claude/settings.json", "{\n  // ours\n  \"hooks\": {}\n}\n");

        var result = project.Run("compile");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith(
            ".claude/settings.json:2:3: error HR3001: this settings file is not valid JSON: a comment is not JSON\n  |\n2 |   // ours\n"
        );
        project.Files.ShouldBe([".claude/settings.json", "main.hookrules"]);
        project.Read(".claude/settings.json").ShouldContain("// ours");
    }

    [Fact]
    public void AFolderThatCannotBeWrittenIsSaidInOneLine()
    {
        using var project = new CliProject(OneLine);
        project.Write(".claude", "a file where the folder should be");
        var result = project.Run("compile");
        result.ExitCode.ShouldBe(3);
        result.Error.ShouldStartWith("hookrules: ");
        result.Error.ShouldNotContain("   at ");
    }

    [Fact]
    public void APlanKeepsTheOneBeforeForSessionsThatStillAskForIt()
    {
        using var project = new CliProject(OneLine);
        project.Run("compile").ExitCode.ShouldBe(0);
        var first = project.Read(".claude/hookrules/plan.json");
        project.Write("main.hookrules", OneLine.Replace("*.py", "*.pyi"));
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Read(".claude/hookrules/previous.json").ShouldBe(first);
    }
}
