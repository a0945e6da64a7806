using System.Text;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>The commands on a project that uses packs.</summary>
public sealed class PackUseTests
{
    private const string Pack =
        "pack python version \"1.0.0\"\nparam length: int = 88\naction ruff = run \"ruff --line-length {length} {file}\"\n"
        + "rule check:\n  on Write *.py\n  -> ruff\n";

    [Theory]
    [InlineData("main.hookrules", "use std/git-guard\n", "git push -f", "[blocked by git-guard.forced-push (std/git-guard.hookrules:")]
    [InlineData(
        "hookrules.yaml",
        "version: 1\nuse: [std/git-guard]\n",
        "git push -f",
        "[blocked by git-guard.forced-push (std/git-guard.hookrules:"
    )]
    [InlineData(
        "main.hookrules",
        "use std/git-guard with { protected = [\"trunk\"] }\n",
        "git push --force-with-lease origin trunk",
        "[blocked by git-guard.lease-on-protected"
    )]
    [InlineData(
        "hookrules.yaml",
        "version: 1\nuse: { std/git-guard: { protected: [trunk] } }\n",
        "git push --force-with-lease origin trunk",
        "[blocked by git-guard.lease-on-protected"
    )]
    [InlineData(
        "main.hookrules",
        "use std/git-guard as guard\ndisable guard.forced-push\n",
        "git push --force",
        "Claude Code gets: nothing"
    )]
    [InlineData("main.hookrules", "use std/git-guard as guard\ndisable guard.forced-push\n", "git push $FLAGS", "\"ask\"")]
    [InlineData("main.hookrules", "use std/git-guard\n", "git status", "Claude Code gets: nothing")]
    public void ABundledPackWorksFromARulesFile(string file, string rules, string command, string expected)
    {
        using var project = new CliProject(rules, file);
        project.Run("lint").ShouldBe(new CliResult(0, "", ""));

        var payload =
            $$"""{"session_id":"s","transcript_path":"/t.jsonl","cwd":"/tmp","hook_event_name":"PreToolUse","tool_name":"Bash","tool_use_id":"t","tool_input":{"command":"{{command}}"} }""";
        var result = project.Run(Encoding.UTF8.GetBytes(payload), "simulate", "--payload", "-");

        result.Error.ShouldBeEmpty();
        result.Out.ShouldContain(expected);
    }

    [Fact]
    public void AChangedPackMakesTheOutputStale()
    {
        using var project = new CliProject(
            "use \"./packs/python.hookrules\" with { length = 100 }\naction python.ruff = run \"uv run ruff {file}\"\n"
        );
        project.Write("packs/python.hookrules", Pack);

        project.Run("compile").ExitCode.ShouldBe(0);
        project.Run("compile", "--check").ExitCode.ShouldBe(0);
        project.Write("packs/python.hookrules", Pack + "# more\n");
        var stale = project.Run("compile", "--check");

        stale.ExitCode.ShouldBe(1);
        stale.Out.ShouldContain("packs/python.hookrules");
    }

    [Fact]
    public void AMistakeOfAPackIsShownAtItsOwnLine()
    {
        using var project = new CliProject("use \"./packs/python.hookrules\"\n");
        project.Write("packs/python.hookrules", Pack.Replace("on Write", "on Wrte", StringComparison.Ordinal));

        var result = project.Run("lint");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldBe(
            "packs/python.hookrules:5:6: error HR1002: unknown tool \"Wrte\"; did you mean \"Write\"?\n  |\n5 |   on Wrte *.py\n"
                + "  |      ^^^^\n1 problem in 1 file: 1 error\n"
        );
    }

    [Fact]
    public void LintOfAFolderLooksAtPacksByThemselvesToo()
    {
        using var project = new CliProject("use \"./packs/python.hookrules\"\n");
        project.Write("packs/python.hookrules", Pack + "param late: int = 1\nlet unused = \"x\"\n");

        var result = project.Run("lint", ".");

        result.Error.ShouldContain("packs/python.hookrules:7:7: warning HR2001");
        result.Error.ShouldContain("packs/python.hookrules:8:5: warning HR2001");
        project.Run("lint").ShouldBe(new CliResult(0, "", ""));
    }

    [Fact]
    public void FmtLaysOutAPackAndWhoUsesIt()
    {
        using var project = new CliProject("use \"./packs/python.hookrules\"   with {length:100}\n");
        project.Write("packs/python.hookrules", Pack.Replace("length: int = 88", "length:int=88", StringComparison.Ordinal));

        project.Run("fmt", "main.hookrules", "packs/python.hookrules").ExitCode.ShouldBe(0);
        project.Read("main.hookrules").ShouldBe("use \"./packs/python.hookrules\" with { length = 100 }\n");
        project.Read("packs/python.hookrules").ShouldBe(Pack);

        project.Run("fmt", "--to", "yaml", "packs/python.hookrules").ExitCode.ShouldBe(0);
        project.Write("main.hookrules", "use \"./packs/python.hookrules.yaml\" with { length = 100 }\n");
        project.Run("lint").ExitCode.ShouldBe(0);
    }
}
