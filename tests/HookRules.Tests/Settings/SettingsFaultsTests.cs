using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings.Merge;
using HookRules.Tests.Settings.Merge;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Settings;

public class SettingsFaultsTests
{
    private const string Dropped = ": Claude Code drops the whole file, permissions included";

    [Theory]
    [InlineData("""{"hooks":{"PreToolUse":{}}}""", 1, 24, "\"PreToolUse\" should be an array, but is an object", "HR3010")]
    [InlineData("""{"hooks":{"PreToolUse":["x"]}}""", 1, 25, "an entry of PreToolUse should be an object, but is a string", "HR3013")]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"matcher":["Bash"],"hooks":[]}]}}""",
        1,
        36,
        "the matcher of an entry of PreToolUse should be a string, but is an array",
        "HR3015"
    )]
    [InlineData(
        """{"hooks":{"PermissionRequest":[{"type":"command","command":"x"}]}}""",
        1,
        32,
        "an entry of PermissionRequest has no array \"hooks\"",
        "HR3014"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":["x"]}]}}""",
        1,
        35,
        "a handler of PreToolUse should be an object, but is a string",
        "HR3016"
    )]
    [InlineData("""{"hooks":{"PreToolUse":[{"hooks":[{"command":"x"}]}]}}""", 1, 35, "a handler of PreToolUse has no type", "HR3016")]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"script","command":"x"}]}]}}""",
        1,
        43,
        "a handler of PreToolUse has the unknown type \"script\"",
        "HR3017"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command"}]}]}}""",
        1,
        35,
        "a handler of PreToolUse with type \"command\" needs a string \"command\"",
        "HR3018"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","timeout":"5"}]}]}}""",
        1,
        77,
        "the timeout of a handler of PreToolUse should be a number of seconds above 0, but is \"5\"",
        "HR3019"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","timeout":0.0}]}]}}""",
        1,
        77,
        "the timeout of a handler of PreToolUse should be a number of seconds above 0, but is 0.0",
        "HR3019"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","timeout":-1}]}]}}""",
        1,
        77,
        "the timeout of a handler of PreToolUse should be a number of seconds above 0, but is -1",
        "HR3019"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","onFailure":"deny"}]}]}}""",
        1,
        79,
        "the onFailure of a handler of PreToolUse is \"deny\"",
        "HR3020"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","shell":"zsh"}]}]}}""",
        1,
        75,
        "the shell of a handler of PreToolUse is \"zsh\"",
        "HR3020"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"command","command":"x","args":[1]}]}]}}""",
        1,
        74,
        "the args of a handler of PreToolUse should be an array of strings",
        "HR3020"
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"http","url":"localhost"}]}]}}""",
        1,
        56,
        "the url of a handler of PreToolUse is no URL",
        "HR3020"
    )]
    [InlineData("""{"PreToolUse":[{"hooks":[]}]}""", 1, 2, "\"PreToolUse\" stands outside \"hooks\"", "HR3004")]
    [InlineData("""{"x-ours":{"hooks":{"PreToolUse":[{"hooks":[]}]}}}""", 1, 21, "\"PreToolUse\" stands outside \"hooks\"", "HR3004")]
    [InlineData("""{"x-ours":{"PermissionRequest":[{"hooks":[]}]}}""", 1, 12, "\"PermissionRequest\" stands outside \"hooks\"", "HR3004")]
    public void WhatVoidsTheWholeFileIsAWarningWithItsPlace(string text, int line, int column, string problem, string code)
    {
        var merged = SettingsMerge.Apply(text, [SettingsMergeTests.Hook("Stop", null, "h")], null, ".claude/settings.json");
        var diagnostic = merged.Diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Severity, diagnostic.Message).ShouldBe((code, Severity.Warning, problem + Dropped));
        diagnostic.At.ToString().ShouldBe($".claude/settings.json:{line}:{column}");
        diagnostic.Fix.ShouldNotBeNullOrEmpty();
        SettingsView.Ours(merged.Text).ShouldNotBeEmpty();
        Linter.Settings(".claude/settings.json", text).ShouldContain(found => found.Code == code && found.At == diagnostic.At);
    }

    [Fact]
    public void HooksUnderAnUnknownKeyInHooksVoidTheFileToo()
    {
        var codes = SettingsMerge
            .Apply("""{"hooks":{"more":{"PreToolUse":[{"hooks":[]}]}}}""", [SettingsMergeTests.Hook("Stop", null, "h")], null, "s")
            .Diagnostics.Select(diagnostic => $"{diagnostic.Code} {diagnostic.At.Column}");
        codes.ShouldBe(["HR3005 11", "HR3004 19"]);
    }

    [Theory]
    [InlineData("preToolUse", "unknown hook event \"preToolUse\"; did you mean \"PreToolUse\"?")]
    [InlineData("session-start", "unknown hook event \"session-start\"; did you mean \"SessionStart\"?")]
    [InlineData("PostToolUsed", "unknown hook event \"PostToolUsed\"; did you mean \"PostToolUse\"?")]
    [InlineData("_comment", "unknown hook event \"_comment\"")]
    [InlineData("// Stop", "unknown hook event \"// Stop\"")]
    public void AnUnknownEventIsAWarning(string key, string message)
    {
        var diagnostic = SettingsMerge.Apply("{\"hooks\":{\"" + key + "\":[]}}", [], null, "s").Diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Severity, diagnostic.Message, diagnostic.At).ShouldBe(
            ("HR3005", Severity.Warning, message, new HookRules.Engine.SourceRef("s", 1, 11, 1, 13 + key.Length))
        );
    }

    [Theory]
    [InlineData("""{"hooks":{"PostToolUse":[{"hooks":[{"type":"odd","timeout":"5"}]},7]}}""")]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"matcher":"Write","id":1,"hooks":[{"type":"command","command":"x","timeout":0.5,"extra":{}}]}],"PermissionRequest":[]}}"""
    )]
    [InlineData(
        """{"hooks":{"PreToolUse":[{"hooks":[{"type":"http","url":"http://localhost:1/x"},{"type":"mcp_tool","server":"a","tool":"b"},{"type":"prompt","prompt":"x"},{"type":"agent","prompt":"y"}]}]}}"""
    )]
    [InlineData("""{"notes":{"PreToolUse":"text","hooks":["PreToolUse"]},"PermissionRequest":[]}""")]
    public void WhatClaudeCodeLoadsIsNoConcern(string text) => SettingsMerge.Apply(text, [], null, "s").Diagnostics.ShouldBeEmpty();

    [Theory]
    [InlineData("[]", "HR3002", "1:1", "cannot add hooks here: the file should be an object, but is an array")]
    [InlineData("{\n  \"hooks\": []\n}", "HR3002", "2:12", "cannot add hooks here: \"hooks\" should be an object, but is an array")]
    [InlineData("{\n  \"hooks\": \"x\"\n}", "HR3002", "2:12", "cannot add hooks here: \"hooks\" should be an object, but is a string")]
    [InlineData("{\"hooks\": {\"Stop\": {}}}", "HR3002", "1:20", "cannot add hooks here: \"Stop\" should be an array, but is an object")]
    [InlineData("{\n  // why\n}", "HR3001", "2:3", "this settings file is not valid JSON: a comment is not JSON")]
    public void WhatCannotBeMergedIsAnErrorWithItsPlace(string text, string code, string place, string message)
    {
        var merged = SettingsMerge.Apply(text, [SettingsMergeTests.Hook("Stop", null, "h")], null, "s");
        var diagnostic = merged.Diagnostics.ShouldHaveSingleItem();
        (diagnostic.Code, diagnostic.Severity, diagnostic.At.ToString(), diagnostic.Message).ShouldBe(
            (code, Severity.Error, $"s:{place}", message)
        );
        (merged.Failed, merged.Text).ShouldBe((true, text));
        if (code == "HR3001")
            SettingsMerge.Remove(text, null, "s").Text.ShouldBe(text);
    }
}
