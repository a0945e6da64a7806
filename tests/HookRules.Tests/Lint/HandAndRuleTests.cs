using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>Rules and the settings beside them, linted together.</summary>
public sealed class HandAndRuleTests
{
    private const string Rules = """
        on after Write|Edit *.ts -> run "npx prettier --write {file}"
        on before Bash where command matches /npm publish/ -> deny "Not from here."

        """;

    [Fact]
    public void AHookByHandThatARuleStandsForIsTold()
    {
        using var project = new CliProject(Rules);
        project.Write(
            ".claude/settings.json",
            """
            { "hooks": {
              "PostToolUse": [{ "matcher": "Write|Edit", "hooks": [
                { "type": "command", "command": "jq -r '.tool_input.file_path' | xargs npx prettier --write" },
                { "type": "command", "command": "jq -r '.tool_input.file_path' | xargs npx eslint --fix" }] }],
              "PreToolUse": [{ "matcher": "Bash", "hooks": [
                { "type": "command", "command": "CMD=$(jq -r '.tool_input.command'); if echo \"$CMD\" | grep -qE 'npm publish'; then echo 'Not from here.' >&2; exit 2; fi" }] }]
            } }
            """
        );

        var told = project.Run("lint").Error.Split('\n').Where(line => line.Contains("HR3101", StringComparison.Ordinal)).ToList();

        told.Count.ShouldBe(2);
        told[0].ShouldStartWith(".claude/settings.json:3:");
        told[0].ShouldContain("the rule main.hookrules:1 does the same as this hook");
        told[1].ShouldStartWith(".claude/settings.json:6:");
    }

    [Fact]
    public void WhatCompileWroteIsJudgedAtItsRuleAndOnce()
    {
        using var project = new CliProject($"{Rules}on Stop -> command \"echo done\"\n");
        var before = FieldTests.Codes(project.Run("lint").Error).ToList();
        before.ShouldContain("HR3066");

        project.Run("compile", "--runtime", "path").ExitCode.ShouldBe(0);

        FieldTests.Codes(project.Run("lint").Error).ShouldBe(before);
        FieldTests.Codes(project.Run("lint", ".claude/settings.json").Error).ShouldBeEmpty();
    }

    [Fact]
    public void ANulIsCalledByItsName()
    {
        using var project = new CliProject();
        project.Write("main.hookrules", "on Stop -> notify \"a\0b\"\n");
        project.Write("settings.json", "{\"hooks\":{}\0}");

        project.Run("lint", "main.hookrules").Error.ShouldContain("1:21: error HR0013: a NUL character stands here");
        project.Run("lint", "settings.json").Error.ShouldContain("found 'U+0000'");
        project.Run("import", "settings.json").Error.ShouldContain("found 'U+0000'");
    }
}
