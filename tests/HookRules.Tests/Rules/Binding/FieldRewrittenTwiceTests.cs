using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Binding;

public class FieldRewrittenTwiceTests
{
    [Theory]
    [InlineData("on before Bash -> set command = \"a\"", "on before Bash -> set command = \"b\"", true)]
    [InlineData("on before Bash -> set command = \"a\"", "on before -> set tool_input = { command: \"b\" }", true)]
    [InlineData("on before -> set tool_input = { command: \"b\" }", "on before Bash -> set command = \"a\"", true)]
    [InlineData("on before mcp__a__b -> set tool_input.x[0] = 1", "on before /^mcp__/ -> set tool_input.x[0].y = 2", true)]
    [InlineData("on before mcp__a__b -> set tool_input.x[0] = 1", "on before mcp__a__b -> set tool_input.x[1] = 2", false)]
    [InlineData(
        "on before Bash where runs \"git\" -> set command = \"a\"",
        "on before Bash where runs \"git\" -> set command = \"b\"",
        true
    )]
    [InlineData(
        "on before Bash where runs \"git\" -> set command = \"a\"",
        "on before Bash where runs \"npm\" -> set command = \"b\"",
        false
    )]
    [InlineData("on before Bash -> set command = \"a\"", "on before PowerShell -> set command = \"b\"", false)]
    [InlineData("on before Bash -> set command = \"a\"", "on before Bash -> set tool_input.timeout = 3", false)]
    [InlineData("on before Write *.py -> set tool_input.content = \"a\"", "on before Write *.js -> set tool_input.content = \"b\"", false)]
    [InlineData("on before Write *.py -> set tool_input.content = \"a\"", "on before Write -> set tool_input.content = \"b\"", true)]
    public void OnlyRulesThatSurelyMeetAreTold(string first, string second, bool told) =>
        Linter
            .Rules(Compilation.Create(new SourceText("main.hookrules", $"{first}\n{second}\n")))
            .Any(diagnostic => diagnostic is { Code: "HR2030", At.Line: 2 })
            .ShouldBe(told);

    [Fact]
    public void ChangesOfSeveralRulesApplyInSourceOrder()
    {
        var rules = Compilation
            .Create(
                new SourceText(
                    "main.hookrules",
                    "on before Bash -> set tool_input.timeout = 1\non before Bash -> set command = \"a {command}\"\n"
                        + "on before Bash -> set tool_input.timeout = 2\n"
                )
            )
            .Graph.Rules;
        var payload = HookRules.Engine.Payload.TryParse(
            """{"hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{"command":"x","\ud800":1,"n":1.50}}"""u8.ToArray(),
            out _
        )!;

        var decision = HookRules.Engine.Router.Route(payload, rules, new HookRules.Engine.RouteContext("/p")).Decision;

        HookRules
            .Engine.DecisionWire.Write("PreToolUse", decision)
            .Stdout.ShouldBe(
                """{"hookSpecificOutput":{"hookEventName":"PreToolUse","updatedInput":{"command":"a x","\ufffd":1,"n":1.50,"timeout":2}}}""".Replace(
                    "\\ufffd",
                    "\ufffd"
                )
            );
    }
}
