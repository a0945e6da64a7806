using System.Text.Json;
using HookRules.Cli.Commands;
using HookRules.Compiler.Checks;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;

namespace HookRules.Cli.Doctor;

/// <summary>Whether Claude Code loads what the rules say.</summary>
internal static class SettingsChecks
{
    private static readonly string[] Managed =
    [
        "/etc/claude-code/managed-settings.json",
        "/Library/Application Support/ClaudeCode/managed-settings.json",
        "C:/Program Files/ClaudeCode/managed-settings.json",
    ];

    /// <summary>Of settings files: not loaded, switched off, dangerous.</summary>
    private static readonly string[] Told = ["HR3050", "HR3100"];

    public static IEnumerable<Finding> Rules(Patient patient)
    {
        foreach (var (files, compilation, target) in patient.Layers)
        {
            var name = patient.Name(files.File);
            if (compilation.HasErrors)
            {
                var errors = compilation.Diagnostics.Count(one => one.Severity == Severity.Error);
                yield return Finding.Problem(
                    "rules",
                    $"{errors} error{(errors == 1 ? " keeps" : "s keep")} it from being compiled, so older rules are in force",
                    name,
                    "run: hookrules lint"
                );
                continue;
            }

            var emission = CompileCommand.Emit(patient.Cli, compilation.Graph, target);
            if (emission.Failed)
            {
                foreach (var diagnostic in emission.Diagnostics.Where(one => one.Severity == Severity.Error))
                    yield return Of("rules", diagnostic);
                continue;
            }

            var stale = EmissionCheck.StaleFiles(target, emission);
            if (stale.Count == 0)
                yield return Finding.Ok("rules", "compiled as they are", name);
            else
                yield return Finding.Problem(
                    "rules",
                    File.Exists(target.PlanPath)
                        ? $"not compiled since they were changed: {string.Join(", ", stale)} "
                            + $"{(stale.Count == 1 ? "is" : "are")} out of date"
                        : "never compiled, so nothing of them is in force",
                    name,
                    "run: hookrules compile"
                ) with
                {
                    Fix = () =>
                        CompileCommand.Compile(patient.Cli with { Out = TextWriter.Null }, files.File) == ExitCode.Ok
                            ? null
                            : "it does not compile",
                };
            foreach (var diagnostic in Surroundings.Of(target, files.File, patient.Cli.Environment))
                yield return Of("git", diagnostic);
            foreach (var diagnostic in EmissionCheck.Of(target, patient.Cli.Environment).Where(one => one.Code != "HR3100"))
                yield return Of("local", diagnostic);
        }

        foreach (var (path, plan, problem) in patient.Plans)
            if (plan is null)
                yield return Finding.Problem("plan", $"it cannot be read: {problem}", patient.Name(path), "run: hookrules compile");
    }

    public static IEnumerable<Finding> Layers(Patient patient)
    {
        for (var i = 0; i < patient.Layers.Count; i++)
        for (var j = i + 1; j < patient.Layers.Count; j++)
            foreach (var diagnostic in LayerRules.Repeated(patient.Layers[i].Compilation, patient.Layers[j].Compilation))
                yield return Of("layers", diagnostic);
    }

    public static IEnumerable<Finding> Settings(Patient patient)
    {
        var files = LintFiles.SettingsOf(patient.ProjectDir).Select(file => file.Path);
        if (RulesProject.Home(patient.Cli) is { } home && home != patient.ProjectDir)
            files = files.Append(Path.Combine(home, ".claude", "settings.json"));
        foreach (var path in files.Concat(Managed).Where(File.Exists))
        {
            var name = patient.Name(path);
            var (text, unreadable) = SettingsFile.Read(path, name);
            if (unreadable is not null)
            {
                yield return Of("settings", unreadable);
                continue;
            }

            var found = Linter
                .Settings(name, text!, new ProjectContext(patient.ProjectDir, patient.Cli.Environment("PATH")))
                .Where(one => one.Severity == Severity.Error || Told.Contains(one.Code))
                .ToList();
            foreach (var diagnostic in found)
                yield return Of("settings", diagnostic) with
                {
                    Grade = Grade.Problem,
                };
            if (IsOn(text!, "disableAllHooks") && found.All(one => one.Code != "HR3050"))
                yield return Finding.Problem(
                    "settings",
                    "\"disableAllHooks\" is true, so no hook runs",
                    name,
                    "remove it when the hooks shall run again"
                );
            if (Managed.Contains(path) && IsOn(text!, "allowManagedHooksOnly"))
                yield return Finding.Problem(
                    "settings",
                    "\"allowManagedHooksOnly\" is true, so hooks of projects and users do not run",
                    name,
                    "ask who manages this machine"
                );
            if (found.Count == 0)
                yield return Finding.Ok("settings", "Claude Code loads it", name);
        }
    }

    private static bool IsOn(string text, string name)
    {
        try
        {
            using var document = JsonDocument.Parse(text);
            return document.RootElement.ValueKind == JsonValueKind.Object
                && document.RootElement.TryGetProperty(name, out var value)
                && value.ValueKind == JsonValueKind.True;
        }
        catch (JsonException)
        {
            return false;
        }
    }

    private static Finding Of(string check, Diagnostic diagnostic) =>
        new(
            check,
            diagnostic.Severity == Severity.Hint ? Grade.Hint : Grade.Problem,
            diagnostic.Message,
            $"{diagnostic.At.File}:{diagnostic.At.Line}",
            diagnostic.Fix ?? $"why, and an example: hookrules explain {diagnostic.Code}"
        );
}
