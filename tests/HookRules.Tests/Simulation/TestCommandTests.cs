using System.Text.Json.Nodes;
using System.Xml.Linq;
using HookRules.Tests.Cli;
using HookRules.Tests.Operating;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Simulation;

/// <summary><c>hookrules test</c> by way of the command line.</summary>
public sealed class TestCommandTests
{
    private const string Rules = """
        action ruff = run "ruff check {file}" timeout 30s
        on Write *.py -> ruff, dedup 1s
        rule no-force-push:
          on before Bash where runs "git push" with (--force, -f) without (--dry-run)
          -> deny "Open a pull request instead."
        rule keep-secrets: on before Write|Edit *.env -> ask "This file holds secrets. Really?"
        rule approve-safe: on before Bash where only runs ("git status", "git log", head) -> allow "safe"
        rule resumed: on SessionStart startup|resume -> context "Run make dev first."
        """;

    private const string Cases = """
        # what a table looks like
        deny no-force-push   => git push -f origin main
        ask                  => before Write .env                          => holds secrets
        nothing              => git push origin feature
        queue                => after Write src/a.py                       => ruff check src/a.py
        queue ruff           ⇶ after Write src/a.py                        ⇶ ruff check src/a.py
        allow approve-safe   => git status && git log --oneline | head -5
        context resumed      => SessionStart resume
        nothing              => SessionStart clear
        """;

    private static readonly CaseFile Broken = new("Simulation/broken.cases");

    public static TheoryData<string> BrokenCases() => [.. Broken.Names];

    private static CliProject Project(string cases = Cases, string file = "main.cases")
    {
        var project = new CliProject(Rules);
        project.Write(file, cases);
        return project;
    }

    [Fact]
    public void WhatHoldsPasses()
    {
        using var project = Project();
        project.Run("test").ShouldBe(new CliResult(0, $"8 passed, 0 failed{Environment.NewLine}", ""));
    }

    [Fact]
    public void WhatFailsSaysWhatWasExpectedWhatCameAndWhy()
    {
        using var project = Project(
            """
            nothing => git push -f
            deny no-force-push => git push -f --dry-run
            ask keep-secrets => before Write .env => holds nothing
            deny nobody => ls
            """
        );

        var result = project.Run("test");

        (result.ExitCode, result.Error).ShouldBe((1, ""));
        result
            .Out.ReplaceLineEndings("\n")
            .ShouldBe(
                """
                main.cases:1: failed: nothing => git push -f
                  expected: nothing
                  came:     deny no-force-push
                  no-force-push (main.hookrules:3) matches: Bash where runs "git push" with (--force, -f) without (--dry-run)
                main.cases:2: failed: deny no-force-push => git push -f --dry-run
                  expected: deny no-force-push
                  came:     nothing
                  no-force-push (main.hookrules:3) does not match: where: runs "git push" with (--force, -f) without (--dry-run) is false: tool_input.command is "git push -f --dry-run"
                main.cases:3: failed: ask keep-secrets => before Write .env => holds nothing
                  expected: ask keep-secrets, a text that holds "holds nothing"
                  came:     ask keep-secrets, told or run: {"hookSpecificOutput":{"hookEventName":"PreToolUse","permissionDecision":"ask","permissionDecisionReason":"This file holds secrets. Really? [asked by keep-secrets (main.hookrules:6)]"}} | This file holds secrets. Really? [asked by keep-secrets (main.hookrules:6)]
                main.cases:4: failed: deny nobody => ls
                  expected: deny nobody
                  came:     nothing
                  no rule is called "nobody" and does deny
                0 passed, 4 failed

                """
            );
    }

