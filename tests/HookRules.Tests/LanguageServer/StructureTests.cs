using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.LanguageServer;

/// <summary>Colours, folds, what stands above rules, and what can be made of them; in both forms.</summary>
public sealed class StructureTests : LspProject
{
    private const string Text = "main.hookrules";
    private const string Yaml = "hookrules.yaml";

    [Theory]
    [InlineData(
        Text,
        "action ruff = run \"😀 {file}\" timeout 5s\nrule r:\n  on before Write|Edit *.py where command matches /x/\n  -> ruff\n",
        "action:keyword ruff:function+ run:keyword file:property timeout:keyword 5s:number rule:keyword r:class+ before:event "
            + "Write:enumMember Edit:enumMember command:property /x/:regexp ruff:function"
    )]
    [InlineData(
        Text,
        "use std/git-guard\ndisable git-guard.forced-push\nlet a = \"b\"\non before Bash where runs ($a) -> deny \"{a}\"\n",
        "use:keyword std/git-guard:namespace disable:keyword git-guard:namespace forced-push:class let:keyword a:variable+ on:keyword "
            + "before:event Bash:enumMember runs:keyword a:variable deny:keyword a:variable"
    )]
    [InlineData(
        Yaml,
        "version: 1\nactions:\n  ruff: { run: \"😀 {file}\", timeout: 5s }\nrules:\n  - name: r\n    on: before Write|Edit *.py\n"
            + "    where: command matches /x/\n    do: ruff\n",
        "ruff:function+ run:keyword file:property timeout:keyword 5s:number r:class+ before:event Write:enumMember Edit:enumMember "
            + "command:property /x/:regexp ruff:function"
    )]
    [InlineData("main.cases", "# x\ndeny a, queue b => git push\n", "deny:keyword a:function queue:keyword b:function")]
    [InlineData(".claude/settings.json", "{ }", "")]
    public void EachWordHasItsKind(string file, string text, string tokens)
    {
        var legend = Client.Legend!;
        var uri = Open(file, text);
        var numbers = Client.Request("textDocument/semanticTokens/full", $$"""{ "textDocument": { "uri": "{{uri}}" } }""")!["data"]!
            .AsArray()
            .Select(one => (int)one!)
            .ToArray();
        var lines = text.Split('\n');
        var (line, character) = (0, 0);
        var found = new List<string>();
        foreach (var token in numbers.Chunk(5))
        {
            (line, character) = (line + token[0], token[0] == 0 ? character + token[1] : token[1]);
            found.Add($"{lines[line].Substring(character, token[2])}:{legend[token[3]]}{(token[4] == 0 ? "" : "+")}");
        }

        string.Join(' ', found).ShouldBe(tokens);
    }

