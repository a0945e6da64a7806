using System.Text;
using HookRules.Compiler.Packs;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Packs;

/// <summary>What comes out of a repository, and what of a hostile one does not.</summary>
public sealed class GitSourceTests : IDisposable
{
    private const string Pack = "pack python version \"1.0.0\"\n";

    private readonly GitRepository repository = new();
    private readonly TestFolder home = new();

    public void Dispose()
    {
        repository.Dispose();
        home.Dispose();
    }

    [Fact]
    public void ATagIsFetchedWithItsCommitAndItsBytes()
    {
        var commit = repository.Write("pack.hookrules", Pack).Write("bin/check.sh", "#!/bin/sh\r\ntrue\r\n").Tag("v1");
        File.SetUnixFileMode(
            repository.PathOf("bin", "check.sh"),
            UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute
        );
        commit.ShouldNotBe(repository.Tag("v2"));
        repository.Write("pack.hookrules", "later").Tag("v3");

        Fetch("v1").Commit.ShouldBe(commit);
        var pack = Fetch("v2");
        Texts(pack).ShouldBe(["bin/check.sh: #!/bin/sh\r\ntrue\r\n", $"pack.hookrules: {Pack}"]);
        pack.Files.Select(file => file.IsExecutable).ShouldBe([true, false]);
    }

    [Fact]
    public void AnAnnotatedTagIsTheCommitThatItPointsTo()
    {
        var commit = repository.Write("pack.hookrules", Pack).Tag("v0");
        repository.Git("tag", "--annotate", "v1", "--message", "one");

        Fetch("v1").Commit.ShouldBe(commit);
    }

    [Theory]
    [InlineData("v1.0.1", "the repository has no tag \"v1.0.1\"; did you mean \"v1.0.0\"?")]
    [InlineData("something-else", "the repository has no tag \"something-else\"; it has v1.10.0, v1.9.0, v1.0.0")]
    [InlineData("main", "the repository has no tag \"main\"; it has v1.10.0, v1.9.0, v1.0.0")]
    public void AMissingTagIsToldWithTheOnesThatThereAre(string tag, string problem)
    {
        repository.Write("pack.hookrules", Pack).Tag("v1.0.0");
        repository.Git("tag", "v1.9.0");
        repository.Git("tag", "v1.10.0");

        Refused(tag).ShouldBe(problem);
    }

    [Fact]
    public void ABranchIsNoTag()
    {
        repository.Write("pack.hookrules", Pack).Git("add", ".");
        repository.Git("commit", "--quiet", "--message", "x");

        Refused("main").ShouldBe("the repository has no tag \"main\"; it has no tags at all: make one, since a branch moves");
    }

    [Fact]
    public void ARepositoryThatIsNotThereIsSaidInGitsWords() =>
        Should
            .Throw<PackRefusedException>(() => Source().Fetch(Reference($"git+file://{home.Path}/none.git#v1")))
            .Message.ShouldContain("does not appear to be a git repository");

    [Fact]
    public void WithoutGitTheUserIsToldWhatIsMissing() =>
        Should
            .Throw<PackRefusedException>(() =>
                new GitSource(name => name == "PATH" ? home.Path : null).Fetch(Reference(repository.Reference("v1")))
            )
            .Message.ShouldBe("git was not found on PATH; install it");

