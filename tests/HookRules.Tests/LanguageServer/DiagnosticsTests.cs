using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.LanguageServer;

/// <summary>What is told while a file is written, and what can be done about it.</summary>
public sealed class DiagnosticsTests : LspProject
{
    private const string Text = "untitled:main.hookrules";

    [Theory]
    [InlineData("main.hookrules", "on PreTooluse Bash -> ask \"😀\"", "HR1001 0:3-0:13")]
    [InlineData(
        "main.hookrules",
        "on before Bash where prompt == \"😀\" or comand == \"x\" -> ask \"x\"",
        "HR1004 0:21-0:27 HR1004 0:39-0:45"
    )]
    [InlineData("hookrules.yaml", "version: 1\nrules:\n  - on: PreTooluse Bash\n    do: { ask: x }", "HR1001 2:8-2:18")]
    [InlineData(".claude/settings.json", "{\r\n  \"hooks\": {\r\n    \"Stop\": [],\r\n  }\r\n}", "HR3007 2:14-2:15")]
    [InlineData("main.cases", "nonsense\n", "HR5010 0:0-0:8")]
    [InlineData("other.yaml", "a: [", "")]
    [InlineData("package.json", "{", "")]
    public void FindingsStandAtTheirPlaces(string file, string text, string found)
    {
        var uri = Open(file, text);
        string.Join(' ', Client.Diagnostics(uri).Select(one => $"{one!["code"]} {PageTests.Shown(one["range"]!)}")).ShouldBe(found);
    }

    [Fact]
    public void AFindingSaysWhatToDoAndWhereToReadMore()
    {
        Client.Open(Text, "on PreTooluse Bash -> ask \"x\"");
        var found = Client.Diagnostics(Text).Single()!;
        ((string?)found["message"]).ShouldBe(
            "unknown event \"PreTooluse\"; did you mean \"PreToolUse\"?\nTo mend it: write \"PreToolUse\""
        );
        ((string?)found["data"]!["explain"], (int?)found["severity"]).ShouldBe(("hookrules explain HR1001", 1));
    }

    [Fact]
    public void ChangesOfPartsCountInUtf16()
    {
        Client.Open(Text, "# 😀\r\non Stop -> warn \"😀\", warn \"x\"");
        Client.Diagnostics(Text);
        Change(2, (1, 3, 1, 7, "Stopp"));
        ((string?)Client.Diagnostics(Text, 2).Single()!["code"]).ShouldBe("HR1002");
        // Behind the pair in the line, and behind the end of all.
        Change(3, (1, 3, 1, 8, "Stop"), (1, 22, 1, 26, "wran"), (99, 0, 99, 0, "\n"));
        PageTests.Shown(Client.Diagnostics(Text, 3).Single()!["range"]!).ShouldBe("1:22-1:26");
        Client.Notify(
            "textDocument/didChange",
            $$"""{ "textDocument": { "uri": "{{Text}}", "version": 4 }, "contentChanges": [{ "text": "on Stop -> warn \"x\"" }] }"""
        );
        Client.Diagnostics(Text, 4).ShouldBeEmpty();
    }

    [Fact]
    public void APackThatIsOpenCountsAsItStandsInTheEditor()
    {
        Project.Write("packs/own.hookrules", "pack own version \"1.0.0\"\nrule one: on Stop -> warn \"x\"\n");
        var rules = Open("main.hookrules", "use ./packs/own.hookrules\ndisable own.two\n");
        Client.Diagnostics(rules).Count.ShouldBe(1);
        var pack = Open("packs/own.hookrules", "pack own version \"1.0.0\"\nrule two: on Stop -> warn \"x\"\n");
        Client.Diagnostics(pack).ShouldBeEmpty();
        Client.Diagnostics(rules).ShouldBeEmpty();
        Client.Notify("textDocument/didClose", $$"""{ "textDocument": { "uri": "{{pack}}" } }""");
        Client.Diagnostics(rules).Count.ShouldBe(1);
    }