    [Theory]
    [InlineData(Text, "# a\n# b\nrule r:\n  on Stop\n  -> warn \"x\"\n\non Stop -> warn \"y\"\n", "0-1 2-4")]
    [InlineData(Yaml, "version: 1\n# a\n# b\nrules:\n  - on: Stop\n    do:\n      warn: x\n  - on Stop -> warn \"y\"\n", "1-2 3-7 4-6 5-6")]
    [InlineData("main.cases", "# a\n# b\n\nwarn => Stop\n# c\n", "0-1")]
    [InlineData("more.cases.yaml", "cases:\n  - case: Stop\n    expect: warn\n", "0-2 1-2")]
    [InlineData(".claude/settings.json", "{\n  \"hooks\": {\n    \"Stop\": []\n  }\n}\n", "0-3 1-2")]
    public void SectionsFold(string file, string text, string folds)
    {
        var uri = Open(file, text);
        Client
            .Request("textDocument/foldingRange", $$"""{ "textDocument": { "uri": "{{uri}}" } }""")!
            .AsArray()
            .Select(one => $"{one!["startLine"]}-{one["endLine"]}")
            .Order(StringComparer.Ordinal)
            .ShouldBe(folds.Split(' ').Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(Text, "rule f: on before Bash where runs \"git push\" with (-f) -> deny \"x\"\non Stop -> warn \"y\"\n", "f")]
    [InlineData(
        Yaml,
        "version: 1\nrules:\n  - name: f\n    on: before Bash\n    where: runs \"git push\" with (-f)\n    do: { deny: x }\n"
            + "  - on Stop -> warn \"y\"\n",
        "f"
    )]
    public void AboveARuleStandsHowManyCasesReachIt(string file, string text, string rule)
    {
        Project.Write("main.cases", "deny => git push -f\ndeny f => git push -f x\nnothing => git push\n");
        var uri = Open(file, text);
        var lenses = Client.Request("textDocument/codeLens", $$"""{ "textDocument": { "uri": "{{uri}}" } }""")!.AsArray();
        var commands = lenses.Select(lens => Client.Request("codeLens/resolve", lens!.ToJsonString())!["command"]!).ToList();
        string.Join(", ", commands.Select(command => (string)command["title"]!))
            .ShouldBe("2 cases, simulate, 0 runs today, 0 cases, simulate, 0 runs today");
        commands[0]["arguments"]!.ToJsonString().ShouldBe($"[\"{uri}\",\"{rule}\",\"PreToolUse\"]");
    }

    [Theory]
    [InlineData(
        Text,
        "# why\non Write *.py -> run \"ruff {f¦ile}\" timeout 5s, dedup 1s\n",
        "action ruff = run \"ruff {file}\" timeout 5s\n# why\non Write *.py -> ruff, dedup 1s\n",
        "Make this the action \"ruff\""
    )]
    [InlineData(
        Text,
        "on Write *.py -> run \"r¦uff\" as check timeout 5s\non Stop -> await check\n",
        "action check = run \"ruff\" timeout 5s\non Write *.py -> check\non Stop -> await check\n",
        "Make this the action \"check\""
    )]
    [InlineData(
        Yaml,
        "version: 1\nrules:\n  # why\n  - on: Write *.py\n    do: { run: \"ruff {f¦ile}\", timeout: 5s }\n",
        "version: 1\nactions:\n  ruff: { run: \"ruff {file}\", timeout: 5s }\nrules:\n  # why\n  - on Write *.py -> ruff\n",
        "Make this the action \"ruff\""
    )]
    public void AStepBecomesAnAction(string file, string marked, string extracted, string title)
    {
        var (text, at) = Marked.Read(marked);
        var uri = Open(file, text);
        var action = Actions(uri, text, at, "refactor.extract").Single()!;
        ((string)action["title"]!).ShouldBe(title);
        Marked.Applied(text, action["edit"]!["changes"]![uri]!).ShouldBe(extracted);
    }

    [Theory]
    [InlineData(Text, "rule f: on before Bash where runs \"git push\" with (-f) -> de¦ny \"x\"\n")]
    [InlineData(
        Yaml,
        "version: 1\nrules:\n  - name: f\n    on: before Bash\n    where: runs \"git push\" with (-f)\n    do: { de¦ny: x }\n"
    )]
    public void AGuardGetsACaseThatPasses(string file, string marked)
    {
        var (text, at) = Marked.Read(marked);
        var uri = Open(file, text);
        var changes = Actions(uri, text, at, "refactor")
            .Single(one => ((string)one!["title"]!).StartsWith("Write a case", StringComparison.Ordinal))!;
        var made = changes["edit"]!["documentChanges"]!.AsArray();
        ((string?)made[0]!["kind"], (string?)made[0]!["uri"]).ShouldBe(("create", UriOf("main.cases")));
        Project.Write("main.cases", Marked.Applied("", made[1]!["edits"]!));
        Project.Run("test", "--coverage").Out.ShouldContain("1 passed, 0 failed");

        // With a table there it is a line more, and not twice.
        Project.Write("main.cases", "nothing => ls");
        var line = Actions(uri, text, at, "refactor")
            .Single(one => ((string)one!["title"]!).StartsWith("Write a case", StringComparison.Ordinal))!["edit"]!["changes"]![
            UriOf("main.cases")
        ]!;
        Project.Write("main.cases", Marked.Applied("nothing => ls", line));
        Project.Run("test").Out.ShouldContain("2 passed, 0 failed");
        Actions(uri, text, at, "refactor")
            .ShouldAllBe(one => !((string)one!["title"]!).StartsWith("Write a case", StringComparison.Ordinal));
    }

    [Theory]
    [InlineData(Text, Yaml, "# why\non  Stop -> warn \"x\"\n", "Turn this file into YAML")]
    [InlineData(Yaml, Text, "version: 1\nrules:\n  # why\n  - on: Stop\n    do: { warn: x }\n", "Turn this file into the text form")]
    public void OneFormBecomesTheOther(string file, string other, string text, string title)
    {
        var uri = Open(file, text);
        var action = Actions(uri, text, 0, "refactor.rewrite").Single()!;
        ((string)action["title"]!).ShouldBe(title);
        var changes = action["edit"]!["documentChanges"]!.AsArray();
        changes[0]!.ToJsonString().ShouldBe($$"""{"kind":"rename","oldUri":"{{uri}}","newUri":"{{UriOf(other)}}"}""");
        ((string?)changes[1]!["textDocument"]!["uri"]).ShouldBe(UriOf(other));
        var written = Marked.Applied(text, changes[1]!["edits"]!);
        written.ShouldContain("# why");
        Project.Run("fmt", file, "--to", other == Yaml ? "yaml" : "text").ExitCode.ShouldBe(0);
        Project.Read(other).ShouldBe(written);
        // Where the other one is there already it is not offered.
        Actions(uri, text, 0, "refactor.rewrite").ShouldBeEmpty();
    }

    private JsonArray Actions(string uri, string text, int at, string kind)
    {
        var place = LspClient.Place(text, at);
        return Client
            .Request(
                "textDocument/codeAction",
                $$"""{ "textDocument": { "uri": "{{uri}}" }, "range": { "start": {{place}}, "end": {{place}} }, "context": { "only": ["{{kind}}"] } }"""
            )!
            .AsArray();
    }

    private string UriOf(string file) => new Uri(Project.PathOf(file)).AbsoluteUri;

    private string Open(string file, string text)
    {
        Project.Write(file, text);
        Client.Open(UriOf(file), text);
        return UriOf(file);
    }
}
