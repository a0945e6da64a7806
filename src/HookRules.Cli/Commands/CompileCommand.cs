using System.Collections.Immutable;
using System.CommandLine;
using HookRules.Cli.Install;
using HookRules.Cli.Reports;
using HookRules.Compiler;
using HookRules.Compiler.Checks;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Emit;
using HookRules.Compiler.Emit.Services;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Settings;
using HookRules.Engine;
using HookRules.Runtime.Operating;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules compile</c>: validates, then writes settings.json entries, plan and launchers.</summary>
internal static class CompileCommand
{
    private const int MostTries = 20;

    public static Command Create(Cli cli)
    {
        var file = RulesProject.FileArgument;
        var check = new Option<bool>("--check") { Description = "Write nothing; exit 1 with a diff if anything is stale." };
        var dryRun = new Option<bool>("--dry-run") { Description = "Write nothing; print the diff." };
        var settings = new Option<string?>("--settings")
        {
            Description = "The settings file to merge into; the project's .claude/settings.json if not given.",
            HelpName = "PATH",
        };
        var runtime = new Option<RuntimeMode>("--runtime")
        {
            Description =
                "How Claude Code finds the hook process: through the launcher in .claude/hookrules (if nothing is given), or as "
                + "hookrules-hook on PATH.",
            HelpName = "launcher|path",
        };
        var uninstall = new Option<bool>("--uninstall") { Description = "Take our hook entries and files away again." };
        var format = new Option<DiagnosticFormat>("--format")
        {
            Description = "How problems are printed; text if not given.",
            HelpName = DiagnosticReport.Formats,
        };
        var layer = new Option<Layer?>("--layer")
        {
            Description = "Whose rules these are; without it the name and the place of the rules file say so.",
            HelpName = "project|personal|user|plugin",
        };
        var services = new Option<string?>("--services")
        {
            Description =
                "Also write service files of these kinds into .claude/hookrules/services: "
                + $"{ServiceKinds.Listed}. What lies there is kept up to date by each compile.",
            HelpName = "KIND,…",
        };
        services.CompletionSources.Clear();
        services.CompletionSources.Add(ServiceKinds.All.Split('|'));
        var command = new Command(
            "compile",
            "Validate the rules, merge the fewest possible hook entries into settings.json and write the plan that the hook "
                + "process reads.\n\nExample: hookrules compile --dry-run"
        )
        {
            file,
            check,
            dryRun,
            settings,
            runtime,
            layer,
            services,
            uninstall,
            format,
        };
        command.SetAction(parsed =>
        {
            string? problem = null;
            var kinds = parsed.GetValue(services) is { } words ? ServiceKinds.ParseAll(words, out problem) : [];
            if (kinds is null || (kinds is not [] && parsed.GetValue(uninstall)))
            {
                cli.Error.WriteLine(
                    Printable.Line($"hookrules: {problem ?? "--uninstall takes the services away, so --services does not go with it"}")
                );
                return ExitCode.Usage;
            }

            var request = new Request(
                parsed.GetValue(settings),
                parsed.GetValue(runtime),
                parsed.GetValue(check),
                parsed.GetValue(dryRun),
                parsed.GetValue(format),
                KeepsCurrent: true,
                parsed.GetValue(layer),
                Writing(parsed),
                kinds
            );
            return parsed.GetValue(uninstall)
                ? Uninstall(cli, parsed.GetValue(file), request)
                : Compile(cli, parsed.GetValue(file), request);
        });
        return command;
    }

    /// <summary>The same command as one that writes.</summary>
    private static string Writing(ParseResult parsed)
    {
        var words = parsed.Tokens.Select(token => token.Value).ToList();
        if (words.IndexOf("--format") is >= 0 and var format)
            words.RemoveRange(format, 2);
        return "hookrules " + ShellQuoting.Join(words.Where(word => word is not ("--check" or "--dry-run")));
    }

    private sealed record Request(
        string? Settings,
        RuntimeMode Runtime,
        bool Check,
        bool DryRun,
        DiagnosticFormat Format = DiagnosticFormat.Text,
        bool KeepsCurrent = false,
        Layer? Layer = null,
        string Command = "hookrules compile",
        ImmutableArray<ServiceKind>? Services = null
    );

    /// <summary>Compiles a project as the command does; what it would print goes to the given console.</summary>
    public static int Compile(Cli cli, string? file) =>
        Compile(cli, file, new Request(null, RuntimeMode.Launcher, Check: false, DryRun: false));

    private static int Compile(Cli cli, string? file, Request request)
    {
        if (RulesProject.FindAll(cli, file, request.Layer) is not { } all)
            return ExitCode.CouldNot;
        if (request.Services is not [] and not null && !all.Any(files => HasConsumer(Target(cli, files.ProjectDir, files.Layer, request))))
        {
            cli.Error.WriteLine(
                $"hookrules: a service is for the consumer of one project: --services needs {RunningProject.PlanBelowProject}"
            );
            return ExitCode.Usage;
        }

        return all.Select(files => Compile(cli, RulesProject.Of(files), request)).Max();
    }

