using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

public class DecidedBeforeTests
{
    [Theory]
    [InlineData("on before Bash -> deny \"a\"", "on before Bash where command contains \"x\" -> ask \"b\"")]
    [InlineData("on before -> deny \"a\"", "on before Write *.py -> deny \"b\"")]
    [InlineData("on before Write|Edit -> deny \"a\"", "on before Write -> allow")]
    [InlineData("on before Bash where command contains \"x\" -> deny \"a\"", "on before Bash where command contains \"x\" -> deny \"b\"")]
    [InlineData(
        "on before Bash where command contains \"x\" -> deny \"a\"",
        "on before Bash where cwd contains \"y\" and command contains \"x\" -> ask \"b\""
    )]
    [InlineData("on before Write *.py -> deny \"a\"", "on before Write *.py where file contains \"y\" -> ask \"b\"")]
    [InlineData("on before Bash -> ask \"a\"", "on before Bash where only runs \"x\" -> allow")]
    [InlineData("on UserPromptSubmit -> deny \"a\"", "on UserPromptSubmit where prompt contains \"x\" -> deny \"b\"")]
    [InlineData("use std/git-guard", "on before Bash where runs \"git reset\" with (--hard) -> ask \"b\"")]
    public void WhatAnEarlierRuleAlwaysDecidesIsTold(string first, string second) => Findings($"{first}\n{second}\n").ShouldBe([2]);

    [Theory]
    [InlineData("on before Bash -> ask \"a\"", "on before Bash where command contains \"x\" -> deny \"b\"")]
    [InlineData("on before Bash -> allow", "on before Bash where command contains \"x\" -> ask \"b\"")]
    [InlineData("on before Bash where command contains \"x\" -> deny \"a\"", "on before Bash -> ask \"b\"")]
    [InlineData(
        "on before Bash where command contains \"x\" -> deny \"a\"",
        "on before Bash where command contains \"x\" or cwd contains \"y\" -> ask \"b\""
    )]
    [InlineData("on before Write *.py -> deny \"a\"", "on before Write *.ts -> ask \"b\"")]
    [InlineData("on before Write -> deny \"a\"", "on before Write|Edit -> ask \"b\"")]
    [InlineData("on before Bash -> deny \"a\"", "on before Bash -> ask \"b\", log \"asked.jsonl\"")]
    [InlineData("on before Bash -> deny \"a\"", "on before Bash -> context \"b\"")]
    [InlineData("on before Bash -> deny \"a\"", "on PermissionRequest Bash -> deny \"b\"")]
    public void WhatMayStillChangeSomethingIsNot(string first, string second) => Findings($"{first}\n{second}\n").ShouldBeEmpty();

    [Fact]
    public void TheYamlFormIsToldTheSame() =>
        Findings(
                "version: 1\nrules:\n  - { on: before Bash, do: { deny: a } }\n"
                    + "  - { on: before Bash, where: command contains \"x\", do: { ask: b } }\n",
                "hookrules.yaml"
            )
            .ShouldBe([4]);

    private static IEnumerable<int> Findings(string text, string path = "main.hookrules")
    {
        var compilation = Compilation.Create(new SourceText(path, text));
        compilation.HasErrors.ShouldBeFalse(string.Join('\n', compilation.Diagnostics));
        return Linter.Rules(compilation).Where(finding => finding.Code == "HR2012").Select(finding => finding.At.Line);
    }
}
