using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Tests.Cases;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>The table of decisions once more, through the real native hook.</summary>
public sealed class HookDecisionTests
{
    public static IEnumerable<object[]> Rows => DecisionCases.Rows;

    [Theory]
    [MemberData(nameof(Rows))]
    public void TheHookDecidesAsTheTableSays(int row, string _)
    {
        var expected = DecisionCases.All[row];
        using var project = new HookProject(Compilation.Create(new SourceText("main.hookrules", expected.Rule)).Graph);

        var result = project.Run(
            Samples.Read(expected.Sample).ToArray(),
            ["--plan", project.PlanPath, "--plan-hash", project.Hash, "--event", expected.Event]
        );

        result.ShouldBe(new ProcessResult(expected.Stdout, expected.Stderr, expected.ExitCode));
        project.Errors.ShouldBeEmpty();
    }
}
