using System.CommandLine;
using HookRules.Engine;

namespace HookRules.Cli;

/// <summary>The project whose consumer, spool and journal a command is about.</summary>
/// <param name="Plan">Absolute path of its plan.</param>
internal sealed record RunningProject(string Plan, string ProjectDir, StateFolder State)
{
    public const string PlanBelowProject = ".claude/hookrules/plan.json";

    public static Option<string?> PlanOption =>
        new(ProjectLayout.PlanArgument)
        {
            Description = $"The compiled plan; without it {PlanBelowProject} is looked for from here up.",
            HelpName = "PATH",
        };

    /// <summary>Null, with the reason printed, where there is none.</summary>
    public static RunningProject? Find(Cli cli, string? planPath)
    {
        if (FindPlan(cli, null, planPath) is not { } plan)
            return null;
        var project = ProjectOf(cli, plan);
        return new RunningProject(plan, project, StateFolder.Locate(project, cli.Environment));
    }

    public static string? FindPlan(Cli cli, string? file, string? planPath)
    {
        if (planPath is not null)
        {
            var named = Path.GetFullPath(planPath, cli.WorkingDirectory);
            return File.Exists(named) ? named : Missing($"there is no plan {planPath}; run: hookrules compile");
        }

        if (file is not null)
        {
            var rules = Path.GetFullPath(file, cli.WorkingDirectory);
            if (!File.Exists(rules))
                return Missing($"there is no file {file}");
            var folder = Path.GetDirectoryName(rules)!;
            var project = Path.GetFileName(folder) == ProjectLayout.ClaudeFolder ? Path.GetDirectoryName(folder)! : folder;
            return File.Exists(Path.Join(project, PlanBelowProject))
                ? Path.Join(project, PlanBelowProject)
                : Missing($"{file} has no compiled plan ({PlanBelowProject}); run: hookrules compile {file}");
        }

        for (var folder = cli.WorkingDirectory; folder is not null; folder = Path.GetDirectoryName(folder))
        {
            if (File.Exists(Path.Join(folder, PlanBelowProject)))
                return Path.Join(folder, PlanBelowProject);
        }

        return Missing($"no {PlanBelowProject} here or in a folder above; run: hookrules compile");

        string? Missing(string why)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {why}"));
            return null;
        }
    }

    // A plan elsewhere belongs to settings of the user's own: then it is the folder that counts in which the consumer is started.
    public static string ProjectOf(Cli cli, string plan) =>
        plan.Replace('\\', '/').EndsWith("/" + PlanBelowProject, StringComparison.Ordinal)
        // The plan of the user's own rules serves every project.
        && Path.GetFullPath(Path.Join(Path.GetDirectoryName(plan), "../..")) != RulesProject.Home(cli)
            ? Path.GetFullPath(Path.Join(Path.GetDirectoryName(plan), "../.."))
            : cli.WorkingDirectory;
}
