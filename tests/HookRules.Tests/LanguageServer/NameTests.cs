using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.LanguageServer;

/// <summary>References and new names, in both forms, over packs and cases.</summary>
public sealed class NameTests : LspProject
{
    private const string Text = "main.hookrules";
    private const string Yaml = "hookrules.yaml";

    [Theory]
    [InlineData(Text, "action ru¦ff = run \"r\"\non Write *.py -> ruff\non Stop -> await ruff", "1:17-1:21 2:17-2:21 0:7-0:11")]
    [InlineData(Text, "action ruff = run \"r\"\non Write *.py -> ru¦ff", "1:17-1:21 0:7-0:11")]
    [InlineData(Text, "on Write *.py -> run \"r\" as chk\non Stop -> await c¦hk", "1:17-1:20 0:28-0:31")]
    [InlineData(Text, "let src = \"src/**\"\non Write $s¦rc -> log \"{src} {file}\"", "1:10-1:13 1:23-1:26 0:4-0:7")]
    [InlineData(Text, "let a = \"b\"\nlet c¦ = \"{a}\"\non before Bash where command == $c -> ask \"{{c}}\"", "2:33-2:34 1:4-1:5")]
    [InlineData(Text, "let git = \"git push\"\non before Bash where runs ($g¦it) -> ask \"x\"", "1:28-1:31 0:4-0:7")]
    [InlineData(Text, "use std/git-guard as g\ndisable g.forced-p¦ush\non Stop -> warn \"x\"", "1:10-1:21")]
    [InlineData(Text, "use std/git-guard with { prot¦ected = [\"main\"] }", "0:25-0:34")]
    [InlineData(Text, "on Sto¦p -> warn \"x\"", "")]
    [InlineData(
        Yaml,
        "version: 1\nactions:\n  ru¦ff: { run: r }\nrules:\n  - on: Write *.py\n    do: [ruff]\n  - on Stop -> await ruff",
        "5:9-5:13 6:21-6:25 2:2-2:6"
    )]
    [InlineData(
        Yaml,
        "version: 1\nlet:\n  src: \"src/**\"\nrules:\n  - on: Write $s¦rc\n    do: { log: \"{src}\" }",
        "4:15-4:18 5:17-5:20 2:2-2:5"
    )]
    [InlineData(Yaml, "version: 1\nuse: [std/git-guard]\ndisable: [git-guard.forced-p¦ush]", "2:20-2:31")]
    public void ReferencesAreAllPlaces(string file, string marked, string places)
    {
        var (text, at) = Marked.Read(marked);
        var uri = Open(file, text);
        var found = Client.Request(
            "textDocument/references",
            $$"""{ "textDocument": { "uri": "{{uri}}" }, "position": {{LspClient.Place(text, at)}}, "context": { "includeDeclaration": true } }"""
        )!;
        found.AsArray().Select(one => (string)one!["uri"]!).ShouldAllBe(one => one == uri);
        found
            .AsArray()
            .Select(one => PageTests.Shown(one!["range"]!))
            .Order(StringComparer.Ordinal)
            .ShouldBe(places.Split(' ', StringSplitOptions.RemoveEmptyEntries).Order(StringComparer.Ordinal));
    }

    [Theory]
    [InlineData(
        Text,
        "rule no-f¦orce: on before Bash where runs \"git push\" with (-f) -> deny \"x\"\n",
        "rule safe: on before Bash where runs \"git push\" with (-f) -> deny \"x\"\n"
    )]
    [InlineData(
        Yaml,
        "version: 1\nrules:\n  - name: no-f¦orce\n    on: before Bash\n    where: runs \"git push\" with (-f)\n    do: { deny: x }\n",
        "version: 1\nrules:\n  - name: safe\n    on: before Bash\n    where: runs \"git push\" with (-f)\n    do: { deny: x }\n"
    )]
    public void ANewNameIsWrittenIntoTheCasesToo(string file, string marked, string renamed)
    {
        const string table = "# no-force\nwith { }\ndeny no-force, ask => git push -f\nnothing => git push no-force\n";
        const string cases =
            "cases:\n  - { command: git push -f, expect: { decision: deny, rule: no-force } }\n  - case: git push -f\n"
            + "    expect: deny no-force\n";
        Project.Write("main.cases", table);
        Project.Write("more.cases.yaml", cases);
        var (text, at) = Marked.Read(marked);
        var uri = Open(file, text);

        var changes = Rename(uri, text, at, "safe")["changes"]!.AsObject();
        changes.Count.ShouldBe(3);
        Marked.Applied(text, changes[uri]!).ShouldBe(renamed);
        Marked.Applied(table, changes[UriOf("main.cases")]!).ShouldBe(table.Replace("deny no-force", "deny safe"));
        Marked
            .Applied(cases, changes[UriOf("more.cases.yaml")]!)
            .ShouldBe(cases.Replace("rule: no-force", "rule: safe").Replace("deny no-force", "deny safe"));
    }

