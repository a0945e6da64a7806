using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class ChangedSinceCompile()
    : GraphRule("HR2021", "changed-since-compile", Severity.Warning, "A rules file was changed after it was compiled.")
{
    public override string Why =>
        "Hooks run what \"hookrules compile\" wrote, not the rules file. Until it is compiled again, a new rule does nothing and a rule "
        + "that was taken out still runs.";

    public override string Bad => "on Stop -> notify \"done at last\"\n";

    public override string Good => "on Stop -> notify \"done\"\n";

    public override IReadOnlyDictionary<string, string> ExampleFiles =>
        new Dictionary<string, string>
        {
            [".claude/hookrules/plan.json"] =
                $"{{\"sources\":[{Compiled(RulesForm.Text, ExamplePath)},{Compiled(RulesForm.Yaml, "hookrules.yaml")}]}}",
        };

    private string Compiled(RulesForm form, string path)
    {
        var text = Formatter.Format(new SourceText(ExamplePath, Good), form)!;
        return $"{{\"path\":\"{path}\",\"sha256\":\"{new SourceText(path, text).Sha256}\"}}";
    }

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context)
    {
        if (context.ProjectDir is not { } folder || compilation.Files is not [{ Source: { } main }, ..])
            yield break;
        var layer = ProjectFiles.Of(Path.Combine(folder, Path.GetFileName(main.Path))).Layer;
        // The settings of the user and of a plugin lie elsewhere.
        if (layer is not (Layer.Project or Layer.Personal))
            yield break;
        var settings = Path.Combine(folder, ".claude", "settings.json");
        var target = new EmissionTarget(folder, settings, RuntimeMode.Launcher, null, layer);
        if (SumsOf(target.PlanPath) is not { } compiled)
            yield break;
        foreach (
            var source in compilation.Sources.Where(source => compiled.GetValueOrDefault(source.Path) is { } sum && sum != source.Sha256)
        )
            yield return Found(
                new SourceRef(source.Path, 1, 1, 1, 1),
                "this file was changed after it was compiled: what runs is what it said then",
                "run: hookrules compile"
            );
    }

    /// <summary>The sums of the files that were compiled, by their names; null where nothing was, or it cannot be read.</summary>
    private static Dictionary<string, string>? SumsOf(string plan)
    {
        try
        {
            if (!File.Exists(plan) || JsonNode.Parse(RegularFile.ReadAllBytes(plan))?["sources"] is not JsonArray sources)
                return null;
            var sums = new Dictionary<string, string>(StringComparer.Ordinal);
            foreach (var source in sources)
                if (source?["path"]?.GetValue<string>() is { } path && source["sha256"]?.GetValue<string>() is { } sum)
                    sums[path] = sum;
            return sums;
        }
        catch (Exception e) when (e is JsonException or InvalidOperationException or IOException or UnauthorizedAccessException)
        {
            return null;
        }
    }
}