    [Theory]
    [InlineData("workspace/didChangeWatchedFiles", """{ "changes": [] }""", 1)]
    [InlineData("textDocument/didSave", """{ "textDocument": { "uri": "URI" } }""", 1)]
    [InlineData(
        "textDocument/didChange",
        """{ "textDocument": { "uri": "URI", "version": 2 }, "contentChanges": [{ "text": "\n", "range": RANGE }] }""",
        2
    )]
    public void APackThatChangesOnTheDiskIsSeen(string method, string parameters, int version)
    {
        const string Rules = "use ./packs/own.hookrules\ndisable own.two\n";
        Project.Write("packs/own.hookrules", "pack own version \"1.0.0\"\nrule one: on Stop -> warn \"x\"\n");
        var rules = Open("main.hookrules", Rules);
        Client.Diagnostics(rules).Count.ShouldBe(1);
        Project.Write("packs/own.hookrules", "pack own version \"1.0.0\"\nrule two: on Stop -> warn \"x\"\n");
        var end = LspClient.Place(Rules, Rules.Length);
        Client.Notify(
            method,
            parameters
                .Replace("URI", rules, StringComparison.Ordinal)
                .Replace("RANGE", $$"""{ "start": {{end}}, "end": {{end}} }""", StringComparison.Ordinal)
        );
        Client.Diagnostics(rules, version).ShouldBeEmpty();
    }

    [Fact]
    public void AnErrorInAPackIsToldThereAndTakenBack()
    {
        Project.Write("packs/own.hookrules", "pack own version \"1.0.0\"\nrule one: on Stopp -> warn \"x\"\n");
        var pack = new Uri(Project.PathOf("packs/own.hookrules")).AbsoluteUri;
        var rules = Open("main.hookrules", "use ./packs/own.hookrules\n");
        Client.Diagnostics(pack, null).Count.ShouldBe(1);
        Client.Notify("textDocument/didClose", $$"""{ "textDocument": { "uri": "{{rules}}" } }""");
        Client.Diagnostics(pack, null).ShouldBeEmpty();
    }

    [Theory]
    [InlineData("main.hookrules", "on   Stop->warn \"x\"  # why\n", "on Stop -> warn \"x\" # why\n")]
    [InlineData(
        "hookrules.yaml",
        "version: 1\nrules:\n    - on:   Stop\n      do: {warn: x}\n",
        "version: 1\nrules:\n  - on Stop -> warn \"x\"\n"
    )]
    [InlineData("main.hookrules", "on   Stopp->warn \"x\"\n", null)]
    [InlineData("main.hookrules", "on Stop -> warn \"x\"\n", null)]
    public void TheLayoutIsThatOfFmt(string file, string text, string? laid)
    {
        var uri = Open(file, text);
        var edits = Client.Request(
            "textDocument/formatting",
            $$"""{ "textDocument": { "uri": "{{uri}}" }, "options": { "tabSize": 4, "insertSpaces": true } }"""
        )!;
        (edits.AsArray().Count == 0 ? null : Marked.Applied(text, edits)).ShouldBe(laid);
        if (laid is not null)
        {
            Project.Write(file, text);
            Project.Run("fmt", file).ExitCode.ShouldBe(0);
            Project.Read(file).ShouldBe(laid);
        }
    }

    [Theory]
    [InlineData("main.hookrules", "on PreTooluse Bash -> ask \"x\"", 5, "Write \"PreToolUse\"", "on PreToolUse Bash -> ask \"x\"")]
    [InlineData(
        "hookrules.yaml",
        "version: 1\nrules:\n  - on: PreTooluse Bash\n    do: { ask: x }",
        32,
        "Write \"PreToolUse\"",
        "version: 1\nrules:\n  - on: PreToolUse Bash\n    do: { ask: x }"
    )]
    [InlineData(
        "main.hookrules",
        "on Write *.ts -> prettier --write {file}",
        20,
        "Write run \"prettier --write {file}\"",
        "on Write *.ts -> run \"prettier --write {file}\""
    )]
    [InlineData(".claude/settings.json", "{ \"hooks\": { \"Stop\": [], } }", 23, "Remove the comma", "{ \"hooks\": { \"Stop\": [] } }")]
    public void ARepairIsAnEdit(string file, string text, int at, string title, string mended)
    {
        var uri = Open(file, text);
        var place = LspClient.Place(text, at);
        var actions = Client
            .Request(
                "textDocument/codeAction",
                $$"""{ "textDocument": { "uri": "{{uri}}" }, "range": { "start": {{place}}, "end": {{place}} }, "context": { "diagnostics": [] } }"""
            )!
            .AsArray();
        Marked.Applied(text, actions.Single(one => (string)one!["title"]! == title)!["edit"]!["changes"]![uri]!).ShouldBe(mended);
    }