    [Theory]
    [InlineData(Text, "let s¦rc = \"src/**\"\non Write $src -> log \"{src}\"", "let own = \"src/**\"\non Write $own -> log \"{own}\"")]
    [InlineData(
        Yaml,
        "version: 1\nlet: { src: \"src/**\" }\nrules:\n  - on: Write $s¦rc\n    do: { log: \"{src}\" }",
        "version: 1\nlet: { own: \"src/**\" }\nrules:\n  - on: Write $own\n    do: { log: \"{own}\" }"
    )]
    public void ALetIsRenamedInTextsToo(string file, string marked, string renamed)
    {
        var (text, at) = Marked.Read(marked);
        var uri = Open(file, text);
        Marked.Applied(text, Rename(uri, text, at, "own")["changes"]![uri]!).ShouldBe(renamed);
    }

    [Fact]
    public void ANameOfAPackIsRenamedWhereverThePackIsUsed()
    {
        const string pack = "pack own version \"1.0.0\"\nparam n: int = 1\nrule one: on Stop -> warn \"{n}\"\n";
        const string rules = "use ./packs/own.hookrules with { n = 2 } as o\ndisable o.one\n";
        Project.Write("packs/own.hookrules", pack);
        Project.Write("packs/own.cases", "with { n = 3 }\nwarn one => Stop\n");
        var uri = Open(Text, rules);

        var rule = Rename(uri, rules, rules.IndexOf("one", StringComparison.Ordinal), "two")["changes"]!;
        Marked.Applied(rules, rule[uri]!).ShouldBe(rules.Replace("o.one", "o.two"));
        Marked.Applied(pack, rule[UriOf("packs/own.hookrules")]!).ShouldBe(pack.Replace("one", "two"));
        Marked
            .Applied("with { n = 3 }\nwarn one => Stop\n", rule[UriOf("packs/own.cases")]!)
            .ShouldBe("with { n = 3 }\nwarn two => Stop\n");

        var parameter = Rename(uri, rules, rules.IndexOf("n = 2", StringComparison.Ordinal), "count")["changes"]!;
        Marked.Applied(rules, parameter[uri]!).ShouldBe(rules.Replace("n = 2", "count = 2"));
        Marked
            .Applied(pack, parameter[UriOf("packs/own.hookrules")]!)
            .ShouldBe(pack.Replace("param n", "param count").Replace("{n}", "{count}"));
        Marked
            .Applied("with { n = 3 }\nwarn one => Stop\n", parameter[UriOf("packs/own.cases")]!)
            .ShouldBe("with { count = 3 }\nwarn one => Stop\n");
    }

    [Theory]
    [InlineData("action ru¦ff = run \"r\"\naction black = run \"b\"\non Write -> ruff, black", "black", "black")]
    [InlineData("action ru¦ff = run \"r\"\non Write -> ruff", "a b", "a name is")]
    [InlineData("action ru¦ff = run \"r\"\non Write -> ruff", "deny", "deny")]
    [InlineData("let s¦rc = \"r\"\non Write $src -> log \"x\"", "file", "file")]
    [InlineData("action ru¦ff = run \"r\"\non Write -> -> ruff", "black", "cannot be read")]
    [InlineData("use std/git-guard\ndisable git-guard.forced-pu¦sh", "other", "std/git-guard")]
    [InlineData("on Sto¦p -> warn \"x\"", "other", "no name")]
    public void WhatWouldBreakIsRefused(string marked, string name, string why)
    {
        var (text, at) = Marked.Read(marked);
        var uri = Open(Text, text);
        var error = Client.Whole("textDocument/rename", Parameters(uri, text, at, name))["error"]!;
        ((int)error["code"]!).ShouldBe(-32803);
        ((string)error["message"]!).ShouldContain(why);
    }

    [Fact]
    public void WhatCanBeRenamedIsToldBefore()
    {
        const string text = "action ruff = run \"r\"\non Write -> ruff\n";
        var uri = Open(Text, text);
        var found = Client.Ask("textDocument/prepareRename", uri, text, 9)!;
        ((string?)found["placeholder"], PageTests.Shown(found["range"]!)).ShouldBe(("ruff", "0:7-0:11"));
        Client.Ask("textDocument/prepareRename", uri, text, 24).ShouldBeNull();
    }

    private JsonNode Rename(string uri, string text, int at, string name) =>
        Client.Request("textDocument/rename", Parameters(uri, text, at, name))!;

    private static string Parameters(string uri, string text, int at, string name) =>
        $$"""{ "textDocument": { "uri": "{{uri}}" }, "position": {{LspClient.Place(text, at)}}, "newName": "{{name}}" }""";

    private string UriOf(string file) => new Uri(Project.PathOf(file)).AbsoluteUri;

    private string Open(string file, string text)
    {
        Project.Write(file, text);
        Client.Open(UriOf(file), text);
        return UriOf(file);
    }
}