    [Theory, MemberData(nameof(BrokenCases))]
    public void WhatCannotBeReadIsToldWithItsPlaceAndMend(string name)
    {
        var input = Broken.Input(name);
        var isYaml = input.StartsWith("cases:", StringComparison.Ordinal) || input.StartsWith("rules:", StringComparison.Ordinal);
        using var project = Project(input, isYaml ? "main.cases.yaml" : "main.cases");

        var result = project.Run("test", "--format", "json");

        result.ExitCode.ShouldBe(2);
        var told = JsonNode.Parse(result.Out)!["diagnostics"]!.AsArray();
        Broken.Check(
            name,
            string.Join(
                '\n',
                told.Select(one =>
                {
                    ((string)one!["mend"]!).ShouldNotBeNullOrEmpty();
                    return $"{one["line"]}:{one["column"]} {one["code"]} {one["message"]}\n  = {one["mend"]}";
                })
            )
        );
        project.Run("test", "--format", "github").Out.ShouldContain($"::error file=main.cases{(isYaml ? ".yaml" : "")},line=");
    }

    [Fact]
    public void YamlSaysMore()
    {
        using var project = Project(
            """
            cases:
              - name: a secret is asked about
                event: PreToolUse
                tool: Write
                set: { tool_input.file_path: .env }
                expect: { decision: ask, rule: keep-secrets, reason: { contains: "secrets" } }
              - { before: Bash git status, expect: allow approve-safe }
              - { command: git push -f --dry-run, expect: { decision: none, queue: none } }
              - { after: Write a.py, expect: { queue: ruff, run: { matches: "/^ruff check .*a\\.py$/" }, closed: false } }
              - { name: wrong, command: git push -f, expect: { decision: deny, reason: { is: "no" } } }
            """,
            "more.cases.yaml"
        );

        var result = project.Run("test");

        result.Out.ShouldContain("more.cases.yaml:10: failed: wrong");
        result.Out.ShouldEndWith($"4 passed, 1 failed{Environment.NewLine}");
    }

    [Fact]
    public void APacksTableSetsItsParameters()
    {
        using var project = Project();
        project.Write(
            "packs/p.hookrules",
            "pack p version \"1.0\"\nparam protected: list = [\"main\"]\n"
                + "rule push: on before Bash where runs \"git push\" with ($protected) -> deny \"no\"\n"
        );
        project.Write(
            "packs/p.cases",
            "deny push => git push origin main\nnothing => git push origin trunk\n"
                + "with { protected = [\"trunk\"] }   # parameters\ndeny => git push origin trunk\nnothing => git push origin main\n"
        );

        project.Run("test", "packs").Out.ShouldBe($"4 passed, 0 failed{Environment.NewLine}");
        project.Run("test").Out.ShouldBe($"12 passed, 0 failed{Environment.NewLine}");
        project.Run("test", "packs/p.cases", "--filter", "TRUNK").Out.ShouldBe($"2 passed, 0 failed{Environment.NewLine}");
        var added = project.Run("pack", "add", "./packs/p.hookrules");
        added.Out.ShouldContain("p: its own cases: 4 passed, 0 failed");
    }

    [Fact]
    public void ABundledPacksCasesAreRunAndAHoleInOneIsFound()
    {
        using var project = Project();
        project.Run("test", "std/worktree").Out.ShouldBe($"6 passed, 0 failed{Environment.NewLine}");
        project
            .Run("test", "std/gitguard")
            .ShouldBe(
                new CliResult(
                    3,
                    "",
                    $"hookrules: there is no bundled pack \"std/gitguard\"; did you mean \"std/git-guard\"?{Environment.NewLine}"
                )
            );
    }

    [Fact]
    public void ProgramsReadTheResultToo()
    {
        using var project = Project(Cases + "\ndeny => git push --force\nnothing => git push -f <&\u0001>\n");

        var json = project.Run("test", "--coverage", "--mutate", "--format", "json");
        OperatedProject.Check("test.schema.json", json.Out);
        ((int)JsonNode.Parse(json.Out)!["failed"]!).ShouldBe(1);

        var xml = XDocument.Parse(project.Run("test", "--format", "junit").Out.TrimStart('\uFEFF'));
        xml.Root!.Attribute("tests")!.Value.ShouldBe("10");
        xml.Descendants("failure").Count().ShouldBe(1);
        xml.Descendants("testcase").First().Attribute("line")!.Value.ShouldBe("2");

        project.Run("test", "--format", "github").Out.ShouldStartWith("::error file=main.cases,line=11,");
    }

