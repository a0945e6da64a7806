using System.Text.Json.Nodes;
using HookRules.Compiler;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Cli;
using HookRules.Tests.Packs;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Lint;

/// <summary>Small inputs beside the checkout, reduced from public reports, and what lint is to say of each.</summary>
public sealed class FieldTests
{
    private static readonly string? Field = Repository.Above("shared/field") is { } above ? Path.Combine(above, "shared", "field") : null;

    [Theory]
    [InlineData("04-script-output.settings.json", "HR3064 HR3064 HR3064 HR3064 HR3065 HR3091")]
    [InlineData("05-plugin-without-wrapper/hooks/hooks.json", "HR3011")]
    [InlineData("06-wrong-level-fields.settings.json", "HR3067 HR3067 HR3067 HR3067 HR3067")]
    [InlineData("07-stop-json-block.settings.json", "HR3068 HR3068")]
    [InlineData("08-lowercase-ghosts.settings.json", "HR3052 HR3052 HR3052")]
    [InlineData("14-guard-exits-one-false-alarm.settings.json", "")]
    public void EachFileGivesWhatItsRowSays(string file, string expected)
    {
        if (Field is null)
            return;
        using var project = Copy();
        Codes(project.Run("lint", file).Error)
            .Where(code => !code.StartsWith("HR305", StringComparison.Ordinal) || code == "HR3052")
            .Order(StringComparer.Ordinal)
            .ShouldBe(expected.Split(' ', StringSplitOptions.RemoveEmptyEntries));
    }

    [Fact]
    public void MendingNeverCostsAFileItsPermissions()
    {
        if (Field is null)
            return;
        using var project = Copy();
        var before = project.Read("01-fix-voids-file.settings.json");
        project.Run("lint", "01-fix-voids-file.settings.json", "--fix").ExitCode.ShouldBe(1);
        project.Read("01-fix-voids-file.settings.json").ShouldBe(before);
    }

    [Theory]
    [InlineData("02-import-drops-handlers.settings.json", 3, "statusMessage")]
    [InlineData("15-plugin-root-imported.hooks.json", 1, "the path must change")]
    [InlineData("18-hooks-array.hooks.json", 2, "repaired")]
    public void ImportLosesNoHandler(string file, int rules, string said)
    {
        if (Field is null)
            return;
        using var project = Copy();
        var result = project.Run("import", file);
        result.ExitCode.ShouldBe(0);
        Rules(result.Out).ShouldBe(rules);
        result.Out.ShouldContain(said);
    }

    [Fact]
    public void CompileWarnsOfAPluginsPathInAProject()
    {
        if (Field is null)
            return;
        using var project = Copy();
        project.Write("main.hookrules", project.Run("import", "15-plugin-root-imported.hooks.json").Out);

        var compiled = project.Run("compile");

        compiled.ExitCode.ShouldBe(0);
        compiled.Error.ShouldContain("main.hookrules:4:12: warning HR3058: CLAUDE_PLUGIN_ROOT is set for the hooks of plugins alone");
        Directory.CreateDirectory(project.PathOf(".claude-plugin"));
        project.Run("compile").Error.ShouldBe("");
        project.Run("lint", "main.hookrules").Error.ShouldNotContain("HR3058");
    }

    /// <summary>All nine; of two that do the same one rule is left.</summary>
    [Fact]
    public void ImportKnowsTheIdiomsOfTheField()
    {
        if (Field is null)
            return;
        using var project = Copy();
        var result = project.Run("import", "10-import-idioms.settings.json");
        result.ExitCode.ShouldBe(0);
        result.Out.Split("# was: ").Length.ShouldBe(10);
        Rules(result.Out).ShouldBe(8);
        result.Out.ShouldNotContain("-> command ");
    }

    [Fact]
    public void AnAllowThatLeavesTheRestOfTheLineOpenIsAnError()
    {
        if (Field is null)
            return;
        using var project = Copy();
        var result = project.Run("lint", "03-allow-approves-whole-line.hookrules");
        result.ExitCode.ShouldBe(1);
        Codes(result.Error).ShouldContain("HR1060");
        result.Error.ShouldContain("only runs");
    }

    [Fact]
    public void TheSecretsPackHoldsWhatItMissed()
    {
        if (Field is null)
            return;
        var graph = Compilation.Create(new SourceText("main.hookrules", "use std/secrets\n")).Graph;
        foreach (var line in File.ReadLines(Path.Combine(Field, "13-secrets-pack-gaps.txt")).Where(line => !line.StartsWith('#')))
        {
            var (tool, value) = line.Split('\t') is [var first, var second] ? (first, second) : throw new FormatException(line);
            var input = tool == "Bash" ? new JsonObject { ["command"] = value } : new JsonObject { ["path"] = value.Split('=')[1] };
            var payload = Payload.TryParse(PackTable.Payload($"before {tool} {input.ToJsonString()}"), out _)!;
            Router
                .Route(payload, graph.Rules, new RouteContext("/home/dev/project") { Home = "/home/dev" })
                .Matched.SelectMany(rule => rule.Decisions)
                .ShouldContain(step => step.Kind == DecisionKind.Deny || step.Kind == DecisionKind.Ask, line);
        }
    }

    private static int Rules(string text) => text.Split('\n').Count(line => line.StartsWith("on ", StringComparison.Ordinal));

    private static CliProject Copy()
    {
        var project = new CliProject();
        foreach (var file in Directory.EnumerateFiles(Field!, "*", SearchOption.AllDirectories))
            project.Write(Path.GetRelativePath(Field!, file), File.ReadAllBytes(file));
        return project;
    }

    internal static IEnumerable<string> Codes(string output) =>
        output
            .Split('\n')
            .Where(line => line.Length > 0 && !char.IsWhiteSpace(line[0]))
            .SelectMany(line => line.Split(' ', ':'))
            .Where(word => word.StartsWith("HR", StringComparison.Ordinal) && word.Length == 6);
}
