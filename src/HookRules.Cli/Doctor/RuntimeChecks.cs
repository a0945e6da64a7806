using System.Collections;
using System.Collections.Immutable;
using System.Text;
using HookRules.Compiler;
using HookRules.Compiler.Emit;
using HookRules.Engine;
using HookRules.Runtime.Operating;

namespace HookRules.Cli.Doctor;

/// <summary>Whether hook and consumer can be started, and by which program.</summary>
internal static class RuntimeChecks
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);
    private const string Asked = "hookrules-hook ";

    public static IEnumerable<Finding> Launcher(Patient patient)
    {
        if (OperatingSystem.IsWindows())
            yield break;
        foreach (var (path, plan, _) in patient.Plans)
        {
            var launcher = Path.Join(Path.GetDirectoryName(path), ProjectLayout.Launcher);
            var layer = patient.Layers.FirstOrDefault(layer => layer.Target.PlanPath == path).Target?.Layer ?? Layer.Project;
            if (plan is not null)
                yield return Launcher(patient, launcher, patient.Name(launcher), plan, layer);
        }

        foreach (var worktree in Worktrees(patient.ProjectDir))
        {
            var folder = Path.Combine(worktree, Path.GetRelativePath(ProjectFiles.RootOf(patient.ProjectDir), patient.ProjectDir));
            var path = Path.GetFullPath(Path.Join(folder, RunningProject.PlanBelowProject));
            if (!File.Exists(path) || Patient.Read(path).Plan is not { } plan)
                continue;
            var launcher = Path.Join(Path.GetDirectoryName(path), ProjectLayout.Launcher);
            yield return Launcher(patient, launcher, launcher, plan, Layer.Project);
        }
    }

    private static Finding Launcher(Patient patient, string launcher, string name, Plan plan, Layer layer)
    {
        if (!File.Exists(launcher))
            return Finding.Problem(
                "runtime",
                "there is no launcher, so no rule is applied",
                name,
                "take it back from git, or run: hookrules compile"
            );
        // What somebody else wrote is not started, not even to look at it.
        if (!IsCompiled(launcher, plan, layer))
            return Finding.Problem(
                "runtime",
                "the launcher is not the one that this version of compile writes, so it was not started",
                name,
                "look at it, then run: hookrules compile"
            );
        var asked = ChildProcess.Run(
            new ChildSpec
            {
                Argv = ["/bin/sh", launcher, ProjectLayout.ProbeArgument],
                Folder = Path.GetDirectoryName(launcher)!,
                Environment = Environment(patient.Cli),
                Timeout = Patience,
            }
        );
        var said = asked.Stdout.Text.Trim();
        if (asked.Succeeded && said.StartsWith(Asked, StringComparison.Ordinal) && said.Split(' ', 3) is [_, var version, var program])
        {
            patient.Runtime ??= Path.GetDirectoryName(program);
            return version == RuntimeEmitter.Version
                ? Finding.Ok("runtime", $"the launcher starts {program}, version {version}", name)
                : Finding.Problem(
                    "runtime",
                    $"the launcher starts {program}, version {version}, and this program is {RuntimeEmitter.Version}",
                    name,
                    "run: hookrules install, then hookrules compile"
                );
        }

        return Finding.Problem(
            "runtime",
            asked.Stderr.Text.Trim() is { Length: > 0 } error
                ? $"the launcher starts no hook: {error}"
                : "the launcher finds no runtime on this machine",
            name,
            "run: hookrules install"
        );
    }

    private static bool IsCompiled(string launcher, Plan plan, Layer layer) =>
        RuntimeEmitter
            .Emit(runtimeDirectory: null, plan.Graph.Settings.Install, layer)
            .Any(file => file.Name == ProjectLayout.Launcher && file.Text == Encoding.UTF8.GetString(RegularFile.ReadAllBytes(launcher)));

    /// <summary>Starts a consumer as the hook would, which looks around and ends.</summary>
    public static IEnumerable<Finding> Consumer(Patient patient)
    {
        if (patient.Runtime is not { } runtime || patient.Plans.FirstOrDefault(plan => plan.Plan is not null) is not { Path: { } path })
            yield break;
        var program = Path.Join(runtime, ProjectLayout.CommandLineProgram);
        var probed = ChildProcess.Run(
            new ChildSpec
            {
                Argv = [program, "run", ProjectLayout.ProbeArgument, ProjectLayout.PlanArgument, path],
                Folder = patient.ProjectDir,
                Environment = Environment(patient.Cli),
                Timeout = Patience,
            }
        );
        // With 1 it says that its queue is out of reach, which is looked at by itself.
        if (probed.Succeeded || (probed.StartFailure is null && probed.ExitCode == ExitCode.Problems))
        {
            yield return Finding.Ok("consumer", "one can be started", program);
            yield break;
        }

        var said = probed.StartFailure ?? (probed.Stderr.Text + probed.Stdout.Text).Trim();
        yield return Finding.Problem(
            "consumer",
            $"one that is started ends at once: {(said.Length > 0 ? said : $"exit code {probed.ExitCode}, without a word")}",
            program,
            "mend what it says, or run: hookrules install"
        );
    }

    /// <summary>Where the hooks leave it to a service, whether that runs.</summary>
    public static IEnumerable<Finding> Service(Patient patient)
    {
        var plan = patient.Plans.FirstOrDefault(plan => plan.Plan?.Graph.Settings.Consumer == ConsumerMode.Service);
        if (plan.Plan is not null && !ConsumerLook.At(patient.State).Runs)
            yield return Finding.Problem(
                "consumer",
                "the rules say \"consumer service\" and none runs, so events wait",
                patient.Name(plan.Path),
                $"run: {Commands.ServiceCommand.Hint}, or: hookrules run"
            );
    }

    /// <summary>The client that the rules are written for, and the one that is here.</summary>
    public static IEnumerable<Finding> Client(Patient patient)
    {
        var wanted = patient
            .Plans.Select(plan => plan.Plan?.Graph.Settings.Requires)
            .OfType<string>()
            .Select(Compiler.Rules.Binding.ClientVersion.Parse)
            .Max();
        if (wanted is not { } oldest)
            yield break;
        var asked = ChildProcess.Run(
            new ChildSpec
            {
                Argv = ["claude", "--version"],
                Folder = patient.ProjectDir,
                Environment = Environment(patient.Cli),
                Timeout = Patience,
            }
        );
        var said = asked.Stdout.Text.Trim().Split(' ')[0];
        if (!asked.Succeeded || Compiler.Rules.Binding.ClientVersion.Parse(said) is not { } here)
            yield return Finding.Hint(
                "client",
                $"the rules require Claude Code {oldest}; which version is here cannot be told",
                null,
                "compare it with what claude --version says"
            );
        else if (here.CompareTo(oldest) < 0)
            yield return Finding.Problem(
                "client",
                $"Claude Code {here} is older than the rules require ({oldest})",
                null,
                "update Claude Code, or change requires in the rules"
            );
        else
            yield return Finding.Ok("client", $"Claude Code {here}; the rules require {oldest}");
    }

    private static IEnumerable<string> Worktrees(string folder)
    {
        var list = Path.Join(ProjectFiles.RootOf(folder), ".git", "worktrees");
        if (!Directory.Exists(list))
            yield break;
        foreach (var worktree in Directory.EnumerateDirectories(list))
        {
            var file = Path.Join(worktree, "gitdir");
            if (File.Exists(file) && Path.GetDirectoryName(File.ReadAllText(file).Trim()) is { } root && Directory.Exists(root))
                yield return root;
        }
    }

    /// <summary>The variables of this shell, which is what Claude Code most likely has too.</summary>
    private static ImmutableArray<KeyValuePair<string, string>> Environment(Cli cli) =>
        [
            .. from DictionaryEntry variable in System.Environment.GetEnvironmentVariables()
            let name = (string)variable.Key
            let value = cli.Environment(name)
            where value is not null
            select KeyValuePair.Create(name, value),
        ];
}
