using System.Diagnostics;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Rules.Format;
using HookRules.Tests.Rules.Binding;
using HookRules.Tests.Rules.Syntax;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>packs.cases: files that use each other, and what they mean together.</summary>
public class PackTests
{
    private static readonly CaseFile Cases = new("Packs/packs.cases");

    public static TheoryData<string> Names() => [.. Cases.Names];

    [Theory, MemberData(nameof(Names))]
    public void FilesMeanTogetherWhatTheTableSays(string name)
    {
        using var project = PackProject.Of(Cases.Input(name));
        var compilation = project.Compile();

        var text = new StringBuilder();
        foreach (var diagnostic in Linter.Rules(compilation))
            text.Append(
                $"{diagnostic.At} {diagnostic.Severity.ToString().ToLowerInvariant()} {diagnostic.Code} "
                    + $"{diagnostic.Message.Replace(project.Root, "ROOT", StringComparison.Ordinal)}\n"
            );
        if (!compilation.HasErrors)
        {
            var rules = RuleTests.Describe(compilation).Split('\n').ToList();
            var names = new Queue<string>(
                compilation.Graph.Rules.Select(rule => rule.Name ?? rule.Id.Replace(rule.Id.Split('-')[^1], "…", StringComparison.Ordinal))
            );
            foreach (var line in rules.Where(line => line.Length > 0))
                text.Append(line[0] == ' ' ? line : $"{names.Dequeue()}: {line}").Append('\n');
        }

        Cases.Check(name, text.ToString());
    }

    [Theory, MemberData(nameof(Names))]
    public void EveryFileKeepsItsMeaningInTheOtherForm(string name)
    {
        using var project = PackProject.Of(Cases.Input(name));
        var files = ProjectFiles.Of(project.Main);
        var before = project.Compile();
        if (before.HasErrors)
            return;

        var yaml = Formatter.Format(before.Sources[0], before.Sources[0].IsYaml ? RulesForm.Text : RulesForm.Yaml);
        yaml.ShouldNotBeNull();
        var after = Compilation.Create(
            new ProjectPacks(files),
            new SourceText(before.Sources[0].IsYaml ? "main.hookrules" : "hookrules.yaml", yaml)
        );
        after.Diagnostics.Where(diagnostic => diagnostic.Severity == Compiler.Diagnostics.Severity.Error).ShouldBeEmpty(yaml);
        Formatter.SameMeaning(before.Graph, after.Graph).ShouldBeTrue(yaml);
        var back = Formatter.Format(after.Sources[0], before.Sources[0].IsYaml ? RulesForm.Yaml : RulesForm.Text)!;
        Formatter
            .SameMeaning(before.Graph, Compilation.Create(new ProjectPacks(files), new SourceText(before.Sources[0].Path, back)).Graph)
            .ShouldBeTrue(back);
    }

    [Fact]
    public void ThePlanListsTheFilesOfPacksBehindTheProjectsOwn()
    {
        using var project = PackProject.Of(
            "file: main.hookrules\nuse \"./p.hookrules\"\nuse std/git-guard\nfile: p.hookrules\npack p version \"1\"\n"
                + "use \"./q.hookrules\"\non Stop -> log \"p\"\nfile: q.hookrules\npack q version \"1\"\non Stop -> log \"q\"\n"
        );
        var sources = project.Compile().Graph.Sources;

        sources.Select(source => source.Path).ShouldBe(["main.hookrules", "q.hookrules", "p.hookrules", "std/git-guard.hookrules"]);
        sources[^1]
            .Sha256.ShouldBe(
                new SourceText("x", File.ReadAllText(Repository.PathOf("src/HookRules.Compiler/Packs/std/git-guard.hookrules"))).Sha256
            );
    }

    [FactNeeding(Need.Unix)]
    public void ALinkOutOfTheRepositoryIsNotFollowed()
    {
        using var outside = PackProject.Of("file: main.hookrules\npack p version \"1\"\non Stop -> log \"p\"\n");
        using var project = PackProject.Of("file: main.hookrules\nuse \"./p.hookrules\"\nuse \"./folder\"\n");
        File.CreateSymbolicLink(Path.Combine(project.Root, "p.hookrules"), outside.Main);
        Directory.CreateSymbolicLink(Path.Combine(project.Root, "folder"), outside.Root);

        project
            .Compile()
            .Diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code}")
            .ShouldBe(["main.hookrules:1:5 HR4004", "main.hookrules:2:5 HR4004"]);
    }

    [FactNeeding(Need.Unix)]
    public void OneFileUnderTwoNamesIsOnePack()
    {
        using var project = PackProject.Of(
            "file: main.hookrules\nuse \"./p.hookrules\"\nuse \"./again.hookrules\"\nfile: p.hookrules\npack p version \"1\"\n"
                + "on Stop -> log \"p\"\n"
        );
        File.CreateSymbolicLink(Path.Combine(project.Root, "again.hookrules"), Path.Combine(project.Root, "p.hookrules"));

        var compilation = project.Compile();
        compilation.Diagnostics.ShouldBeEmpty();
        compilation.Graph.Rules.Length.ShouldBe(1);
    }

    [FactNeeding(Need.Unix)]
    public void APipeIsNoPack()
    {
        using var project = PackProject.Of(
            "file: main.hookrules\nuse \"./pipe.hookrules\"\nuse \"./link.hookrules\"\nuse \"./folder\"\nfile: folder/readme.txt\nx\n"
        );
        foreach (var pipe in new[] { "pipe.hookrules", "folder/x.hookrules" })
        {
            using var made = Process.Start("mkfifo", [Path.Combine(project.Root, pipe)]);
            made.WaitForExit();
        }

        File.CreateSymbolicLink(Path.Combine(project.Root, "link.hookrules"), Path.Combine(project.Root, "pipe.hookrules"));

        project
            .Compile()
            .Diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code}")
            .ShouldBe(["main.hookrules:1:5 HR4003", "main.hookrules:2:5 HR4003", "main.hookrules:3:5 HR4003"]);
    }

    [Fact]
    public void ATextThatLiesNowhereUsesBundledPacksAlone() =>
        Compilation
            .Create(new SourceText("main.hookrules", "use std/git-guard\nuse \"./p.hookrules\""))
            .Diagnostics.Select(diagnostic => $"{diagnostic.At} {diagnostic.Code}")
            .ShouldBe(["main.hookrules:2:5 HR4003"]);

    [Theory]
    [InlineData("text")]
    [InlineData("yaml")]
    public void FmtKeepsWhatIsSaidAboutPacks(string form)
    {
        var (file, text) =
            form == "text"
                ? (
                    "main.hookrules",
                    "# the guards\nuse std/git-guard   with {protected=[\"main\"]}   # branches\nuse std/bash-guard\n\n# not here\n"
                        + "disable git-guard.hard-reset # why\n"
                )
                : (
                    "hookrules.yaml",
                    "version: 1\nuse:\n  # the guards\n  - { pack: std/git-guard, with: { protected: [main] } } # branches\n"
                        + "  - std/bash-guard\n\n# not here\ndisable: [git-guard.hard-reset] # why\n"
                );
        var source = new SourceText(file, text);

        foreach (var to in new[] { RulesForm.Text, RulesForm.Yaml })
        {
            var formatted = Formatter.Format(source, to)!;
            foreach (var comment in new[] { "# the guards", "# branches", "# not here", "# why" })
                formatted.Split(comment).Length.ShouldBe(2, formatted);
            Formatter.Format(new SourceText(to == RulesForm.Yaml ? "hookrules.yaml" : "main.hookrules", formatted), to).ShouldBe(formatted);
        }
    }
}
