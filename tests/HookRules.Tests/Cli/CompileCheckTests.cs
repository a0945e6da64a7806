using System.Diagnostics;
using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>What compile says of what it wrote before, of what others wrote, and of what keeps its work from reaching anybody.</summary>
public sealed class CompileCheckTests
{
    private const string Rules = "on Stop -> notify \"x\"\n";

    // As version 0.1.0 wrote it.
    private const string OldEntry =
        "{ \"type\": \"command\", \"command\": \"/bin/sh\", \"args\": [\"${CLAUDE_PROJECT_DIR}/.claude/hookrules/hook\", \"--event\", "
        + "\"Stop\"] }";

    private static CliProject Project() => new(Rules) { Environment = Environment.GetEnvironmentVariable };

    [Fact]
    public void CheckSaysInOneSentenceWhatIsStaleAndWhatToRun()
    {
        using var project = Project();
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("compile", "--check").ShouldBe(new CliResult(0, "Everything is up to date.\n", ""));
        project.Write("main.hookrules", Rules + "on Write -> notify \"y\"\n");

        const string stale = ".claude/settings.json, .claude/hookrules/plan.json are out of date";
        var text = project.Run("compile", "--check", "main.hookrules");
        (text.ExitCode, text.Error).ShouldBe((1, $"hookrules: {stale}. Run: hookrules compile main.hookrules{Environment.NewLine}"));

        var json = project.Run("compile", "--check", "--format", "json");
        var one = JsonNode.Parse(json.Out)!["diagnostics"]!.AsArray().ShouldHaveSingleItem()!;
        ((string)one["code"]!, (string)one["message"]!, (string)one["mend"]!).ShouldBe(("HR1093", stale, "run: hookrules compile"));
        json.ExitCode.ShouldBe(1);

        var sarif = project.Run("compile", "--check", "--format", "sarif");
        (sarif.ExitCode, sarif.Out.Contains(stale, StringComparison.Ordinal)).ShouldBe((1, true));
        var github = project.Run("compile", "--check", "--format", "github");
        github.ExitCode.ShouldBe(1);
        github.Out.ShouldStartWith("::error file=.claude/settings.json,line=1");
        github.Out.ShouldContain("run: hookrules compile");
    }

    [Fact]
    public void CheckCallsAShellWithArgumentsDangerousWhoeverWroteIt()
    {
        using var project = Project();
        project.Write(
            ".claude/settings.json",
            "{ \"hooks\": { \"Stop\": [{ \"hooks\": [\n"
                + OldEntry
                + ",\n{ \"type\": \"command\", \"command\": \"bash\", \"args\": [\"x\"] }\n] }] } }\n"
        );

        var check = project.Run("compile", "--check");
        check.ExitCode.ShouldBe(1);
        check.Error.ShouldContain(".claude/settings.json:2:33: warning HR3100: dangerous: ");
        check.Error.ShouldContain("run: hookrules compile, which replaces this entry of an older version");
        check.Error.ShouldContain(".claude/settings.json:3:33: warning HR3100: dangerous: ");

        project.Run("compile").ExitCode.ShouldBe(0);
        project.Read(".claude/settings.json").ShouldNotContain("/bin/sh\"");
        var after = project.Run("compile", "--check");
        (after.ExitCode, after.Out).ShouldBe((0, "Everything is up to date.\n"));
        after.Error.Split("HR3100").Length.ShouldBe(2);
    }

    [Theory]
    [InlineData("bin\n", "\"bin\" is no absolute path")]
    [InlineData("/nowhere\n", "there is no hookrules-hook in /nowhere")]
    public void CheckRefusesALocalThatNamesNoRuntime(string local, string why)
    {
        using var project = Project();
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Write(".claude/hookrules/local", local);

        project
            .Run("compile", "--check")
            .ShouldBe(
                new CliResult(
                    1,
                    "",
                    ".claude/hookrules/local:1:1: error HR1094: .claude/hookrules/local does not say where the runtime of this "
                        + $"machine is: {why}\n"
                        + "  = run: hookrules compile\n"
                )
            );
    }

