using System.Text;
using System.Text.Json;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>Rules of two layers in one session: the same texts, each with an action of its own, behind the real hook.</summary>
public sealed class LayerTests : IDisposable
{
    private readonly string home = Directory.CreateTempSubdirectory("hookrules home-").FullName;
    private readonly CliProject project;

    public LayerTests() => project = new CliProject { Environment = name => name == "HOME" ? home : null };

    public void Dispose()
    {
        project.Dispose();
        Directory.Delete(home, recursive: true);
    }

    public static TheoryData<Layer, Layer> Pairs
    {
        get
        {
            var pairs = new TheoryData<Layer, Layer>();
            var layers = Enum.GetValues<Layer>();
            foreach (var first in layers)
            foreach (var second in layers.Where(layer => layer > first))
                pairs.Add(first, second);
            return pairs;
        }
    }

    [Theory, MemberData(nameof(Pairs))]
    public void EveryActionOfBothLayersRunsForEachEvent(Layer first, Layer second)
    {
        foreach (var layer in new[] { first, second })
            Compile(layer);
        foreach (var known in HookEvents.All.Where(known => known.Name is not ("WorktreeCreate" or "FileChanged")))
        {
            // Claude Code starts identical commands of one event once, whatever file they stand in.
            var handlers = new[] { first, second }
                .SelectMany(layer => EntryClient.Handlers(File.ReadAllText(Settings(layer)), known.Name))
                .DistinctBy(handler => handler.GetProperty("command").GetString())
                .ToList();
            handlers.Count.ShouldBe(2, known.Name);
            var sample = Directory
                .GetFiles(Repository.PathOf("schemas", "samples"), known.Name + "*.json")
                .First(file => Path.GetFileName(file).Split('-', '.')[0] == known.Name);
            foreach (var handler in handlers)
            {
                var result = new EntryClient(project.Folder, Environment).Run(handler, File.ReadAllBytes(sample));
                result.ExitCode.ShouldBe(0, $"{known.Name}: {result}");
            }
        }

        var run = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules"),
            ["run", "--once", "--plan", Plan(first)],
            default,
            Environment,
            project.Folder
        );
        run.ExitCode.ShouldBe(0, run.Stderr);
        var expected = HookEvents.All.Select(known => known.Name).Where(name => name is not ("WorktreeCreate" or "FileChanged")).Order();
        foreach (var layer in new[] { first, second })
            File.ReadAllLines(project.PathOf($"{layer}.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("hook_event_name").GetString())
                .Order()
                .ShouldBe(expected, $"{layer}");
    }

    [Fact]
    public void MessagesSayWhoseRuleItIs()
    {
        foreach (var layer in new[] { Layer.Project, Layer.Personal, Layer.User })
            Compile(layer, "on before Bash -> deny \"no\"\n");
        string Said(Layer layer) =>
            new EntryClient(project.Folder, Environment)
                .Run(
                    EntryClient.Handlers(File.ReadAllText(Settings(layer)), "PreToolUse").ShouldHaveSingleItem(),
                    Encoding.UTF8.GetBytes(HookProject.Bash("ls"))
                )
                .Stdout;

        Said(Layer.Project).ShouldContain("[blocked by main.hookrules:1]");
        Said(Layer.Personal).ShouldContain("[blocked by main.local.hookrules:1]");
        Said(Layer.User).ShouldContain("[blocked by ~/.claude/main.hookrules:1]");
    }

    [Fact]
    public void CompileWithoutAFileCompilesTheProjectsRulesAndOnesOwnAndGitSeesNoneOfTheLatter()
    {
        RealProcess.Run("git", ["init", "-q"], cwd: project.Folder).ExitCode.ShouldBe(0);
        project.Write("main.hookrules", "on Write -> log \"a\"\n");
        project.Write("main.local.hookrules", "on Edit -> log \"b\"\n");

        var compiled = project.Run("compile");

        compiled.ExitCode.ShouldBe(0, compiled.Error);
        compiled.Out.ShouldContain(".claude/settings.json: PostToolUse Write\n");
        compiled.Out.ShouldContain(".claude/settings.local.json: PostToolUse Edit\n");
        var seen = RealProcess.Run("git", ["status", "--porcelain", "-uall"], cwd: project.Folder).Stdout;
        seen.ShouldContain(".claude/hookrules/plan.json");
        seen.ShouldNotContain("local");
        seen.ShouldNotContain("personal");
        project.Run("compile", "--check").ExitCode.ShouldBe(0);

        project.Run("compile", "--uninstall").ExitCode.ShouldBe(0);
        project
            .Files.Where(file => !file.StartsWith(".git/", StringComparison.Ordinal))
            .ShouldBe(["main.hookrules", "main.local.hookrules"]);
    }

    [Fact]
    public void LintLooksAtBothLayersAndNamesARuleThatStandsInBoth()
    {
        project.Write("main.hookrules", "on Write *.py -> log \"a\"\n");
        project.Write("main.local.hookrules", "rule mine:\n  on Write *.py -> log \"a\"\n\non Edit -> log \"b\"\n");

        var lint = project.Run("lint").Error;

        lint.ShouldContain("main.local.hookrules:1:1: hint HR1090: this rule stands in main.hookrules:1 too, and both run");
        lint.Split("HR1090").Length.ShouldBe(2);
    }

    [Fact]
    public void TheLayerCanBeSaidOutright()
    {
        project.Write("mine.hookrules", "on Write -> log \"a\"\n");

        project.Run("compile", "mine.hookrules", "--layer", "user").ExitCode.ShouldBe(0);

        File.ReadAllText(Path.Combine(home, ".claude", "settings.json")).ShouldContain($"; hr='{home}/.claude/hookrules'; ");
        File.Exists(Path.Combine(home, ".claude", "hookrules", "plan.json")).ShouldBeTrue();
        project.Files.ShouldBe(["mine.hookrules"]);
    }

    private Dictionary<string, string> Environment =>
        new()
        {
            ["PATH"] = HookProject.RuntimeFolder + ":/usr/bin:/bin",
            ["CLAUDE_PROJECT_DIR"] = project.Folder,
            ["CLAUDE_PLUGIN_ROOT"] = Folder(Layer.Plugin),
            ["XDG_STATE_HOME"] = Path.Combine(home, "state"),
            ["XDG_RUNTIME_DIR"] = Path.Combine(home, "run"),
            ["HOME"] = home,
        };

    private string Folder(Layer layer) =>
        layer switch
        {
            Layer.User => home,
            Layer.Plugin => Path.Combine(home, "my plugin"),
            _ => project.Folder,
        };

    private string Settings(Layer layer) =>
        Path.Combine(
            Folder(layer),
            layer switch
            {
                Layer.Personal => ".claude/settings.local.json",
                Layer.Plugin => "hooks/hooks.json",
                _ => ".claude/settings.json",
            }
        );

    private string Plan(Layer layer) =>
        Path.Combine(
            Folder(layer),
            layer switch
            {
                Layer.Personal => ".claude/hookrules/personal/plan.json",
                Layer.Plugin => "hooks/hookrules/plan.json",
                _ => ".claude/hookrules/plan.json",
            }
        );

    private void Compile(Layer layer, string? rules = null)
    {
        var file = Path.Combine(
            Folder(layer),
            layer switch
            {
                Layer.Personal => "main.local.hookrules",
                Layer.User => ".claude/main.hookrules",
                _ => "main.hookrules",
            }
        );
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (layer == Layer.Plugin)
            Directory.CreateDirectory(Path.Combine(Folder(layer), ".claude-plugin"));
        File.WriteAllText(
            file,
            rules
                ?? "consumer manual\n"
                    + $"action audit = log \"{layer}.jsonl\"\n"
                    + string.Concat(
                        HookEvents
                            .All.Where(known => known.Name is not ("WorktreeCreate" or "FileChanged"))
                            .Select(known => $"on {known.Name} -> audit\n")
                    )
        );
        var compiled = project.Run("compile", file);
        compiled.ExitCode.ShouldBe(0, compiled.Error);
        File.Exists(Plan(layer)).ShouldBeTrue();
    }
}
