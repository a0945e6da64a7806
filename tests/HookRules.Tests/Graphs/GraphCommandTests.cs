using System.Text.Json;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using HookRules.Compiler.Knowledge;
using HookRules.Tests.Cli;
using HookRules.Tests.Operating;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Graphs;

/// <summary><c>hookrules graph</c> in its five formats.</summary>
public sealed class GraphCommandTests
{
    private const string Rules = """
        use std/git-guard
        action ruff = run "ruff check {file}" timeout 30s feedback
        action pytest = run "pytest -q" concurrency 1
        rule check: on Write|Edit src/**/*.py !**/gen/** -> ruff -> pytest, dedup 1s
          on failure -> notify "bad"
        on Stop -> await ruff
        on Stop -> prompt "All green?"
        """;

    public static TheoryData<string> Hostile =>
        [.. File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Graphs", "hostile.txt"))];

    private static JsonNode Json(CliProject project, params string[] args)
    {
        var result = project.Run(["graph", "--format", "json", .. args]);
        (result.ExitCode, result.Error).ShouldBe((0, ""));
        OperatedProject.Check("graph.schema.json", result.Out);
        return JsonNode.Parse(result.Out)!;
    }

    private static List<string> Labels(JsonNode graph) => [.. graph["nodes"]!.AsArray().Select(node => (string)node!["label"]!)];

    [Fact]
    public void EventFilterRuleStagesAndAwaitAreThere()
    {
        using var project = new CliProject(Rules);
        var graph = Json(project);

        var labels = Labels(graph);
        labels.ShouldContain("Write|Edit src/**/*.py !**/gen/**");
        labels.ShouldContain("check dedup 1s");
        labels.ShouldContain("ruff ruff check {file} timeout 30s, feedback");
        labels.ShouldContain("await ruff");
        labels.ShouldContain("prompt All green?");
        var id = graph["nodes"]!.AsArray().ToDictionary(node => (string)node!["id"]!, node => (string)node!["label"]!);
        string[] Edges(string kind) =>
            [
                .. graph["edges"]!
                    .AsArray()
                    .Where(edge => (string)edge!["kind"]! == kind)
                    .Select(edge => $"{id[(string)edge!["from"]!].Split(' ')[0]} > {id[(string)edge["to"]!].Split(' ')[0]}"),
            ];
        Edges("flow").ShouldContain("ruff > pytest");
        Edges("await").ShouldBe(["await > ruff"]);
        Edges("failure").Single().ShouldStartWith("pytest > notify");
        graph["nodes"]!.AsArray().Count(node => (string?)node!["pack"] == "git-guard").ShouldBeGreaterThan(20);
    }

    [Fact]
    public void ItIsNarrowed()
    {
        using var project = new CliProject(Rules);
        Json(project, "--event", "Stop")["rules"]!.AsArray().Count.ShouldBe(2);
        Json(project, "--rule", "check")["rules"]!.AsArray().Count.ShouldBe(1);
        Json(project, "--rule", "hard-reset")["rules"]![0]!["place"]!.ToString().ShouldStartWith("std/git-guard.hookrules:");
        Json(project, "--pack", "git-guard")["rules"]!.AsArray().ShouldAllBe(rule => (string?)rule!["pack"] == "git-guard");
        var wrong = project.Run("graph", "--rule", "chek");
        (wrong.ExitCode, wrong.Error.Trim()).ShouldBe((2, "hookrules: there is no rule \"chek\"; did you mean \"check\"?"));
        project.Run("graph", "--event", "Stopp").ExitCode.ShouldBe(2);
        project.Run("graph", "--pack", "nobody").ExitCode.ShouldBe(2);
    }

    [Fact]
    public void APayloadLightsItsWayAndDarkRulesSayWhy()
    {
        using var project = new CliProject(Rules);
        project.Write("push.json", Samples.Read("PreToolUse-Bash"));
        var graph = Json(project, "--payload", "push.json");
        var rules = graph["rules"]!.AsArray().ToDictionary(rule => (string)rule!["name"]!, rule => rule!);
        ((string)rules["git-guard.hard-reset"]["why"]!).ShouldStartWith("where: runs \"git reset\" with (--hard) is false");
        ((string)rules["check"]["why"]!).ShouldBe("it is on PostToolUse, and this is PreToolUse");
        var lit = graph["nodes"]!.AsArray().Where(node => (bool)node!["lit"]!).Select(node => (string)node!["label"]!);
        lit.ShouldBe(["PreToolUse"]);
    }

    [Theory, MemberData(nameof(Hostile))]
    public void AHostileTextStaysATextInEachFormat(string text)
    {
        // As the name of an action's argument, as a pattern to look for, and as a prompt.
        var quoted = text.Replace("\\", "\\\\").Replace("\"", "\\\"").Replace("{", "{{").Replace("}", "}}");
        var plain = text.Replace("\\", "\\\\").Replace("\"", "\\\"");
        using var project = new CliProject(
            $"on before Bash where command contains \"{plain}\" -> deny \"{quoted}\"\non Stop -> prompt \"{plain}\"\n"
        );

        Labels(Json(project)).Count(label => label.Contains(text[..10], StringComparison.Ordinal)).ShouldBeGreaterThan(1);

        var svg = XDocument.Parse(Run("svg"));
        svg.Descendants()
            .Select(one => one.Name.LocalName)
            .Distinct()
            .Except(["svg", "title", "style", "g", "rect", "text", "path"])
            .ShouldBeEmpty();
        svg.Descendants().Attributes().ShouldNotContain(one => one.Name.LocalName.StartsWith("on", StringComparison.Ordinal));

        var html = Run("html");
        Regex.Count(html, "<script").ShouldBe(2);
        html.ShouldContain("default-src 'none'");
        html.ShouldNotContain("<img");
        html.ShouldNotContain("<b onclick");
        var data = html[(html.IndexOf("id=\"rules\">", StringComparison.Ordinal) + 11)..];
        JsonDocument.Parse(data[..data.IndexOf("</script>", StringComparison.Ordinal)]).RootElement.GetArrayLength().ShouldBe(2);

        // Nothing of it is left that could end a label: letters, or the numbers of other characters.
        foreach (var line in Run("mermaid").Split('\n').Where(line => line.Contains('"')))
            Regex.IsMatch(line, "^ *[a-z]+[0-9]+ ?[^\"a-z]*\"(?:[\\p{L}\\p{N} .,/-]|#[0-9]+;|<br/>)*\"[^\"]*$").ShouldBeTrue(line);

        foreach (var line in Run("dot").Split('\n').Where(line => line.Contains("label=", StringComparison.Ordinal)))
            Regex.Replace(line, "\"(?:[^\"\\\\]|\\\\.)*\"", "").ShouldNotContain("\"");

        string Run(string format)
        {
            var result = project.Run("graph", "--format", format);
            (result.ExitCode, result.Error).ShouldBe((0, ""));
            return result.Out;
        }
    }

    [Fact]
    public void NoLineLeavesThePicture()
    {
        using var project = new CliProject("on Write *.py -> run \"ruff check {file}\" as ruff\non Stop -> await ruff\n");
        var svg = XDocument.Parse(project.Run("graph", "--format", "svg").Out).Root!;
        var width = (int)svg.Attribute("width")!;
        var lines = svg.Descendants().Where(one => one.Name.LocalName == "path").Select(path => (string)path.Attribute("d")!).ToList();
        lines.Count.ShouldBe(6);
        lines
            .SelectMany(line => Regex.Matches(line, "[MC ]([0-9]+) [0-9]+"))
            .ShouldAllBe(point => int.Parse(point.Groups[1].Value) <= width);
    }

    [Fact]
    public void ManyRulesAreFolded()
    {
        var many = string.Concat(Enumerable.Range(0, 300).Select(i => $"on Write *.e{i} -> run \"lint{i} {{file}}\"\n"));
        using var project = new CliProject(many + Rules.Replace("use std/git-guard\n", "", StringComparison.Ordinal));

        var mermaid = project.Run("graph");
        mermaid.Out.ShouldContain("rules of the project<br/>301 rules");
        mermaid.Error.ShouldContain("--event, --pack or --rule opens one");
        var html = project.Run("graph", "--format", "html");
        html.Error.ShouldBeEmpty();
        Regex.Count(html.Out, "<details>").ShouldBe(2);
        html.Out.ShouldContain("*.e299");
        project.Run("graph", "--event", "Stop").Out.ShouldContain("await ruff");
    }
}
