using System.Collections.Immutable;
using HookRules.Compiler.Settings.Merge;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Settings.Merge;

public class SettingsMergeTests
{
    internal static readonly ImmutableArray<SettingsEntry> First =
    [
        Hook("PostToolUse", "Write", "h1"),
        Hook("PreToolUse", "Bash", "h1", closed: true),
        Hook("PreToolUse", "^(?!(?:Bash)$)", "h1"),
        Native("Stop", null, "r-1"),
    ];
    internal static readonly ImmutableArray<SettingsEntry> Second =
    [
        Hook("PostToolUse", "Write|Edit", "h2"),
        Hook("SessionStart", null, "h2"),
        Hook("PreToolUse", "Bash", "h2"),
    ];
    internal static readonly ImmutableArray<SettingsEntry> Third =
    [
        Hook("Notification", null, "h3"),
        Native("PostToolUse", "Write", "r-1"),
        Native("PostToolUse", "Edit", "r-2"),
        Hook("PostToolUse", null, "h3"),
        Hook("PreToolUse", null, "h3"),
    ];

    public static TheoryData<string> Names => SettingsTexts.Names;

    [Theory, MemberData(nameof(Names))]
    public void EverythingForeignStaysAndWhatIsWantedIsThere(string name)
    {
        if (Mergeable(name) is not { } text)
            return;
        var merged = SettingsMerge.Apply(text, First, null, name);
        SettingsView.Foreign(merged.Text).ShouldBe(SettingsView.Foreign(text));
        SettingsView.Ours(merged.Text).ShouldBe(SettingsView.Wanted(First), ignoreOrder: true);
    }

    [Theory]
    [InlineData("""{"hooks":{"PostToolUse":{"matcher":"Write"}}}""", "PostToolUse")]
    [InlineData("""{"hooks":{"PreToolUse":"npm test"}}""", "PreToolUse")]
    [InlineData("""{"hooks":{"Stop":null}}""", "Stop")]
    [InlineData("""{"hooks":[]}""", "hooks")]
    [InlineData("""[{"hooks":{}}]""", "the file")]
    public void WhereAnotherShapeStandsInTheWayNothingIsWritten(string text, string what)
    {
        var merged = SettingsMerge.Apply(text, First, null, "settings.json");

        merged.Text.ShouldBe(text);
        merged.Diagnostics.ShouldHaveSingleItem().Message.ShouldContain(what);
    }

    [Theory, MemberData(nameof(Names))]
    public void TwiceChangesNoByte(string name)
    {
        if (Mergeable(name) is not { } text)
            return;
        var once = SettingsMerge.Apply(text, First, null, name);
        var twice = SettingsMerge.Apply(once.Text, First, once.Record, name);
        twice.Text.ShouldBe(once.Text);
        twice.Record.ShouldBe(once.Record);
        SettingsMerge.Apply(once.Text, First, null, name).Text.ShouldBe(once.Text, "without a record");
    }

    [Theory, MemberData(nameof(Names))]
    public void UninstallingGivesTheOriginalBytesBack(string name)
    {
        if (Mergeable(name) is not { } text)
            return;
        var merged = SettingsMerge.Apply(text, First, null, name);
        SettingsMerge.Remove(merged.Text!, merged.Record, name).Text.ShouldBe(text);
    }

    [Theory, MemberData(nameof(Names))]
    public void UninstallingAfterTheRulesChangedGivesTheOriginalBytesBack(string name)
    {
        if (Mergeable(name) is not { } text)
            return;
        var (current, record) = ((string?)text, (SettingsRecord?)null);
        foreach (var entries in new[] { First, Second, Third, Second, [], First, Third })
        {
            var merged = SettingsMerge.Apply(current, entries, record, name);
            merged.Failed.ShouldBeFalse();
            SettingsView.Foreign(merged.Text).ShouldBe(SettingsView.Foreign(text));
            SettingsView.Ours(merged.Text).ShouldBe(SettingsView.Wanted(entries), ignoreOrder: true);
            SettingsMerge.Remove(merged.Text!, merged.Record, name).Text.ShouldBe(text);
            (current, record) = (merged.Text, SettingsRecord.FromJson(merged.Record.ToJson()));
            record.ShouldBe(merged.Record);
        }
    }

