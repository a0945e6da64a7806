using System.Text;
using HookRules.Engine;
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

    [NativeFact]
    public void AnUpgradeWithAConsumerAtWorkAndEventsThatWaitLosesNothing()
    {
        const int Before = 6,
            After = 2;
        var data = Path.Combine(Home, ".local/share/hookrules");
        var built = Path.Combine(HookProject.RuntimeFolder, "hookrules");
        var version = Run(built, ["--version"]).Stdout.Split([' ', ','])[0];
        // The version before is these programs under another number.
        Run(built, ["install"]).ExitCode.ShouldBe(0);
        Directory.Move($"{data}/{version}", $"{data}/0.0.9");
        File.Delete($"{data}/current");
        File.CreateSymbolicLink($"{data}/current", $"{data}/0.0.9");
        // The first one ends, the others wait until the upgrade is done.
        Write(
            "main.hookrules",
            "on after Write *.txt -> shell \"echo \\\"${HOOK_FILE##*/}\\\" >> ran; until [ -e go ]; do sleep 0.05; done\" "
                + "concurrency 1 busy queue\n"
        );
        Run($"{data}/0.0.9/hookrules", ["compile"]).ExitCode.ShouldBe(0);
        for (var i = 0; i < Before; i++)
            Fire(Project, $"{i}.txt");
        Eventually.True(() => Ran.Length > 0, "the consumer does not begin");
        ConsumerIsOf($"{data}/0.0.9").ShouldBeTrue();

        Run(built, ["install"]).ExitCode.ShouldBe(0);
        Run($"{data}/{version}/hookrules", ["install", "--remove", "0.0.9"]).ExitCode.ShouldBe(0);
        Ran.Length.ShouldBe(1, "the events did not wait");
        for (var i = Before; i < Before + After; i++)
            Fire(Project, $"{i}.txt");

        File.WriteAllText(Path.Combine(Project, "go"), "");

        Eventually.True(() => Ran.Length == Before + After, "an event was lost");
        Ran.Order(StringComparer.Ordinal).ShouldBe(Enumerable.Range(0, Before + After).Select(i => $"{i}.txt"));
        // Once it has nothing to do the old one makes room, and the next event finds the new one.
        Eventually.True(() => !FileLock.IsHeld(State.ConsumerLock), "the old consumer stays");
        Fire(Project, "last.txt");
        Eventually.True(() => Ran.Length == Before + After + 1 && ConsumerIsOf($"{data}/{version}"), "the new version does not work");
        Run($"{data}/{version}/hookrules", ["install", "--remove", "--all"]).ExitCode.ShouldBe(0);
        FileLock.IsHeld(State.ConsumerLock).ShouldBeFalse();
    }

    private string[] Ran => File.Exists(Path.Combine(Project, "ran")) ? File.ReadAllLines(Path.Combine(Project, "ran")) : [];

    private StateFolder State => StateFolder.Locate(Project, name => Environment.GetValueOrDefault(name));

    private bool ConsumerIsOf(string folder) =>
        ConsumerRecord.Read(State) is { } record
        && new FileInfo($"/proc/{record.Pid}/exe").LinkTarget?.StartsWith(folder + "/", StringComparison.Ordinal) is true;

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
        File.Delete(Path.Combine(clone, "ran"));

        Fire(clone);

        Eventually.True(() => File.Exists(Path.Combine(clone, "ran")), "the action did not run in the clone");
    }

    private void NothingIsLeftAfterRemoval(string hookrules)
    {
        var removed = Run(hookrules, ["install", "--remove", "--all"]);
        removed.ExitCode.ShouldBe(0, removed.Stderr);

        Directory
            .EnumerateFileSystemEntries(Home, "*hookrules*", SearchOption.AllDirectories)
            .Where(path =>
                !path.StartsWith(Project, StringComparison.Ordinal)
                && !path.StartsWith(Path.Combine(Home, "clone"), StringComparison.Ordinal)
            )
            .ShouldBeEmpty();
        ProcessesOf(Home).ShouldBeEmpty();
    }

    /// <summary>Programs that were started from a folder and have not ended.</summary>
    private static IEnumerable<string> ProcessesOf(string folder) =>
        from process in Directory.EnumerateDirectories("/proc")
        where int.TryParse(Path.GetFileName(process), out _)
        let program = new FileInfo(Path.Combine(process, "exe")).LinkTarget
        where program?.StartsWith(folder + "/", StringComparison.Ordinal) is true
        select program;

    private void Fire(string project, string name = "a.txt")
    {
        var environment = Environment;
        environment["CLAUDE_PROJECT_DIR"] = project;
        var client = new EntryClient(project, environment);
        var settings = File.ReadAllText(Path.Combine(project, ".claude/settings.json"));
        var file = Path.Combine(project, name);
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
