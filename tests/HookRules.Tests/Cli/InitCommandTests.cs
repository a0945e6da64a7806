using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Format;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

public sealed class InitCommandTests
{
    private const string Prettier = "action prettier = run \"npx --no-install prettier --write --ignore-unknown {file}\" timeout 30s";

    /// <summary>The files of a small repository, each with its text after a colon; then the lines of its starter that matter.</summary>
    public static TheoryData<string, string[], string[]> Repositories =>
        new()
        {
            { "empty", [], [] },
            {
                "prettier and eslint",
                ["package.json:{\"devDependencies\":{\"prettier\":\"3\",\"eslint\":\"9\"},\"scripts\":{\"test\":\"vitest\"}}"],
                [
                    "-> prettier -> eslint, dedup 1s",
                    "*.{css,scss,less,html,json,md,yaml,yml} -> prettier, dedup 1s",
                    "eslint --fix {file}",
                    "run \"npm test\" timeout 10m",
                ]
            },
            { "prettier by its file", ["package.json:{}", ".prettierrc.toml:"], [Prettier] },
            {
                "biome with pnpm",
                ["package.json:{}", "biome.jsonc:{}", "pnpm-lock.yaml:"],
                [
                    "run \"pnpm exec biome check --write {file}\"",
                    "-> biome, dedup 1s",
                    "# use std/tool-steering with { refused = [\"npm\", \"yarn\", \"bun\"], instead = \"This project uses pnpm.\" }",
                ]
            },
            { "a broken package.json", ["package.json:{\"devDependencies\":", "eslint.config.mjs:"], ["npx --no-install eslint"] },
            {
                "ruff alone",
                ["ruff.toml:line-length = 100", "a.py:"],
                ["on Write|Edit *.{py,pyi} -> ruff, dedup 1s", "# on Write|Edit *.py -> run \"ruff format {file}\""]
            },
            { "ruff that formats", ["pyproject.toml:[tool.ruff.format]\n"], ["-> ruff-format -> ruff, dedup 1s"] },
            {
                "black and pytest in a list",
                ["pyproject.toml:[project.optional-dependencies]\ndev = [\"pytest>=8\", \"black\"]\n", "uv.lock:"],
                ["run \"uv run --no-sync black --quiet {file}\"", "\"uv run --no-sync pytest -q\""]
            },
            { "flake8", ["setup.cfg:[flake8]\n"], ["-> flake8, dedup 1s"] },
            { "go", ["go.mod:module x\n", ".golangci.yml:"], ["run \"gofmt -w {file}\"", "\"golangci-lint run\"", "\"go test ./...\""] },
            { "rust", ["Cargo.toml:[package]\nedition = \"2024\"\n"], ["run \"rustfmt --edition 2024 {file}\"", "\"cargo test --quiet\""] },
            {
                "dotnet",
                ["App.sln:", "src/App/App.csproj:"],
                ["shell \"dotnet format --include \\\"${HOOK_FILE#\\\"$PWD\\\"/}\\\"\"", "\"dotnet test\""]
            },
            { "dotnet below the root", ["src/A/A.csproj:", "src/B/B.csproj:"], ["dotnet format src/A/A.csproj --include"] },
            {
                "csharpier",
                ["App.csproj:", ".config/dotnet-tools.json:{\"tools\":{\"csharpier\":{\"version\":\"1.0.1\"}}}"],
                ["run \"dotnet csharpier format {file}\""]
            },
            { "clang-format", ["a.cpp:", ".clang-format:"], ["run \"clang-format -i {file}\""] },
            {
                "shell and make",
                ["tools/x.sh:", "Makefile:test: x\n\ttrue\nlint:\n"],
                ["run \"shellcheck {file}\"", "\"make lint\"", "\"make test\"", "# use std/stop-gate with { check = \"make test\" }"]
            },
            { "ruby", ["Gemfile:", ".rubocop.yml:"], ["bundle exec rubocop --autocorrect {file}"] },
            {
                "packages with tools of their own",
                ["package.json:{}", "web/package.json:{\"devDependencies\":{\"prettier\":\"3\"}}", "api/pyproject.toml:[tool.black]\n"],
                ["# use std/format\n", "# use std/lint\n"]
            },
            { "a folder name that a shell would read", ["src/$(id)/A.csproj:"], [] },
        };

