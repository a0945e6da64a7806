using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Lint.Commands;
using HookRules.Compiler.Packs;
using HookRules.Compiler.Settings;
using HookRules.Engine;

namespace HookRules.Compiler.Checks;

/// <summary>What <c>compile --check</c> says of what an earlier compile, or somebody else, left.</summary>
public static class EmissionCheck
{
    private const int LongestLocal = 8192;

    /// <summary>The names of the files that compile would change.</summary>
    public static IReadOnlyList<string> StaleFiles(EmissionTarget target, EmissionResult emission) =>
        [
            .. from change in emission.Changes
            where change.IsNeeded && !change.MachineOnly
            orderby change.Path != target.SettingsPath
            select target.Name(change.Path),
        ];

    /// <summary>Entries that are dangerous where they stand, and a <c>local</c> that names no runtime of this machine.</summary>
    /// <param name="environment">Where git finds itself and its user.</param>
    public static IEnumerable<Diagnostic> Of(EmissionTarget target, Func<string, string?> environment)
    {
        var (settings, _) = SettingsFile.Read(target.SettingsPath, target.SettingsName);
        var dangerous = new ShellWithArgs().Code;
        var found = settings is null ? [] : Linter.Settings(target.SettingsName, settings).Where(one => one.Code == dangerous);
        return Local(target, environment) is { } local ? found.Append(local) : found;
    }

    private static Diagnostic? Local(EmissionTarget target, Func<string, string?> environment)
    {
        var path = Path.Combine(target.PlanFolder, ProjectLayout.LocalRuntime);
        if (!Path.Exists(path))
            return null;
        var name = target.Name(path);
        var at = new SourceRef(name, 1, 1, 1, 1);
        if (!OperatingSystem.IsWindows() && Libc.Status(path) is not { IsFile: true } || new FileInfo(path).Length > LongestLocal)
            return DiagnosticCatalog.LocalNotUsable(at, "it is no file that compile wrote", "remove it, then run: hookrules compile");
        if (IsTracked(target.ProjectDir, path, environment))
            return DiagnosticCatalog.LocalNotUsable(
                at,
                "it is committed, so each machine would run what it names",
                $"run: git rm --cached {ShellQuoting.Quote(name)}"
            );
        var runtime = File.ReadAllText(path).TrimEnd('\r', '\n');
        if (!Path.IsPathFullyQualified(runtime))
            return DiagnosticCatalog.LocalNotUsable(at, $"\"{runtime}\" is no absolute path");
        if (!File.Exists(Path.Combine(runtime, ProjectLayout.HookProgram)))
            return DiagnosticCatalog.LocalNotUsable(at, $"there is no {ProjectLayout.HookProgram} in {runtime}");
        return target.RuntimeDirectory is { } own && Path.TrimEndingDirectorySeparator(own) != Path.TrimEndingDirectorySeparator(runtime)
            ? DiagnosticCatalog.LocalNamesAnother(at, runtime, own)
            : null;
    }

    private static bool IsTracked(string folder, string path, Func<string, string?> environment) =>
        Path.Exists(Path.Combine(ProjectFiles.RootOf(folder), ".git"))
        && new GitProcess(environment, folder, "file")
            .Run(default, 4096, CancellationToken.None, "ls-files", "--error-unmatch", "--", path)
            .Succeeded;
}
