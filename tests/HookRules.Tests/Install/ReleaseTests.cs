using System.Text;
using HookRules.Tests.Hook;
using HookRules.Tests.Native;
using HookRules.Tests.Runtime;
using Shouldly;

namespace HookRules.Tests.Install;

/// <summary>What a release consists of, taken as its users take it: an empty home folder, no .NET, a project whose hook then
/// works.</summary>
public sealed class ReleaseTests : IDisposable
{
    private readonly string root = Directory.CreateTempSubdirectory("hookrules release-").FullName;

    public ReleaseTests()
    {
        WithoutDotnet.LinkTools(Folder("bin"));
        Home = Folder("home");
        Project = Folder("home/project");
    }

    private string Home { get; }

    private string Project { get; }

    private string Dist => Path.Combine(root, "dist");

    private Dictionary<string, string> Environment =>
        new()
        {
            ["HOME"] = Home,
            ["PATH"] = Path.Combine(root, "bin"),
            ["CLAUDE_PROJECT_DIR"] = Project,
            ["npm_config_cache"] = Path.Combine(root, "npm"),
            ["npm_config_update_notifier"] = "false",
        };

    public void Dispose()
    {
        // The consumer that a hook started would go on in a folder that is gone.
        foreach (var project in new[] { Project, Path.Combine(Home, "clone") }.Where(Directory.Exists))
            RealProcess.Run(
                Path.Combine(HookProject.RuntimeFolder, "hookrules"),
                ["run", "--stop"],
                environment: Environment,
                cwd: project
            );
        Eventually.True(() => WithoutDotnet.IsRemoved(root), "the consumer still writes");
    }

    [NativeFact]
    public void AnArchiveIsInstalledAndAHookFires()
    {
        Release();
        RealProcess.Run("/bin/sh", [Path.Combine(Dist, "install.sh")], environment: Environment, cwd: Home).ExitCode.ShouldBe(0);

        AHookFires(Path.Combine(Home, ".local/bin/hookrules"));
        ACloneFindsTheRuntime();
        NothingIsLeftAfterRemoval(Path.Combine(Home, ".local/bin/hookrules"));
    }

    [NativeFact]
    public void AnArchiveThatIsNotWhatItsSumSaysIsRefused()
    {
        Release();
        var archive = Directory.GetFiles(Dist, "*.tar.gz").ShouldHaveSingleItem();
        using (var file = new FileStream(archive, FileMode.Append))
            file.WriteByte(0);

        var result = RealProcess.Run("/bin/sh", [Path.Combine(Dist, "install.sh")], environment: Environment, cwd: Home);

        result.ExitCode.ShouldBe(1);
        result.Stderr.ShouldBe($"install.sh: {Path.GetFileName(archive)} is not what SHA256SUMS says: download it again\n");
        Directory.Exists(Path.Combine(Home, ".local")).ShouldBeFalse();
    }

    [NativeFact]
    public void TheNpmPackagesAreInstalledAndAHookFires()
    {
        Release();
        Write("package.json", """{ "name": "p", "private": true, "scripts": { "prepare": "hookrules compile --check || true" } }""");
        var packages = Directory.GetFiles(Dist, "*.tgz").Order(StringComparer.Ordinal).ToArray();
        packages.Length.ShouldBe(2);

        var installed = Run("npm", ["install", "--save-dev", "--offline", "--no-audit", "--no-fund", .. packages]);

        installed.ExitCode.ShouldBe(0, installed.Stderr);
        AHookFires(Path.Combine(Project, "node_modules/.bin/hookrules"));
        // Hooks never go through Node: what was written down is the folder of the native program.
        File.ReadAllText(Path.Combine(Project, ".claude/hookrules/local")).ShouldContain("/node_modules/@hookrules/");
    }

    /// <summary>Archive, sums and packages of the programs that the tests use, as the release script makes them.</summary>
    private void Release()
    {
        var result = RealProcess.Run(
            Repository.PathOf(".config/release/build"),
            ["--programs", HookProject.RuntimeFolder],
            environment: new Dictionary<string, string> { ["HOOKRULES_DIST"] = Dist },
            seconds: 120
        );
        result.ExitCode.ShouldBe(0, result.Stderr);
    }

    private void AHookFires(string hookrules)
    {
        Run(hookrules, ["init"]).ExitCode.ShouldBe(0);
        Write("main.hookrules", "on after Write *.txt -> run [\"touch\", \"ran\"]\n");
        var compiled = Run(hookrules, ["compile"]);
        compiled.ExitCode.ShouldBe(0, compiled.Stderr);

        Fire(Project);

        Eventually.True(() => File.Exists(Path.Combine(Project, "ran")), "the action did not run");
    }

    private void ACloneFindsTheRuntime()
    {
        Git(Project, "init", "-q");
        Git(Project, "add", ".");
        Git(Project, "-c", "user.name=a", "-c", "user.email=a@b", "commit", "-qm", "rules");
        var clone = Path.Combine(Home, "clone");
        Git(Home, "clone", "-q", Project, clone);
        File.Exists(Path.Combine(clone, ".claude/hookrules/local")).ShouldBeFalse();

        Fire(clone);

        Eventually.True(() => File.Exists(Path.Combine(clone, "ran")), "the action did not run in the clone");
    }

    private void NothingIsLeftAfterRemoval(string hookrules)
    {
        Run(hookrules, ["install", "--remove", "--all"]).ExitCode.ShouldBe(0);

        Directory
            .EnumerateFileSystemEntries(Path.Combine(Home, ".local"), "*hookrules*", SearchOption.AllDirectories)
            .Where(path => !path.StartsWith(Path.Combine(Home, ".local/state"), StringComparison.Ordinal))
            .ShouldBeEmpty();
    }

    private void Fire(string project)
    {
        var environment = Environment;
        environment["CLAUDE_PROJECT_DIR"] = project;
        var client = new EntryClient(project, environment);
        var settings = File.ReadAllText(Path.Combine(project, ".claude/settings.json"));
        var file = Path.Combine(project, "a.txt");
        var payload =
            $$$"""{"session_id":"s","cwd":"{{{project}}}","hook_event_name":"PostToolUse","tool_name":"Write","tool_input":{"file_path":"{{{file}}}"}}""";
        foreach (var handler in EntryClient.Handlers(settings, "PostToolUse"))
            client.Run(handler, Encoding.UTF8.GetBytes(payload)).ShouldBe(new ProcessResult("", "", 0));
    }

    private ProcessResult Run(string program, string[] args) =>
        RealProcess.Run(
            Path.IsPathFullyQualified(program) ? program : Path.Combine(root, "bin", program),
            args,
            environment: Environment,
            cwd: Project
        );

    private void Git(string folder, params string[] args) =>
        RealProcess.Run("git", args, environment: Environment, cwd: folder).ExitCode.ShouldBe(0);

    private void Write(string file, string text)
    {
        using var writer = new StreamWriter(Path.Combine(Project, file));
        writer.Write(text);
    }

    private string Folder(string name) => Directory.CreateDirectory(Path.Combine(root, name)).FullName;
}
