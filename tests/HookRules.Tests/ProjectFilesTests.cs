using HookRules.Compiler;
using Shouldly;
using Xunit;

namespace HookRules.Tests;

public sealed class ProjectFilesTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("hookrules-").FullName;

    public void Dispose() => Directory.Delete(root, recursive: true);

    [Fact]
    public void TheFirstOfTheNamesIsFound()
    {
        Write("main.hookrules");
        Find(".").ShouldBe("main.hookrules in .");
        Write(".claude/hookrules.yaml");
        Find(".").ShouldBe("main.hookrules in .");
        Write("hookrules.yml");
        Find(".").ShouldBe("hookrules.yml in .");
        Write("hookrules.yaml");
        Find(".").ShouldBe("hookrules.yaml in .");
    }

    [Fact]
    public void TheProjectOfAFileInTheClaudeFolderIsItsParent()
    {
        Write(".claude/main.hookrules");

        Find(".").ShouldBe(".claude/main.hookrules in .");
    }

    [Fact]
    public void TheSearchGoesUpToTheRootOfTheRepository()
    {
        Write("main.hookrules");
        Write("repo/.git/HEAD");
        Write("repo/sub/deep/x");
        Find("repo/sub/deep").ShouldBeNull();
        Write("repo/.claude/hookrules.yaml");
        Find("repo/sub/deep").ShouldBe(".claude/hookrules.yaml in repo");
        Write("repo/sub/main.hookrules");
        Find("repo/sub/deep").ShouldBe("main.hookrules in repo/sub");
    }

    [Fact]
    public void WithoutARepositoryOnlyTheFolderItselfIsLookedIn()
    {
        if (Directory.Exists(Path.Combine(Path.GetTempPath(), ".git")))
            return;
        Write("main.hookrules");
        Write("sub/x");

        Find("sub").ShouldBeNull();
    }

    [Fact]
    public void AFileThatIsNamedNeedsNoSearch()
    {
        Write("a/rules/own.hookrules");

        var files = ProjectFiles.Of(Path.Combine(root, "a/rules/own.hookrules"));

        files.RelativePath.ShouldBe("own.hookrules");
        files.Load().Path.ShouldBe("own.hookrules");
    }

    private string? Find(string folder) =>
        ProjectFiles.Find(Path.Combine(root, folder)) is { } found
            ? $"{found.RelativePath} in {Path.GetRelativePath(root, found.ProjectDir).Replace('\\', '/')}"
            : null;

    private void Write(string path)
    {
        var file = Path.Combine(root, path);
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        using var stream = File.Create(file);
    }
}
