using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Checks;

/// <summary>What makes the files that <c>compile</c> writes worthless, although each of them is right.</summary>
public static class Surroundings
{
    /// <param name="rules">Absolute path of the rules file.</param>
    /// <param name="environment">Where git finds itself and its user.</param>
    public static IEnumerable<Diagnostic> Of(EmissionTarget target, string rules, Func<string, string?> environment)
    {
        var at = new SourceRef(target.Name(rules), 1, 1, 1, 1);
        if (target.Layer is Layer.Project or Layer.Plugin && Ignored(target, rules, environment) is { Count: > 0 } ignored)
            yield return DiagnosticCatalog.IgnoredByGit(at, ignored);
        if (
            target.Runtime == RuntimeMode.Path
            && new ProjectContext(target.ProjectDir, environment("PATH")).ProgramExists(ProjectLayout.HookName) is false
        )
            yield return DiagnosticCatalog.NoRuntimeOnPath(at);
    }

    /// <summary>The files to commit that no commit would take.</summary>
    private static List<string> Ignored(EmissionTarget target, string rules, Func<string, string?> environment)
    {
        var root = ProjectFiles.RootOf(target.ProjectDir);
        if (!Path.Exists(Path.Combine(root, ".git")))
            return [];
        var committed = RuntimeEmitter
            .Emit(runtimeDirectory: null)
            .Select(file => Path.Combine(target.PlanFolder, file.Name))
            .Prepend(target.PlanPath)
            .Prepend(target.SettingsPath)
            .Prepend(rules)
            .Where(path => RealPath.IsInside(path, root))
            .ToArray();
        // What git has already is not ignored, whatever its lists say. The names end with NUL, so that it quotes none.
        var answer = new GitProcess(environment, root, "file").Run(
            System.Text.Encoding.UTF8.GetBytes(string.Join('\0', committed) + "\0"),
            1 << 16,
            CancellationToken.None,
            "check-ignore",
            "-z",
            "--stdin"
        );
        return answer.Succeeded ? [.. answer.Stdout.Text.Split('\0', StringSplitOptions.RemoveEmptyEntries).Select(target.Name)] : [];
    }
}