    /// <summary>The plan is the one by which the consumer of a project is found.</summary>
    private static bool HasConsumer(EmissionTarget target) =>
        target.Layer == Layer.Project && target.PlanPath == Path.Join(target.ProjectDir, RunningProject.PlanBelowProject);

    /// <summary>What compile is to know of services where the plan is that of a consumer.</summary>
    private static ServicesWanted? Services(Cli cli, EmissionTarget target, ImmutableArray<ServiceKind> kinds)
    {
        var project = new RunningProject(target.PlanPath, target.ProjectDir, StateFolder.Locate(target.ProjectDir, cli.Environment));
        return HasConsumer(target)
            ? new ServicesWanted(kinds, (kind, graph) => ProjectService.Of(cli, project, graph, kind, new ServiceDetails()))
            : null;
    }

    /// <summary>What the command would write there if nothing more were asked for.</summary>
    public static EmissionResult Emit(Cli cli, RuleGraph graph, EmissionTarget target) =>
        Emission.Create(graph, target, Services(cli, target, []));

    private static int Compile(Cli cli, RulesProject project, Request request)
    {
        var context = new ProjectContext(project.ProjectDir, cli.Environment("PATH")) { IsPlugin = project.Layer == Layer.Plugin };
        var raised = Linter.Raised(project.Compilation, context);
        if (project.Compilation.HasErrors || raised.Length > 0)
        {
            project.Report(cli, raised, request.Format);
            return ExitCode.Problems;
        }

        var target = Target(cli, project.ProjectDir, project.Layer, request);
        var services = Services(cli, target, request.Services ?? []);
        // Which service files name, so that an upgrade changes nothing in them.
        if (services is { Kinds: not [] } && request is { KeepsCurrent: true, Check: false, DryRun: false })
            KeepCurrent(cli);
        var emission = Emission.Create(project.Compilation.Graph, target, services);
        var stale = emission.Failed || !request.Check ? [] : EmissionCheck.StaleFiles(target, emission);
        var more = emission.Diagnostics.Concat(Linter.Unreachable(project.Compilation, context));
        if (!emission.Failed)
            more = more.Concat(Surroundings.Of(target, project.File, cli.Environment));
        if (!emission.Failed && request.Check)
            more = more.Concat(EmissionCheck.Of(target, cli.Environment));
        // People read it below the diff.
        if (stale.Count > 0 && request.Format != DiagnosticFormat.Text)
            more = more.Append(DiagnosticCatalog.OutOfDate(new SourceRef(stale[0], 1, 1, 1, 1), OutOfDate(stale), request.Command));
        var failed = project.Report(cli, more, request.Format);
        if (services is { Kinds: not [] } && !emission.Failed && project.Compilation.Graph.Settings.Consumer != ConsumerMode.Service)
            cli.Error.WriteLine(ProjectService.HooksStartOthers);
        return failed && (emission.Failed || !request.Check || request.Format != DiagnosticFormat.Text)
            ? ExitCode.Problems
            : Finish(
                cli,
                target,
                emission,
                () => Emission.Create(project.Compilation.Graph, target, services),
                request,
                Summary(project, target, emission),
                project.File,
                failed,
                project.Compilation.Graph.Settings.Record is { IsOn: false }
            );
    }

    private static int Uninstall(Cli cli, string? file, Request request)
    {
        // Rules are not needed to take the hooks away: the folder alone says which project it is.
        var home = RulesProject.Home(cli);
        var named = file is null ? null : ProjectFiles.Of(Path.GetFullPath(file, cli.WorkingDirectory), home);
        var found = named ?? ProjectFiles.Find(cli.WorkingDirectory, home) ?? ProjectFiles.FindPersonal(cli.WorkingDirectory, null, home);
        var projectDir = request.Layer == Layer.User && home is not null ? home : found?.ProjectDir ?? cli.WorkingDirectory;
        var layer = request.Layer ?? found?.Layer ?? Layer.Project;
        var exit = Uninstall(cli, Target(cli, projectDir, layer, request), request);
        var personal = Target(cli, projectDir, Layer.Personal, request);
        return request.Layer is null && file is null && layer == Layer.Project && request.Settings is null && File.Exists(personal.PlanPath)
            ? Math.Max(exit, Uninstall(cli, personal, request))
            : exit;
    }

    private static int Uninstall(Cli cli, EmissionTarget target, Request request)
    {
        var emission = Emission.Remove(target);
        cli.Show(emission.Diagnostics, []);
        return emission.Failed
            ? ExitCode.Problems
            : Finish(
                cli,
                target,
                emission,
                () => Emission.Remove(target),
                request,
                emission.IsStale
                    ? $"Removed the hooks of HookRules from {target.SettingsName}."
                    : $"There are no hooks of HookRules in {target.SettingsName}."
            );
    }