    [Fact]
    public void CoverageNamesWhatNoCaseReaches()
    {
        using var project = Project("deny no-force-push => git push -f\n");

        var result = project.Run("test", "--coverage");

        result.ExitCode.ShouldBe(0);
        result
            .Out.ReplaceLineEndings("\n")
            .ShouldBe(
                """
                main.hookrules:2: not reached: rule without a name
                main.hookrules:3: not reached: rule no-force-push: runs "git push" with (--force, -f) without (--dry-run) is false
                main.hookrules:6: not reached: rule keep-secrets
                main.hookrules:7: not reached: rule approve-safe
                main.hookrules:7: not reached: rule approve-safe: only runs ("git status", "git log", head) is true
                main.hookrules:8: not reached: rule resumed
                coverage: 33.3 % (3 of 9)
                1 passed, 0 failed

                """
            );
        project.Run("test", "--min-coverage", "34").ExitCode.ShouldBe(1);
        project.Run("test", "--min-coverage", "33").ExitCode.ShouldBe(0);
        project.Run("test", "--min-coverage", "134").ExitCode.ShouldBe(2);
    }

    /// <summary>Each line that is proposed notices its change: with all of them added, only what no line can notice is left.</summary>
    [Fact]
    public void ADroppedWithoutSurvivesUntilTheProposedLineIsAdded()
    {
        using var project = Project("deny no-force-push => git push -f\n");

        var mutants = Mutants(project);
        mutants.ShouldContain(one => ((string)one!["what"]!).StartsWith("without (…) dropped", StringComparison.Ordinal));
        project.Write(
            "main.cases",
            "deny no-force-push => git push -f\n"
                + string.Concat(mutants.Select(one => (string?)one!["add"]).OfType<string>().Select(line => line + "\n"))
        );

        project.Run("test").ExitCode.ShouldBe(0);
        var left = Mutants(project);
        left.ShouldAllBe(one => one!["add"] == null);
        left.Count.ShouldBeLessThan(5);

        static JsonArray Mutants(CliProject project) =>
            JsonNode.Parse(project.Run("test", "--mutate", "--format", "json").Out)!["mutants"]!["survivors"]!.AsArray();
    }

    [Fact]
    public void LintHintsAtAGuardThatNoCaseReaches()
    {
        using var project = Project("deny no-force-push => git push -f\n");
        var result = project.Run("lint", "--format", "json");
        JsonNode.Parse(result.Out)!["diagnostics"]!
            .AsArray()
            .Where(one => (string?)one!["code"] == "HR2036")
            .Select(one => (string)one!["message"]!)
            .ShouldBe(["no case reaches the guard \"keep-secrets\""]);
        File.Delete(project.PathOf("main.cases"));
        project.Run("lint", "--format", "json").Out.ShouldNotContain("HR2036");
    }

    [Fact]
    public void WithoutCasesThatIsSaid()
    {
        using var project = new CliProject(Rules);
        var result = project.Run("test");
        result.ExitCode.ShouldBe(3);
        result.Error.ShouldContain("there are no cases here: write them into main.cases");
    }

    [Fact]
    public void TheStarterHasATableThatHolds()
    {
        using var project = new CliProject();
        project.Write("setup.py", "");
        project.Run("init").Out.ShouldContain("wrote main.cases");
        var result = project.Run("test", "--coverage");
        result.ExitCode.ShouldBe(0, result.Out);
        result.Out.ShouldContain("coverage: 100 %");
    }

    [Fact]
    public void RulesThatDoNotCompileAreToldOnce()
    {
        using var project = Project();
        project.Write("main.hookrules", "on Wrte -> log \"x\"\n");
        var result = project.Run("test");
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldContain("main.hookrules:1:4: error HR1002");
    }
}
