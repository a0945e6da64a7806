using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Fuzz;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Syntax;

/// <summary>A text that changed is read from where it changed, and reads as if it were read whole.</summary>
public sealed class ChangedTextTests
{
    private const string Rules = "action a = run \"x\"\non Stop -> a\n# c\non Stop -> warn \"\"\"\nb\n\"\"\"\non Stopp -> a\n";

    [Theory]
    [InlineData("on Stop -> a", "on Stop -> a, b")]
    [InlineData("on Stop -> a", "on Stop\n -> a")]
    [InlineData("on Stop -> a\n", "on Stop -> a\n -> b\n")]
    [InlineData("# c\n", "")]
    [InlineData("# c\n", "  -> warn \"y\"\n")]
    [InlineData("\nb\n\"\"\"", "\nb\n")]
    [InlineData("warn \"\"\"", "warn \"\"")]
    [InlineData("action a", "action  a")]
    [InlineData("x\"\n", "x\n")]
    [InlineData("a = run", "a run")]
    [InlineData("on Stopp -> a\n", "")]
    [InlineData("on Stopp -> a\n", "on Stopp ->")]
    public void OneChangeReadsTheSame(string from, string to)
    {
        Rules.ShouldContain(from);
        var changed = Rules.Replace(from, to, StringComparison.Ordinal);
        WholeReading.Difference("main.hookrules", Rules, changed).ShouldBeNull();
        WholeReading.Difference("main.hookrules", changed, Rules).ShouldBeNull();
    }

    [Fact]
    public void RandomChangesOfAllExamplesReadTheSame()
    {
        var choices = Choices.Random(20261129, "changed", 0);
        foreach (var text in Corpus.Rules)
        {
            var before = text;
            for (var i = 0; i < 10; i++)
            {
                var after = Mutation.Of(before, choices, RulesInput.Words);
                WholeReading.Difference("main.hookrules", before, after).ShouldBeNull($"{before}\n=====\n{after}");
                before = after.Length < 20_000 ? after : text;
            }
        }
    }

    [Fact]
    public void WhatStandsBeforeTheChangeIsNotReadAgain()
    {
        var before = RulesReader.Read(new SourceText("main.hookrules", Rules), before: null);
        var after = RulesReader.Read(new SourceText("main.hookrules", $"{Rules}on Stop -> b\n"), before);
        before.Parts.Length.ShouldBe(4);
        after.Parts.Length.ShouldBe(5);
        for (var i = 0; i < 3; i++)
            after.Parts[i].ShouldBeSameAs(before.Parts[i]);
    }
}
