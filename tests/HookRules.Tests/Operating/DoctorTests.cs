using System.Globalization;
using HookRules.Engine;
using HookRules.Tests.Faults;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Operating;

/// <summary><c>doctor</c>: each thing that keeps rules from being applied, made for real, with what it says to do.</summary>
public sealed class DoctorTests
{
    private const string Rules = """
        consumer manual
        action note = run "sh tools/note {file}"

        on Write *.py -> note

        """;

    [Fact]
    public void WhereNothingIsWrongItSaysSo()
    {
        using var project = new OperatedProject(Rules);
        project.Wrote("a.py");
        var result = project.Run("doctor");
        result.Stdout.ShouldEndWith("\nNothing is wrong.\n");
        (result.ExitCode, result.Stderr).ShouldBe((0, ""));
        var checks = Findings(project, "ok").Select(finding => finding.Check).Distinct();
        checks.ShouldBe(["rules", "settings", "runtime", "consumer", "spool", "programs"]);
    }

    [Fact]
    public void RulesThatWereEditedAreCompiledByFix()
    {
        using var project = new OperatedProject(Rules);
        project.Rules(Rules + "on Write *.md -> note\n");
        var found = Problem(project, "rules");
        found.What.ShouldStartWith("not compiled since they were changed: .claude/settings.json");
        (found.Where, found.Mend).ShouldBe(("main.hookrules", "run: hookrules compile"));

        project.Run("doctor", "--fix").ExitCode.ShouldBe(0);
        Findings(project, "problem").ShouldBeEmpty();
    }

    [Fact]
    public void RulesWithAnErrorAreNamed()
    {
        using var project = new OperatedProject(Rules);
        project.Rules(Rules + "on Write -> nothing-there\n");
        Problem(project, "rules").Mend.ShouldBe("run: hookrules lint");
    }

    [Theory]
    [InlineData("{ not json", "settings")]
    [InlineData("""{ "disableAllHooks": true }""", "disableAllHooks")]
    [InlineData(
        """{ "hooks": { "Stop": [{ "hooks": [{ "type": "command", "command": "bash", "args": ["-c", "date"] }] }] } }""",
        "starts bash alone"
    )]
    public void SettingsThatAreNotInForceOrDangerousAreNamed(string settings, string said)
    {
        using var project = new OperatedProject(Rules);
        project.Write(".claude/settings.local.json", settings);
        var found = Problem(project, "settings");
        found.Where.ShouldStartWith(".claude/settings.local.json");
        (found.What + found.Where).ShouldContain(said);
    }

    [Fact]
    public void TheSettingsOfTheUserAreLookedAtToo()
    {
        using var project = new OperatedProject(Rules);
        Directory.CreateDirectory(Path.Combine(project.Home, ".claude"));
        File.WriteAllText(Path.Combine(project.Home, ".claude", "settings.json"), """{ "disableAllHooks": true }""");
        Problem(project, "settings").What.ShouldContain("disableAllHooks");
    }

    [FactNeeding(Need.Mount)]
    public void LittleRoomForEventsIsTold()
    {
        using var project = new OperatedProject(Rules);
        Directory.CreateDirectory(project.StateHome);
        FaultBench.Tool("mount", "-t", "tmpfs", "-o", "size=1m,mode=0700", "tmpfs", project.StateHome).ShouldBe(0);
        try
        {
            var found = Problem(project, "spool");
            found.What.ShouldContain(" are free");
            found.Mend.ShouldBe("make room");
        }
        finally
        {
            FaultBench.Tool("umount", "-l", project.StateHome);
        }
    }

    [Fact]
    public void AMissingRuntimeIsTold()
    {
        using var project = new OperatedProject(Rules);
        File.Delete(project.PathOf(".claude/hookrules/local"));
        // Compile has put the runtime into the user's place too, where launchers look next.
        Directory.Delete(Path.Combine(project.Home, ".local"), recursive: true);
        var found = Problem(project, "runtime");
        found.What.ShouldBe("the launcher finds no runtime on this machine");
        found.Mend.ShouldBe("run: hookrules install");
    }

    [Fact]
    public void ALauncherThatIsGoneIsTold()
    {
        using var project = new OperatedProject(Rules);
        File.Delete(project.PathOf(".claude/hookrules/hook"));
        Findings(project, "problem").Select(finding => finding.Check).Order().ShouldBe(["rules", "runtime"]);
    }

