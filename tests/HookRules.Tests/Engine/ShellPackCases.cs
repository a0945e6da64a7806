using System.Collections.Immutable;
using HookRules.Compiler;
using HookRules.Compiler.Syntax;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

/// <summary>The bundled guards against their own tables: which rule decides what.</summary>
public class ShellPackCases
{
    public static TheoryData<string, string, string> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string>();
            foreach (var pack in new[] { "bash-guard", "git-guard" })
            {
                foreach (var line in File.ReadAllLines(Folder($"{pack}.cases")).Where(line => line.Contains('⇶') && !line.StartsWith('#')))
                {
                    var cells = line.Split('⇶');
                    rows.Add(pack, ShellCases.Unescaped(cells[1].Trim()), cells[0].Trim());
                }
            }

            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void AGuardDecidesAsItsTableSays(string pack, string command, string expected)
    {
        var context = new RouteContext("/home/dev/project") { Home = "/home/dev" };
        var matched = Router.Route(ShellCases.Bash(command), Rules(pack), context).Matched;
        // Of several rules a denying one wins, then the first.
        var decisive = matched.OrderByDescending(rule => rule.Decisions[0].Kind == DecisionKind.Deny).FirstOrDefault();

        (decisive is null ? "nothing" : $"{decisive.Decisions[0].Kind.ToString().ToLowerInvariant()} {decisive.Name![(pack.Length + 1)..]}").ShouldBe(expected, ShellLine.Parse(command).OpaqueReason);
    }

    [Theory]
    [InlineData("bash-guard")]
    [InlineData("git-guard")]
    public void EveryRuleOfAGuardStandsInItsTable(string pack)
    {
        var decided = Rows.Select(row => ((string)row[2]).Split(' ')[^1]).ToHashSet();
        Rules(pack).Select(rule => rule.Name).ShouldAllBe(name => decided.Contains(name!.Substring(pack.Length + 1)));
    }

    [Theory]
    [InlineData("bash-guard")]
    [InlineData("git-guard")]
    public void AGuardComesBackFromThePlanAsItWas(string pack)
    {
        var graph = new RuleGraph { Rules = Rules(pack) };
        var (text, hash) = RuleGraphJson.Write(graph, "1");
        RuleGraphJson.Write(RuleGraphJson.Read(text).Graph, "1").Hash.ShouldBe(hash);
    }

    [Fact]
    public void ThePlanGivesEveryRuleThatACommandConcerns()
    {
        var rules = Rules("git-guard").Concat(Rules("bash-guard")).Select((rule, i) => rule with { Id = $"r{i}" }).ToArray();
        var path = Path.GetTempFileName();
        try
        {
            File.WriteAllBytes(path, RuleGraphJson.Write(new RuleGraph { Rules = [.. rules] }, "1").Text);
            using var plan = PlanFile.Open(path, out _)!;
            var context = new RouteContext("/home/dev/project") { Home = "/home/dev" };
            foreach (var row in Rows)
            {
                var payload = ShellCases.Bash((string)row[1]);
                var expected = Router.Route(payload, rules, context).Matched.Select(rule => rule.Id);
                Router.Route(payload, plan.Candidates(payload), context).Matched.Select(rule => rule.Id).ShouldBe(expected, (string)row[1]);
            }
        }
        finally
        {
            File.Delete(path);
        }
    }

    /// <summary>A bundled pack as a rules file uses it.</summary>
    private static ImmutableArray<Rule> Rules(string pack)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", $"use std/{pack}"));
        compilation.Diagnostics.ShouldBeEmpty();
        return compilation.Graph.Rules;
    }

    private static string Folder(string file) => Repository.PathOf("src", "HookRules.Compiler", "Packs", "std", file);
}
