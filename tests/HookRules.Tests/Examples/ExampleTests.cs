using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Examples;

/// <summary>examples/NAME: both forms of the rules, and what compile makes of them. A wanted change is taken over with
/// HOOKRULES_UPDATE_BASELINES=1.</summary>
public sealed class ExampleTests
{
    private static readonly bool Update = Environment.GetEnvironmentVariable("HOOKRULES_UPDATE_BASELINES") == "1";

    public static IEnumerable<object[]> Names => Repository.Examples.Select(folder => new object[] { Path.GetFileName(folder) });

    [Theory]
    [MemberData(nameof(Names))]
    public void AnExampleCompilesToItsBaseline(string name)
    {
        var folder = Repository.PathOf("examples", name);
        var text = Emitted(Path.Combine(folder, "main.hookrules"));
        var yaml = Emitted(Path.Combine(folder, "hookrules.yaml"));

        yaml.Settings.ShouldBe(text.Settings);
        yaml.Hash.ShouldBe(text.Hash, "the two forms do not mean the same");
        Compare(name, "settings.json", text.Settings);
        Compare(name, "plan.json", text.Plan);
    }

    /// <summary>The cases that stand beside an example's rules, and what its README says of them.</summary>
    [Theory]
    [MemberData(nameof(Names))]
    public void AnExamplesCasesPass(string name)
    {
        if (!File.Exists(Repository.PathOf("examples", name, "main.cases")))
            return;
        File.ReadAllText(Repository.PathOf("examples", name, "README.md")).ShouldStartWith("# ");
        using var project = new CliProject();
        foreach (var file in new[] { "main.hookrules", "main.cases" })
            project.Write(file, File.ReadAllText(Repository.PathOf("examples", name, file)));

        var result = project.Run("test", "--coverage");

        result.ExitCode.ShouldBe(0, result.Error + result.Out);
        result.Out.ShouldContain(" passed, 0 failed");
    }

    private static (string Settings, string Plan, string Hash) Emitted(string file)
    {
        var compilation = Compilation.Of(ProjectFiles.Of(file));
        compilation.Diagnostics.ShouldBeEmpty();
        // A folder that does not exist: whatever is merged is created.
        var target = new EmissionTarget("/nonexistent/project", "/nonexistent/project/.claude/settings.json", RuntimeMode.Launcher, null);
        var changes = Emission
            .Create(compilation.Graph, target)
            .Changes.ToDictionary(change => Path.GetFileName(change.Path), change => Encoding.UTF8.GetString(change.After!));
        return (
            changes["settings.json"],
            changes["plan.json"],
            HookRules.Engine.RuleGraphJson.Read(Encoding.UTF8.GetBytes(changes["plan.json"])).Hash
        );
    }

    private static void Compare(string name, string file, string actual)
    {
        var path = Repository.PathOf("examples", name, "expected", file);
        if (Update)
            AtomicFile.Write(path, Encoding.UTF8.GetBytes(actual));
        File.Exists(path).ShouldBeTrue($"{path} is missing: HOOKRULES_UPDATE_BASELINES=1 tests/run --filter ExampleTests writes it");
        actual.ShouldBe(File.ReadAllText(path), $"if the change is wanted: HOOKRULES_UPDATE_BASELINES=1 tests/run --filter ExampleTests");
    }
}
