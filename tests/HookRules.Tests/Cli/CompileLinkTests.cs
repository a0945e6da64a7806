using System.Diagnostics;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Cli;

/// <summary>What stands where compile writes may come from somebody else: the repository's links, and other programs' changes.</summary>
public sealed class CompileLinkTests
{
    private const string Rules = "on Stop -> notify \"x\"\n";

    public static TheoryData<string> Places =>
        [
            ".claude/hookrules",
            ".claude/hookrules/plan.json",
            ".claude/hookrules/previous.json",
            ".claude/hookrules/hook",
            ".claude/hookrules/hook.cmd",
            ".claude/hookrules/local",
            ".claude/hookrules/.gitignore",
            ".claude/hookrules/.gitattributes",
            ".claude",
        ];

    [Theory, MemberData(nameof(Places))]
    public void ALinkWhereCompileWritesIsRefusedAndWhatItLeadsToStays(string place)
    {
        using var project = new CliProject(Rules);
        project.Run("compile").ExitCode.ShouldBe(0);
        var outside = Path.Combine(Path.GetDirectoryName(project.Folder)!, "outside");
        if (Directory.Exists(project.PathOf(place)))
            Directory.Move(project.PathOf(place), outside);
        else
        {
            File.Delete(project.PathOf(place));
            File.WriteAllText(outside, "mine");
        }

        File.CreateSymbolicLink(project.PathOf(place), outside);
        project.Write("main.hookrules", Rules + "on Write -> notify \"y\"\n");
        var before = Everything(Path.GetDirectoryName(project.Folder)!);

        foreach (var command in new[] { new[] { "compile" }, ["compile", "--uninstall"], ["compile", "--check"] })
        {
            var result = project.Run(command);
            result.ExitCode.ShouldBe(1);
            result.Error.ShouldBe(
                $"{place}:1:1: error HR1091: {place} is a link to {outside}, and compile writes through no link\n"
                    + "  = remove the link, then run: hookrules compile\n"
            );
            Everything(Path.GetDirectoryName(project.Folder)!).ShouldBe(before);
        }
    }

    [Fact]
    public void YourOwnRulesAreWrittenThroughNoLinkEither()
    {
        using var project = new CliProject(Rules, "main.local.hookrules");
        var outside = Path.Combine(Path.GetDirectoryName(project.Folder)!, "outside");
        Directory.CreateDirectory(outside);
        Directory.CreateDirectory(project.PathOf(".claude/hookrules"));
        Directory.CreateSymbolicLink(project.PathOf(".claude/hookrules/personal"), outside);

        var result = project.Run("compile");

        result.ExitCode.ShouldBe(1);
        result.Error.ShouldStartWith(".claude/hookrules/personal:1:1: error HR1091: ");
        Directory.GetFileSystemEntries(outside).ShouldBeEmpty();
        File.Exists(project.PathOf(".claude/settings.local.json")).ShouldBeFalse();
    }

    [Fact]
    public void AFolderOfTheSameRepositoryMayStandInForClaudes()
    {
        using var project = new CliProject(Rules);
        Directory.CreateDirectory(project.PathOf(".git"));
        Directory.CreateDirectory(project.PathOf("agents"));
        Directory.CreateSymbolicLink(project.PathOf(".claude"), "agents");

        project.Run("compile").ExitCode.ShouldBe(0);

        File.Exists(project.PathOf("agents/hookrules/plan.json")).ShouldBeTrue();
    }

    [Fact]
    public void SettingsThatAreALinkAreFollowedWithAHintWhereTheyLeaveTheRepository()
    {
        using var project = new CliProject(Rules);
        Directory.CreateDirectory(project.PathOf(".claude"));
        var outside = Path.Combine(Path.GetDirectoryName(project.Folder)!, "dotfiles.json");
        File.WriteAllText(outside, "{}\n");
        File.CreateSymbolicLink(project.Settings, outside);

        var result = project.Run("compile");

        result.ExitCode.ShouldBe(0);
        result.Error.ShouldContain($"hint HR1092: .claude/settings.json is a link that leaves the repository: {outside} is the file");
        new FileInfo(project.Settings).LinkTarget.ShouldBe(outside);
        File.ReadAllText(outside).ShouldContain("\"Stop\"");

        File.Delete(project.Settings);
        project.Write("shared.json", "{}\n");
        File.CreateSymbolicLink(project.Settings, project.PathOf("shared.json"));
        project.Run("compile").Error.ShouldBe("");
        project.Read("shared.json").ShouldContain("\"Stop\"");
    }

    [FactNeeding(Need.Unix)]
    public void WhatAnotherProgramChangesInTheSettingsWhileCompileRunsIsKept()
    {
        for (var attempt = 0; attempt < 20; attempt++)
        {
            using var project = new CliProject(Rules);
            project.Write(".claude/settings.json", "{\"model\":\"before\"}\n");
            project.Write("changed.json", "{\"model\":\"after\"}\n");
            // The launcher is written after the settings were read and before the new ones are.
            using var writer = Process.Start(
                new ProcessStartInfo("/bin/sh")
                {
                    ArgumentList =
                    {
                        "-c",
                        "echo ready; until [ -e .claude/hookrules/hook ]; do :; done; mv changed.json .claude/settings.json",
                    },
                    WorkingDirectory = project.Folder,
                    RedirectStandardOutput = true,
                }
            )!;
            writer.StandardOutput.ReadLine().ShouldBe("ready");

            project.Run("compile").ExitCode.ShouldBe(0);

            writer.WaitForExit();
            // Whichever was last: the program's change is there.
            project.Read(".claude/settings.json").ShouldContain("\"after\"");
        }
    }

    private static string[] Everything(string folder) =>
        [
            .. Directory
                .GetFiles(folder, "*", new EnumerationOptions { RecurseSubdirectories = true, AttributesToSkip = FileAttributes.None })
                .Order(StringComparer.Ordinal)
                .Select(file => $"{file}: {File.ReadAllText(file)}"),
        ];
}
