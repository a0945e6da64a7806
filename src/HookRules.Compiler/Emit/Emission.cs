using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit.Services;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>A file as it is and as it should be; null is "no file".</summary>
/// <param name="MachineOnly">It is about this machine alone and never stale.</param>
/// <param name="IsShared">Others write it too: the settings.</param>
public sealed record FileChange(string Path, byte[]? Before, byte[]? After, bool MachineOnly = false, bool IsShared = false)
{
    public bool IsNeeded => Before is null ? After is not null : After is null || !Before.AsSpan().SequenceEqual(After);
}

/// <summary>All that <c>compile</c> would change, not yet written.</summary>
public sealed record EmissionResult(
    ImmutableArray<FileChange> Changes,
    ImmutableArray<SettingsEntry> Entries,
    ImmutableArray<Diagnostic> Diagnostics
)
{
    public bool Failed => Diagnostics.Any(diagnostic => diagnostic.Severity == Severity.Error);

    public bool IsStale => Changes.Any(change => change.IsNeeded && !change.MachineOnly);

    /// <summary>Writes each file atomically; plan and launchers before the settings that name them.</summary>
    /// <returns>False if somebody changed the settings since they were read: they are left as they are, and all is to be made
    /// anew.</returns>
    public bool Write()
    {
        foreach (var change in Changes.Where(change => change.IsNeeded))
        {
            if (change.IsShared)
            {
                if (!AtomicFile.WriteUnlessChanged(change.Path, change.Before, change.After))
                    return false;
            }
            else if (change.After is not null)
                AtomicFile.WriteInPlace(change.Path, change.After);
            else
                File.Delete(change.Path);
        }

        // The inner ones first: .claude is empty only then.
        foreach (
            var folder in Changes
                .Where(change => change.After is null)
                .Select(change => Path.GetDirectoryName(change.Path)!)
                .Distinct()
                .OrderByDescending(folder => folder.Length)
        )
            if (Directory.Exists(folder) && !Directory.EnumerateFileSystemEntries(folder).Any())
                Directory.Delete(folder);
        return true;
    }
}

/// <summary>Where compile writes.</summary>
/// <param name="ProjectDir">Absolute path of the project folder.</param>
/// <param name="SettingsPath">Absolute path of the settings file.</param>
/// <param name="RuntimeDirectory">Where hook process and command line are on this machine; null if unknown.</param>
public sealed record EmissionTarget(
    string ProjectDir,
    string SettingsPath,
    RuntimeMode Runtime,
    string? RuntimeDirectory,
    Layer Layer = Layer.Project
)
{
    private const string Home = "~/";

    /// <summary>Beside the settings; what is personal has a folder of its own below the project's.</summary>
    public string PlanFolder { get; } =
        Layer == Layer.Personal
            ? System.IO.Path.Combine(ProjectDir, ProjectLayout.ClaudeFolder, ProjectLayout.Folder, ProjectLayout.PersonalFolder)
            : System.IO.Path.Combine(System.IO.Path.GetDirectoryName(SettingsPath)!, ProjectLayout.Folder);

    public string PlanPath => System.IO.Path.Combine(PlanFolder, ProjectLayout.Plan);

    /// <summary>All that compile writes into the plan's folder.</summary>
    public IEnumerable<string> FileNames =>
        [ProjectLayout.Plan, ProjectLayout.PreviousPlan, .. RuntimeEmitter.Emit("").Select(file => file.Name)];

    public string SettingsName => Name(SettingsPath);

    /// <summary>How the entries name plan and launcher: by a variable where the layer has them, else by the folder's path.</summary>
    public EmitOptions Options =>
        new(
            Runtime,
            Layer switch
            {
                Layer.Personal => null,
                Layer.Plugin when PlanFolder == System.IO.Path.Combine(ProjectDir, "hooks", ProjectLayout.Folder) => null,
                Layer.Project when PlanFolder == System.IO.Path.Combine(ProjectDir, ProjectLayout.ClaudeFolder, ProjectLayout.Folder) =>
                    null,
                _ => PlanFolder,
            },
            Layer
        )
        {
            // A pattern of Claude Code's never matches across a line end, so no file of such a folder would start the hook.
            CanFilter = !ProjectDir.AsSpan().ContainsAny("\n\r\u2028\u2029"),
        };

    /// <summary>A path as messages show it: below the project folder relative to it.</summary>
    public string Name(string path)
    {
        var relative = System.IO.Path.GetRelativePath(ProjectDir, path);
        return relative.StartsWith("..", StringComparison.Ordinal)
            ? path.Replace('\\', '/')
            : (Layer == Layer.User ? Home : "") + relative.Replace('\\', '/');
    }

    /// <summary>The path that has such a name.</summary>
    public string PathOf(string name) =>
        System.IO.Path.GetFullPath(name.StartsWith(Home, StringComparison.Ordinal) ? name[Home.Length..] : name, ProjectDir);
}

/// <summary>From a rule graph to the files that <c>compile</c> writes, and back to none.</summary>
public static class Emission
{
    public static EmissionResult Create(RuleGraph graph, EmissionTarget target) => Create(graph, target, services: null);

