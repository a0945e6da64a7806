using Shouldly;
using Xunit;

namespace HookRules.Tests.Operating;

/// <summary><c>compile --services</c>: service files beside the plan, as <c>service print</c> prints them, kept as the rules are.</summary>
public sealed class CompiledServiceTests
{
    private const string Folder = ".claude/hookrules/services";

    private const string Rules = """
        consumer service
        action slow = shell "sleep 0.1" timeout 2m

        on Write *.py -> slow

        """;

    private static readonly (string Kind, string File)[] kinds =
    [
        ("systemd", "systemd.service"),
        ("systemd-system", "systemd-system.service"),
        ("launchd", "launchd.plist"),
        ("schtasks", "schtasks.xml"),
        ("compose", "compose.yaml"),
    ];

    [Fact]
    public void CompileWritesWhatPrintPrintsAndKeepsItUpToDate()
    {
        using var project = new OperatedProject(Rules);
        project.Run("compile", "--services", "schtasks", "--dry-run").Stdout.ShouldContain("\n+    <URI>\\HookRules\\project-");
        Directory.Exists(project.PathOf(Folder)).ShouldBeFalse();
        var all = project.Run("compile", "--services", string.Join(',', kinds.Select(kind => kind.Kind)));
        (all.ExitCode, all.Stderr).ShouldBe((0, ""));
        foreach (var (kind, file) in kinds)
            File.ReadAllText(project.PathOf($"{Folder}/{file}")).ShouldBe(project.Run("service", "print", "--kind", kind).Stdout, kind);
        // What schedules tasks reads UTF-16 alone.
        File.ReadAllBytes(project.PathOf($"{Folder}/schtasks.xml"))[..2].ShouldBe([0xFF, 0xFE]);
        // They name places of this machine.
        project.Lines($"{Folder}/.gitignore").ShouldBe(["*"]);
        UpToDate(project);

        project.Rules(Rules.Replace("2m", "3m", StringComparison.Ordinal));
        var check = project.Run("compile", "--check");
        check.ExitCode.ShouldBe(1);
        check.Stderr.ShouldContain($"{Folder}/systemd.service");
        check.Stdout.ShouldContain("-TimeoutStopSec=125\n+TimeoutStopSec=185\n");
        project.Run("compile", "--dry-run").Stdout.ShouldContain("+TimeoutStopSec=185\n");
        project.Run("doctor").Stdout.ShouldContain($"{Folder}/compose.yaml");
        project.Lines($"{Folder}/systemd.service").ShouldContain("TimeoutStopSec=125");

        File.Delete(project.PathOf($"{Folder}/launchd.plist"));
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Lines($"{Folder}/systemd.service").ShouldContain("TimeoutStopSec=185");
        // Whoever takes a file away does not want it.
        File.Exists(project.PathOf($"{Folder}/launchd.plist")).ShouldBeFalse();
        UpToDate(project);
    }

