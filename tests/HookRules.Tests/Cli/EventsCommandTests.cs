using System.Text.Json.Nodes;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

public sealed class EventsCommandTests : IDisposable
{
    private readonly CliProject project = new();

    public static TheoryData<string> Names => [.. HookEvents.All.Select(known => known.Name)];

    public void Dispose() => project.Dispose();

    [Fact]
    public void TheTableHasOneLineForEachOfficialEvent()
    {
        var (exit, text, error) = project.Run("events");
        (exit, error).ShouldBe((0, ""));
        var first = text.Split('\n').Select(line => line.Split(' ', StringSplitOptions.RemoveEmptyEntries).FirstOrDefault());
        first.Where(word => word is not null && HookEvents.Find(word) is not null).ShouldBe(HookEvents.All.Select(known => known.Name));
        text.ShouldContain("PreCompact             Before the conversation is compacted.");
        text.ShouldContain("none: actions only");
        text.ShouldContain("nothing: matchers are ignored");
        text.ShouldNotContain("\u001b");
    }

    [Fact]
    public void ThePageOfAnEventHasAllThatARuleNeeds()
    {
        var (exit, text, error) = project.Run("events", "PreToolUse");
        (exit, error).ShouldBe((0, ""));
        var lines = text.Split('\n');
        lines[0].ShouldBe("PreToolUse: Before a tool runs; can deny it, ask, or change its input.");
        lines.ShouldContain("in rules     also before");
        lines.ShouldContain("since        Claude Code 1.0.38");
        lines.ShouldContain("matcher      compared with tool_name");
        lines.ShouldContain("decisions    deny defer ask allow stop warn context set");
        lines.ShouldContain("set          changes tool_input");
        lines.ShouldContain(
            "handlers     command (600 s), http (600 s), mcp_tool (600 s), prompt (30 s), agent (60 s): each with its default timeout"
        );
        lines
            .Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries)))
            .ShouldContain("effort.level a string yes low, medium, high, xhigh, max");
        lines.ShouldContain("  \"hook_event_name\": \"PreToolUse\",");
    }

    [Fact]
    public void KnownValuesOfTheMatcherAndFieldsOfReplyAreNamed()
    {
        var text = project.Run("events", "SessionStart").Out;
        text.ShouldContain("\nmatcher      compared with source\n");
        text.ShouldContain("\nvalues       startup, resume, clear, compact, fork\n");
        text.ShouldContain("\nreply        initialUserMessage, sessionTitle, watchPaths, reloadSkills\n");
        project.Run("events", "Notification").Out.ShouldContain("quota_auto_resume_disabled, or another\n");
    }

    [Theory]
    [MemberData(nameof(Names))]
    public void TheSampleHasTheFieldsThatAlwaysComeAndNoOthers(string name)
    {
        var (exit, text, error) = project.Run("events", name, "--format", "json");
        (exit, error).ShouldBe((0, ""));
        var found = JsonNode.Parse(text)!;
        ((string)found["name"]!).ShouldBe(name);
        ((string)found["sample"]!["hook_event_name"]!).ShouldBe(name);
        found["handlers"]!.AsArray().ShouldNotBeEmpty();

        var sample = found["sample"]!.AsObject().Select(member => member.Key).ToList();
        var top = found["fields"]!.AsArray().Where(field => ((string)field!["path"]!).All(c => c is not ('.' or '['))).ToList();
        top.Where(field => (bool)field!["required"]!).Select(field => (string)field!["path"]!).Except(sample).ShouldBeEmpty();
        sample.Except(top.Select(field => (string)field!["path"]!)).ShouldBeEmpty();
    }

    [Fact]
    public void TheListAsJsonHasEveryEventWithItsMatcherAndDecisions()
    {
        var events = JsonNode.Parse(project.Run("events", "--format", "json").Out)!["events"]!.AsArray();
        events.Select(known => (string)known!["name"]!).ShouldBe(HookEvents.All.Select(known => known.Name));
        var switched = events.Single(known => (string)known!["name"]! == "PreModelSwitch")!;
        switched["matcher"]!.ToJsonString().ShouldBe("""{"kind":"model","field":"to_model","values":[],"open":true}""");
        switched["decisions"]!.ToJsonString().ShouldBe("""["deny","ask","allow","warn"]""");
    }

    [Fact]
    public void TheAliasOfARuleFindsItsEvent() => project.Run("events", "failed").Out.ShouldStartWith("PostToolUseFailure: ");

    [Theory]
    [InlineData("PostToolUsed", "hookrules: there is no event \"PostToolUsed\"; did you mean \"PostToolUse\"?")]
    [InlineData("preToolUse", "hookrules: there is no event \"preToolUse\"; did you mean \"PreToolUse\"?")]
    [InlineData("whatever", "hookrules: there is no event \"whatever\"; \"hookrules events\" lists them")]
    [InlineData("a\u001b[31m", "hookrules: there is no event \"a\\u001b[31m\"; \"hookrules events\" lists them")]
    public void AnUnknownNameIsToldWithTheNearest(string name, string message) =>
        project.Run("events", name).ShouldBe(new CliResult(2, "", message + Environment.NewLine));
}
