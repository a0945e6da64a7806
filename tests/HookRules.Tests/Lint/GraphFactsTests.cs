using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

public sealed class GraphFactsTests
{
    [Theory]
    [InlineData("on before Bash where runs \"taskkill\" with (/F) without (/IM) -> deny \"x\"", "taskkill /F /IM", "tool_input.command")]
    [InlineData("on before Bash where may run \"rm\" outside (project) -> deny \"x\"", "rm project", "tool_input.command")]
    [InlineData("on before Bash where not (opaque or forkbomb) -> deny \"x\"", "", "tool_input.command")]
    [InlineData("on before Bash where writes (\"*.pem\", \"!a.pem\") -> deny \"x\"", "*.pem !a.pem", "tool_input.command")]
    [InlineData("on before Bash where pipes (curl) into (sh) -> deny \"x\"", "curl sh", "tool_input.command")]
    [InlineData("on before Bash where cwd glob \"src/**\" and session exists -> deny \"x\"", "src/**", "cwd session_id")]
    [InlineData(
        "on before Bash -> set tool_input.command = \"nice {command}\", set tool_input.description = \"x\"",
        "nice {command} x",
        ""
    )]
    [InlineData("on after mcp__a__b -> set tool_response = [{ type: \"text\", n: [1, \"y\"] }]", "text y", "")]
    public void TextsAndFieldsAreFoundWhereverTheyStand(string rule, string texts, string fields)
    {
        var bound = Compilation.Create(new SourceText("main.hookrules", rule)).Graph.Rules.ShouldHaveSingleItem();

        string.Join(' ', GraphFacts.Texts(bound)).ShouldBe(texts);
        string.Join(' ', GraphFacts.Fields(bound.Where).Select(field => field.Text).Distinct()).ShouldBe(fields);
    }

    [Theory]
    [InlineData("on before Bash where runs \"taskkill\" -> deny \"x\"", true)]
    [InlineData("on before Bash where command contains \"ls\" -> set tool_input.command = \"Get-ChildItem\"", true)]
    [InlineData("on before Bash where runs \"git push\" -> deny \"x\"", false)]
    public void AGuardOfWindowsCommandsIsFoundInShellConditionsToo(string rule, bool told) =>
        Linter
            .Rules(Compilation.Create(new SourceText("main.hookrules", rule)))
            .Any(diagnostic => diagnostic.Code == "HR2017")
            .ShouldBe(told);
}