    [Theory]
    [InlineData("null")]
    [InlineData("[]")]
    [InlineData("{")]
    [InlineData("{\"createdFile\":1}")]
    [InlineData("{\"blankFile\":false}")]
    [InlineData("{\"containers\":{}}")]
    [InlineData("{\"containers\":[null]}")]
    [InlineData("{\"containers\":[{\"inner\":\"\"}]}")]
    [InlineData("{\"containers\":[{\"path\":null}]}")]
    public void ARecordThatCompileDidNotWriteIsNone(string json) => SettingsRecord.FromJson(json).ShouldBeNull();

    [Theory, MemberData(nameof(Names))]
    public void UninstallingWithoutTheRecordLeavesNothingOfOurs(string name)
    {
        if (Mergeable(name) is not { } text)
            return;
        var merged = SettingsMerge.Apply(text, First, null, name);
        var (left, diagnostics) = SettingsMerge.Remove(merged.Text!, null, name);
        diagnostics.ShouldBeEmpty();
        SettingsView.Foreign(left).ShouldBe(SettingsView.Foreign(text));
        SettingsView.Ours(left).ShouldBeEmpty();
    }

    [Theory, MemberData(nameof(Names))]
    public void WhatCannotBeMergedIsLeftAlone(string name)
    {
        var text = SettingsTexts.All[name];
        var merged = SettingsMerge.Apply(text, First, null, name);
        if (!merged.Failed)
            return;
        merged.Text.ShouldBe(text);
        merged.Diagnostics.Length.ShouldBe(1);
        merged.Diagnostics[0].At.Line.ShouldBeGreaterThan(0);
        merged.Diagnostics[0].Fix.ShouldNotBeNullOrEmpty();
    }

    [Fact]
    public void ANewFileIsWrittenAndDeletedAgain()
    {
        var merged = SettingsMerge.Apply(null, [Hook("PostToolUse", "Write", "abc")], null, "settings.json");
        merged.Text.ShouldBe(
            """
            {
              "hooks": {
                "PostToolUse": [
                  {
                    "matcher": "Write",
                    "hooks": [
                      {
                        "type": "command",
                        "command": "set -- --plan-hash abc --event PostToolUse; . \"$CLAUDE_PROJECT_DIR\"/.claude/hookrules/hook",
                        "timeout": 10
                      }
                    ]
                  }
                ]
              }
            }

            """
        );
        merged.Record.CreatedFile.ShouldBeTrue();
        SettingsMerge.Remove(merged.Text!, merged.Record, "settings.json").Text.ShouldBeNull();
        SettingsMerge.Apply(merged.Text, [], merged.Record, "settings.json").Text.ShouldBeNull();
        SettingsMerge.Remove(merged.Text!, null, "settings.json").Text.ShouldBe("{}\n");
    }

    [Fact]
    public void NothingWantedWritesNothing() => SettingsMerge.Apply(null, [], null, "settings.json").Text.ShouldBeNull();

    [Theory, InlineData(""), InlineData(" \r\n"), InlineData("\uFEFF")]
    public void ABlankFileCountsAsNoneAndComesBack(string blank)
    {
        var merged = SettingsMerge.Apply(blank, First, null, "settings.json");
        merged.Text.ShouldStartWith("{\n  \"hooks\"");
        SettingsMerge.Remove(merged.Text!, merged.Record, "settings.json").Text.ShouldBe(blank);
    }

    [Fact]
    public void AFileThatWeCreatedIsKeptOnceSomethingElseIsInIt()
    {
        var merged = SettingsMerge.Apply(null, First, null, "settings.json");
        var edited = merged.Text!.Insert(1, "\n  \"model\": \"opus\",");
        SettingsMerge.Remove(edited, merged.Record, "settings.json").Text.ShouldBe("{\n  \"model\": \"opus\"\n}\n");
    }

