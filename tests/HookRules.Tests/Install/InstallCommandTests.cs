using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Install;

/// <summary>The real program puts itself into a home folder of the test's own, and takes itself away again.</summary>
public sealed class InstallCommandTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("hookrules home-").FullName;

    private string Data => Path.Combine(home, ".local/share/hookrules");

    private string Current => Path.Combine(Data, "current");

    private string Command => Path.Combine(home, ".local/bin/hookrules");

    private static string Version { get; } = Run(Directory.GetCurrentDirectory(), Built, "--version").Stdout.Split([' ', ','])[0];

    private static string Built => Path.Combine(HookProject.RuntimeFolder, "hookrules");

    public void Dispose() => Directory.Delete(home, recursive: true);

    [Fact]
    public void TheProgramIsCopiedPutInUseAndBecomesACommandOfTheShell()
    {
        var result = Install();

        result.ShouldSay(
            $"Installed hookrules {Version} in {Data}/{Version}",
            $"{Current} names it: projects that you clone find it there",
            $"{Command} leads to it; {home}/.local/bin is not on your PATH: add it there, or start {Command} by its path"
        );
        new FileInfo(Current).LinkTarget.ShouldBe($"{Data}/{Version}");
        File.Exists($"{Current}/hookrules-hook").ShouldBeTrue();
        Run(home, Command, "--version").Stdout.ShouldBe(Run(home, Built, "--version").Stdout);
        Directory.EnumerateFiles(Data, "*.tmp", SearchOption.AllDirectories).ShouldBeEmpty();
    }

    [Fact]
    public void TheInstalledProgramCompilesAProjectWithoutTheCheckout()
    {
        Install();
        var project = Directory.CreateDirectory(Path.Combine(home, "project")).FullName;
        Write(Path.Combine(project, "main.hookrules"), "on before Bash where runs \"rm\" -> deny \"no\"\n");

        Run(project, Command, "compile").ExitCode.ShouldBe(0);

        File.ReadAllText(Path.Combine(project, ".claude/hookrules/local")).ShouldBe($"{Data}/{Version}\n");
    }

    [Fact]
    public void TwiceChangesNothing()
    {
        Install();

        Install().ShouldSay($"hookrules {Version} is installed already in {Data}/{Version}");
    }

    [Fact]
    public void AFileOfTheUsersIsNotReplacedByTheLink()
    {
        Directory.CreateDirectory(Path.GetDirectoryName(Command)!);
        Write(Command, "mine");

        Install().Stdout.ShouldContain($"{Command} is a file of yours and stays");

        File.ReadAllText(Command).ShouldBe("mine");
        Remove("--all").ExitCode.ShouldBe(0);
        File.ReadAllText(Command).ShouldBe("mine");
    }

    [Fact]
    public void RemovingTheVersionInUsePutsTheNewestOtherOneInUse()
    {
        Install();
        foreach (var other in new[] { "0.0.9", "0.0.10" })
        {
            Directory.CreateDirectory($"{Data}/{other}");
            Write($"{Data}/{other}/hookrules-hook", "");
        }

        Remove(Version).ShouldSay($"Removed hookrules {Version} from {Data}/{Version}", $"{Current} names 0.0.10 now");

        new FileInfo(Current).LinkTarget.ShouldBe($"{Data}/0.0.10");
    }

    [Fact]
    public void RemovingAllLeavesNothingOfHookRules()
    {
        Install();

        Remove("--all").ExitCode.ShouldBe(0);

        Directory
            .EnumerateFileSystemEntries(home, "*", SearchOption.AllDirectories)
            .Where(path => Path.GetRelativePath(home, path).Contains("hookrules", StringComparison.Ordinal))
            .ShouldBeEmpty();
        Remove("--all").ShouldSay($"Nothing of hookrules is installed in {Data}.");
    }

    [Fact]
    public void RemovingAllEndsConsumersAndTakesTheStatesOfProjectsAway()
    {
        Install();
        var project = Directory.CreateDirectory(Path.Combine(home, "project")).FullName;
        var state = StateFolder.Locate(project, name => name == "HOME" ? home : null);
        state.Prepare().ShouldBeNull();
        Write(state.File("project"), project + "\n");
        FileSpool
            .Publish(state, Envelope.Create(DateTimeOffset.UnixEpoch, "", project, "/none", "{}"u8.ToArray()), Durability.Fast)
            .Ok.ShouldBeTrue();
        var mine = Directory.CreateDirectory(Path.Combine(Path.GetDirectoryName(state.Path)!, "mine")).FullName;

        Remove("--all").Stdout.ShouldStartWith($"Removed the state of {project}, with an event that waited\n");

        Directory.Exists(state.Path).ShouldBeFalse();
        Directory.Exists(mine).ShouldBeTrue("it is none of a project's");
    }

    [Fact]
    public void AnotherFolderHoldsTheVersionsAndCurrentStaysWhereLaunchersLook()
    {
        Run(home, Built, "install", "--dir", "tools").ExitCode.ShouldBe(0);

        new FileInfo(Current).LinkTarget.ShouldBe($"{home}/tools/{Version}");
        Run(home, Command, "--version").ExitCode.ShouldBe(0);
        Run(home, Built, "install", "--dir", "tools", "--remove", "--all").ExitCode.ShouldBe(0);
        Directory.Exists($"{home}/tools").ShouldBeFalse();
        Directory.Exists(Data).ShouldBeFalse();
    }

    [Fact]
    public void AVersionThatIsNotThereIsToldWithThoseThatAre()
    {
        Install();

        var result = Remove("9.9.9");

        result.ExitCode.ShouldBe(1);
        result.Stderr.ShouldBe($"hookrules: version 9.9.9 is not installed in {Data}: installed are {Version}.\n");
    }

    [Theory]
    [InlineData("install", "--all")]
    [InlineData("install", "--remove")]
    [InlineData("install", "--remove", "0.1.0", "--all")]
    public void WhatToRemoveIsNamedOnce(params string[] args)
    {
        var result = Run(home, Built, args);

        result.ExitCode.ShouldBe(2);
        result.Stderr.ShouldBe("hookrules: name one thing to remove: install --remove VERSION, or install --remove --all\n");
    }

    [Fact]
    public void AVersionFolderThatIsALinkIsNotWrittenThrough()
    {
        var elsewhere = Directory.CreateDirectory(Path.Combine(home, "elsewhere")).FullName;
        Directory.CreateDirectory(Data);
        File.CreateSymbolicLink($"{Data}/{Version}", elsewhere);

        var result = Install();

        result.ExitCode.ShouldBe(3);
        result.Stderr.ShouldBe($"hookrules: {Data}/{Version} is a link: remove it, then install again\n");
        Directory.EnumerateFileSystemEntries(elsewhere).ShouldBeEmpty();
    }

    private ProcessResult Install() => Run(home, Built, "install");

    private ProcessResult Remove(string what) => Run(home, Built, "install", "--remove", what);

    private static ProcessResult Run(string folder, string program, params string[] args) =>
        RealProcess.Run(program, args, environment: new Dictionary<string, string> { ["HOME"] = folder }, cwd: folder);

    private static void Write(string path, string text)
    {
        using var writer = new StreamWriter(path);
        writer.Write(text);
    }
}

internal static class SaidLines
{
    /// <summary>The command worked and printed these lines, in this order, and nothing else.</summary>
    public static void ShouldSay(this ProcessResult result, params string[] lines)
    {
        result.Stderr.ShouldBe("");
        result.ExitCode.ShouldBe(0);
        result.Stdout.Split('\n', StringSplitOptions.RemoveEmptyEntries).ShouldBe(lines);
    }
}
