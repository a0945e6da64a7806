using HookRules.Tests.Cli;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Install;

public sealed class CompletionCommandTests
{
    /// <summary>What a shell is offered for a line that is not finished.</summary>
    [Theory]
    [InlineData("hookrules comp", "compile completion")]
    [InlineData("hookrules lint --format ", "github json sarif text")]
    [InlineData("hookrules events PreT", "PreToolUse")]
    [InlineData("hookrules simulate --tool Notebook", "NotebookEdit")]
    [InlineData("hookrules explain HR1001", "HR1001")]
    [InlineData("hookrules pack add std/form", "std/format")]
    [InlineData("hookrules completion f", "fish")]
    [InlineData("hookrules pack upd", "update")]
    [InlineData("hookrules compile --services sys", "systemd systemd-system")]
    public void ALineIsCompleted(string line, string expected)
    {
        using var project = new CliProject();

        var result = project.Run($"[suggest:{line.Length}]", line);

        result.ExitCode.ShouldBe(0, result.Error);
        string.Join(' ', result.Out.Split('\n', StringSplitOptions.RemoveEmptyEntries)).ShouldBe(expected);
    }

    [Fact]
    public void BashCompletesWithTheScript()
    {
        var line = "hookrules lint --form";
        var script =
            "eval \"$(hookrules completion bash)\"; COMP_WORDS=(hookrules lint --form); COMP_CWORD=2; "
            + $"COMP_LINE='{line}'; COMP_POINT={line.Length}; _hookrules; printf '%s\\n' \"${{COMPREPLY[@]}}\"; complete -p hookrules";

        var result = Shell("bash", "-c", script);

        result.Stdout.ShouldBe("--format\ncomplete -o bashdefault -o default -F _hookrules hookrules\n", result.Stderr);
    }

    [Theory]
    [InlineData("bash")]
    [InlineData("zsh")]
    [InlineData("fish")]
    [InlineData("pwsh")]
    public void EachScriptSaysInItsFirstLinesWhereItGoes(string shell)
    {
        using var project = new CliProject();

        var script = project.Run("completion", shell).Out;

        string.Join('\n', script.Split('\n').Take(2)).ShouldContain($"hookrules completion {shell}");
    }

    [Fact]
    public void AnotherShellIsToldWhichThereAre()
    {
        using var project = new CliProject();

        var result = project.Run("completion", "csh");

        result.ExitCode.ShouldBe(2);
        result.Error.ShouldStartWith("hookrules: completion takes bash, zsh, fish or pwsh, not \"csh\"\n");
    }

    private static ProcessResult Shell(string shell, params string[] args) =>
        RealProcess.Run(
            shell,
            args,
            environment: new Dictionary<string, string>
            {
                ["PATH"] = HookProject.RuntimeFolder + ":" + Environment.GetEnvironmentVariable("PATH"),
            }
        );
}
