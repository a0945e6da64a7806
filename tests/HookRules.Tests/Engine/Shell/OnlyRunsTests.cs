using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

/// <summary>only-runs.cases: what an <c>allow</c> approves, by rules that were compiled, written as a plan and read again.</summary>
public sealed class OnlyRunsTests
{
    private sealed record Row(string Tool, string Condition, string Line, string Expected);

    private static readonly Row[] All =
    [
        .. from line in File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Engine", "Shell", "only-runs.cases"))
        where line.Length > 0 && !line.StartsWith('#')
        let cells = line.Split('⇶').Select(cell => cell.Trim()).ToArray()
        select new Row(cells[0], cells[1], cells[2].Replace("\\n", "\n"), cells[3]),
    ];

    public static TheoryData<int, string> Rows
    {
        get
        {
            var rows = new TheoryData<int, string>();
            for (var i = 0; i < All.Length; i++)
                rows.Add(i, $"{All[i].Condition}: {All[i].Line}");
            return rows;
        }
    }

    [Theory]
    [MemberData(nameof(Rows))]
    public void ALineIsAllowedOnlyIfEachPartOfItIs(int row, string _)
    {
        var (tool, condition, line, expected) = All[row];
        foreach (var @event in new[] { "PreToolUse", "PermissionRequest" })
        {
            var rule = $"on {@event} Bash|PowerShell where {condition} -> allow\n";
            var compilation = Compilation.Create(new SourceText("main.hookrules", rule));
            compilation.Diagnostics.ShouldBeEmpty();
            var graph = RuleGraphJson.Read(RuleGraphJson.Write(compilation.Graph, "0.1.0").Text).Graph;
            var json = new JsonObject
            {
                ["hook_event_name"] = @event,
                ["cwd"] = "/home/dev/project",
                ["tool_name"] = tool,
                ["tool_input"] = new JsonObject { ["command"] = line },
            };
            var payload = Payload.TryParse(Encoding.UTF8.GetBytes(json.ToJsonString()), out var problem).ShouldNotBeNull(problem);

            var decision = Router.Route(payload, graph.Rules, new RouteContext("/home/dev/project")).Decision;

            (decision.Permission?.ToString().ToLowerInvariant() ?? "").ShouldBe(expected, $"{@event}: {line}");
        }
    }
}