    [Fact]
    public void OurGroupStandsBehindTheirsAndIsReplacedInPlace()
    {
        const string text = """
            {
              "hooks": {
                "PostToolUse": [
                  { "hooks": [{ "type": "command", "command": "theirs" }] }
                ]
              }
            }
            """;
        var merged = SettingsMerge.Apply(text, [Hook("PostToolUse", "Write", "h1")], null, "settings.json");
        var withMore = merged.Text!.Replace(
            "      }\n    ]",
            "      },\n      { \"hooks\": [{ \"type\": \"command\", \"command\": \"later\" }] }\n    ]",
            StringComparison.Ordinal
        );
        withMore.ShouldNotBe(merged.Text);

        var changed = SettingsMerge.Apply(withMore, [Hook("PostToolUse", "Edit", "h2")], merged.Record, "settings.json").Text!;
        changed.ShouldBe(
            withMore
                .Replace("\"matcher\": \"Write\"", "\"matcher\": \"Edit\"", StringComparison.Ordinal)
                .Replace(" h1 ", " h2 ", StringComparison.Ordinal)
        );
        new[] { "theirs", " h2 ", "later" }.Select(word => changed.IndexOf(word, StringComparison.Ordinal)).ShouldBeInOrder();
    }

    [Fact]
    public void AHandlerThatSomebodyPutIntoOurGroupStays()
    {
        var merged = SettingsMerge.Apply(null, [Hook("PostToolUse", "Write", "h1")], null, "settings.json");
        var edited = merged.Text!.Replace(
            "\"hooks\": [\n",
            "\"hooks\": [\n          { \"type\": \"command\", \"command\": \"mine\" },\n",
            StringComparison.Ordinal
        );

        var same = SettingsMerge.Apply(edited, [Hook("PostToolUse", "Write", "h1")], merged.Record, "settings.json");
        same.Text.ShouldBe(edited);
        var rehashed = SettingsMerge.Apply(edited, [Hook("PostToolUse", "Write", "h2")], merged.Record, "settings.json");
        rehashed.Text.ShouldBe(edited.Replace(" h1 ", " h2 ", StringComparison.Ordinal));
        var moved = SettingsMerge.Apply(edited, [Hook("PostToolUse", "Edit", "h2")], merged.Record, "settings.json");
        SettingsView.Foreign(moved.Text).ShouldContain("mine");
        SettingsView.Ours(moved.Text).ShouldBe(SettingsView.Wanted([Hook("PostToolUse", "Edit", "h2")]));
        var (left, _) = SettingsMerge.Remove(moved.Text!, moved.Record, "settings.json");
        SettingsView.Foreign(left).ShouldBe(SettingsView.Foreign(edited));
        SettingsView.Ours(left).ShouldBeEmpty();
    }

    [Fact]
    public void AKeyThatSomebodyAddedToOurGroupStays()
    {
        var merged = SettingsMerge.Apply(null, [Hook("PostToolUse", "Write", "h1")], null, "settings.json");
        var edited = merged.Text!.Replace(
            "\"matcher\": \"Write\",",
            "\"matcher\": \"Write\",\n        \"description\": \"from the rules\",",
            StringComparison.Ordinal
        );
        SettingsMerge
            .Apply(edited, [Hook("PostToolUse", "Write", "h2")], merged.Record, "settings.json")
            .Text.ShouldBe(edited.Replace(" h1 ", " h2 ", StringComparison.Ordinal));
    }

    [Fact]
    public void AnotherLayoutOfOurEntriesIsLeftAsItIs()
    {
        var merged = SettingsMerge.Apply(null, First, null, "settings.json");
        var reformatted = System.Text.Json.JsonSerializer.Serialize(System.Text.Json.JsonDocument.Parse(merged.Text!).RootElement);
        SettingsMerge.Apply(reformatted, First, merged.Record, "settings.json").Text.ShouldBe(reformatted);
        SettingsMerge.Remove(reformatted, merged.Record, "settings.json").Text.ShouldBeNull();
    }

