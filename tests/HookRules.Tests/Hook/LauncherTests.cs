using HookRules.Compiler.Emit;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>The launcher that <c>compile</c> writes, read by the system's own sh as an entry does, with a script in the place of the native hook.</summary>
public sealed class LauncherTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("hookrules-launcher-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Theory]
    [InlineData("plain")]
    [InlineData("with spaces")]
    [InlineData("it's \"quoted\" $HOME `x` \\")]
    [InlineData("two\nlines")]
    [InlineData("-n")]
    public void TheRuntimeNamedInLocalIsStartedWithThePlanBesideTheLauncher(string folder)
    {
        var project = Project(folder);
        var runtime = Runtime("runtime of it's own");
        File.AppendAllText(Path.Combine(project, "local"), runtime + "\n");

        var result = Launch(project, ["--plan-hash", "ab12", "--event", "PreToolUse"]);

        Arguments(result)
            .ShouldBe([
                Path.Combine(runtime, "hookrules-hook"),
                "--plan",
                Path.Combine(project, "plan.json"),
                "--plan-hash",
                "ab12",
                "--event",
                "PreToolUse",
            ]);
        result.Stderr.ShouldBe("");
    }

    [Fact]
    public void ALocalFileWithoutALineEndCounts()
    {
        var project = Project("p");
        File.AppendAllText(Path.Combine(project, "local"), Runtime("r"));

        Arguments(Launch(project, []))[0].ShouldBe(Path.Combine(root, "r", "hookrules-hook"));
    }

    [Fact]
    public void WithoutALocalFileTheRuntimeOnPathIsStarted()
    {
        var project = Project("p");
        var runtime = Runtime("on path");

        Arguments(Launch(project, [], path: runtime))
            .ShouldBe([Path.Combine(runtime, "hookrules-hook"), "--plan", Path.Combine(project, "plan.json")]);
    }

    [Fact]
    public void ALocalFileThatNamesAFolderThatIsGoneIsPassedOver()
    {
        var project = Project("p");
        File.AppendAllText(Path.Combine(project, "local"), "/nowhere\n");

        Arguments(Launch(project, [], path: Runtime("on path")))[0].ShouldBe(Path.Combine(root, "on path", "hookrules-hook"));
    }

    [Fact]
    public void TheUsersInstallFolderOfThisVersionComesLast()
    {
        var project = Project("p");
        var runtime = Runtime($"data home/hookrules/{RuntimeEmitter.Version}");

        Arguments(Launch(project, []))[0].ShouldBe(Path.Combine(runtime, "hookrules-hook"));
    }

    [Fact]
    public void TheExitCodeIsTheHooksOwn()
    {
        var project = Project("p");
        File.AppendAllText(Path.Combine(project, "local"), Runtime("r", "exit 2") + "\n");

        Launch(project, []).ExitCode.ShouldBe(2);
    }

    [Fact]
    public void WithoutARuntimeItIsLeftToTheEntryWhatToSay()
    {
        var result = Launch(Project("p"), ["--plan-hash", "ab12"]);

        result.Stdout.ShouldBe($"not installed on this machine|install hookrules {RuntimeEmitter.Version}, then run: hookrules compile");
        result.ExitCode.ShouldBe(7);
        result.Stderr.ShouldBe("");
    }

    [Fact]
    public void AnEntryOfAnOlderVersionStillStartsTheRuntimeUntilClaudeCodeHasReadTheNewOnes()
    {
        var project = Project("p");
        File.AppendAllText(Path.Combine(project, "local"), Runtime("r") + "\n");

        var result = RealProcess.Run("/bin/sh", [Path.Combine(project, "hook"), "--plan-hash", "ab12"]);

        Arguments(result)
            .ShouldBe([Path.Combine(root, "r", "hookrules-hook"), "--plan", Path.Combine(project, "plan.json"), "--plan-hash", "ab12"]);
    }

    [Fact]
    public void LineEndsAreThoseOfTheSystemThatReadsTheFile()
    {
        var files = RuntimeEmitter.Emit("/opt/hookrules/").ToDictionary(file => file.Name, file => file.Text);

        files["hook"].ShouldNotContain("\r");
        files["hook.cmd"].Replace("\r\n", "", StringComparison.Ordinal).ShouldNotContain("\n");
        files["hook"].ShouldNotContain("@VERSION@");
        files["hook.cmd"].ShouldNotContain("@VERSION@");
        files["local"].ShouldBe("/opt/hookrules\n");
        files[".gitignore"].ShouldBe("local\nprevious.json\n!packs/**\n");
    }

    private string Project(string name)
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name, ".claude", "hookrules")).FullName;
        foreach (var file in RuntimeEmitter.Emit(null))
            File.AppendAllText(Path.Combine(folder, file.Name), file.Text);
        return folder;
    }

    private string Runtime(string name, string script = "printf '%s\\0' \"$0\" \"$@\"")
    {
        var folder = Directory.CreateDirectory(Path.Combine(root, name)).FullName;
        var hook = Path.Combine(folder, "hookrules-hook");
        File.AppendAllText(hook, $"#!/bin/sh\n{script}\n");
        if (!OperatingSystem.IsWindows())
            File.SetUnixFileMode(hook, UnixFileMode.UserRead | UnixFileMode.UserExecute);
        return folder;
    }

    private ProcessResult Launch(string project, string[] args, string? path = null) =>
        RealProcess.Run(
            "/bin/sh",
            [
                "-c",
                "hr=$1; shift; trap 'printf \"%s|%s\" \"${hr_why#*runtime is }\" \"$hr_mend\"; exit 7' EXIT; . \"$hr/hook\"",
                "sh",
                project,
                .. args,
            ],
            environment: new Dictionary<string, string>
            {
                ["PATH"] = path is null ? "/usr/bin:/bin" : path + ":/usr/bin:/bin",
                ["XDG_DATA_HOME"] = Path.Combine(root, "data home"),
            }
        );

    private static string[] Arguments(ProcessResult result) => result.Stdout.TrimEnd('\0').Split('\0');
}
