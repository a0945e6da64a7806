using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine;

/// <summary>routing.cases: which rules a tool call is for.</summary>
public sealed class RouterTests : IDisposable
{
    private readonly TestFolder folder = new();

    public static TheoryData<string, string, string, bool> Rows
    {
        get
        {
            var rows = new TheoryData<string, string, string, bool>();
            foreach (var line in File.ReadAllLines(Repository.PathOf("tests", "HookRules.Tests", "Engine", "Routing", "routing.cases")))
            {
                if (line.Length == 0 || line.StartsWith('#'))
                    continue;
                var cells = line.Split('⇶').Select(cell => cell.Trim()).ToArray();
                rows.Add(cells[0], cells[1], cells[2], cells[3] == "yes");
            }

            return rows;
        }
    }

    public void Dispose() => folder.Dispose();

    [Theory]
    [MemberData(nameof(Rows))]
    public void ARuleIsForTheCallsThatTheTableSays(string trigger, string tool, string input, bool isFor)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", $"on {trigger} -> deny \"no\"\n"));
        compilation.HasErrors.ShouldBeFalse(string.Join('\n', compilation.Diagnostics));
        var payload = Payload
            .TryParse(
                Encoding.UTF8.GetBytes($$"""{"hook_event_name":"PreToolUse","tool_name":"{{tool}}","cwd":"/p","tool_input":{{input}}}"""),
                out _
            )
            .ShouldNotBeNull();
        var context = new RouteContext("/p");
        File.WriteAllBytes(folder.Of("plan.json"), RuleGraphJson.Write(compilation.Graph, "1").Text);
        using var plan = PlanFile.Open(folder.Of("plan.json"), out var problem).ShouldNotBeNull(problem);

        Router.Match(payload, compilation.Graph.Rules, context).Length.ShouldBe(isFor ? 1 : 0, "by the router");
        Router.Match(payload, plan.Candidates(payload), context).Length.ShouldBe(isFor ? 1 : 0, "by the plan and its index");
    }
}
