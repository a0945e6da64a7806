using System.Text.Json;
using System.Text.RegularExpressions;
using HookRules.Tests.Hook;
using HookRules.Tests.Operating;
using Shouldly;
using Xunit;
using YamlDotNet.RepresentationModel;

namespace HookRules.Tests.Reach;

/// <summary>The steps of the action and of pre-commit, run as a runner runs them: the real program, a shell, a summary file.</summary>
public sealed class CiTests
{
    private const string Rules = """
        rule no-force-push:
          on before Bash where runs "git push" with (-f, --force)
          -> deny "Open a pull request instead."

        """;

    private const string Cases = """
        deny no-force-push => git push -f
        nothing            => git push

        """;

    [Fact]
    public void WhereNothingIsWrongTheActionPassesAndSaysSoInTheSummary()
    {
        using var project = Project();

        Check(project).ShouldBe((0, 4));
    }

    [Fact]
    public void ABrokenRuleIsAnnotatedAtItsLine()
    {
        using var project = Project();
        project.Write("main.hookrules", Rules.Replace("before Bash", "before Bahs"));

        var result = RunAction(project, out _);
        result.ExitCode.ShouldBe(1);
        (result.Stdout + result.Stderr).ShouldContain("::error file=main.hookrules,line=2,");
    }

    [Fact]
    public void AnUntidyFileIsAnnotatedAtTheFirstLineThatWouldChange()
    {
        using var project = Project();
        project.Write("main.hookrules", Rules.Replace("  on before", "     on   before"));

        var result = RunAction(project, out var summary);
        result.ExitCode.ShouldBe(1);
        (result.Stdout + result.Stderr).ShouldContain("::error file=main.hookrules,line=2,");
        summary.Single(line => line.StartsWith("| layout |", StringComparison.Ordinal)).ShouldEndWith("| failed |");
    }

    [Theory]
    [InlineData("fmt --check --format sarif", "HR0111", "main.hookrules", 2)]
    [InlineData("lint --format sarif", "HR1001", "bad.hookrules", 1)]
    [InlineData("test --format sarif", "HR5011", "main.cases", 1)]
    [InlineData("compile --check --format sarif", "HR1093", ".claude/settings.json", 1)]
    public void EachOfTheFourChecksSpeaksSarif(string command, string code, string file, int line)
    {
        using var project = Project();
        project.Write("main.hookrules", Rules.Replace("  on before", "     on   before").Replace("Open a", "Please open a"));
        project.Write("main.cases", "nothing => git push -f\n");
        project.Write("bad.hookrules", "on PreTooluse Bash -> ask \"x\"\n");
        if (command.StartsWith("lint", StringComparison.Ordinal))
            command += " bad.hookrules";

        var result = RealProcess.Run("sh", ["-c", $"hookrules {command}"], default, Path(project), project.Folder);
        result.ExitCode.ShouldBe(1, result.Stderr);
        using var sarif = JsonDocument.Parse(result.Stdout);
        var run = sarif.RootElement.GetProperty("runs")[0];
        run.GetProperty("results")
            .EnumerateArray()
            .Select(one => (one.GetProperty("ruleId").GetString(), Place(one)))
            .ShouldContain((code, (file, line)));
        run.GetProperty("tool").GetProperty("driver").GetProperty("rules").EnumerateArray().ShouldNotBeEmpty();

        static (string?, int) Place(JsonElement one)
        {
            var place = one.GetProperty("locations")[0].GetProperty("physicalLocation");
            return (
                place.GetProperty("artifactLocation").GetProperty("uri").GetString(),
                place.GetProperty("region").GetProperty("startLine").GetInt32()
            );
        }
    }

    [Fact]
    public void AFailingCaseIsAnnotatedAtItsLine()
    {
        using var project = Project();
        project.Write("main.cases", Cases.Replace("nothing            =>", "deny               =>"));

        var result = RunAction(project, out var summary);
        result.ExitCode.ShouldBe(1);
        (result.Stdout + result.Stderr).ShouldContain("::error file=main.cases,line=2");
        summary.Count(line => line.EndsWith("| failed |", StringComparison.Ordinal)).ShouldBe(1);
    }