    [FactNeeding(Need.Unix)]
    public void CheckRefusesALocalThatIsCommittedOrAPipe()
    {
        using var project = Project();
        Git(project, "init", "-q");
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Write(".claude/hookrules/local", "/usr/bin\n");
        Git(project, "add", "-f", ".claude/hookrules/local");
        var check = project.Run("compile", "--check");
        check.ExitCode.ShouldBe(1);
        check.Error.ShouldContain("error HR1094: ");
        check.Error.ShouldContain("it is committed");
        check.Error.ShouldContain("run: git rm --cached .claude/hookrules/local");

        Git(project, "rm", "-q", "-f", ".claude/hookrules/local");
        Start(project, "mkfifo", ".claude/hookrules/local");
        project.Run("compile", "--check").Error.ShouldContain("it is no file that compile wrote");
    }

    [Fact]
    public void FilesThatGitIgnoresAreNamedAsLongAsTheyAreNotCommitted()
    {
        using var project = Project();
        Git(project, "init", "-q");
        project.Run("compile").Error.ShouldBe("");
        project.Write(".gitignore", "*.json\n");

        var result = project.Run("compile");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain(
            "warning HR1096: git ignores .claude/settings.json, .claude/hookrules/plan.json, so the rules reach nobody else"
        );
        Git(project, "add", "-f", ".claude");
        project.Run("compile").Error.ShouldBe("");
    }

    [FactNeeding(Need.Unix)]
    public void WithoutARuntimeOnPathTheEntriesThatNeedOneAreWarnedOf()
    {
        using var project = new CliProject(Rules) { Environment = name => name == "PATH" ? "/nowhere" : null };
        var result = project.Run("compile", "--runtime", "path");
        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain("warning HR1097: there is no hookrules-hook on PATH");
        project.Run("compile").Error.ShouldBe("");
    }

    [Fact]
    public void AMergeConflictInWhatCompileWritesIsResolved()
    {
        using var project = Project();
        project.Write(".claude/settings.json", "{\n  \"model\": \"opus\"\n}\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        var (settings, plan) = (project.Read(".claude/settings.json"), project.Read(".claude/hookrules/plan.json"));
        project.Write("main.hookrules", Rules + "on Write -> notify \"y\"\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        var expected = (project.Read(".claude/settings.json"), project.Read(".claude/hookrules/plan.json"));

        project.Write(".claude/settings.json", Conflict(settings, expected.Item1));
        project.Write(".claude/hookrules/plan.json", Conflict(plan, expected.Item2));
        project
            .Run("compile")
            .ShouldBe(new CliResult(0, "2 rules in 2 hook entries of .claude/settings.json: Stop, PostToolUse Write\n", ""));

        JsonNode.DeepEquals(JsonNode.Parse(project.Read(".claude/settings.json")), JsonNode.Parse(expected.Item1)).ShouldBeTrue();
        project.Run("compile", "--check").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void AMergeConflictInOtherPeoplesLinesIsNamedAndLeftAlone()
    {
        using var project = Project();
        project.Write(".claude/settings.json", "{\n  \"model\": \"opus\"\n}\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        var conflict = project
            .Read(".claude/settings.json")
            .Replace(
                "  \"model\": \"opus\",\n",
                "<<<<<<< HEAD\n  \"model\": \"opus\",\n||||||| base\n=======\n  \"model\": \"haiku\",\n>>>>>>> theirs\n",
                StringComparison.Ordinal
            );
        conflict.ShouldContain("<<<<<<<");
        project.Write(".claude/settings.json", conflict);

        foreach (var command in new[] { new[] { "compile" }, ["compile", "--uninstall"] })
        {
            var result = project.Run(command);
            result.ExitCode.ShouldBe(1);
            result.Error.ShouldStartWith(
                ".claude/settings.json:2:1: error HR1098: .claude/settings.json holds a merge conflict that is not about entries of "
                    + "hookrules alone: lines 2 to 7\n"
            );
            project.Read(".claude/settings.json").ShouldBe(conflict);
        }
    }

    // As git writes it where everything between the first and the last line differs.
    private static string Conflict(string ours, string theirs) => $"<<<<<<< HEAD\n{ours}=======\n{theirs}>>>>>>> theirs\n";

    private static void Git(CliProject project, params string[] arguments) => Start(project, "git", arguments);

    private static void Start(CliProject project, string program, params string[] arguments)
    {
        using var process = Process.Start(new ProcessStartInfo(program, arguments) { WorkingDirectory = project.Folder })!;
        process.WaitForExit();
        process.ExitCode.ShouldBe(0);
    }
}
