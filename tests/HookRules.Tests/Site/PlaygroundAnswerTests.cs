using System.Text;
using HookRules.Playground;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Site;

/// <summary>The playground says what the commands say, to the letter.</summary>
public sealed class PlaygroundAnswerTests
{
    private const string Rules = "use std/git-guard\n\non   Write *.py ->  run \"ruff check {file}\", dedup 1s\n";
    private const string Typo = "on PostToolUsed Write *.py -> run \"ruff check {file}\"\n";
    private const string Yaml = "version: 1\nrules:\n  - on Write *.py -> run \"ruff check {file}\"\n";

    [Theory]
    [InlineData(Rules, "main.hookrules")]
    [InlineData(Typo, "main.hookrules")]
    [InlineData(Yaml, "hookrules.yaml")]
    public void LintSaysWhatTheCommandSays(string rules, string file)
    {
        using var project = new CliProject(rules, file);
        // The command adds how many there are.
        project.Run("lint", file).Error.ShouldStartWith(PlaygroundAnswers.Lint(rules));
        PlaygroundAnswers.Lint(rules).Length.ShouldBe(rules == Typo ? PlaygroundAnswers.Lint(Typo).Length : 0);
    }

    [Theory]
    [InlineData(Rules, "main.hookrules")]
    [InlineData(Yaml, "hookrules.yaml")]
    public void FormatIsTheCommands(string rules, string file)
    {
        using var project = new CliProject(rules, file);
        project.Run("fmt", file).ExitCode.ShouldBe(0);
        PlaygroundAnswers.Format(rules).ShouldBe(project.Read(file));
    }

    [Theory]
    [InlineData(Rules, "main.hookrules")]
    [InlineData(Yaml, "hookrules.yaml")]
    public void SettingsAreWhatTheCommandWrites(string rules, string file)
    {
        using var project = new CliProject(rules, file);
        project.Run("compile", file).ExitCode.ShouldBe(0);
        PlaygroundAnswers.Settings(rules).ShouldBe(project.Read(".claude/settings.json"));
    }

    [Fact]
    public void SimulateSaysWhatTheCommandSays()
    {
        using var project = new CliProject(Rules);
        var payload = PlaygroundAnswers
            .Sample("PreToolUse", "Bash")
            .Replace("\"command\":\"", "\"command\":\"git push -f;", StringComparison.Ordinal);
        var said = project.Run(Encoding.UTF8.GetBytes(payload), "simulate", "--payload", "-").Out;
        said.ShouldContain("matches  git-guard.forced-push");
        PlaygroundAnswers.Simulate(Rules, payload).ShouldBe(said.Replace("(-)", "(payload)", StringComparison.Ordinal));
    }

    [Fact]
    public void WhatIsWrongWithAPayloadIsSaid()
    {
        PlaygroundAnswers.Simulate(Rules, "{").ShouldStartWith("payload: ");
        PlaygroundAnswers.Simulate(Rules, "{\"hook_event_name\":\"Stop\"}").ShouldStartWith("payload: ");
        PlaygroundAnswers.Sample("NoEvent", "").ShouldBe("");
    }

    [Fact]
    public void RulesThatDoNotCompileAreToldInEachPlace()
    {
        var payload = PlaygroundAnswers.Sample("Stop", "");
        foreach (
            var answer in new[]
            {
                PlaygroundAnswers.Format(Typo),
                PlaygroundAnswers.Settings(Typo),
                PlaygroundAnswers.Simulate(Typo, payload),
            }
        )
            answer.ShouldContain("did you mean \"PostToolUse\"?");
    }
}
