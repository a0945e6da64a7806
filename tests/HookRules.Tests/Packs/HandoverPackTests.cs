using System.Text.Json.Nodes;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>The scripts of std/handover, in real repositories.</summary>
public sealed class HandoverPackTests : IDisposable
{
    private const string Session = "11111111-1111-4111-8111-111111111111";

    private readonly PackRepository repository = new();

    public void Dispose() => repository.Dispose();

    [Fact]
    public void WhatWasUnderWayIsToldAfterACompaction()
    {
        repository.Write("a.txt", "a\n");
        repository.Commit();
        repository.Write("a.txt", "b\n");
        repository.Write("a b.txt", "new");
        repository.Write("PLAN.md", "1. mend it\n");

        Ran("PreCompact").Succeeded.ShouldBeTrue();
        Ran("PostCompact", new() { ["compact_summary"] = "- we mend it `now`, $(touch x)" }).Succeeded.ShouldBeTrue();
        var told = Ran("SessionStart", new() { ["source"] = "compact" }).Stdout.Text;

        told.ShouldStartWith("This was the state of the work");
        foreach (
            var part in new[]
            {
                "## main",
                " M a.txt",
                "?? \"a b.txt\"",
                "a.txt | 2 +-",
                " work\n",
                "1. mend it",
                "- we mend it `now`, $(touch x)",
            }
        )
            told.ShouldContain(part);
        File.Exists(repository.PathOf("x")).ShouldBeFalse();
    }

    [Fact]
    public void AnotherSessionIsNotTold()
    {
        Ran("PreCompact");
        Ran("SessionStart", new() { ["source"] = "compact", ["session_id"] = "other" }).Stdout.Text.ShouldBe("");
        Ran("SessionStart", new() { ["source"] = "compact", ["session_id"] = "../x; touch y" }).Stdout.Text.ShouldBe("");
        Ran("SessionStart", new() { ["source"] = "compact" }).Stdout.Text.ShouldNotBe("");
    }

    [Fact]
    public void WithoutARepositoryTheNotesAreHandedOver()
    {
        using var plain = new PackRepository(isGit: false);
        plain.Write("PLAN.md", "one\n");
        Ran("PreCompact", inside: plain).Succeeded.ShouldBeTrue();
        var told = Ran("SessionStart", new() { ["source"] = "compact" }, inside: plain).Stdout.Text;
        told.ShouldContain("## Notes (PLAN.md)");
        told.ShouldNotContain("Not committed");
    }

    [Fact]
    public void OnlySoManyAreKept()
    {
        for (var i = 0; i < 4; i++)
            Ran("PreCompact", new() { ["session_id"] = $"session-{i}" }, "with { keep = 2 }").Succeeded.ShouldBeTrue();
        repository.Write(".claude/handover/mine.md", "");
        Ran("PreCompact", parameters: "with { keep = 2 }").Succeeded.ShouldBeTrue();

        var files = Directory.GetFiles(repository.PathOf(".claude/handover"), "*.md").Select(Path.GetFileName).ToArray();
        files.Length.ShouldBe(3);
        files.ShouldContain("mine.md");
    }

    [Theory]
    [InlineData("with { folder = \"../elsewhere\" }", "is not below the project")]
    [InlineData("with { folder = \"/tmp/elsewhere\" }", "is not below the project")]
    [InlineData("with { folder = \"a/../../elsewhere\" }", "is not below the project")]
    public void NothingIsWrittenOutsideOfTheProject(string parameters, string said)
    {
        var result = Ran("PreCompact", parameters: parameters);
        result.Succeeded.ShouldBeFalse();
        result.Stderr.Text.ShouldContain(said);
    }

    [Theory, InlineData(".claude"), InlineData(".claude/handover")]
    public void NothingIsWrittenThroughALink(string link)
    {
        if (OperatingSystem.IsWindows())
            return;
        var target = Directory.CreateDirectory(Path.Combine(repository.Home, "target")).FullName;
        Directory.CreateDirectory(Path.GetDirectoryName(repository.PathOf(link))!);
        Directory.CreateSymbolicLink(repository.PathOf(link), target);

        var result = Ran("PreCompact");
        result.Succeeded.ShouldBeFalse();
        Directory.GetFileSystemEntries(target).ShouldBeEmpty();
        result.Stderr.Text.ShouldContain($"{link} is a link");
    }

    [Fact]
    public void NotesThatAreALinkAreLeftOut()
    {
        if (OperatingSystem.IsWindows())
            return;
        File.WriteAllText(Path.Combine(repository.Home, "secret"), "hidden");
        File.CreateSymbolicLink(repository.PathOf("PLAN.md"), Path.Combine(repository.Home, "secret"));
        Ran("PreCompact").Succeeded.ShouldBeTrue();
        Ran("SessionStart", new() { ["source"] = "compact" }).Stdout.Text.ShouldNotContain("hidden");
    }

    private ChildResult Ran(string @event, JsonObject? fields = null, string parameters = "", PackRepository? inside = null)
    {
        fields ??= [];
        fields.TryAdd("session_id", Session);
        return (inside ?? repository).Run($"use std/handover {parameters}", @event, fields: fields).ShouldHaveSingleItem();
    }
}
