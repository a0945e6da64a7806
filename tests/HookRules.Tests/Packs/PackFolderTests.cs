using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>Who writes a pack stands in its folder: lint and simulate look at it by itself, with parameters from the
/// command line.</summary>
public sealed class PackFolderTests : IDisposable
{
    private readonly CliProject pack = new(
        """
        pack python version "1.0.0"
        param limit: int = 88
        param sources: list = ["*.py"]
        on Write $sources -> run "ruff check --line-length {limit} {file}" timeout 30s
        """,
        "python.hookrules"
    );

    public void Dispose() => pack.Dispose();

    [Fact]
    public void LintAndSimulateTakeThePackOfTheFolder()
    {
        pack.Run("lint").ShouldBe(new CliResult(0, "", ""));
        Simulated().ShouldContain("ruff check --line-length 88 ");
        Simulated("--param", "limit=100").ShouldContain("ruff check --line-length 100 ");
        Simulated("--param", "sources=*.md, *.txt").ShouldNotContain("ruff");
    }

    [Fact]
    public void AValueOfAnotherTypeIsToldAtTheParameter() =>
        pack.Run("lint", "--param", "limit=wide").Error.ShouldStartWith("python.hookrules:2:7: error HR4");

    [Theory]
    [InlineData("lint", "limt=1", "hookrules: the pack python has no parameter \"limt\"; did you mean \"limit\"?\n")]
    [InlineData("lint", "limit", "hookrules: --param takes NAME=VALUE, and \"limit\" is none.\n")]
    [InlineData("simulate --samples", "limt=1", "hookrules: the pack python has no parameter \"limt\"; did you mean \"limit\"?\n")]
    public void AWrongParameterIsAWrongCommandLine(string command, string parameter, string said) =>
        pack.Run([.. command.Split(' '), "--param", parameter]).ShouldBe(new CliResult(2, "", said));

    [Fact]
    public void ARulesFileThatIsNoPackTakesNone()
    {
        using var project = new CliProject("on Stop -> log \"x\"\n");
        project
            .Run("lint", "--param", "a=1")
            .ShouldBe(new CliResult(2, "", "hookrules: --param is for packs, and main.hookrules is none.\n"));
    }

    private string Simulated(params string[] more)
    {
        var result = pack.Run([
            "simulate",
            "--event",
            "PostToolUse",
            "--tool",
            "Write",
            "--set",
            "tool_input.file_path=/tmp/a.py",
            .. more,
        ]);
        result.Error.ShouldBe("");
        return result.Out;
    }
}