    [Fact]
    public void EveryFormOfOurCommandIsRecognised()
    {
        string[] ours =
        [
            """{"type":"command","command":"set -- --plan-hash 0 --event Stop; . \"$CLAUDE_PROJECT_DIR\"/.claude/hookrules/hook","timeout":10}""",
            """{"type":"command","command":"/bin/sh","args":["${CLAUDE_PROJECT_DIR}/.claude/hookrules/hook","--plan-hash","0","--event","Stop"],"timeout":10}""",
            """{"type":"command","command":"/bin/sh","args":["/home/me/.claude/hookrules/hook","--old-flag"]}""",
            """{"type":"command","command":"hookrules-hook","args":["--plan","x/plan.json","--plan-hash","0"]}""",
            """{"type":"command","command":"C:\\bin\\hookrules-hook.exe","args":[]}""",
            """{"type":"prompt","prompt":"?","hookrules":"r-1"}""",
        ];
        string[] theirs =
        [
            """{"type":"command","command":"/bin/sh","args":["${CLAUDE_PROJECT_DIR}/.claude/hooks/hook"]}""",
            """{"type":"command","command":"/bin/sh ${CLAUDE_PROJECT_DIR}/.claude/hookrules/hook"}""",
            """{"type":"command","command":"set -- --verbose; . ./hookrules/hook"}""",
            """{"type":"command","command":"set -- --plan-hash 0","args":[]}""",
            """{"type":"command","command":"cat","args":["/x/hookrules/hook"]}""",
            """{"type":"command","command":"hookrules-hooks","args":[]}""",
        ];
        var text = $"{{\"hooks\":{{\"Stop\":[{{\"hooks\":[{string.Join(',', ours.Concat(theirs))}]}}]}}}}";
        SettingsMerge
            .Remove(text, null, "settings.json")
            .Text.ShouldBe($"{{\"hooks\":{{\"Stop\":[{{\"hooks\":[{string.Join(',', theirs)}]}}]}}}}");
    }

    [Fact]
    public void TheRecordOfAnotherFileDoesNoHarm()
    {
        var record = SettingsMerge.Apply(null, First, null, "settings.json").Record;
        var merged = SettingsMerge.Apply("{}\n", First, record, "settings.json");
        SettingsMerge.Remove(merged.Text!, merged.Record, "settings.json").Text.ShouldBe("{}\n");
        SettingsMerge.Remove("{ \"hooks\": {} }", record, "settings.json").Text.ShouldBe("{ \"hooks\": {} }");
    }

    internal static SettingsEntry Hook(string @event, string? matcher, string hash, bool closed = false) =>
        new(
            @event,
            matcher,
            [
                $$"""{"type":"command","command":"set -- --plan-hash {{hash}} --event {{@event}}{{(closed ? " --closed" : "")}}; . \"$CLAUDE_PROJECT_DIR\"/.claude/hookrules/hook","timeout":10{{(closed ? ",\"onFailure\":\"block\"" : "")}}}""",
            ]
        );

    internal static SettingsEntry Native(string @event, string? matcher, string rule) =>
        new(
            @event,
            matcher,
            [
                $$"""{"type":"prompt","prompt":"Is \"this\" fine? ü","with":{"deep":[1,{"a":[]}]},"hookrules":"{{rule}}"}""",
                $$"""{"type":"agent","prompt":"Look","hookrules":"{{rule}}"}""",
            ]
        );

    private static string? Mergeable(string name)
    {
        var text = SettingsTexts.All[name];
        var merged = SettingsMerge.Apply(text, First, null, name);
        // These cannot be merged into; another test says that they are left alone.
        if (merged.Failed)
            name.ShouldBeOneOf("099.json", "108.json", "257.json");
        return merged.Failed ? null : text;
    }
}
