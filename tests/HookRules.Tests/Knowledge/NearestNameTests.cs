using HookRules.Compiler.Knowledge;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Knowledge;

public class NearestNameTests
{
    [Theory]
    [InlineData("preToolUse", "PreToolUse")]
    [InlineData("pre-tool-use", "PreToolUse")]
    [InlineData("PRE_TOOL_USE", "PreToolUse")]
    [InlineData("PostToolUsed", "PostToolUse")]
    [InlineData("PostTolUse", "PostToolUse")]
    [InlineData("PreToolsUse", "PreToolUse")]
    [InlineData("SessoinStart", "SessionStart")]
    [InlineData("Stpo", "Stop")]
    [InlineData("PermissionReq", "PermissionRequest")]
    [InlineData("PostToolUseFail", "PostToolUseFailure")]
    [InlineData("BeforeTool", null)]
    [InlineData("x", null)]
    [InlineData("", null)]
    [InlineData("Write", null)]
    public void AMisspeltEventLeadsToTheNearestOne(string name, string? nearest) =>
        NearestName.Find(name, HookEvents.All.Select(e => e.Name)).ShouldBe(nearest);

    [Theory]
    [InlineData("bash", "Bash")]
    [InlineData("Bsah", "Bash")]
    [InlineData("write", "Write")]
    [InlineData("Writ", "Write")]
    [InlineData("web_fetch", "WebFetch")]
    [InlineData("Notebook", "NotebookEdit")]
    [InlineData("Python", null)]
    public void AMisspeltToolLeadsToTheNearestOne(string name, string? nearest) =>
        NearestName.Find(name, HookTools.All.Select(tool => tool.Name)).ShouldBe(nearest);

    [Fact]
    public void OfTwoEquallyNearNamesTheFirstInTheAlphabetIsTaken() =>
        NearestName.Find("rule-x", ["rule-b", "rule-a", "rule-c"]).ShouldBe("rule-a");

    [Fact]
    public void ANameOfAMegabyteIsNearNothing() =>
        NearestName.Find(new string('a', 1_000_000), ["a", new string('a', 999_999)]).ShouldBeNull();
}