    /// <param name="services">Null where no consumer is this plan's own.</param>
    internal static EmissionResult Create(RuleGraph graph, EmissionTarget target, ServicesWanted? services)
    {
        if (WrittenLinks.Refused(target) is { } link)
            return new EmissionResult([], [], [link]);
        var (settings, unreadable) = SettingsFile.Read(target.SettingsPath, target.SettingsName);
        if (unreadable is not null)
            return new EmissionResult([], [], [unreadable]);

        var (resolved, conflict) = MergeConflict.Resolve(settings, target.SettingsName);
        if (conflict is not null)
            return new EmissionResult([], [], [conflict]);

        var existing = ExistingPlan.Read(target.PlanPath);
        var (text, hash) = RuleGraphJson.Write(graph, RuntimeEmitter.Version);
        var entries = SettingsEmitter.Emit(graph, hash, target.Options);
        var merged = SettingsMerge.Apply(resolved, entries, existing.Records.GetValueOrDefault(target.SettingsName), target.SettingsName);
        if (merged.Failed)
            return new EmissionResult([], entries, merged.Diagnostics);

        var plan = RuleGraphJson.WithRecord(text, existing.With(target.SettingsName, merged.Record).RecordText());

        var (serviceFiles, unwritten) = services is null
            ? ([], [])
            : new ServiceFolder(target).Update(services, new(() => RuleGraphJson.Read(plan).Graph));
        if (unwritten.Count > 0)
            return new EmissionResult([], entries, [.. merged.Diagnostics, .. unwritten]);

        var changes = ImmutableArray.CreateBuilder<FileChange>();
        foreach (var file in RuntimeEmitter.Emit(target.RuntimeDirectory, graph.Settings.Install, target.Layer))
            changes.Add(Change(Path.Combine(target.PlanFolder, file.Name), Encoding.UTF8.GetBytes(file.Text), file.MachineOnly));
        if (existing is { Text: { } before, Hash: { } old } && old != hash)
            changes.Add(Change(Path.Combine(target.PlanFolder, ProjectLayout.PreviousPlan), before, machineOnly: true));
        changes.Add(new FileChange(target.PlanPath, existing.Text, plan));
        changes.AddRange(serviceFiles);
        changes.Add(SettingsChange(target.SettingsPath, settings, merged.Text));
        var diagnostics = WrittenLinks.LeavesTheRepository(target) is { } leaves ? merged.Diagnostics.Add(leaves) : merged.Diagnostics;
        return new EmissionResult(changes.ToImmutable(), entries, diagnostics);
    }

    /// <summary>Takes everything away again: our entries from the settings file, and the files beside the plan.</summary>
    public static EmissionResult Remove(EmissionTarget target)
    {
        if (WrittenLinks.Refused(target) is { } link)
            return new EmissionResult([], [], [link]);
        var (settings, unreadable) = SettingsFile.Read(target.SettingsPath, target.SettingsName);
        if (unreadable is not null)
            return new EmissionResult([], [], [unreadable]);

        var changes = ImmutableArray.CreateBuilder<FileChange>();
        ImmutableArray<Diagnostic> diagnostics = [];
        var (resolved, conflict) = MergeConflict.Resolve(settings, target.SettingsName);
        if (conflict is not null)
            return new EmissionResult([], [], [conflict]);
        var existing = ExistingPlan.Read(target.PlanPath);
        if (resolved is not null)
        {
            var (text, problems) = SettingsMerge.Remove(
                resolved,
                existing.Records.GetValueOrDefault(target.SettingsName),
                target.SettingsName
            );
            diagnostics = problems;
            if (problems.Any(problem => problem.Severity == Severity.Error))
                return new EmissionResult([], [], problems);
            changes.Add(SettingsChange(target.SettingsPath, settings, text));
        }

        var left = existing.Without(target.SettingsName);
        if (left.Records.Keys.Any(name => File.Exists(target.PathOf(name))) && left.Rewritten() is { } rewritten)
        {
            // Another settings file, such as settings.local.json, still names this plan.
            changes.Add(new FileChange(target.PlanPath, existing.Text, rewritten));
            return new EmissionResult(changes.ToImmutable(), [], diagnostics);
        }

        foreach (var name in target.FileNames)
        {
            var path = Path.Combine(target.PlanFolder, name);
            if (File.Exists(path))
                changes.Add(new FileChange(path, RegularFile.ReadAllBytes(path), null));
        }

        changes.AddRange(new ServiceFolder(target).Removal());

        return new EmissionResult(changes.ToImmutable(), [], diagnostics);
    }

    private static FileChange Change(string path, byte[] after, bool machineOnly) =>
        new(path, File.Exists(path) ? RegularFile.ReadAllBytes(path) : null, after, machineOnly);

    private static FileChange SettingsChange(string path, string? before, string? after) =>
        new(
            path,
            before is null ? null : Encoding.UTF8.GetBytes(before),
            after is null ? null : Encoding.UTF8.GetBytes(after),
            IsShared: true
        );
}
