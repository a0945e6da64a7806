using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Engine.Shell;

/// <summary><c>set command "npm" = "pnpm"</c>: the word of the command that matched, wherever it stands, and nothing else.</summary>
public sealed class ShellRewriteTests
{
    private const string Npm = """on before Bash where runs "npm" with (install, i, add) -> set command "npm" = "pnpm" """;
    private const string Force = """on before Bash where runs "git push" with (--force) -> set command "--force" = "--force-with-lease" """;
    private const string Trash = """on before Bash where runs "rm" -> set command "rm" = "trash-put --" """;

    [Theory]
    [InlineData(Npm, "npm install", "pnpm install")]
    [InlineData(Npm, "cd a && npm install x", "cd a && pnpm install x")]
    [InlineData(Npm, "npm install && npm test", "pnpm install && npm test")]
    [InlineData(Npm, "npm i; echo done; npm add x", "pnpm i; echo done; pnpm add x")]
    [InlineData(Npm, "echo npm && npm install npm", "echo npm && pnpm install npm")]
    [InlineData(Npm, "sudo npm install", "sudo pnpm install")]
    [InlineData(Npm, "sh -c 'npm install'", "sh -c 'pnpm install'")]
    [InlineData(Npm, "\"npm\" install # npm", "\"pnpm\" install # npm")]
    [InlineData(Npm, "X=npm npm install", "X=npm pnpm install")]
    [InlineData(Npm, "echo $(npm install)", "echo $(pnpm install)")]
    [InlineData(Npm, "n=npm; $n install", "n=pnpm; $n install")]
    [InlineData(Npm, "/usr/bin/npm install", null)]
    [InlineData(Npm, "npm test", null)]
    [InlineData(Npm, "cat <<E\nnpm install\nE\nnpm install", "cat <<E\nnpm install\nE\npnpm install")]
    [InlineData(Force, "git push --force origin main", "git push --force-with-lease origin main")]
    [InlineData(Force, "git push -f", null)]
    [InlineData(Force, "git add . && git push --force", "git add . && git push --force-with-lease")]
    [InlineData(Trash, "ls; rm a b", "ls; trash-put -- a b")]
    public void OnlyTheWordOfTheCommandThatMatchedBecomesAnother(string rule, string line, string? rewritten)
    {
        var compilation = Compilation.Create(new SourceText("main.hookrules", rule + "\n"));
        compilation.Diagnostics.ShouldBeEmpty();
        var payload = Bash(line);

        var fields = Router.Route(payload, compilation.Graph.Rules, new RouteContext("/project")).Decision.Fields;

        if (rewritten is null)
            fields.ShouldBeEmpty();
        else
            System
                .Text.Json.JsonDocument.Parse(fields.ShouldHaveSingleItem().Json)
                .RootElement.GetProperty("command")
                .GetString()
                .ShouldBe(rewritten);
    }

    [Theory]
    [InlineData("HUSKY=0 git commit -m x", true)]
    [InlineData("env HUSKY=0 git commit", true)]
    [InlineData("export HUSKY=0; git commit", true)]
    [InlineData("HUSKY=0 X=1 sudo git commit", true)]
    [InlineData("git commit -m HUSKY=0", false)]
    [InlineData("HUSKY=0 true; git commit", false)]
    [InlineData("X=1 git commit", false)]
    [InlineData("git commit", false)]
    public void VariablesThatTheLineSetsForACommandCanBeAskedFor(string line, bool holds)
    {
        var rule = """on before Bash where runs "git commit" with env (HUSKY, SKIP) -> deny "no" """;
        var compilation = Compilation.Create(new SourceText("main.hookrules", rule + "\n"));
        var payload = Bash(line);

        Router.Route(payload, compilation.Graph.Rules, new RouteContext("/project")).Matched.IsEmpty.ShouldBe(!holds);
    }

    private static Payload Bash(string line) =>
        Payload.TryParse(
            System.Text.Json.JsonSerializer.SerializeToUtf8Bytes(
                new
                {
                    hook_event_name = "PreToolUse",
                    tool_name = "Bash",
                    tool_input = new { command = line, n = 1 },
                }
            ),
            out _
        )!;
}
