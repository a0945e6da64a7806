using System.Text.Json.Nodes;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>Broken input through the users' door: everything is said in one run, and nothing is written.</summary>
public sealed class BrokenInputTests
{
    private const string Broken = """
        action ok = run "true"
        on preToolUse Bash -> deny "x"
        on Write *.py -> okk
        on SessionEnd -> deny "no"
        on before Bash where command matches /a(b/ -> deny "x"
        on Write *.py -> ok, dedup 1y
        on before Bash where tool_input.comand == "x" -> deny "x"
        on before Bash -> deny "unclosed
        on Stop -> ok

        """;

    [Fact]
    public void EachMistakeCostsOneDiagnosticWithPlaceCodeAndMend()
    {
        using var project = new CliProject(Broken);

        var result = project.Run("lint", "--format", "json");

        result.ExitCode.ShouldBe(1);
        var found = JsonNode.Parse(result.Out)!["diagnostics"]!
            .AsArray()
            .Select(one => $"{one!["line"]}:{one["column"]} {one["code"]} {one["message"]}");
        found.ShouldBe([
            "2:4 HR1001 unknown event \"preToolUse\"; did you mean \"PreToolUse\"?",
            "3:18 HR1003 unknown action \"okk\"; did you mean \"ok\"?",
            "4:18 HR1006 \"deny\" is not possible on SessionEnd: Claude Code honours no decision there, only actions run",
            "5:40 HR1010 bad regular expression: this '(' is never closed",
            "6:28 HR0011 \"1y\" is not a duration",
            "7:22 HR1004 unknown field \"tool_input.comand\": \"tool_input\" of PreToolUse Bash has no field \"comand\"; did you "
                + "mean \"tool_input.command\"?",
            "8:24 HR0003 this text is not closed: its quote is missing before the end of the line",
        ]);
        JsonNode.Parse(result.Out)!["diagnostics"]!
            .AsArray()
            .ShouldAllBe(one => one!["mend"] != null || ((string)one["message"]!).EndsWith('?'));
    }

    [Fact]
    public void CompileSaysTheSameAndWritesNothing()
    {
        using var project = new CliProject(Broken);
        var result = project.Run("compile");
        result.ExitCode.ShouldBe(1);
        result.Error.Split('\n').Count(line => line.Contains(": error HR")).ShouldBe(7);
        result.Error.ShouldStartWith(
            "main.hookrules:2:4: error HR1001: unknown event \"preToolUse\"; did you mean \"PreToolUse\"?\n  |\n"
                + "2 | on preToolUse Bash -> deny \"x\"\n  |    ^^^^^^^^^^\n"
        );
        project.Files.ShouldBe(["main.hookrules"]);
    }

    [Fact]
    public void ProgramsGetTheProblemsOfCompileAsTheyGetThoseOfLint()
    {
        using var project = new CliProject(Broken);
        var compile = project.Run("compile", "--format", "json");
        compile.ExitCode.ShouldBe(1);
        compile.Error.ShouldBeEmpty();
        JsonNode.Parse(compile.Out)!["diagnostics"]!.AsArray().Count.ShouldBe(7);

        using var sound = new CliProject("on Stop -> log \"x\"\n");
        JsonNode.Parse(sound.Run("compile", "--format", "json").Out)!["diagnostics"]!.AsArray().ShouldBeEmpty();
    }

    [Theory]
    [InlineData("compile", "--frobnicate")]
    [InlineData("lint", "--frobnicate")]
    [InlineData("frobnicate")]
    [InlineData("lint", "--format", "xml")]
    [InlineData("simulate")]
    [InlineData("simulate", "--payload")]
    public void AWrongCommandLineIsTwo(params string[] args)
    {
        using var project = new CliProject("on Stop -> log \"x\"\n");
        var result = project.Run(args);
        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("hookrules: ");
        result.Out.ShouldBeEmpty();
    }

    [Theory]
    [InlineData("compile")]
    [InlineData("lint")]
    [InlineData("simulate", "--samples")]
    [InlineData("lint", "no-such-file.hookrules")]
    [InlineData("simulate", "main.hookrules", "--payload", "no-such-file.json")]
    public void AFileThatIsMissingIsThree(params string[] args)
    {
        using var project = new CliProject(args.Contains("main.hookrules") ? "on Stop -> log \"x\"\n" : null);
        project.Run(args).ExitCode.ShouldBe(3);
    }

    [Theory]
    [InlineData("compile")]
    [InlineData("fmt")]
    public void AFolderWhereAFileIsWantedIsSaid(string command)
    {
        using var project = new CliProject("on Stop -> log \"x\"\n");
        Directory.CreateDirectory(project.PathOf("folder"));
        var result = project.Run(command, "folder");
        result.ExitCode.ShouldBe(3);
        result.Error.ShouldContain("folder is a folder");
        project.Run("simulate", "--payload", "folder").Error.ShouldContain("folder is a folder");
    }

    [Fact]
    public void MoreWarningsThanAcceptedAreAProblem()
    {
        using var project = new CliProject("on Write -> shell \"echo {file}\"\n");
        project.Run("lint").ExitCode.ShouldBe(1);
        project.Run("lint", "--max-warnings", "1").ExitCode.ShouldBe(0);
    }
}