    [Theory]
    [MemberData(nameof(Repositories))]
    public void TheStarterFitsTheRepositoryAndIsCleanInBothForms(string name, string[] files, string[] expected)
    {
        using var project = Repository(files);
        var text = Written(project, "main.hookrules", "init");
        var yaml = Written(project, "hookrules.yaml", "init", "--yaml");

        foreach (var line in expected)
            Plain(text).ShouldContain(line, customMessage: name);
        foreach (var rules in new[] { text, Uncommented(text) })
            Clean(project, "main.hookrules", rules);
        foreach (var rules in new[] { yaml, Uncommented(yaml) })
            Clean(project, "hookrules.yaml", rules);
        SameMeaning(text, yaml).ShouldBeTrue(name);
        SameMeaning(Uncommented(text), Uncommented(yaml)).ShouldBeTrue(name);
        SameMeaning(text, Uncommented(text)).ShouldBeFalse(name);
    }

    [Theory]
    [InlineData("profile = \"black\"\n")]
    [InlineData("# black\n")]
    [InlineData("dev = [\"black-widow\"]\n")]
    public void AToolThatIsOnlyMentionedIsNotUsed(string pyproject)
    {
        using var project = Repository(["pyproject.toml:" + pyproject]);
        project.Run("init").Out.ShouldContain("found Python\n");
        project.Read("main.hookrules").ShouldNotContain("action");
    }

    [Fact]
    public void TheGuardsStopWhatTheySay()
    {
        using var project = Repository([]);
        project.Run("init").ExitCode.ShouldBe(0);
        Answer("Bash", "command", "cd x && git push -f").ShouldContain("\"permissionDecision\":\"deny\"");
        Answer("Bash", "command", "git push origin +main").ShouldContain("\"permissionDecision\":\"deny\"");
        Answer("Bash", "command", "git commit -m 'git push -f'").ShouldNotContain("\"permissionDecision\"");
        Answer("Write", "file_path", project.PathOf("main.hookrules")).ShouldContain("\"permissionDecision\":\"ask\"");
        Answer("Write", "file_path", project.PathOf(".claude/settings.json")).ShouldContain("\"permissionDecision\":\"ask\"");
        Answer("Write", "file_path", project.PathOf(".claude/worktrees/x/.claude/settings.json"))
            .ShouldContain("\"permissionDecision\":\"ask\"");
        Answer("Write", "file_path", project.PathOf(".claude/worktrees/x/a.py")).ShouldNotContain("\"permissionDecision\"");
        Answer("Write", "file_path", project.PathOf("a.py")).ShouldNotContain("\"permissionDecision\"");

        string Answer(string tool, string field, string value)
        {
            var input = new JsonObject { [field] = value };
            if (tool == "Write")
                input["content"] = "";
            var payload = new JsonObject
            {
                ["hook_event_name"] = "PreToolUse",
                ["tool_name"] = tool,
                ["tool_input"] = input,
                ["cwd"] = project.Folder,
                ["session_id"] = "s",
                ["transcript_path"] = "",
                ["tool_use_id"] = "t",
            };
            var (exit, text, _) = project.Run(Encoding.UTF8.GetBytes(payload.ToJsonString()), "simulate", "--payload", "-");
            exit.ShouldBe(0);
            return text;
        }
    }

    [Fact]
    public void WhatAHookRunsAlreadyIsLeftOut()
    {
        using var project = Repository([
            "package.json:{\"devDependencies\":{\"prettier\":\"3\",\"eslint\":\"9\"}}",
            ".claude/settings.json:{\"hooks\":{\"PostToolUse\":[{\"matcher\":\"Write\",\"hooks\":"
                + "[{\"type\":\"command\",\"command\":\"npx prettier --write .\"}]}]}}",
        ]);
        project.Run("init").Out.ShouldContain("hooks that are there already and stay: PostToolUse (1)");
        var rules = project.Read("main.hookrules");
        rules.ShouldContain(
            "# The settings of this project have hooks already, for PostToolUse (1). They stay as they are and run beside these "
                + "rules.\n# What they run is left out here: prettier.\n"
        );
        rules.ShouldNotContain("action prettier");
        rules.ShouldContain("-> eslint, dedup 1s");
    }

