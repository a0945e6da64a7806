using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cases;

/// <summary>decisions.cases: every step on every event that honours it.</summary>
public class DecisionCases
{
    public sealed record Case(string Sample, string Steps, int ExitCode, string Stdout, string Stderr)
    {
        public string Event => Sample.Split('-')[0];

        public string Rule =>
            $"on {Event}{(Event == "FileChanged" ? " \"watched.txt\"" : "")} "
            + $"{(Steps.Contains("->", StringComparison.Ordinal) ? "" : "-> ")}{Steps}\n"
            + $"{(Steps.Contains("await noted", StringComparison.Ordinal) ? "on Write -> log \"writes.jsonl\" as noted\n" : "")}";
    }

    public static IReadOnlyList<Case> All { get; } =
    [
        .. from line in File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Cases", "decisions.cases"))
        where line.Length > 0 && !line.StartsWith('#')
        let cells = line.Split('⇶').Select(cell => cell.Trim()).ToArray()
        select new Case(cells[0], cells[1], int.Parse(cells[2], null), cells[3], cells[4]),
    ];

    public static IEnumerable<object[]> Rows => All.Select((one, i) => new object[] { i, $"{one.Sample} {one.Steps}" });

    [Theory]
    [MemberData(nameof(Rows))]
    public void TheRouterDecidesAsTheTableSays(int row, string _)
    {
        var expected = All[row];
        var compilation = Compilation.Create(new SourceText("main.hookrules", expected.Rule));
        compilation.Diagnostics.ShouldBeEmpty();
        var payload = Payload.TryParse(Samples.Read(expected.Sample), out var _)!;

        var context = new RouteContext("/home/dev/project");
        var decision = Router.Route(payload, compilation.Graph.Rules, context).Decision;
        var output = DecisionWire.Write(payload.Event, UnansweredAsk.Heard(decision, payload, context));

        output.ShouldBe(new WireOutput(expected.Stdout, expected.Stderr, expected.ExitCode));
        if (output.Stdout.StartsWith('{'))
            OutputValidator.Validate(payload.Event, output.Stdout).ShouldBeEmpty();
    }

    [Fact]
    public void EveryStepOfEveryEventIsInTheTable()
    {
        var inTable = All.Select(one => $"{one.Event} {one.Steps.Split(' ', ',')[0]}").ToHashSet();
        var honoured = HookEvents.All.SelectMany(known =>
            known
                .Decisions.Select(step => $"{known.Name} {step.ToString().ToLowerInvariant()}")
                .Concat(known.CanAwait ? [$"{known.Name} await"] : [])
        );
        honoured.Except(inTable).ShouldBeEmpty();
    }
}