    [Theory]
    [InlineData("120000", "out", "../../etc/passwd", "out is a link that leaves the pack")]
    [InlineData("120000", "out", "/etc/passwd", "out is a link that leaves the pack")]
    [InlineData("120000", "a/out", "../../x", "a/out is a link that leaves the pack")]
    [InlineData("120000", "loop", "loop", "loop is a link that leads to no end")]
    [InlineData(
        "120000",
        "gone",
        "none",
        "gone is a link to nothing that is in the pack; only links to files of the pack can be part of it"
    )]
    [InlineData("160000", "sub", "", "sub is a submodule, another repository; submodules are not fetched")]
    [InlineData("100644", "a\\b", "x", "the name a\\b holds a character that not every system allows in a name")]
    [InlineData("100644", "a\nb", "x", "the name a\nb holds a character that not every system allows in a name")]
    [InlineData("100644", "PACK.hookrules", "x", "PACK.hookrules and pack.hookrules are one file where upper and lower case do not differ")]
    [InlineData("100644", "aux.txt", "x", "the name aux.txt is a device on Windows")]
    [InlineData(
        "100644",
        "e\u0301.txt",
        "x",
        "the name e\u0301.txt holds a character that cannot be seen, or a letter and its accent as two characters"
    )]
    [InlineData(
        "100644",
        "a\u202etxt",
        "x",
        "the name a\u202etxt holds a character that cannot be seen, or a letter and its accent as two characters"
    )]
    public void AHostileEntryRefusesThePack(string mode, string path, string content, string problem)
    {
        repository.Write("pack.hookrules", Pack).Git("add", "pack.hookrules");
        repository.Index(mode, path, content).TagIndex("v1");

        Refused("v1").ShouldBe(problem);
    }

    [Theory]
    [InlineData(".git")]
    [InlineData(".GIT")]
    [InlineData("..")]
    [InlineData(".git\u200c")]
    [InlineData("git~1")]
    [InlineData("a/../../b")]
    public void ATreeThatNoGitWouldMakeIsRefused(string name)
    {
        repository.Write("pack.hookrules", Pack);
        // git mktree refuses some of these names, so the object is written as bytes.
        var blob = repository.Run("x", "hash-object", "-w", "--stdin").Trim();
        byte[] tree = [.. "100644 "u8, .. Encoding.UTF8.GetBytes(name), 0, .. Convert.FromHexString(blob)];
        using (var file = File.Create(repository.PathOf("tree")))
            file.Write(tree);
        var id = repository.Git("hash-object", "-w", "-t", "tree", "--literally", "tree").Trim();
        repository.Git("tag", "v1", repository.Git("commit-tree", id, "-m", "x").Trim());

        Refused("v1").ShouldStartWith("the name ");
    }

    [Fact]
    public void NoFilterHookOrSubmoduleOfARepositoryEverRuns()
    {
        var proof = home.Of("ran");
        // The user's own configuration knows the filter, as it does with LFS.
        using (var config = File.CreateText(home.Of("config")))
            config.Write(
                $"[filter \"evil\"]\n\tsmudge = touch {proof}; cat\n\tprocess = touch {proof}\n\trequired = true\n[core]\n"
                    + $"\tfsmonitor = touch {proof}\n\thooksPath = {home.Path}/hooks\n[init]\n\ttemplateDir = {home.Path}\n"
                    + "[submodule]\n\trecurse = true\n"
            );
        foreach (var hook in (string[])["post-checkout", "reference-transaction", "post-index-change"])
        {
            foreach (var folder in (string[])[home.Of("hooks"), repository.PathOf(".git", "hooks")])
            {
                Directory.CreateDirectory(folder);
                using (var script = File.CreateText(Path.Combine(folder, hook)))
                    script.Write($"#!/bin/sh\ntouch {proof}\n");
                File.SetUnixFileMode(Path.Combine(folder, hook), UnixFileMode.UserRead | UnixFileMode.UserExecute);
            }
        }

        repository
            .Write("pack.hookrules", Pack)
            .Write(".gitattributes", "* filter=evil text eol=crlf\n")
            .Write(".gitmodules", "[submodule \"x\"]\n\tpath = x\n\turl = ext::touch% x\n")
            .Write("-x", "dash\n")
            .Write("x.bin", "version https://git-lfs.github.com/spec/v1\n");
        repository.Git("-c", "core.hooksPath=/dev/null", "add", "--all", ".");
        repository.Git("-c", "core.hooksPath=/dev/null", "commit", "--quiet", "--message", "x");
        repository.Git("-c", "core.hooksPath=/dev/null", "tag", "v1");
        File.Delete(proof);

        var pack = new GitSource(name => name == "GIT_CONFIG_GLOBAL" ? home.Of("config") : Environment.GetEnvironmentVariable(name)).Fetch(
            Reference(repository.Reference("v1"))
        );

        Texts(pack).ShouldBe(["-x: dash\n", $"pack.hookrules: {Pack}", "x.bin: version https://git-lfs.github.com/spec/v1\n"]);
        pack.LeftOut.ShouldBe([".gitattributes", ".gitmodules"], ignoreOrder: true);
        File.Exists(proof).ShouldBeFalse();
    }