    private static int Finish(
        Cli cli,
        EmissionTarget target,
        EmissionResult emission,
        Func<EmissionResult> again,
        Request request,
        string summary,
        string? rules = null,
        bool failed = false,
        bool recordIsOff = false
    )
    {
        if (request.Check || request.DryRun)
        {
            // The other formats are read by programs, which get the diagnostics and the exit code.
            if (request.Format == DiagnosticFormat.Text)
                // What people look for first; the plan is long.
                foreach (
                    var change in emission
                        .Changes.Where(change => change.IsNeeded && !change.MachineOnly)
                        .OrderByDescending(change => change.Path == target.SettingsPath)
                )
                    UnifiedDiff.Write(cli.Out, change.Path == target.PlanPath ? PlanLines.Of(change) : change, target.Name(change.Path));
            if (!emission.IsStale && !failed && request.Format == DiagnosticFormat.Text)
                cli.Out.WriteLine("Everything is up to date.");
            if (!request.Check)
                return ExitCode.Ok;
            if (emission.IsStale && request.Format == DiagnosticFormat.Text)
                cli.Error.WriteLine(
                    Printable.Line($"hookrules: {OutOfDate(EmissionCheck.StaleFiles(target, emission))}. Run: {request.Command}")
                );
            return emission.IsStale || failed ? ExitCode.Problems : ExitCode.Ok;
        }

        for (var tries = 1; !emission.Write(); tries++)
        {
            if (tries == MostTries)
                throw new IOException(
                    $"{target.SettingsName} changed each time before it could be written: run this again when it is still."
                );
            emission = again();
            if (!emission.Failed)
                continue;
            cli.Show(emission.Diagnostics, []);
            return ExitCode.Problems;
        }

        if (target.Layer == Layer.Personal && rules is not null)
            Ignore(cli, target, rules);
        if (request.KeepsCurrent)
            KeepCurrent(cli);
        if (request.Format == DiagnosticFormat.Text)
            cli.Out.WriteLine(summary);
        if (recordIsOff)
            ForgetRecords(cli, target.ProjectDir);
        return ExitCode.Ok;
    }

    /// <summary>What was recorded before <c>record off</c> goes when its owner says so.</summary>
    private static void ForgetRecords(Cli cli, string projectDir)
    {
        var records = new Records(StateFolder.Locate(projectDir, cli.Environment), cli.Time);
        if (records.IsEmpty)
            return;
        var kept = $"{Human.Size(records.Size)} of recorded events are in {records.Path}";
        if (cli.Asks($"\"record off\": {kept}. Delete them?"))
            records.Delete();
        else
            cli.Error.WriteLine(Printable.Line($"hookrules: {kept}; to delete them: hookrules doctor --clean"));
    }

    private static string OutOfDate(IReadOnlyList<string> files) =>
        $"{string.Join(", ", files)} {(files.Count == 1 ? "is" : "are")} out of date";

    /// <summary>What is one person's is in no commit; the folder of the plan says so itself.</summary>
    private static void Ignore(Cli cli, EmissionTarget target, string rules)
    {
        try
        {
            GitExclude.Add(target.ProjectDir, [rules, target.SettingsPath]);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: git does not ignore {target.SettingsName}: {e.Message}"));
        }
    }

    /// <summary>Fresh clones and worktrees of this user find the runtime by it; a project compiles without.</summary>
    private static void KeepCurrent(Cli cli)
    {
        if (InstalledRuntime.Directory is not { } runtime)
            return;
        try
        {
            InstallFolder.Locate(cli.Environment, directory: null, out _)?.KeepUsable(runtime, RuntimeEmitter.Version);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: other projects may not find the runtime: {e.Message}"));
        }
    }

    /// <summary>Where the command writes when nothing else is named.</summary>
    public static EmissionTarget TargetOf(Cli cli, string projectDir, Layer layer) =>
        Target(cli, projectDir, layer, new Request(null, RuntimeMode.Launcher, Check: false, DryRun: false));

    private static EmissionTarget Target(Cli cli, string projectDir, Layer layer, Request request)
    {
        // The user's own rules may lie anywhere; their settings lie in the home folder.
        if (layer == Layer.User && RulesProject.Home(cli) is { } home)
            projectDir = home;
        var settings = request.Settings is null
            ? Path.Combine(projectDir, layer == Layer.Plugin ? "hooks/hooks.json" : $".claude/{SettingsOf(layer)}")
            : Path.GetFullPath(request.Settings, cli.WorkingDirectory);
        return new EmissionTarget(projectDir, settings, request.Runtime, InstalledRuntime.Directory, layer);
    }

    private static string SettingsOf(Layer layer) => layer == Layer.Personal ? "settings.local.json" : "settings.json";

    private static string Summary(RulesProject project, EmissionTarget target, EmissionResult emission)
    {
        var rules = project.Compilation.Graph.Rules.Length;
        var entries = emission.Entries.Length;
        var events = string.Join(
            ", ",
            emission.Entries.Select(entry => entry.Matcher is null ? entry.Event : $"{entry.Event} {entry.Matcher}")
        );
        return Printable.Line(
            $"{rules} {(rules == 1 ? "rule" : "rules")} in {entries} hook {(entries == 1 ? "entry" : "entries")} of "
                + $"{target.SettingsName}{(entries > 0 ? $": {events}" : "")}"
        );
    }
}