    [Fact]
    public void ALauncherThatGitIgnoresOrAWorktreeLacksIsTold()
    {
        using var project = new OperatedProject(Rules);
        Git(project, "init", "-q");
        project.Write(".gitignore", ".claude/hookrules/\n");
        Findings(project, "problem").Select(finding => finding.Check).ShouldBe(["git"]);

        project.Write(".gitignore", "");
        project.Write("tools/note", "true\n");
        Git(project, "add", "-A");
        Git(project, "-c", "user.email=a@example.com", "-c", "user.name=a", "commit", "-qm", "all");
        var worktree = project.PathOf("../tree");
        Git(project, "worktree", "add", "-q", worktree);
        Findings(project, "problem").ShouldBeEmpty();
        Findings(project, "ok").Count(finding => finding.Check == "runtime").ShouldBe(2);

        File.Delete(Path.Combine(worktree, ".claude/hookrules/hook"));
        Problem(project, "runtime").Where.ShouldBe(Path.GetFullPath(Path.Combine(worktree, ".claude/hookrules/hook")));
    }

    [Fact]
    public void AConsumerThatCannotStartIsToldWithItsOwnWords()
    {
        const string Words = "You must install or update .NET to run this application.";
        using var project = new OperatedProject(Rules);
        var runtime = Directory.CreateDirectory(project.PathOf("../runtime")).FullName;
        // Where the hook is not native it needs what lies beside it.
        foreach (var file in Directory.GetFiles(HookProject.RuntimeFolder))
            if (Path.GetFileName(file) is not "hookrules")
                File.Copy(file, Path.Combine(runtime, Path.GetFileName(file)));
        var program = Path.Combine(runtime, "hookrules");
        File.WriteAllText(program, $"#!/bin/sh\necho '{Words}' >&2; exit 150\n");
        File.SetUnixFileMode(program, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        project.Write(".claude/hookrules/local", runtime + "\n");
        var found = Problem(project, "consumer");
        found.What.ShouldBe($"one that is started ends at once: {Words}");
        found.Where.ShouldBe(program);
    }

    [Fact]
    public void EventsThatNobodyWorksOffAreTold()
    {
        using var project = new OperatedProject(Rules);
        project.Wrote("a.py");
        var old = TimeProvider.System.GetUtcNow().AddMinutes(-2);
        var name = Directory.GetFiles(project.State.Spool("new")).Single();
        var micros = (old - DateTimeOffset.UnixEpoch).Ticks / 10;
        File.Move(
            name,
            Path.Combine(project.State.Spool("new"), micros.ToString(CultureInfo.InvariantCulture) + Path.GetFileName(name)[16..])
        );
        Problem(project, "consumer").What.ShouldStartWith("1 event waits for 2 min and no consumer runs");
        project.Run("status").ExitCode.ShouldBe(1);
    }

    [Fact]
    public void ASpoolThatOthersMayWriteToIsTold()
    {
        using var project = new OperatedProject(Rules);
        project.Wrote("a.py");
        File.SetUnixFileMode(project.State.Path, (UnixFileMode)0b111_111_111);
        Problem(project, "spool").What.ShouldContain("chmod 700");
    }

    [Fact]
    public void ProgramsAndVariablesAreLookedForInTheEnvironmentOfTheHooks()
    {
        using var project = new OperatedProject(
            """
            consumer manual
            action check = run "checker {file}"
            action post = shell "echo $TOKEN" pass TOKEN

            on Write *.py -> check, post

            """
        );
        var tools = Directory.CreateDirectory(project.PathOf("../tools")).FullName;
        File.WriteAllText(Path.Combine(tools, "checker"), "#!/bin/sh\n");
        // The shell of the person has both, the session that queued had neither.
        project.Variables["PATH"] = "/usr/bin:/bin";
        project.Wrote("a.py");
        project.Variables["PATH"] = $"{tools}:/usr/bin:/bin";
        project.Variables["TOKEN"] = "a-secret-value";
        var found = Findings(project, "problem");
        found.Select(finding => finding.Check).ShouldBe(["programs", "variables"]);
        found[0].What.ShouldBe("action check: checker is not on the PATH of a hook that queued events");
        found[0].Where.ShouldBe("main.hookrules:5");
        found[1].What.ShouldStartWith("TOKEN, which actions ask for, is not set");
        project.Run("doctor").Stdout.ShouldNotContain("a-secret-value");
    }

    [Fact]
    public void ARuleOfTwoLayersIsHintedAt()
    {
        using var project = new OperatedProject(Rules);
        project.Write("main.local.hookrules", Rules);
        project.Run("compile").ExitCode.ShouldBe(0);
        Findings(project, "hint").Where(finding => finding.Check == "layers").ShouldNotBeEmpty();
    }

    [Fact]
    public void AnOlderClientThanTheRulesRequireIsTold()
    {
        using var project = new OperatedProject("requires claude-code >= 2.1.300\n" + Rules);
        var tools = Directory.CreateDirectory(project.PathOf("../tools")).FullName;
        var client = Path.Combine(tools, "claude");
        project.Variables["PATH"] = $"{tools}:/usr/bin:/bin";
        Findings(project, "hint").ShouldContain(finding => finding.Check == "client");
        foreach (var (version, grade) in new[] { ("2.1.299", "problem"), ("2.1.300", "ok") })
        {
            File.WriteAllText(client, $"#!/bin/sh\necho '{version} (Claude Code)'\n");
            File.SetUnixFileMode(client, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
            Findings(project, grade).ShouldContain(finding => finding.Check == "client" && finding.What.Contains(version));
        }
    }

    [Fact]
    public void EventsLeftInTheStateOfAProjectThatMovedAreTold()
    {
        using var project = new OperatedProject(Rules);
        for (var i = 0; i < 3; i++)
            project.Wrote($"{i}.py");
        var left = project.State.Path;
        var moved = Path.GetFullPath(project.PathOf("../moved"));
        Directory.Move(project.Folder, moved);
        var doctor = RealProcess.Run(Path.Combine(HookProject.RuntimeFolder, "hookrules"), ["doctor"], default, project.Environment, moved);
        doctor.ExitCode.ShouldBe(1);
        doctor.Stdout.ShouldContain($"3 events wait for {project.Folder}, which is gone");
        doctor.Stdout.ShouldContain(left);
        Directory.Move(moved, project.Folder);
    }

    [Fact]
    public void CleanRemovesTheStateOfProjectsThatAreGoneForThirtyDays()
    {
        using var project = new OperatedProject(Rules);
        project.Wrote("a.py");
        string Left(string name, int days)
        {
            var folder = StateFolder.At(Path.Combine(Path.GetDirectoryName(project.State.Path)!, name));
            folder.CreateBelow(folder.Spool("new")).ShouldBeTrue();
            File.WriteAllText(folder.File("project"), "/no/such/project\n");
            File.WriteAllText(
                folder.File("missing-since"),
                TimeProvider.System.GetUtcNow().AddDays(-days).ToUnixTimeMilliseconds().ToString(CultureInfo.InvariantCulture)
            );
            return folder.Path;
        }

        var (old, recent) = (Left("old", 31), Left("recent", 2));
        Findings(project, "hint").Count(finding => finding.Check == "states").ShouldBe(2);
        project.Json("doctor.schema.json", "doctor", "--clean").GetProperty("removed").EnumerateArray().Single().GetString().ShouldBe(old);
        (Directory.Exists(old), Directory.Exists(recent)).ShouldBe((false, true));
    }

    [Fact]
    public void WithoutRulesItSaysHowToBegin()
    {
        using var project = new OperatedProject(Rules);
        var empty = Directory.CreateDirectory(project.PathOf("../empty")).FullName;
        var result = RealProcess.Run(Path.Combine(HookProject.RuntimeFolder, "hookrules"), ["doctor"], default, project.Environment, empty);
        result.ExitCode.ShouldBe(3);
        result.Stderr.ShouldContain("hookrules init");
    }

    private sealed record Found(string Check, string What, string? Where, string? Mend);

    private static Found Problem(OperatedProject project, string check)
    {
        var found = Findings(project, "problem");
        project.Run("doctor").ExitCode.ShouldBe(1);
        return found.First(finding => finding.Check == check);
    }

    private static List<Found> Findings(OperatedProject project, string grade) =>
        [
            .. from finding in project.Json("doctor.schema.json", "doctor").GetProperty("findings").EnumerateArray()
            where finding.GetProperty("grade").GetString() == grade
            select new Found(
                finding.GetProperty("check").GetString()!,
                finding.GetProperty("what").GetString()!,
                finding.GetProperty("where").GetString(),
                finding.GetProperty("mend").GetString()
            ),
        ];

    private static void Git(OperatedProject project, params string[] args) =>
        RealProcess.Run("/usr/bin/git", args, default, project.Environment, project.Folder).ExitCode.ShouldBe(0);
}
