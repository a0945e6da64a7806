using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.LanguageServer;

/// <summary>Hover, definitions and outlines, in both forms; ¦ is where the pointer stands.</summary>
public sealed class PageTests
{
    private const string Text = "untitled:main.hookrules";
    private const string Yaml = "file:///nowhere/hookrules.yaml";
    private const string Rules = "version: 1\nrules:\n";

    [Theory]
    [InlineData(Text, "on Pre¦ToolUse Bash -> ask \"Sure?\"", "**PreToolUse**: ")]
    [InlineData(Text, "on bef¦ore Bash -> ask \"Sure?\"", "**PreToolUse**: ")]
    [InlineData(Text, "on before Ba¦sh -> ask \"Sure?\"", "**Bash**: a tool of Claude Code")]
    [InlineData(Text, "on before Read|Ba¦sh -> ask \"Sure?\"", "**Bash**: a tool of Claude Code")]
    [InlineData(Text, "on before Bash -> as¦k \"Sure?\"", "**ask**: Let the user decide")]
    [InlineData(Text, "on Write *.py -> run \"x\", ded¦up 1s", "**dedup**: One run for many events")]
    [InlineData(Text, "on before Bash where comm¦and contains \"x\" -> ask \"Sure?\"", "**command** (`tool_input.command`): a string")]
    [InlineData(Text, "on before Bash where tool_input.time¦out exists -> ask \"Sure?\"", "**tool_input.timeout**: a number")]
    [InlineData(Text, "on SessionStart where sour¦ce == \"startup\" -> context \"Hi\"", "One of: startup, ")]
    [InlineData(Text, "on Write *.py -> run \"ruff {fi¦le}\"", "**file**: a string")]
    [InlineData(Text, "lint HR20¦04 off", "**HR2004** `blocking-rule-without-timeout`")]
    [InlineData(Text, "# hookrules: disable HR20¦04 because it is quick\non Stop -> warn \"x\"", "**HR2004**")]
    [InlineData(Text, "action ruff = run \"ruff\"\non Write -> ru¦ff", "action ruff = run \"ruff\"")]
    [InlineData(Text, "let src = \"src/**\"\non Write $s¦rc -> log \"x\"", "let src = \"src/**\"")]
    [InlineData(Text, "use std/git-g¦uard", "Stops git commands that lose work")]
    [InlineData(Text, "use std/git-guard\ndisable git-guard.forced-p¦ush", "rule forced-push:")]
    [InlineData(Text, "# be¦fore", null)]
    [InlineData(Text, "on Stop -> warn \"be¦fore\"", null)]
    [InlineData(Yaml, Rules + "  - on: bef¦ore Bash\n    do: { ask: \"Sure?\" }", "**PreToolUse**: ")]
    [InlineData(Yaml, Rules + "  - on: before Bash\n    do: { as¦k: \"Sure?\" }", "**ask**: Let the user decide")]
    [InlineData(Yaml, Rules + "  - on: before Bash\n    where: comm¦and contains \"x\"\n    do: { ask: \"Sure?\" }", "**command** (")]
    [InlineData(Yaml, "version: 1\nactions:\n  ruff: { run: x }\nrules:\n  - on: Write\n    do: ru¦ff", "ruff: { run: x }")]
    [InlineData("file:///nowhere/.claude/settings.json", "{ \"hooks\": { \"Pre¦ToolUse\": [] } }", "**PreToolUse**: ")]
    public void HoverShowsThePage(string uri, string marked, string? page)
    {
        var found = Ask("textDocument/hover", uri, marked);
        if (page is null)
            found.ShouldBeNull();
        else
            ((string)found!["contents"]!["value"]!).ShouldContain(page);
    }

    [Theory]
    [InlineData(Text, "action ruff = run \"ruff\"\non Write -> ru¦ff", "0:7-0:11")]
    [InlineData(Text, "on Write -> run \"x\" as chk\non Stop -> await ch¦k", "0:23-0:26")]
    [InlineData(Text, "let src = \"src/**\"\non Write $s¦rc -> log \"x\"", "0:4-0:7")]
    [InlineData(Text, "let src = \"src/**\"\non Write -> run \"ruff {s¦rc}\"", "0:4-0:7")]
    [InlineData(Text, "# 😀\naction ruff = run \"😀\"\non Write -> run \"😀\", ru¦ff", "1:7-1:11")]
    [InlineData(Text, "on Wri¦te -> log \"x\"", null)]
    [InlineData(Text, "use std/git-g¦uard", null)]
    [InlineData(Yaml, "version: 1\nactions:\n  ruff: { run: x }\nrules:\n  - on: Write\n    do: [ru¦ff]", "2:2-2:6")]
    [InlineData(Yaml, "version: 1\nlet:\n  src: \"src/**\"\nrules:\n  - on: Write $s¦rc\n    do: { log: x }", "2:2-2:5")]
    public void DefinitionLeadsToTheName(string uri, string marked, string? place)
    {
        var found = Ask("textDocument/definition", uri, marked);
        (found is null ? null : (string)found["uri"]! + " " + Shown(found["range"]!)).ShouldBe(place is null ? null : $"{uri} {place}");
    }

    [Theory]
    [InlineData(
        Text,
        "pack x version \"1.0.0\"\nparam n: int = 1\nuse std/audit\nlet a = \"b\"\n"
            + "action ruff = run \"r\"\nrule r: on Write -> ruff\non  Stop  -> ruff",
        "x n std/audit a ruff r on+Stop"
    )]
    [InlineData(
        Yaml,
        "version: 1\nuse: [std/audit]\nlet: { a: b }\nactions:\n  ruff: { run: r }\n"
            + "rules:\n  - name: r\n    on: Write\n    do: ruff\n  - on: Stop\n    do: ruff",
        "std/audit a ruff r on+Stop"
    )]
    public void TheOutlineHasWhatIsDeclared(string uri, string text, string names)
    {
        using var client = LspClient.Start();
        client.Open(uri, text);
        var symbols = client.Request("textDocument/documentSymbol", $$"""{ "textDocument": { "uri": "{{uri}}" } }""")!.AsArray();
        string.Join(' ', symbols.Select(symbol => ((string)symbol!["name"]!).Replace(' ', '+'))).ShouldBe(names);
    }

    internal static string Shown(JsonNode range) =>
        $"{range["start"]!["line"]}:{range["start"]!["character"]}-{range["end"]!["line"]}:{range["end"]!["character"]}";

    private static JsonNode? Ask(string method, string uri, string marked)
    {
        var at = marked.IndexOf('¦', StringComparison.Ordinal);
        var text = marked.Remove(at, 1);
        using var client = LspClient.Start();
        client.Open(uri, text);
        return client.Ask(method, uri, text, at);
    }
}
