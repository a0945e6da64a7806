using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Format;

public sealed class FmtCommandTests
{
    private const string Untidy = "on   Write *.py->log \"a\"   # why\n";
    private const string Tidy = "on Write *.py -> log \"a\" # why\n";

    [Fact]
    public void TheProjectsFileIsFormattedInPlace()
    {
        using var project = new CliProject(Untidy);
        var result = project.Run("fmt");
        (result.ExitCode, result.Out).ShouldBe((0, "formatted main.hookrules\n"));
        project.Read("main.hookrules").ShouldBe(Tidy);
        project.Run("fmt").ShouldBe(new CliResult(0, "", ""));
    }

    [Fact]
    public void CheckNamesTheFilesAndWritesNothing()
    {
        using var project = new CliProject(Untidy);
        project.Write("b.hookrules", Tidy);
        var result = project.Run("fmt", "--check", "main.hookrules", "b.hookrules");
        (result.ExitCode, result.Out).ShouldBe((1, "main.hookrules\n"));
        project.Read("main.hookrules").ShouldBe(Untidy);
    }

    [Fact]
    public void AFileWithErrorsIsLeftAloneAndTheOthersAreFormatted()
    {
        using var project = new CliProject("on Write -> nothing\n");
        project.Write("b.hookrules", Untidy);
        var result = project.Run("fmt", "main.hookrules", "b.hookrules");
        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith("main.hookrules:1:13: error HR");
        result.Out.ShouldBe("formatted b.hookrules\n");
        project.Read("main.hookrules").ShouldBe("on Write -> nothing\n");
        project.Read("b.hookrules").ShouldBe(Tidy);
    }

    [Fact]
    public void ConvertingWritesTheOtherFormBesideTheFile()
    {
        using var project = new CliProject(Untidy);
        project.Run("fmt", "--to", "yaml").Out.ShouldBe("wrote hookrules.yaml; main.hookrules is still there: keep one of the two\n");
        project.Read("hookrules.yaml").ShouldBe("version: 1\nrules:\n  - on Write *.py -> log \"a\" # why\n");
        project.Read("main.hookrules").ShouldBe(Untidy);
        project.Write("main.hookrules", "on Stop -> log \"b\"\n");
        var refused = project.Run("fmt", "--to", "text", "hookrules.yaml");
        (refused.ExitCode, refused.Error).ShouldBe(
            (1, "hookrules: main.hookrules exists already and is another file; move it away first.\n")
        );
        project.Run("fmt", "--to", "text", "--check", "hookrules.yaml").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void AMissingFileIsTold() => new CliProject().Run("fmt", "x.hookrules").ExitCode.ShouldBe(3);
}
