using System.Text.Json;
using HookRules.Compiler.Packs;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>The whole way of a pack: from a repository over lock and copy into the compiled rules, and what keeps it there.</summary>
public sealed class PackCommandTests : IDisposable
{
    private const string Rules = "# Rules.\n\non Stop -> log \"x.jsonl\"\n";
    private const string Copy = ".claude/hookrules/packs/python/pack.hookrules";
    private const string Python = """
        pack python version "1.0.0"

        param line_length: int = 88

        action ruff = run "ruff check --line-length {line_length} {file}" timeout 30s
        action tell = http POST env.CHAT json { text: "{file}" }

        on Write *.py -> ruff, tell
        rule no-print:
          on before Write *.py where tool_input.content contains "print("
          -> deny "No print."

        """;

    private readonly GitRepository python = new();
    private readonly GitRepository helpers = new();
    private readonly CliProject project = new(Rules)
    {
        Environment = name => name is "PATH" or "HOME" ? Environment.GetEnvironmentVariable(name) : null,
    };

    public void Dispose()
    {
        python.Dispose();
        helpers.Dispose();
        project.Dispose();
    }

    [Fact]
    public void AddFetchesCopiesLocksInsertsAndShowsWhatThePackMayDo()
    {
        var commit = python.Write("pack.hookrules", Python).Write("bin/x.sh", "true\n").Tag("v1.0.0");

        var (exit, output, _) = project.Run("pack", "add", python.Reference("v1.0.0"), "--param", "line_length=100");

        exit.ShouldBe(0);
        output
            .ReplaceLineEndings("\n")
            .ShouldBe(
                $"""
                python 1.0.0: added
                  {python.Reference("v1.0.0")}, commit {commit[..12]}
                  copied 2 files to .claude/hookrules/packs/python
                  runs 1 command, 1 network host, reads 1 environment variable, decides (deny)
                    command        ruff check --line-length 100 '{"{file}"}'
                    network        env.CHAT
                    environment    CHAT
                    decision       deny (1 rule)

                Next: hookrules compile; then commit main.hookrules, hookrules.lock, .claude/hookrules/packs with what it writes.

                """
            );
        project
            .Read("main.hookrules")
            .ShouldBe($"# Rules.\n\nuse {python.Reference("v1.0.0")} with {{ line_length = 100 }}\n\non Stop -> log \"x.jsonl\"\n");
        project.Read(Copy).ShouldBe(Python);
        using var json = JsonDocument.Parse(project.Read("hookrules.lock"));
        var entry = json.RootElement.GetProperty("packs")[0];
        entry.GetProperty("commit").GetString().ShouldBe(commit);
        entry.GetProperty("sha256").GetString().ShouldBe(PackContent.HashOf(project.PathOf(".claude/hookrules/packs/python")));
        project.Run("fmt", "--check").ExitCode.ShouldBe(0);
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Read(".claude/hookrules/plan.json").ShouldContain("--line-length");
    }

    [Fact]
    public void NothingButAddAndUpdateNeedsGitOrTheRepository()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        python.Dispose();
        using var offline = new CliProject();
        Directory.Delete(offline.Folder);
        Directory.Move(project.Folder, offline.Folder);