    [Theory]
    [InlineData("main.hookrules", "init --from-settings")]
    [InlineData("hookrules.yaml", "init --from-settings --yaml")]
    public void TheHooksOfTheSettingsBecomeRules(string file, string command)
    {
        using var project = Repository([
            "package.json:{\"devDependencies\":{\"prettier\":\"3\"}}",
            ".claude/settings.json:{\n  \"permissions\": {},\n  \"hooks\": {\n"
                + "    \"PostToolUse\": [{\"matcher\":\"Write\",\"hooks\":[{\"type\":\"command\",\"command\":\"jq -r "
                + ".tool_input.file_path | xargs npx prettier --write\"}]}],\n"
                + "    \"Stop\": [{\"hooks\":[{\"type\":\"command\",\"command\":\"~/x.sh\",\"statusMessage\":\"x\"}]}]\n  }\n}\n",
            ".claude/settings.local.json:{\"hooks\":{\"Notification\":[{\"hooks\":[{\"command\":\"~/y.sh\"}]}]}}",
        ]);
        var (exit, told, notes) = project.Run(command.Split(' '));
        exit.ShouldBe(0);
        told.ShouldContain("took over 2 hooks of .claude/settings.json\ntook over 1 hook of .claude/settings.local.json\n");
        told.ShouldContain(
            "\n  4. take the hooks that are rules now out of .claude/settings.json (lines 4 to 5): until then they run twice\n"
                + "  5. take the hooks that are rules now out of .claude/settings.local.json (line 1): until then they run twice\n"
                + "  6. hookrules compile"
        );
        told.ShouldNotContain("stay");
        notes.ShouldBe("hookrules: .claude/settings.local.json: repaired: the handler had no type\n");

        var rules = project.Read(file);
        rules.ShouldContain(
            "# The hooks of .claude/settings.json and .claude/settings.local.json stand below as rules. Take them out there before "
                + "you compile, or they run twice.\n# What they run is left out here: prettier.\n"
        );
        rules.ShouldContain("# .claude/settings.local.json is yours alone; as rules its hooks are everybody's.\n");
        var graph = Compilation.Create(new SourceText(file, rules));
        graph.HasErrors.ShouldBeFalse();
        graph
            .Graph.Rules.Where(rule => rule.Name is null)
            .Select(rule => $"{rule.Event} {rule.Stages.Length} {rule.Natives.Length}")
            .ShouldBe(["PostToolUse 1 0", "Stop 0 1", "Notification 0 1"]);
        project.Run("fmt", "--check", file).ExitCode.ShouldBe(0);
    }

    private const string Mixed = """
        {
          "permissions": { "deny": ["Bash(rm *)"] },
          "hooks": {
            "PreToolUse": [
              { "matcher": "Bash", "hooks": [{ "type": "command", "command": "a" }] },
              { "matcher": "Write", "hooks": [
                { "type": "command", "command": "b" },
                { "type": "command" }
              ] }
            ],
            "Stop": [{ "hooks": [{ "type": "command", "command": "c" }] }]
          },
          "model":   "opus"
        }

        """;

    [Fact]
    public void OnlyTheLinesOfWhatBecameRulesAreNamedAndWhatStaysIsAProblem()
    {
        using var project = Repository([$".claude/settings.json:{Mixed}"]);
        var (exit, told, error) = project.Run("init", "--from-settings");
        exit.ShouldBe(1);
        told.ShouldContain("took over 3 hooks of .claude/settings.json\n");
        told.ShouldContain("out of .claude/settings.json (lines 5, 7, 11): until then they run twice\n");
        error.ShouldContain("hookrules: 1 entry of the settings became no rule and stays there: see above.\n");
        project.Read(".claude/settings.json").ShouldBe(Mixed);
    }

    [Fact]
    public void WithApplyWhatBecameRulesLeavesTheSettingsAndTheRestStaysToTheLetter()
    {
        using var project = Repository([
            $".claude/settings.json:{Mixed}",
            ".claude/settings.local.json:{\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"d\"}]}]}}",
        ]);
        var (_, told, _) = project.Run("init", "--from-settings", "--apply");
        project
            .Read(".claude/settings.json")
            .ShouldBe(
                """
                {
                  "permissions": { "deny": ["Bash(rm *)"] },
                  "hooks": {
                    "PreToolUse": [
                      { "matcher": "Write", "hooks": [
                        { "type": "command" }
                      ] }
                    ]
                  },
                  "model":   "opus"
                }

                """
            );
        project.Read(".claude/settings.local.json").ShouldBe("{}");
        told.ShouldContain("--- .claude/settings.json\n+++ .claude/settings.json\n");
        told.ShouldContain("-    \"Stop\": [{ \"hooks\": [{ \"type\": \"command\", \"command\": \"c\" }] }]\n");
        told.ShouldContain("until you compile, the hooks that were taken out do not run\n");
        told.ShouldNotContain("run twice");
        project.Read("main.hookrules").ShouldNotContain("run twice");
    }

    [Fact]
    public void ASettingsFileWithCommentsIsNotEdited()
    {
        const string text = "{ // mine\n\"hooks\":{\"Stop\":[{\"hooks\":[{\"type\":\"command\",\"command\":\"c\"}]}]}}";
        using var project = Repository([$".claude/settings.json:{text}"]);
        var (_, told, error) = project.Run("init", "--from-settings", "--apply");
        error.ShouldContain("hookrules: .claude/settings.json stays as it is: it is no JSON that Claude Code loads.\n");
        told.ShouldContain("out of .claude/settings.json (line 2): until then they run twice\n");
        project.Read(".claude/settings.json").ShouldBe(text);
    }

