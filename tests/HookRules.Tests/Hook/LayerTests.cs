using System.Text;
using System.Text.Json;
using HookRules.Compiler;
using HookRules.Engine;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Hook;

/// <summary>Rules of several layers in one session: the same texts, each with an action of its own, behind the real hook.</summary>
public sealed class LayerTests : IDisposable
{
    private readonly LayeredProject layered = new();

    private CliProject project => layered.Project;

    private string home => layered.Home;

    public void Dispose() => layered.Dispose();

    /// <summary>Every pair, what a project's colleague with rules everywhere has, and all.</summary>
    public static TheoryData<Layer[]> Together
    {
        get
        {
            var all = Enum.GetValues<Layer>();
            var pairs = all.SelectMany(first => all.Where(other => other > first).Select(other => new[] { first, other }));
            return [.. pairs, [Layer.Project, Layer.Personal, Layer.User], all];
        }
    }

    [Theory, MemberData(nameof(Together))]
    public void EveryActionOfEveryLayerRunsForEachEvent(Layer[] layers)
    {
        foreach (var layer in layers)
            layered.Compile(
                layer,
                $"consumer manual\naction audit = log \"{layer}.jsonl\"\n"
                    + string.Concat(HookEvents.All.Select(known => RuleOn(known.Name)))
            );
        foreach (var known in HookEvents.All)
        {
            var sample = Directory
                .GetFiles(Repository.PathOf("schemas", "samples"), known.Name + "*.json")
                .First(file => Path.GetFileName(file).Split('-', '.')[0] == known.Name);
            layered.Happens(layers, known.Name, File.ReadAllBytes(sample)).Length.ShouldBe(layers.Length, known.Name);
        }

        layered.WorkOff(layers[0]);

        foreach (var layer in layers)
            File.ReadAllLines(project.PathOf($"{layer}.jsonl"))
                .Select(line => JsonDocument.Parse(line).RootElement.GetProperty("hook_event_name").GetString())
                .Order()
                .ShouldBe(HookEvents.All.Select(known => known.Name).Order(), $"{layer}");

        // Claude Code watches the files that an entry names, and takes the first worktree that a hook says.
        static string RuleOn(string name) =>
            name switch
            {
                "FileChanged" => "on FileChanged \"watched.txt\" -> audit\n",
                "WorktreeCreate" => "on WorktreeCreate -> shell \"pwd\" sync, audit\n",
                _ => $"on {name} -> audit\n",
            };
    }

    [Fact]
    public void MessagesSayWhoseRuleItIs()
    {
        foreach (var layer in new[] { Layer.Project, Layer.Personal, Layer.User })
            layered.Compile(layer, "on before Bash -> deny \"no\"\n");
        string Said(Layer layer) =>
            new EntryClient(project.Folder, layered.Environment)
                .Run(
                    EntryClient.Handlers(File.ReadAllText(layered.Settings(layer)), "PreToolUse").ShouldHaveSingleItem(),
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
}
