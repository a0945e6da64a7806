using Shouldly;
using Xunit;

namespace HookRules.Tests.LanguageServer;

/// <summary>What is offered where ¦ stands, in both forms.</summary>
public sealed class CompletionTests
{
    private const string Text = "untitled:main.hookrules";
    private const string Yaml = "file:///nowhere/hookrules.yaml";
    private const string Rules = "version: 1\nrules:\n";

    [Theory]
    [InlineData("¦", "on rule action use pack queue", "deny")]
    [InlineData("on ¦", "before PreToolUse Stop Write", "deny")]
    [InlineData("on bef¦", "before", "deny")]
    [InlineData("on before ¦", "Bash where ->", "compact")]
    [InlineData("on before Write|¦", "Edit", "where")]
    [InlineData("on SessionStart ¦", "startup compact", "Bash")]
    [InlineData("on before Bash where ¦", "command not runs tool_input.command tool_input.timeout", "deny tool_input.file_path")]
    [InlineData("on before Bash where command contains \"a\" and ¦", "cwd runs", "and")]
    [InlineData("on before Bash where command ¦", "matches contains starts ==", "deny")]
    [InlineData("on before Bash where runs \"git push\" ¦", "with without and ->", "deny")]
    [InlineData("on SessionStart where source == ¦", "startup resume", "and")]
    [InlineData("on SessionStart where source == \"¦", "startup resume", "and")]
    [InlineData("on SessionStart where source in (\"startup\", \"¦", "resume", "and")]
    [InlineData("on Stop -> ¦", "block await run prompt dedup", "deny ask")]
    [InlineData("on before Bash -> ¦", "deny ask allow set", "block")]
    [InlineData("# a comment\nrule x: # more\n  on before Bash\n  where command contains \"->\"\n  -> ¦", "deny", "block where")]
    [InlineData("on Write *.py -> ruff, ¦\naction ruff = run \"ruff {file}\"", "ruff dedup timeout", "where")]
    [InlineData("on Write *.py -> run \"x\" as check\non Stop -> await ¦", "check", "deny")]
    [InlineData("on Write *.py -> run \"x\" ¦", "timeout busy retry ->", "deny")]
    [InlineData("on Write *.py -> run \"x\" busy ¦", "queue restart", "timeout")]
    [InlineData("on before Bash -> set ¦", "command tool_input.timeout", "cwd")]
    [InlineData("on Write *.py -> run \"ruff {¦", "file cwd session", "Bash")]
    [InlineData("on SessionStart -> reply { ¦", "sessionTitle", "deny")]
    [InlineData("action x = ¦", "run shell http", "deny")]
    [InlineData("action x = run \"y\" ¦", "timeout concurrency", "deny")]
    [InlineData("let src = \"src/**\"\non Write $¦", "$src", "where")]
    [InlineData("use ¦", "std/git-guard std/audit", "with")]
    [InlineData("use std/git¦", "std/git-guard", "with")]
    [InlineData("use std/git-guard ¦", "with as", "std/audit")]
    [InlineData("use std/git-guard with { ¦", "protected", "as")]
    [InlineData("use std/git-guard\ndisable ¦", "git-guard.forced-push", "on")]
    [InlineData("lint ¦", "HR2004", "off")]
    [InlineData("lint HR2004 ¦", "off hint error", "HR2004")]
    [InlineData("queue ¦", "file sqlite redis", "on")]
    [InlineData("on Stop -> warn \"¦", "", "deny block")]
    [InlineData("# on ¦", "", "before")]
    public void OfTheTextForm(string text, string offered, string withheld) => Check(Text, text, offered, withheld);

    [Theory]
    [InlineData("version: 1\n¦", "rules actions use queue", "deny")]
    [InlineData(Rules + "  - ¦", "on name rule", "rules")]
    [InlineData(Rules + "  - on: ¦", "before Write Stop", "deny")]
    [InlineData(Rules + "  - on: SessionStart ¦", "startup", "Bash")]
    [InlineData(Rules + "  - on: before Bash\n    ¦", "where do dedup", "actions")]
    [InlineData(Rules + "  - name: x\n    on: before Bash\n    where: ¦", "command runs tool_input.timeout", "deny tool_input.file_path")]
    [InlineData(Rules + "  - name: x\n    where: ¦\n    on: before Bash", "command", "tool_input.file_path")]
    [InlineData(Rules + "  - on: Stop\n    do: { ¦", "block run", "deny")]
    [InlineData(Rules + "  - on: Write\n    do: { run: x, ¦", "timeout busy", "deny")]
    [InlineData(Rules + "  - on: before Bash\n    do:\n      ¦", "deny ask", "block")]
    [InlineData("version: 1\nactions:\n  ruff: { run: x }\nrules:\n  - on: Write\n    do: ¦", "ruff run", "where")]
    [InlineData("version: 1\nactions:\n  ruff: { run: x }\nrules:\n  - on: Write\n    do: [¦", "ruff", "where")]
    [InlineData(Rules + "  - on: Write\n    do: { run: \"ruff {¦", "file cwd", "Bash")]
    [InlineData(Rules + "  - on: Write\n    do: { run: x }\n    busy: ¦", "restart", "timeout")]
    [InlineData(Rules + "  - on Stop -> ¦", "block run", "deny")]
    [InlineData("version: 1\nactions:\n  ruff: { ¦", "run shell", "deny")]
    [InlineData("version: 1\nuse:\n  - ¦", "std/git-guard", "deny")]
    [InlineData("version: 1\nuse: [std/git-guard]\ndisable:\n  - ¦", "git-guard.forced-push", "deny")]
    [InlineData("version: 1\nqueue: ¦", "file sqlite", "deny")]
    [InlineData("version: 1\nlint:\n  HR2004: ¦", "off warning", "deny")]
    public void OfTheYamlForm(string text, string offered, string withheld) => Check(Yaml, text, offered, withheld);

    [Fact]
    public void EachSaysWhatItIsAndReplacesWhatWasTyped()
    {
        const string text = "on before Bash where tool_input.co";
        using var client = LspClient.Start();
        client.Open(Text, text);
        var item = client.Ask("textDocument/completion", Text, text, text.Length)!["items"]!
            .AsArray()
            .Single(one => (string?)one!["label"] == "tool_input.command")!;
        ((string?)item["documentation"]!["value"], (string?)item["detail"]).ShouldBe(("A field of Bash.", "a string"));
        item["textEdit"]!["range"]!["start"]!.ToJsonString().ShouldBe("""{"line":0,"character":21}""");
        item["textEdit"]!["range"]!["end"]!.ToJsonString().ShouldBe("""{"line":0,"character":34}""");
    }

    private static void Check(string uri, string marked, string offered, string withheld)
    {
        var at = marked.IndexOf('¦', StringComparison.Ordinal);
        var text = marked.Remove(at, 1);
        using var client = LspClient.Start();
        client.Open(uri, text);
        var labels = client.Ask("textDocument/completion", uri, text, at)!["items"]!
            .AsArray()
            .Select(one => (string)one!["label"]!)
            .ToList();
        labels.ShouldBeUnique();
        offered.Split(' ', StringSplitOptions.RemoveEmptyEntries).Except(labels).ShouldBeEmpty(string.Join(' ', labels));
        withheld.Split(' ').Intersect(labels).ShouldBeEmpty();
    }
}
