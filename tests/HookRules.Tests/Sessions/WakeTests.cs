using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Sessions;

/// <summary><c>feedback wake</c>: a check that fails behind an idle session wakes it, in the terminal alone.</summary>
public sealed class WakeTests
{
    private const string Rules = $"""
        feedback wake
        action lint = run ["sh", "-c", "{SessionBench.Held}; cat \"$1\"; grep -q bad \"$1\" && exit 1; exit 0", "lint", "{"{file}"}"] feedback
        on Write *.py -> lint, dedup 300ms
        """;

    [Theory]
    [InlineData("bad", "cli", 2)]
    [InlineData("good", "cli", 0)]
    [InlineData("bad", "sdk-cli", 0)]
    public void AnIdleSessionIsWokenByWhatFails(string text, string entrypoint, int exitCode)
    {
        using var bench = new SessionBench(Rules);
        bench.Faults.Project.Variables["CLAUDE_CODE_ENTRYPOINT"] = entrypoint;
        bench.Write("a.py", text);

        var woken = bench.Hook("Stop", more: ["--wake"]);

        woken.ExitCode.ShouldBe(exitCode);
        woken.Stdout.ShouldBe("");
        woken.Stderr.Contains("[lint] a.py, exit code 1").ShouldBe(exitCode == 2);
        if (exitCode == 2)
            bench.Context("UserPromptSubmit").ShouldBe("", "it was told");
    }

    [Fact]
    public void TheEntryWaitsInTheBackgroundAndIsThereOnlyWhereItIsAskedFor()
    {
        using var project = new CliProject("feedback wake\non Write -> run \"lint {file}\" feedback\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        var settings = File.ReadAllText(Path.Combine(project.Folder, ".claude", "settings.json"));
        settings.Split("\"asyncRewake\": true").Length.ShouldBe(2);
        settings.ShouldContain("--event Stop --wake");
        project.Run("lint").ExitCode.ShouldBe(0);

        project.Write("main.hookrules", "on Write -> run \"lint {file}\" feedback\n");
        project.Run("compile").ExitCode.ShouldBe(0);
        File.ReadAllText(Path.Combine(project.Folder, ".claude", "settings.json")).ShouldNotContain("asyncRewake");
    }
}
