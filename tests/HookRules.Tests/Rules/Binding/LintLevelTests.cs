using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Rules.Binding;

public class LintLevelTests
{
    private const string Guard = "on before Bash -> run \"check\" sync timeout 5s\n";
    private const string Unused = "let unused = \"x\"\non Stop -> log \"a\"\n";

    [Theory]
    [InlineData("", Guard, "hint HR2006", 0)]
    [InlineData("lint HR2006 error\n", Guard, "error HR2006", 1)]
    [InlineData("lint guard-fails-open warning\n", Guard, "warning HR2006", 1)]
    [InlineData("lint HR2006 off\n", Guard, null, 0)]
    [InlineData("", Unused, "warning HR2001", 1)]
    [InlineData("lint HR2001 hint\n", Unused, "hint HR2001", 0)]
    [InlineData("lint HR2001 off\n", Unused, null, 0)]
    public void LintGoesByTheLevelsOfTheFile(string level, string rules, string? told, int exit)
    {
        using var project = new CliProject(level + rules);
        var result = project.Run("lint");

        if (told is null)
            result.Error.ShouldNotContain("HR20");
        else
            result.Error.ShouldContain($"{told}: ");
        result.ExitCode.ShouldBe(exit, result.Error);
    }

    [Theory]
    [InlineData("", Guard, 0, "")]
    [InlineData("lint HR2006 warning\n", Guard, 0, "")]
    [InlineData("lint HR2006 error\n", Guard, 1, "error HR2006: ")]
    [InlineData("lint HR2006 error\n", "# hookrules: disable HR2006 because it only warns\n" + Guard, 0, "")]
    [InlineData("", Unused, 0, "warning HR2001: ")]
    [InlineData("lint HR2001 off\n", Unused, 0, "")]
    [InlineData("lint HR2001 error\n", Unused, 1, "error HR2001: ")]
    public void CompileRefusesWhatTheFileMakesAnError(string level, string rules, int exit, string told)
    {
        using var project = new CliProject(level + rules);
        var result = project.Run("compile");

        result.ExitCode.ShouldBe(exit, result.Error);
        if (told.Length == 0)
            result.Error.ShouldBeEmpty();
        else
            result.Error.ShouldContain(told);
        File.Exists(project.Settings).ShouldBe(exit == 0);
    }

    [Theory]
    [InlineData("lint HR3005 off\n", null)]
    [InlineData("lint unknown-event hint\n", "hint HR3005")]
    public void SettingsOfTheProjectGoByThemToo(string level, string? told)
    {
        using var project = new CliProject(level + "on Stop -> log \"a\"\n");
        project.Write(".claude/settings.json", """{"hooks":{"Stopp":[]}}""");
        var result = project.Run("lint", ".claude/settings.json");

        if (told is null)
            result.Error.ShouldNotContain("HR3005");
        else
            result.Error.ShouldContain(told);
        result.ExitCode.ShouldBe(0, result.Error);
    }
}