    [Fact]
    public void ApplyIsForSettingsAlone() => Repository([]).Run("init", "--apply").ExitCode.ShouldBe(2);

    [Fact]
    public void WithoutHooksInTheSettingsTheStarterStandsAlone()
    {
        using var project = Repository([".claude/settings.json:{\"permissions\":{}}"]);
        var (exit, told, _) = project.Run("init", "--from-settings");
        exit.ShouldBe(0);
        told.ShouldContain("found no hooks in .claude/settings.json or .claude/settings.local.json\n");
        using var other = Repository([]);
        other.Run("init");
        project.Read("main.hookrules").ShouldBe(other.Read("main.hookrules"));
    }

    [Fact]
    public void SettingsThatCannotBeReadAreSaidAndNothingIsWritten()
    {
        using var project = Repository([".claude/settings.json:{\"hooks\":"]);
        var (exit, _, error) = project.Run("init", "--from-settings");
        exit.ShouldBe(1);
        error.ShouldContain(".claude/settings.json:1:");
        error.ShouldContain("wrote nothing; mend that file, or leave out --from-settings.");
        File.Exists(project.PathOf("main.hookrules")).ShouldBeFalse();
    }

    [Fact]
    public void HooksThatWereCompiledFromRulesAreNotThoseOfSomebodyElse()
    {
        using var project = new CliProject("on before Bash where runs \"rm\" -> deny \"no\"\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        File.Delete(project.PathOf("main.hookrules"));
        project.Run("init").Out.ShouldNotContain("already");
    }

    [Theory]
    [InlineData("main.hookrules")]
    [InlineData("hookrules.yml")]
    [InlineData(".claude/hookrules.yaml")]
    public void ARulesFileIsNeverOverwrittenNorGivenARival(string file)
    {
        using var project = new CliProject("# mine\n", file);
        foreach (var args in new[] { new[] { "init" }, ["init", "--yaml"] })
            project
                .Run(args)
                .ShouldBe(
                    new CliResult(1, "", $"hookrules: there is a rules file already: {file}. It stays as it is.{Environment.NewLine}")
                );
        project.Files.ShouldBe([file]);
        project.Read(file).ShouldBe("# mine\n");
    }

    [Fact]
    public void TheStarterIsWrittenToTheRootOfTheRepository()
    {
        using var project = Repository(["../.git/HEAD:", "../go.mod:module x\n"]);
        project.Run("init").Out.ShouldStartWith($"wrote ../main.hookrules{Environment.NewLine}found Go (gofmt){Environment.NewLine}");
        project.Read("../main.hookrules").ShouldContain("gofmt");
    }

    private static CliProject Repository(string[] files)
    {
        var project = new CliProject();
        foreach (var file in files)
            project.Write(file[..file.IndexOf(':', StringComparison.Ordinal)], file[(file.IndexOf(':', StringComparison.Ordinal) + 1)..]);
        return project;
    }

    private static string Written(CliProject project, string file, params string[] args)
    {
        project.Run(args).ExitCode.ShouldBe(0);
        var text = project.Read(file);
        project.Run("fmt", "--check", file).ShouldBe(new CliResult(0, "", ""));
        File.Delete(project.PathOf(file));
        return text;
    }

    private static void Clean(CliProject project, string file, string rules)
    {
        project.Write(file, rules);
        project.Run("lint", file).ShouldBe(new CliResult(0, "", ""), customMessage: rules);
        File.Delete(project.PathOf(file));
    }

    private static bool SameMeaning(string one, string other) => Formatter.SameMeaning(Compiled(one).Graph, Compiled(other).Graph);

    private static Compilation Compiled(string rules) =>
        Compilation.Create(
            new SourceText(rules.Contains("version: 1", StringComparison.Ordinal) ? "hookrules.yaml" : "main.hookrules", rules)
        );

    // The layout puts the signs of actions below each other.
    private static string Plain(string rules) =>
        string.Join('\n', rules.Split('\n').Select(line => string.Join(' ', line.Split(' ', StringSplitOptions.RemoveEmptyEntries))));

    private static string Uncommented(string rules) =>
        rules
            .Replace("\n# on ", "\non ", StringComparison.Ordinal)
            .Replace("\n# use", "\nuse", StringComparison.Ordinal)
            .Replace("\n#   - '", "\n  - '", StringComparison.Ordinal);
}
