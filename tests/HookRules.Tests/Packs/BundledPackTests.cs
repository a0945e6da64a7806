using System.Collections.Concurrent;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Rules.Format;
using HookRules.Engine;
using HookRules.Simulation;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;
using Bundled = HookRules.Compiler.Packs.BundledPacks;

namespace HookRules.Tests.Packs;

/// <summary>Every bundled pack against its own table, as a rules file uses it.</summary>
public sealed class BundledPackTests
{
    private const string ProjectDir = "/home/dev/project";

    private static readonly ConcurrentDictionary<string, RuleGraph> Graphs = new(StringComparer.Ordinal);
    private static readonly ConcurrentDictionary<string, IReadOnlyList<PackCase>> Tables = new(StringComparer.Ordinal);

    public static TheoryData<string> Names => [.. Bundled.Names];

    public static TheoryData<string, int, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, int, string>();
            foreach (var pack in Bundled.Names)
            foreach (var one in Table(pack))
                rows.Add(pack, one.Line, one.Subject);
            return rows;
        }
    }

    [Theory, MemberData(nameof(Rows))]
    public void APackDoesWhatItsTableSays(string pack, int line, string subject)
    {
        var row = Table(pack).First(one => one.Line == line);
        var payload = Payload.TryParse(row.Payload, out var problem)!;
        payload.ShouldNotBeNull(problem);

        var routing = Router.Route(payload, Graph(row).Rules, Context());

        Outcome(routing.Matched, pack).ShouldBe(row.Expected, $"{pack}.cases:{line}: {subject}");
        if (row.Holds.Length > 0)
            Told(row, payload).ShouldContain(row.Holds, Case.Sensitive, $"{pack}.cases:{line}");
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryRuleStandsInItsTable(string pack)
    {
        var reached = Table(pack)
            .SelectMany(row => row.Expected.Split(", "))
            .Where(one => one.Contains(' ', StringComparison.Ordinal))
            .Select(one => one[(one.IndexOf(' ', StringComparison.Ordinal) + 1)..])
            .ToHashSet();
        var rules = Table(pack).Select(Graph).SelectMany(graph => graph.Rules).Select(rule => Short(rule, pack)).Distinct();
        rules.Except(reached).ShouldBeEmpty();
        Table(pack).ShouldContain(row => row.Expected == "nothing");
    }

    /// <summary>Whoever switches a rule off is not asked instead about what that rule is sure of.</summary>
    [Theory, InlineData("git-guard"), InlineData("bash-guard")]
    public void ARuleThatIsSwitchedOffIsNotReplacedByAQuestion(string pack)
    {
        foreach (var row in Table(pack).Where(row => row.Expected.StartsWith("deny ", StringComparison.Ordinal)))
        {
            var rules = Compilation.Create(new SourceText("main.hookrules", $"{row.Rules}disable {pack}.{row.Expected[5..]}\n"));
            rules.Diagnostics.ShouldBeEmpty();
            var outcome = Outcome(Router.Route(Payload.TryParse(row.Payload, out _)!, rules.Graph.Rules, Context()).Matched, pack);
            outcome.ShouldNotContain("unknown", Case.Sensitive, $"{pack}.cases:{row.Line}: {row.Subject}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void ClaudeCodeSendsSuchPayloads(string pack) =>
        Table(pack)
            .SelectMany(row => PayloadValidator.Validate(row.Payload).Select(problem => $"{pack}.cases:{row.Line}: {problem}"))
            .ShouldBeEmpty();

    /// <summary>The plan's index may give too many rules for an event, never too few.</summary>
    [Theory, MemberData(nameof(Names))]
    public void ThePlanDoesTheSame(string pack)
    {
        foreach (var rows in Table(pack).GroupBy(row => row.With))
        {
            var graph = Graph(rows.First());
            var (text, hash) = RuleGraphJson.Write(graph, "1");
            RuleGraphJson.Write(RuleGraphJson.Read(text).Graph, "1").Hash.ShouldBe(hash);

            using var folder = new CliProject();
            folder.Write("plan.json", text.ToArray());
            using var plan = PlanFile.Open(folder.PathOf("plan.json"), out _)!;
            foreach (var row in rows)
            {
                var payload = Payload.TryParse(row.Payload, out _)!;
                Outcome(Router.Route(payload, plan.Candidates(payload), Context()).Matched, pack)
                    .ShouldBe(row.Expected, $"{pack}.cases:{row.Line}");
            }
        }
    }

    /// <summary>One line of each kind by way of the command line.</summary>
    [Theory, MemberData(nameof(Names))]
    public void SimulateShowsTheSame(string pack)
    {
        foreach (var row in Table(pack).DistinctBy(row => (row.With, row.Expected)))
        {
            using var project = new CliProject(row.Rules);
            var result = project.Run(row.Payload, "simulate", "--payload", "-", "--format", "json");

            (result.ExitCode, result.Error).ShouldBe((0, ""), $"{pack}.cases:{row.Line}");
            var simulation = JsonNode.Parse(result.Out)!["payloads"]![0]!;
            var matched = simulation["rules"]!
                .AsArray()
                .Where(rule => (bool)rule!["matches"]!)
                .Select(rule => (string)rule!["name"]!)
                .ToHashSet();
            Outcome([.. Graph(row).Rules.Where(rule => matched.Contains(rule.Name!))], pack)
                .ShouldBe(row.Expected, $"{pack}.cases:{row.Line}");
        }
    }

    [Theory, MemberData(nameof(Names))]
    public void APackIsClean(string pack)
    {
        var source = Bundled.Read(pack);
        using var project = new CliProject(Table(pack)[0].Rules);
        project.Write("pack.hookrules", source.Text);

        foreach (var file in new[] { "main.hookrules", "pack.hookrules" })
        {
            var result = project.Run("lint", file, "--format", "json");
            result.ExitCode.ShouldBe(0, result.Out);
            JsonNode.Parse(result.Out)!["diagnostics"]!.AsArray().ShouldBeEmpty(result.Out);
        }

        Formatter.Format(source, RulesForm.Text).ShouldBe(source.Text, $"hookrules fmt src/HookRules.Compiler/Packs/std/{pack}.hookrules");
    }

    [Theory, MemberData(nameof(Names))]
    public void InTheYamlFormItMeansTheSame(string pack)
    {
        var source = Bundled.Read(pack);
        var yaml = new SourceText("pack.hookrules.yaml", Formatter.Format(source, RulesForm.Yaml)!);
        Formatter.SameMeaning(Compilation.Create(source).Graph, Compilation.Create(yaml).Graph).ShouldBeTrue(yaml.Text);
    }

    [Theory, MemberData(nameof(Names))]
    public void ThePageOfPacksHasItWithAllItsParameters(string pack)
    {
        var row = File.ReadAllLines(Repository.PathOf("src/HookRules.Site/Pages/packs.md"))
            .Where(line => line.StartsWith($"| `{pack}` |", StringComparison.Ordinal))
            .ShouldHaveSingleItem();
        foreach (var line in Bundled.Read(pack).Text.Split('\n').Where(line => line.StartsWith("param ", StringComparison.Ordinal)))
            row.ShouldContain($"`{line[6..line.IndexOf(':', StringComparison.Ordinal)]}`");
    }

    private static IReadOnlyList<PackCase> Table(string pack) => Tables.GetOrAdd(pack, name => PackTable.Read(name));

    private static RuleGraph Graph(PackCase row) =>
        Graphs.GetOrAdd(
            row.Rules,
            rules =>
            {
                var compilation = Compilation.Create(new SourceText("main.hookrules", rules));
                compilation
                    .Diagnostics.Where(diagnostic => diagnostic.Severity == Compiler.Diagnostics.Severity.Error)
                    .ShouldBeEmpty(rules);
                return compilation.Graph;
            }
        );

    private static RouteContext Context() => new(ProjectDir) { Home = "/home/dev" };

    private static string Told(PackCase row, Payload payload)
    {
        var simulation = Simulator.Simulate(Graph(row), payload, ProjectDir);
        return string.Join(
            '\n',
            [
                simulation.Output.Stdout,
                simulation.Output.Stderr,
                .. simulation.Sync.Concat(simulation.Queued).Select(run => run.Invocation.Shown),
            ]
        );
    }

    private static string Short(Rule rule, string pack) => rule.Name![(pack.Length + 1)..];

    private static string Outcome(IReadOnlyCollection<Rule> matched, string pack) =>
        HookRules.Simulation.Cases.Outcome.Of(matched, matched.FirstOrDefault()?.Event ?? "") is { IsEmpty: false } outcomes
            ? string.Join(", ", outcomes.Where(outcome => !outcome.IsAlso).Select(outcome => $"{outcome.Word} {Short(outcome.Rule, pack)}"))
            : "nothing";
}
