using System.Text.Json;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Knowledge;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary><c>hookrules explain</c> of words, events and tools.</summary>
public sealed class ExplainCommandTests : IDisposable
{
    private readonly CliProject project = new();

    public void Dispose() => project.Dispose();

    public static TheoryData<string> Words() => [.. ExplainPages.Words.Select(page => page.Code)];

    [Theory, MemberData(nameof(Words))]
    public void TheExampleOfAWordHasNoFindings(string word)
    {
        var page = ExplainPages.Words.Single(one => one.Code == word);
        page.Title.ShouldNotBeEmpty();
        page.Why.ShouldNotBeEmpty();
        Compilation.Create(new SourceText("main.hookrules", page.Bad)).Diagnostics.ShouldBeEmpty();
        page.Bad.ShouldContain(word);
    }

    [Fact]
    public void EveryWordThatBeginsSomethingHasAPage() =>
        (
            (IEnumerable<IEnumerable<string>>)
                [
                    ModifierGrammar.Modifiers.Keys,
                    StepGrammar.Handlers.Keys,
                    StepGrammar.Natives.Keys,
                    StepGrammar.Decisions.Keys,
                    StepGrammar.Answers.Keys,
                    ConditionGrammar.Operators.Keys,
                    ConditionGrammar.ShellConditions.Keys,
                    EventAliases.All.Keys,
                    Grammar.Settings.Keys,
                    ["on", "where", "and", "or", "not", "action", "rule", "let", "use", "disable", "pack", "param", "lint", "matcher"],
                ]
        )
            .SelectMany(words => words)
            .Distinct()
            .Except(ExplainPages.Words.Select(page => page.Code))
            .ShouldBeEmpty();

    [Theory]
    [InlineData("dedup", "dedup: One run for many events\n")]
    [InlineData("slack", "Example:\n\n    on Stop -> slack env.TEAM_WEBHOOK")]
    [InlineData("PostToolUse", "PostToolUse: ")]
    [InlineData("Edit", "tool_input.new_string a string, always\n")]
    [InlineData("Task", "Agent: a tool of Claude Code\n")]
    [InlineData("hr1003", "HR1003: An unknown action\n")]
    public void AWordAnEventAndAToolAreExplained(string what, string said)
    {
        var result = project.Run("explain", what);

        (result.ExitCode, result.Error).ShouldBe((0, ""));
        result.Out.ShouldContain(said);
    }

    [Theory]
    [InlineData("dedup", "word")]
    [InlineData("PostToolUse", "name")]
    [InlineData("Edit", "tool")]
    public void TheyAreJsonToo(string what, string member) =>
        JsonDocument.Parse(project.Run("explain", what, "--format", "json").Out).RootElement.TryGetProperty(member, out _).ShouldBeTrue();

    [Theory]
    [InlineData("debounse", "hookrules: there is no code, word, event or tool \"debounse\"; did you mean \"debounce\"?\n")]
    [InlineData("PostToolUsed", "hookrules: there is no code, word, event or tool \"PostToolUsed\"; did you mean \"PostToolUse\"?\n")]
    public void WhatIsNotThereHasANearestName(string what, string said)
    {
        var result = project.Run("explain", what);

        (result.ExitCode, result.Error).ShouldBe((2, said));
    }
}