    [Fact]
    public void ACommentThatSilencesAsksForItsReason()
    {
        const string text = "action ruff = run \"ruff {file}\"\non Stop -> warn \"x\"\n";
        var uri = Open("main.hookrules", text);
        ((string?)Client.Diagnostics(uri).Single()!["code"]).ShouldBe("HR2009");
        var action = Client
            .Request(
                "textDocument/codeAction",
                $$"""{ "textDocument": { "uri": "{{uri}}" }, "range": { "start": { "line": 0, "character": 8 }, "end": { "line": 0, "character": 8 } }, "context": { "only": ["quickfix"] } }"""
            )!
            .AsArray()
            .Single()!;
        ((string?)action["title"]).ShouldBe("Silence HR2009 here, and say why");
        var silenced = Marked.Applied(text, action["edit"]!["changes"]![uri]!);
        silenced.ShouldBe($"# hookrules: disable HR2009 because …\n{text}");
        Client.Notify(
            "textDocument/didChange",
            new JsonObject
            {
                ["textDocument"] = new JsonObject { ["uri"] = uri, ["version"] = 2 },
                ["contentChanges"] = new JsonArray(new JsonObject { ["text"] = silenced }),
            }.ToJsonString()
        );
        ((string)Client.Diagnostics(uri, 2).Single()!["message"]!).ShouldContain("because");
    }

    [Fact]
    public void AllRepairsAreMadeAtOnceWhenTheEditorAsksForThem()
    {
        const string text = "{ \"hooks\": { \"Stop\": [], }, }";
        var uri = Open(".claude/settings.json", text);
        var action = Client
            .Request(
                "textDocument/codeAction",
                $$"""{ "textDocument": { "uri": "{{uri}}" }, "range": { "start": { "line": 0, "character": 0 }, "end": { "line": 0, "character": 0 } }, "context": { "only": ["source.fixAll"] } }"""
            )!
            .AsArray()
            .Single()!;
        Marked.Applied(text, action["edit"]!["changes"]![uri]!).ShouldBe("{ \"hooks\": { \"Stop\": [] } }");
    }

    [Fact]
    public void AThousandRulesAreAnsweredWithEachChange()
    {
        var text = string.Concat(
            Enumerable.Range(0, 1000).Select(i => $"rule r{i}: on before Bash where command contains \"x{i}\" -> ask \"{i}\"\n")
        );
        Client.Open(Text, text);
        for (var version = 2; version < 30; version++)
        {
            Change(
                version,
                (1000, 0, 1000, version == 2 ? 0 : 200, $"on before Bash where command contains \"y\" -> {"deny"[..(version % 4 + 1)]}")
            );
            Client.Request(
                "textDocument/completion",
                $$"""{ "textDocument": { "uri": "{{Text}}" }, "position": { "line": 1000, "character": 200 } }"""
            )!["items"]!
                .AsArray()
                .Count.ShouldBeGreaterThan(5);
        }

        Client.Diagnostics(Text, 29).Count.ShouldBeGreaterThan(0);
    }

    private string Open(string file, string text)
    {
        var uri = new Uri(Project.PathOf(file)).AbsoluteUri;
        Client.Open(uri, text);
        return uri;
    }

    private void Change(int version, params (int Line, int From, int EndLine, int To, string Text)[] changes) =>
        Client.Notify(
            "textDocument/didChange",
            new JsonObject
            {
                ["textDocument"] = new JsonObject { ["uri"] = Text, ["version"] = version },
                ["contentChanges"] = new JsonArray([
                    .. changes.Select(change => new JsonObject
                    {
                        ["range"] = new JsonObject
                        {
                            ["start"] = new JsonObject { ["line"] = change.Line, ["character"] = change.From },
                            ["end"] = new JsonObject { ["line"] = change.EndLine, ["character"] = change.To },
                        },
                        ["text"] = change.Text,
                    }),
                ]),
            }.ToJsonString()
        );
}