    [Fact]
    public void OutputThatIsStaleFails()
    {
        using var project = Project();
        project.Write("main.hookrules", Rules.Replace("Open a", "Please open a"));

        var result = RunAction(project, out var summary);
        result.ExitCode.ShouldBe(1);
        (result.Stdout + result.Stderr).ShouldContain("::error ");
        summary[^1].ShouldStartWith("| output | ");
        summary[^1].ShouldEndWith("| failed |");
    }

    [Fact]
    public void AVersionWithoutItsSumIsNotInstalled()
    {
        using var project = Project();
        var environment = new Dictionary<string, string>(project.Environment)
        {
            ["VERSION"] = "0.1.0",
            ["SHA256"] = "",
            ["URL"] = "file:///",
        };

        var result = RealProcess.Run("sh", ["-e", "-c", ActionStep(0)], default, environment, project.Folder);
        result.ExitCode.ShouldBe(2);
        result.Stdout.ShouldStartWith("::error::hookrules: with a version also give its sha256");
    }

    [Fact]
    public void EachHookOfPreCommitIsACommandThatPasses()
    {
        using var project = Project();
        var hooks = (YamlSequenceNode)Yaml(".pre-commit-hooks.yaml");
        hooks.Children.Count.ShouldBe(4);
        foreach (var hook in hooks)
        {
            var entry = Text(hook, "entry");
            var result = RealProcess.Run("sh", ["-c", entry], default, Path(project), project.Folder);
            result.ExitCode.ShouldBe(0, $"{entry}: {result.Stdout}{result.Stderr}");
            // What it is about exists in a project, by the name that git gives it.
            Regex.IsMatch("main.hookrules", Text(hook, "files")).ShouldBeTrue(entry);
        }
    }

    [Fact]
    public void ThePluginAndItsMarketplaceNameTheSameVersionAndWhatIsThere()
    {
        var version = Regex.Match(File.ReadAllText(Repository.PathOf("Directory.Build.props")), "<Version>(.*)</Version>").Groups[1].Value;
        var plugin = Json("src/HookRules.Plugin/.claude-plugin/plugin.json");
        var listed = Json(".claude-plugin/marketplace.json").GetProperty("plugins")[0];

        plugin.GetProperty("version").GetString().ShouldBe(version);
        listed.GetProperty("version").GetString().ShouldBe(version);
        listed.GetProperty("name").GetString().ShouldBe(plugin.GetProperty("name").GetString());
        Directory.Exists(Repository.PathOf(listed.GetProperty("source").GetString()!)).ShouldBeTrue();
    }

    private static (int ExitCode, int Passed) Check(OperatedProject project)
    {
        var result = RunAction(project, out var summary);
        return (result.ExitCode, summary.Count(line => line.EndsWith("| passed |", StringComparison.Ordinal)));
    }

    private static OperatedProject Project()
    {
        var project = new OperatedProject(Rules);
        project.Write("main.cases", Cases);
        return project;
    }

    private static ProcessResult RunAction(OperatedProject project, out string[] summary)
    {
        var file = project.PathOf("../summary");
        var environment = Path(project);
        environment["FOLDER"] = ".";
        environment["MIN_COVERAGE"] = "50";
        environment["GITHUB_STEP_SUMMARY"] = file;
        var result = RealProcess.Run("sh", ["-e", "-c", ActionStep(1)], default, environment, project.Folder);
        summary = File.ReadAllLines(file);
        return result;
    }

    private static Dictionary<string, string> Path(OperatedProject project) =>
        new(project.Environment) { ["PATH"] = $"{HookProject.RuntimeFolder}:{System.Environment.GetEnvironmentVariable("PATH")}" };

    private static string ActionStep(int number) =>
        Text(((YamlSequenceNode)Yaml(".github/actions/hookrules/action.yml")["runs"]["steps"])[number], "run");

    private static YamlNode Yaml(string file)
    {
        var yaml = new YamlStream();
        yaml.Load(new StringReader(File.ReadAllText(Repository.PathOf(file))));
        return yaml.Documents[0].RootNode;
    }

    private static string Text(YamlNode node, string key) => ((YamlScalarNode)node[key]).Value!;

    private static JsonElement Json(string file) => JsonDocument.Parse(File.ReadAllText(Repository.PathOf(file))).RootElement;
}