        foreach (
            var command in (string[][])
                [
                    ["compile"],
                    ["lint"],
                    ["simulate", "--samples"],
                    ["fmt", "--check"],
                    ["pack", "verify"],
                    ["pack", "list"],
                ]
        )
            offline
                .Run(command)
                .ShouldSatisfyAllConditions(
                    result => result.ExitCode.ShouldBe(0, $"{string.Join(' ', command)}: {result.Error}"),
                    result => result.Error.ShouldNotContain("fetching")
                );
        offline
            .Run("pack", "update")
            .ShouldSatisfyAllConditions(
                result => result.ExitCode.ShouldBe(3),
                result => result.Error.ShouldContain("git was not found on PATH")
            );
        Directory.CreateDirectory(project.Folder);
    }

    [Theory]
    [InlineData("edit", "HR4107", "changed")]
    [InlineData("more", "HR4107", "changed")]
    [InlineData("less", "HR4106", "missing")]
    [InlineData("link", "HR4108", "changed")]
    [InlineData("unlock", "HR4104", "not locked")]
    public void WhatIsNotAsLockedIsRefusedEverywhereUntilItIsUpdated(string change, string code, string status)
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        var folder = project.PathOf(".claude/hookrules/packs/python");
        if (change == "edit")
            project.Write(Copy, Python.Replace("deny", "ask"));
        if (change == "more")
            project.Write(".claude/hookrules/packs/python/bin/new.sh", "evil\n");
        if (change is "less" or "link")
            Directory.Delete(folder, recursive: true);
        if (change == "link")
            Directory.CreateSymbolicLink(folder, python.PathOf());
        if (change == "unlock")
            File.Delete(project.PathOf("hookrules.lock"));

        foreach (
            var command in (string[][])
                [
                    ["compile"],
                    ["lint"],
                    ["simulate", "--samples"],
                    ["pack", "verify"],
                ]
        )
            project
                .Run(command)
                .ShouldSatisfyAllConditions(
                    result => result.ExitCode.ShouldBe(1),
                    result => result.Error.ShouldContain($"main.hookrules:3:5: error {code}: "),
                    result => result.Error.ShouldContain("  = ")
                );
        File.Exists(project.Settings).ShouldBeFalse();
        using (var json = JsonDocument.Parse(project.Run("pack", "verify", "--format", "json").Out))
        {
            json.RootElement.GetProperty("ok").GetBoolean().ShouldBeFalse();
            json.RootElement.GetProperty("packs")[0].GetProperty("status").GetString().ShouldBe(status);
        }

        if (change == "link")
            File.Delete(folder);
        project.Run(change == "unlock" ? ["pack", "add", python.Reference("v1")] : ["pack", "update", "python"]).ExitCode.ShouldBe(0);
        project.Run("pack", "verify").ExitCode.ShouldBe(0);
        project.Read(Copy).ShouldBe(Python);
        project.Run("compile").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void UpdateSaysWhatChangedInVersionAndInWhatThePackMayDo()
    {
        var first = python.Write("pack.hookrules", Python).Tag("v1.0.0");
        var second = python
            .Write(
                "pack.hookrules",
                Python
                    .Replace("1.0.0", "1.1.0")
                    .Replace(
                        "on before",
                        "action get = shell \"curl https://example.com/x\" pass TOKEN\non Stop -> get\nrule x:\n  on before"
                    )
                    .Replace("rule no-print:\n  ", "")
            )
            .Tag("v1.1.0");
        project.Run("pack", "add", python.Reference("v1.0.0")).ExitCode.ShouldBe(0);

        project.Run("pack", "update").Out.ShouldContain("v1.1.0 is there: hookrules pack update python --to v1.1.0");
        var (exit, output, _) = project.Run("pack", "update", "python", "--to", "v1.1.0");

        exit.ShouldBe(0);
        output
            .ReplaceLineEndings("\n")
            .ShouldContain(
                $"""
                python: 1.0.0 -> 1.1.0, {python.Reference("v1.1.0")}
                  commit {first[..12]} -> {second[..12]}
                  copied 1 file to .claude/hookrules/packs/python
                  runs 2 commands, 2 network hosts, reads 2 environment variables, decides (deny)
                    + command        sh: curl https://example.com/x
                    + network        example.com
                    + environment    TOKEN
                """.ReplaceLineEndings("\n")
            );
        project.Read("main.hookrules").ShouldContain($"use {python.Reference("v1.1.0")}\n");
        project.Run("compile").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void ATagThatWasMovedIsToldAndNeverTakenOverUnasked()
    {
        var first = python.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        var second = python.Write("pack.hookrules", Python.Replace("deny", "ask")).Tag("v1");

        // As it was locked it needs nothing, and when it is gone it cannot be had again.
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        Directory.Delete(project.PathOf(".claude/hookrules/packs"), recursive: true);
        var (exit, _, error) = project.Run("pack", "add", python.Reference("v1"));
        exit.ShouldBe(1);
        error.ShouldContain(
            $"HR4110: the tag of \"{python.Reference("v1")}\" was moved: hookrules.lock pins the commit {first[..12]}, and now it "
                + $"is {second[..12]} with other content"
        );
        Directory.Exists(project.PathOf(".claude/hookrules/packs")).ShouldBeFalse();

        var lockText = project.Read("hookrules.lock");
        (exit, _, error) = project.Run("pack", "update", "python");
        exit.ShouldBe(1);
        error.ShouldContain($"the tag of {python.Reference("v1")} was moved");
        error.ShouldContain("hookrules pack update python --accept-moved");
        project.Read("hookrules.lock").ShouldBe(lockText);
        project
            .Run("pack", "update", "python", "--accept-moved")
            .Out.ShouldContain("NOTE: the tag was moved to another commit with other files");
        project.Read("hookrules.lock").ShouldContain(second);
    }

    [Theory]
    [InlineData("main.hookrules", "# Rules.\n\nUSE\nuse std/git-guard\n\non Stop -> log \"x.jsonl\"\n")]
    [InlineData("hookrules.yaml", "version: 1\nuse:\n  - YAML # mine\n  - std/git-guard\nrules:\n  - on Stop -> log \"x.jsonl\"\n")]
    [InlineData("hookrules.yaml", "version: 1\nuse: [YAML, std/git-guard]\nrules:\n  - on Stop -> log \"x.jsonl\"\n")]
    public void RemoveTakesAPackOutOfRulesLockAndCopies(string file, string rules)
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        File.Delete(project.PathOf("main.hookrules"));
        var text = rules.Replace("USE", $"use {python.Reference("v1")}").Replace("YAML", $"\"{python.Reference("v1")}\"");
        project.Write(file, text);
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        project.Read("hookrules.lock").ShouldContain("python");

        project.Run("pack", "remove", "pyton").Error.ShouldContain("did you mean \"python\"?");
        var (exit, said, error) = project.Run("pack", "remove", "python");

        error.ShouldBe("");
        exit.ShouldBe(0);
        said.ShouldContain("python: no longer used");
        project.Read(file).ShouldNotContain("python");
        project.Read(file).ShouldContain("std/git-guard");
        project.Read("hookrules.lock").ShouldNotContain("python");
        Directory.Exists(project.PathOf(".claude/hookrules/packs/python")).ShouldBeFalse();
        project.Run("compile").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void APackOfWhichTheRulesNameSomethingIsNotRemoved()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        project.Write("main.hookrules", project.Read("main.hookrules") + "disable python.no-print\n");
        var before = project.Read("main.hookrules");

        var (exit, _, error) = project.Run("pack", "remove", "python");

        exit.ShouldBe(1);
        error.ShouldContain("nothing was changed");
        project.Read("main.hookrules").ShouldBe(before);
    }

    [Fact]
    public void APackThatAPackUsesComesWithItAndIsLockedToo()
    {
        helpers
            .Write("pack.hookrules", "pack helpers version \"0.1.0\"\naction audit = log \"a.jsonl\"\non failed Bash -> audit\n")
            .Tag("v1");
        python.Write("pack.hookrules", Python.Replace("param", $"use {helpers.Reference("v1")}\n\nparam")).Tag("v1");

        project
            .Run("pack", "add", python.Reference("v1"))
            .Out.ShouldContain("helpers 0.1.0: comes with it, used by .claude/hookrules/packs/python/pack.hookrules");

        project.Run("compile").ExitCode.ShouldBe(0);
        project.Write(".claude/hookrules/packs/helpers/pack.hookrules", "pack helpers version \"0.1.0\"\n");
        project.Run("compile").Error.ShouldContain($"(main.hookrules uses {python.Reference("v1")}, which uses {helpers.Reference("v1")})");
        // Without its user it goes again, lock, copy and all.
        project.Write("main.hookrules", Rules);
        project.Run("pack", "update").Out.ShouldContain("helpers 0.1.0: no longer used, taken out of hookrules.lock");
        Directory.Exists(project.PathOf(".claude/hookrules/packs")).ShouldBeFalse();
        project.Run("pack", "verify").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void AFailureChangesNothing()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        helpers.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);
        var before = project.Files.ToDictionary(file => file, project.Read);

        project.Run("pack", "add", helpers.Reference("v2")).ExitCode.ShouldBe(3);
        project
            .Run("pack", "add", helpers.Reference("v1"), "--param", "line_length=long", "--as", "other")
            .Error.ShouldContain("the parameter \"line_length\" must be a whole number");
        project
            .Run("pack", "add", helpers.Reference("v1"), "--param", "line_len=3", "--as", "other")
            .Error.ShouldContain("has no parameter \"line_len\"; did you mean \"line_length\"?");
        project.Run("pack", "add", "./packs/none.hookrules").ExitCode.ShouldBe(1);
        project
            .Run("pack", "add", python.Reference("v1"), "--param", "line_length=3")
            .Error.ShouldContain(
                $"the rules use {python.Reference("v1")} already: change its parameters there, or use it once more under another "
                    + "name: --as NAME"
            );
        project.Run("pack", "add", "std/git-gard").Error.ShouldContain("did you mean \"std/git-guard\"?");
        project.Run("pack", "add", "git+http://example.com/x.git#v1").ExitCode.ShouldBe(2);
        project.Run("pack", "add", python.Reference("v2")).Error.ShouldContain("--to v2");
        project.Run("pack", "update", "pyton").Error.ShouldContain("did you mean \"python\"?");
        project.Run("pack", "update", "python", "--to", "v2").ExitCode.ShouldBe(3);
        project.Run("pack", "update", "python", "--to", "v1..2").ExitCode.ShouldBe(1);

        project.Files.ToDictionary(file => file, project.Read).ShouldBe(before);
    }

    [Fact]
    public void ADamagedLockIsToldOnceAndWrittenAnew()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1"));
        project.Run("pack", "add", "std/git-guard").ExitCode.ShouldBe(0);
        var sound = project.Read("hookrules.lock");
        project.Write("hookrules.lock", "<<<<<<< HEAD\n" + sound);

        var (exit, _, error) = project.Run("compile");
        exit.ShouldBe(1);
        error.ShouldStartWith("hookrules.lock:1:1: error HR4102: git left a conflict in hookrules.lock\n");
        error.Split("error HR").Length.ShouldBe(2);
        project.Run("pack", "add", "std/bash-guard").ExitCode.ShouldBe(1);
        project.Run("pack", "update").ExitCode.ShouldBe(0);
        project.Read("hookrules.lock").ShouldBe(sound);
        project.Run("compile").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void APackOfTheRepositoryIsPinnedOnceItWasAdded()
    {
        project.Write("packs/python.hookrules", Python);
        project.Write("main.hookrules", Rules + "\nuse \"./packs/python.hookrules\"\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Write("packs/python.hookrules", Python.Replace("deny", "ask"));
        project.Run("compile").ExitCode.ShouldBe(0);

        project.Run("pack", "add", "packs/python.hookrules").ExitCode.ShouldBe(0);
        project.Read("main.hookrules").Split("use ").Length.ShouldBe(2);
        project.Run("pack", "verify").Out.ShouldContain("ok         python 1.0.0  ./packs/python.hookrules");
        project.Write("packs/python.hookrules", Python);
        project
            .Run("compile")
            .Error.ShouldContain("HR4107: the pack \"./packs/python.hookrules\" is not what hookrules.lock pins: it was changed");
        project.Run("pack", "update", "python").Out.ShouldContain("decision       deny (1 rule)");
        project.Run("compile").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void ListHasEachPackWithItsSourceAndAbilitiesAsJson()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        project.Run("pack", "add", python.Reference("v1"));
        project.Run("pack", "add", "std/git-guard");

        using var json = JsonDocument.Parse(project.Run("pack", "list", "--format", "json").Out);

        json.RootElement.GetProperty("packs")
            .EnumerateArray()
            .Select(pack =>
                string.Join(
                    ' ',
                    ((string[])["name", "kind", "version", "locked", "status"]).Select(key => pack.GetProperty(key).ToString())
                )
            )
            .ShouldBe(["python git 1.0.0 True ok", "git-guard bundled 1.0.0 True ok"]);
        json.RootElement.GetProperty("packs")[0]
            .GetProperty("abilities")
            .GetProperty("commands")[0]
            .GetString()
            .ShouldBe("ruff check --line-length 88 '{file}'");
        json.RootElement.GetProperty("packs")[0].GetProperty("usedBy")[0].GetString().ShouldBe("main.hookrules");
    }

    [Fact]
    public void TwoPacksOfOneNameHaveFoldersOfTheirOwn()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        helpers.Write("pack.hookrules", Python + "# other\n").Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);

        project.Run("pack", "add", helpers.Reference("v1")).Error.ShouldContain("HR4008");
        project.Run("pack", "add", helpers.Reference("v1"), "--as", "other").ExitCode.ShouldBe(0);

        project.Read(".claude/hookrules/packs/python-2/pack.hookrules").ShouldEndWith("# other\n");
        project.Run("compile").ExitCode.ShouldBe(0);
    }

    [Fact]
    public void ALinkOnTheWayToTheCopiesIsNotFollowed()
    {
        python.Write("pack.hookrules", Python).Tag("v1");
        Directory.CreateDirectory(project.PathOf(".claude"));
        Directory.CreateSymbolicLink(project.PathOf(".claude/hookrules"), helpers.PathOf());

        var (exit, _, error) = project.Run("pack", "add", python.Reference("v1"));

        exit.ShouldBe(3);
        error.ShouldContain(".claude/hookrules is a link; the copies of packs have to lie in the project itself");
        Directory.Exists(helpers.PathOf("packs")).ShouldBeFalse();
        project.Read("main.hookrules").ShouldBe(Rules);
    }

    [Fact]
    public void LintingAFolderLeavesTheCopiesToThoseWhoMadeThem()
    {
        python.Write("pack.hookrules", Python + "let unused = \"x\"\n").Tag("v1");
        project.Run("pack", "add", python.Reference("v1")).ExitCode.ShouldBe(0);

        project.Run("lint", ".").ExitCode.ShouldBe(0);
        project.Run("lint", Copy).Error.ShouldContain("HR2001");
    }

    [Fact]
    public void EachCommandsHelpShowsAnExample()
    {
        foreach (var command in (string[])["add", "update", "verify", "list"])
            project.Run("pack", command, "--help").Out.ShouldContain($"Example: hookrules pack {command}");
    }
}
