using System.Text.Json;
using HookRules.Compiler;
using HookRules.Tests.Cli;
using HookRules.Tests.Emit;
using Shouldly;

namespace HookRules.Tests.Hook;

/// <summary>A project, a home folder and a plugin whose rules are compiled each as a layer of its own, and a session that has all of their
/// settings.</summary>
internal sealed class LayeredProject : IDisposable
{
    public LayeredProject() => Project = new CliProject { Environment = name => name == "HOME" ? Home : null };

    public string Home { get; } = Directory.CreateTempSubdirectory("hookrules home-").FullName;

    public CliProject Project { get; }

    public Dictionary<string, string> Environment =>
        new()
        {
            ["PATH"] = HookProject.RuntimeFolder + ":/usr/bin:/bin",
            ["CLAUDE_PROJECT_DIR"] = Project.Folder,
            ["CLAUDE_PLUGIN_ROOT"] = Folder(Layer.Plugin),
            ["XDG_STATE_HOME"] = Path.Combine(Home, "state"),
            ["XDG_RUNTIME_DIR"] = Path.Combine(Home, "run"),
            ["HOME"] = Home,
        };

    public string Settings(Layer layer) =>
        Path.Combine(
            Folder(layer),
            layer switch
            {
                Layer.Personal => ".claude/settings.local.json",
                Layer.Plugin => "hooks/hooks.json",
                _ => ".claude/settings.json",
            }
        );

    public string Plan(Layer layer) =>
        Path.Combine(
            Folder(layer),
            layer switch
            {
                Layer.Personal => ".claude/hookrules/personal/plan.json",
                Layer.Plugin => "hooks/hookrules/plan.json",
                _ => ".claude/hookrules/plan.json",
            }
        );

    public static string RulesFile(Layer layer) =>
        layer switch
        {
            Layer.Personal => "main.local.hookrules",
            Layer.User => ".claude/main.hookrules",
            _ => "main.hookrules",
        };

    public void Compile(Layer layer, string rules)
    {
        var file = Path.Combine(Folder(layer), RulesFile(layer));
        Directory.CreateDirectory(Path.GetDirectoryName(file)!);
        if (layer == Layer.Plugin)
            Directory.CreateDirectory(Path.Combine(Folder(layer), ".claude-plugin"));
        File.WriteAllText(file, rules);
        var compiled = Project.Run("compile", file);
        compiled.ExitCode.ShouldBe(0, compiled.Error);
        File.Exists(Plan(layer)).ShouldBeTrue();
    }

    /// <summary>The entries of all these layers that Claude Code starts at an event: of identical commands one, whatever file they stand
    /// in.</summary>
    public IReadOnlyList<JsonElement> Entries(IEnumerable<Layer> layers, string @event, string? matched = null) =>
        [
            .. layers
                .SelectMany(layer => EntryClient.Groups(File.ReadAllText(Settings(layer)), @event))
                .Where(group =>
                    ClientMatcher.Runs(@event, group.TryGetProperty("matcher", out var matcher) ? matcher.GetString() : null, matched)
                )
                .SelectMany(group => group.GetProperty("hooks").EnumerateArray())
                .DistinctBy(handler => handler.GetProperty("command").GetString()),
        ];

    /// <summary>Starts them at once, as Claude Code does, and waits for all.</summary>
    public ProcessResult[] Happens(IEnumerable<Layer> layers, string @event, byte[] payload, string? matched = null)
    {
        var client = new EntryClient(Project.Folder, Environment);
        var results = Task.WhenAll(Entries(layers, @event, matched).Select(entry => Task.Run(() => client.Run(entry, payload)))).Result;
        foreach (var result in results)
            result.ExitCode.ShouldBe(0, $"{@event}: {result}");
        return results;
    }

    /// <summary>A consumer that was started with the plan of one layer works off what is there.</summary>
    public void WorkOff(Layer layer)
    {
        var run = RealProcess.Run(
            Path.Combine(HookProject.RuntimeFolder, "hookrules"),
            ["run", "--once", "--plan", Plan(layer)],
            default,
            Environment,
            Project.Folder
        );
        run.ExitCode.ShouldBe(0, run.Stderr);
    }

    public void Dispose()
    {
        Project.Dispose();
        Directory.Delete(Home, recursive: true);
    }

    private string Folder(Layer layer) =>
        layer switch
        {
            Layer.User => Home,
            Layer.Plugin => Path.Combine(Home, "my plugin"),
            _ => Project.Folder,
        };
}
