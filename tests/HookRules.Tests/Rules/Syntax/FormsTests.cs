using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Syntax;

public class FormsTests
{
    private static readonly CaseFile Cases = new("Rules/Syntax/forms.cases");

    public static TheoryData<string> Names() => [.. Cases.Names];

    [Theory, MemberData(nameof(Names))]
    public void BothFormsMeanTheSame(string name)
    {
        var (_, text, yaml) = Cases.All.First(one => one.Name == name);
        var one = Compilation.Create(new SourceText("main.hookrules", text));
        var other = Compilation.Create(new SourceText("hookrules.yaml", yaml));

        one.Diagnostics.ShouldBeEmpty();
        other.Diagnostics.ShouldBeEmpty();
        (one.Graph.Rules.Length + one.Graph.Actions.Length).ShouldBeGreaterThan(0);
        Plan(other.Graph).ShouldBe(Plan(one.Graph));
    }

    // Everything but sources and positions.
    private static string Plan(RuleGraph graph)
    {
        var place = new SourceRef("x", 1, 1, 1, 1);
        return Encoding.UTF8.GetString(
            RuleGraphJson
                .Write(
                    graph with
                    {
                        Sources = [new SourceFile("x", "")],
                        Rules = [.. graph.Rules.Select(rule => rule with { Source = place })],
                    },
                    "1"
                )
                .Text
        );
    }
}
