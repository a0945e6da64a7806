using System.Text;
using HookRules.Compiler.Emit;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>The launcher that <c>compile</c> writes, read by the system's own sh as an entry does, with a script in the place of the native
/// hook.</summary>
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
    public void TheUsersCurrentRuntimeComesBeforeThePackageOfThePlatformAndThatBeforePath()
    {
        var project = Project("p");
        var onPath = Runtime("on path");
        Found(project, onPath).ShouldBe("on path");

        Runtime("p/node_modules/@hookrules/linux-x64/bin");
        Found(project, onPath).ShouldBe("p/node_modules/@hookrules/linux-x64/bin");

        Directory.CreateDirectory(Path.Combine(root, "data home", "hookrules"));
        Directory.CreateSymbolicLink(Path.Combine(root, "data home", "hookrules", "current"), Runtime("installed"));
        Found(project, onPath).ShouldBe("data home/hookrules/current");

        File.AppendAllText(Path.Combine(project, "local"), Runtime("named") + "\n");
        Found(project, onPath).ShouldBe("named");
    }

    [Fact]
    public void ThePackageThatPnpmPutsBesideTheCommandLineIsFound()
    {
        var project = Project("p");
        Runtime("p/node_modules/.pnpm/hookrules@1/node_modules/@hookrules/linux-x64/bin");
        var package = Directory.CreateDirectory(Path.Combine(root, "p/node_modules/.pnpm/hookrules@1/node_modules/hookrules")).FullName;
        Directory.CreateSymbolicLink(Path.Combine(root, "p/node_modules/hookrules"), package);

        Found(project, null).ShouldBe("p/node_modules/hookrules/../@hookrules/linux-x64/bin");
    }

    [Theory]
    [InlineData("", false)]
    [InlineData("", true)]
    [InlineData("packages/app", false)]
    public void AGitWorktreeFindsTheRuntimeOfTheMainCheckout(string below, bool relative)
    {
        var main = Path.Combine(root, "main checkout");
        File.AppendAllText(Path.Combine(Project($"main checkout/{below}"), "local"), Runtime("r") + "\n");
        Directory.CreateDirectory(Path.Combine(main, ".git", "worktrees", "tree"));
        var worktree = Project($"tree/{below}");
        File.WriteAllText(Path.Combine(root, "tree", ".git"), $"gitdir: {(relative ? "../main checkout" : main)}/.git/worktrees/tree\n");

        Found(worktree, null).ShouldBe("r");
    }

    [Theory]
    [InlineData("a link")]
    [InlineData("a relative path")]
    [InlineData("a pipe")]
    public void ALocalFileThatCompileDoesNotWriteIsNotUsed(string kind)
    {
        var project = Project("p");
        var local = Path.Combine(project, "local");
        var other = Runtime("other");
        if (kind == "a pipe")
            RealProcess.Run("mkfifo", [local]).ExitCode.ShouldBe(0);
        else if (kind == "a relative path")
            File.WriteAllText(local, Path.GetRelativePath("/", other) + "\n");
        else
        {
            File.WriteAllText(Path.Combine(root, "elsewhere"), other + "\n");
            File.CreateSymbolicLink(local, Path.Combine(root, "elsewhere"));
        }

        Launch(project, [], cwd: "/").ExitCode.ShouldBe(7);
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

        result.Stdout.ShouldBe(
            $"not installed on this machine|unpack the archive of hookrules {RuntimeEmitter.Version} and run: sh install.sh"
        );
        result.ExitCode.ShouldBe(7);
        result.Stderr.ShouldBe("");
    }

    [Fact]
    public void WhatTheTeamSaysThatAColleagueIsToRunIsSaid()
    {
        RuntimeEmitter.Emit(null, "npm ci").Single(file => file.Name == "hook").Text.ShouldContain("hr_mend='run: npm ci'\n");
        RuntimeEmitter.Emit(null, "npm ci").Single(file => file.Name == "hook.cmd").Text.ShouldContain("not applied: run: npm ci\"}");
        RuntimeEmitter.Emit(null, "it's").Single(file => file.Name == "hook").Text.ShouldContain("hr_mend='run: it'\\''s'\n");
        RuntimeEmitter.Emit(null, "say \"x\"").Single(file => file.Name == "hook.cmd").Text.ShouldNotContain("say \"x");
        RuntimeEmitter.Emit(null, "a && b").Single(file => file.Name == "hook.cmd").Text.ShouldNotContain("&& b");
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
        files["hook"].ShouldNotContain("@MEND@");
        files["hook.cmd"].ShouldNotContain("@MEND@");
        files["local"].ShouldBe("/opt/hookrules\n");
        files[".gitignore"].ShouldBe("local\nprevious.json\npersonal/\n!packs/**\ncheckout\n");
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
        // A process of its own writes it: what this one has open for writing, a program that another test starts just now has open too,
        // and what is open for writing cannot be started.
        RealProcess
            .Run("/bin/sh", ["-c", "cat >\"$1\" && chmod 500 \"$1\"", "sh", hook], Encoding.UTF8.GetBytes($"#!/bin/sh\n{script}\n"))
            .ExitCode.ShouldBe(0);
        return folder;
    }

    /// <summary>The folder of the runtime that is started, below the test's own.</summary>
    private string Found(string project, string? path) =>
        Path.GetDirectoryName(Arguments(Launch(project, [], path))[0])![(root.Length + 1)..];

    private ProcessResult Launch(string project, string[] args, string? path = null, string? cwd = null) =>
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
                ["HOME"] = Path.Combine(root, "home"),
            },
            cwd: cwd
        );

    private static string[] Arguments(ProcessResult result) => result.Stdout.TrimEnd('\0').Split('\0');
}
