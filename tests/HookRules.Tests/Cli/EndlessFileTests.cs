using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>What a cloned repository may hold instead of a file: a link to a device or a pipe that never ends. It is refused, not
/// read.</summary>
public sealed class EndlessFileTests
{
    private const string Rules = "on Stop -> notify \"done\"\n";

    [TheoryNeeding(Need.Unix)]
    [InlineData("main.hookrules", "lint")]
    [InlineData("main.hookrules", "compile")]
    [InlineData("main.hookrules", "fmt --check main.hookrules")]
    [InlineData(".claude/settings.json", "lint")]
    [InlineData(".claude/settings.json", "import .claude/settings.json")]
    [InlineData("x.json", "simulate --payload x.json")]
    public void ALinkToADeviceIsRefused(string file, string command)
    {
        using var project = new CliProject(Rules);
        Directory.CreateDirectory(Path.GetDirectoryName(project.PathOf(file))!);
        File.Delete(project.PathOf(file));
        File.CreateSymbolicLink(project.PathOf(file), "/dev/zero");
        var (exit, _, error) = project.Run(command.Split(' '));
        error.ShouldContain("is a link to /dev/zero, a device, a pipe or a socket: only regular files are read.");
        exit.ShouldBe(3);
    }

    [TheoryNeeding(Need.Unix)]
    [InlineData("main.hookrules", "lint")]
    [InlineData(".claude/settings.json", "lint")]
    [InlineData("x.json", "simulate --payload x.json")]
    public void APipeIsRefused(string file, string command)
    {
        using var project = new CliProject(Rules);
        Directory.CreateDirectory(Path.GetDirectoryName(project.PathOf(file))!);
        File.Delete(project.PathOf(file));
        RealProcess.Run("mkfifo", [project.PathOf(file)]).ExitCode.ShouldBe(0);
        var (exit, _, error) = project.Run(command.Split(' '));
        error.ShouldContain("is a device, a pipe or a socket: only regular files are read.");
        exit.ShouldBe(3);
    }
}