    [Fact]
    public void ALinkWithinThePackBecomesACopy()
    {
        repository.Write("pack.hookrules", Pack).Write("bin/a.sh", "a").Git("add", ".");
        repository.Index("120000", "bin/b.sh", "a.sh").Index("120000", "c.sh", "./bin/../bin/b.sh").TagIndex("v1");

        Texts(Fetch("v1")).ShouldBe(["bin/a.sh: a", "bin/b.sh: a", "c.sh: a", $"pack.hookrules: {Pack}"]);
    }

    [Fact]
    public void WhatWouldInstructClaudeOrGitIsLeftOut()
    {
        repository
            .Write("pack.hookrules", Pack)
            .Write("CLAUDE.md", "x")
            .Write("sub/Agents.md", "x")
            .Write(".claude/settings.json", "{}")
            .Write("sub/.gitignore", "*")
            .Tag("v1");

        var pack = Fetch("v1");
        pack.Files.Select(file => file.Path).ShouldBe(["pack.hookrules"]);
        pack.LeftOut.ShouldBe([".claude/settings.json", "CLAUDE.md", "sub/.gitignore", "sub/Agents.md"], ignoreOrder: true);
    }

    [Fact]
    public void APackOfMoreFilesThanAnybodyReadsIsRefused()
    {
        repository.Write("pack.hookrules", Pack).Git("add", ".");
        var blob = repository.Run("x", "hash-object", "-w", "--stdin").Trim();
        repository.Run(
            string.Concat(Enumerable.Range(0, PackContent.MostFiles).Select(i => $"100644 {blob}\tf{i}\n")),
            "update-index",
            "--add",
            "--index-info"
        );
        repository.TagIndex("v1");

        Refused("v1").ShouldBe($"it holds {PackContent.MostFiles + 1} files, more than {PackContent.MostFiles}");
    }

    [Fact]
    public void APackOfTooManyBytesIsRefusedBeforeTheyAreRead()
    {
        using (var file = File.Create(repository.PathOf("zeros")))
            file.SetLength(PackContent.MostBytes + 1);
        repository.Write("pack.hookrules", Pack).Tag("v1");

        Refused("v1").ShouldBe("it is larger than 16 MB");
    }

    [Fact]
    public void AnotherTransportThatTheUsersConfigurationPutsInIsNotTaken()
    {
        repository.Write("pack.hookrules", Pack).Tag("v1");
        using (var config = File.CreateText(home.Of("config")))
            config.Write(
                $"[protocol \"ext\"]\n\tallow = always\n[url \"ext::sh -c touch% {home.Path}/ran;\"]\n\tinsteadOf = \"{repository.Url}\"\n"
            );

        Should
            .Throw<PackRefusedException>(() =>
                new GitSource(name => name == "GIT_CONFIG_GLOBAL" ? home.Of("config") : Environment.GetEnvironmentVariable(name)).Fetch(
                    Reference(repository.Reference("v1"))
                )
            )
            .Message.ShouldContain("transport 'ext' not allowed");
        File.Exists(home.Of("ran")).ShouldBeFalse();
    }

    private static GitSource Source() => new(Environment.GetEnvironmentVariable);

    private FetchedPack Fetch(string tag) => Source().Fetch(Reference(repository.Reference(tag)));

    private string Refused(string tag) => Should.Throw<PackRefusedException>(() => Fetch(tag)).Message;

    private static PackReference.Git Reference(string text) =>
        PackReference.Parse(text, new HookRules.Engine.SourceRef("x", 1, 1, 1, 1), []).ShouldBeOfType<PackReference.Git>();

    private static IEnumerable<string> Texts(FetchedPack pack) =>
        pack.Files.Select(file => $"{file.Path}: {Encoding.UTF8.GetString(file.Content)}").Order(StringComparer.Ordinal);
}
