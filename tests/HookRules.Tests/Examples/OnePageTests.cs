using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Examples;

/// <summary>The page that shows the language to somebody who is new to it: all of it compiles, in both forms.</summary>
public sealed class OnePageTests
{
    private const string Text = """
        # main.hookrules
        let sources = "src/**"

        action ruff   = run "ruff check --fix {file}" timeout 30s feedback
        action pytest = run "pytest -q" timeout 5m concurrency 1 feedback
        action chat   = http POST env.SLACK_WEBHOOK json { text: "Claude wrote {file}" } retry 3
        action audit  = log ".claude/logs/tools.jsonl"

        on Write *.py -> ruff, pytest, chat, dedup 1s
        on Write|Edit $sources !**/generated/** -> ruff -> pytest -> chat
        on failed Bash -> audit

        rule no-force-push:
          on before Bash where runs "git push" with (--force, -f)
          -> deny "Force-push is off limits here: open a pull request instead."

        on before Write|Edit *.env -> ask "This file holds secrets. Really?"
        on SessionStart startup|resume -> context "Run `make dev` first."
        on Stop -> await ruff, pytest
        on Notification -> http POST "http://localhost:5678/webhook/claude" json payload
        on Stop -> agent "Check that every public function has a test. $ARGUMENTS" with { timeout: 120 }

        """;

    private const string Yaml = """
        # hookrules.yaml: the same language
        version: 1
        actions:
          ruff:   { run: "ruff check --fix {file}", timeout: 30s, feedback: true }
          pytest: { run: [pytest, -q], timeout: 5m, concurrency: 1 }
          chat:   { http: { method: POST, url: env.SLACK_WEBHOOK, json: { text: "Claude wrote {file}" } }, retry: 3 }
        rules:
          - on Write *.py → ruff, pytest, chat, dedup 1s          # a whole rule as one line of the text form
          - name: no-force-push
            on: before Bash
            where: command matches /^git\s+push\b.*\s--force\b/
            do: { deny: "Force-push is off limits here: open a pull request instead." }
          - on: "Write|Edit *.py"
            do: [ruff, pytest]
            dedup: { window: 1s, by: [file, session] }

        """;

    [Theory]
    [InlineData("main.hookrules", Text, 9)]
    [InlineData("hookrules.yaml", Yaml, 3)]
    public void ThePageCompilesAndReadsTheSameInTheOtherForm(string path, string text, int rules)
    {
        var source = new SourceText(path, text);
        var compilation = Compilation.Create(source);

        compilation.Diagnostics.ShouldBeEmpty();
        compilation.Graph.Rules.Length.ShouldBe(rules);
        Linter
            .Rules(compilation)
            .ShouldNotContain(diagnostic => diagnostic.Severity == Severity.Error || diagnostic.Severity == Severity.Warning);
        var (form, other) = source.IsYaml ? (RulesForm.Text, "main.hookrules") : (RulesForm.Yaml, "hookrules.yaml");
        Formatter
            .SameMeaning(compilation.Graph, Compilation.Create(new SourceText(other, Formatter.Format(source, form)!)).Graph)
            .ShouldBeTrue();
    }
}
