using HookRules.Cli.Commands;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Engine;

namespace HookRules.Cli.Doctor;

/// <summary>What is looked at: a project with its rules, its settings and its state.</summary>
internal sealed record Patient(Cli Cli, string ProjectDir, StateFolder State)
{
    /// <summary>The rules of project and person, each with where compile writes.</summary>
    public required IReadOnlyList<(ProjectFiles Files, Compilation Compilation, EmissionTarget Target)> Layers { get; init; }

    /// <summary>The plans that there are, with what they say; null where one cannot be read.</summary>
    public required IReadOnlyList<(string Path, Plan? Plan, string? Problem)> Plans { get; init; }

    /// <summary>The folder of the runtime that the launcher starts, once it has been found.</summary>
    public string? Runtime { get; set; }

    public string Name(string path)
    {
        var relative = Path.GetRelativePath(ProjectDir, path);
        return relative.StartsWith("..", StringComparison.Ordinal) ? path : relative.Replace('\\', '/');
    }

    /// <summary>Null where there is neither a rules file nor a plan.</summary>
    public static Patient? Find(Cli cli)
    {
        var home = RulesProject.Home(cli);
        var project = ProjectFiles.Find(cli.WorkingDirectory, home);
        var folder = project?.ProjectDir ?? ProjectFiles.RootOf(cli.WorkingDirectory);
        var own = ProjectFiles.FindPersonal(folder, project, home);
        var user = home is null || home == folder ? null : ProjectFiles.In(home, ProjectFiles.Names, home);
        var layers = new[] { project, own, user }
            .OfType<ProjectFiles>()
            .Select(files => (files, Compilation.Of(files), CompileCommand.TargetOf(cli, files.ProjectDir, files.Layer)))
            .ToList();
        var plans = layers
            .Select(layer => layer.Item3.PlanPath)
            .Append(Path.Join(folder, RunningProject.PlanBelowProject))
            .Distinct(StringComparer.Ordinal)
            .Where(File.Exists)
            .Select(Read)
            .ToList();
        return layers.Count + plans.Count == 0
            ? null
            : new Patient(cli, folder, StateFolder.Locate(folder, cli.Environment)) { Layers = layers, Plans = plans };
    }

    public static (string Path, Plan? Plan, string? Problem) Read(string path)
    {
        try
        {
            return (path, RuleGraphJson.Read(RegularFile.ReadAllBytes(path)), null);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException or PlanCorruptException or ArgumentException)
        {
            return (path, null, e.Message);
        }
    }
}