    [Fact]
    public void AnotherShellMakesNoFileStaleUntilItAsksForIt()
    {
        using var project = new OperatedProject(Rules);
        project.Variables["PATH"] = "/usr/bin:/bin";
        project.Run("compile", "--services", "systemd,launchd,compose").ExitCode.ShouldBe(0);
        project.Variables["PATH"] = "/opt/another \"venv\"/bin:/usr/bin:/bin";
        UpToDate(project);
        project.Run("compile").ExitCode.ShouldBe(0);
        project.Lines($"{Folder}/systemd.service").ShouldContain("Environment=\"PATH=/usr/bin:/bin\"");

        project.Run("compile", "--services", "systemd").ExitCode.ShouldBe(0);
        project.Lines($"{Folder}/systemd.service").ShouldContain("Environment=\"PATH=/opt/another \\\"venv\\\"/bin:/usr/bin:/bin\"");
        File.ReadAllText(project.PathOf($"{Folder}/launchd.plist")).ShouldContain("<string>/usr/bin:/bin</string>");
        // What is no shell's own makes a difference.
        File.AppendAllText(project.PathOf($"{Folder}/systemd.service"), "Nice=5\n");
        project.Run("compile", "--check").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void UninstallTakesAwayWhatIsOursAlone()
    {
        using var project = new OperatedProject(Rules);
        project.Run("compile", "--services", "systemd,compose").ExitCode.ShouldBe(0);
        project.Write($"{Folder}/mine.txt", "mine\n");
        project.Write($"{Folder}/compose.yaml", "services: {}\n");
        project.Run("compile", "--uninstall", "--dry-run").Stdout.ShouldContain($"--- {Folder}/systemd.service\n+++ /dev/null\n");
        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);
        Directory.GetFiles(project.PathOf(Folder)).Select(Path.GetFileName).Order().ShouldBe(["compose.yaml", "mine.txt"]);

        File.Delete(project.PathOf($"{Folder}/compose.yaml"));
        File.Delete(project.PathOf($"{Folder}/mine.txt"));
        project.Run("compile", "--services", "systemd").ExitCode.ShouldBe(0);
        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);
        Directory.Exists(project.PathOf(".claude")).ShouldBeFalse();
    }

    [Fact]
    public void WhatSomebodyElseWroteStays()
    {
        using var project = new OperatedProject(Rules);
        project.Write($"{Folder}/compose.yaml", "services: {}\n");
        // Nobody asked for it.
        project.Run("compile").ExitCode.ShouldBe(0);
        UpToDate(project);
        var asked = project.Run("compile", "--services", "compose,systemd");
        (asked.ExitCode, asked.Stderr).ShouldBe(
            (
                1,
                $"{Folder}/compose.yaml:1:1: error HR1099: the service file {Folder}/compose.yaml cannot be written: somebody else wrote "
                    + "what is there\n  = move it elsewhere, then run: hookrules compile\n"
            )
        );
        project.Lines($"{Folder}/compose.yaml").ShouldBe(["services: {}"]);
        File.Exists(project.PathOf($"{Folder}/systemd.service")).ShouldBeFalse();
    }

    [Theory]
    [InlineData("services")]
    [InlineData("services/systemd.service")]
    [InlineData("services/.gitignore")]
    public void NothingIsWrittenThroughALink(string place)
    {
        using var project = new OperatedProject(Rules);
        project.Run("compile", "--services", "systemd").ExitCode.ShouldBe(0);
        var (link, outside) = (project.PathOf($".claude/hookrules/{place}"), Path.Combine(project.Home, "outside"));
        if (place == "services")
            Directory.Move(link, outside);
        else
            File.Move(link, outside);
        var before = Content(outside);
        File.CreateSymbolicLink(link, outside);
        project.Rules(Rules.Replace("2m", "3m", StringComparison.Ordinal));
        foreach (var command in new[] { new[] { "compile", "--services", "systemd" }, ["compile"], ["compile", "--uninstall"] })
        {
            var refused = project.Run(command);
            refused.ExitCode.ShouldBe(1);
            refused.Stderr.ShouldContain($"error HR1091: .claude/hookrules/{place} is a link to {outside}");
            Content(outside).ShouldBe(before);
        }

        static string Content(string path) =>
            Directory.Exists(path) ? string.Concat(Directory.GetFiles(path).Order().Select(File.ReadAllText)) : File.ReadAllText(path);
    }

    [Theory]
    [InlineData("cron", "unknown kind \"cron\"; there are systemd, systemd-system, launchd, schtasks, compose")]
    [InlineData("systemd,", "unknown kind \"\"; there are systemd, systemd-system, launchd, schtasks, compose")]
    [InlineData("systemd,Compose", "unknown kind \"Compose\"; there are systemd, systemd-system, launchd, schtasks, compose")]
    public void AnUnknownKindIsAnErrorOfTheCommandLineAndWritesNothing(string services, string said)
    {
        using var project = new OperatedProject(Rules);
        var result = project.Run("compile", "--services", services);
        (result.ExitCode, result.Stderr).ShouldBe((2, $"hookrules: {said}\n"));
        Directory.Exists(project.PathOf(Folder)).ShouldBeFalse();
    }

    [Fact]
    public void AServiceIsOfAProjectsOwnRules()
    {
        using var project = new OperatedProject(Rules);
        project.Write("main.local.hookrules", "on Stop -> notify \"x\"\n");
        var personal = project.Run("compile", "--layer", "personal", "--services", "systemd");
        (personal.ExitCode, personal.Stderr).ShouldBe(
            (2, "hookrules: a service is for the consumer of one project: --services needs .claude/hookrules/plan.json\n")
        );
        project.Run("compile", "--uninstall", "--services", "systemd").ExitCode.ShouldBe(2);
        // Of both layers, the project's.
        project.Run("compile", "--services", "systemd").ExitCode.ShouldBe(0);
        File.Exists(project.PathOf($"{Folder}/systemd.service")).ShouldBeTrue();
        Directory.Exists(project.PathOf(".claude/hookrules/personal/services")).ShouldBeFalse();

        project.Rules("on Stop -> notify \"x\"\n");
        var auto = project.Run("compile", "--services", "systemd");
        (auto.ExitCode, auto.Stderr).ShouldBe(
            (0, "hookrules: the rules do not say \"consumer service\", so hooks start consumers of their own too.\n")
        );
    }

    private static void UpToDate(OperatedProject project)
    {
        var check = project.Run("compile", "--check");
        (check.ExitCode, check.Stdout, check.Stderr).ShouldBe((0, "Everything is up to date.\n", ""));
    }
}
