using System.CommandLine;
using HookRules.Cli.Install;
using HookRules.Compiler.Emit.Services;
using HookRules.Engine;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules service</c>: a consumer that the system starts and keeps running, instead of the hooks.</summary>
internal static class ServiceCommand
{
    /// <summary>What to do where rules leave it to a service and none runs.</summary>
    public static string Hint => $"hookrules service install --kind {ServiceKinds.Usual.Word()}";

    public static Command Create(Cli cli) =>
        new(
            "service",
            "A consumer that systemd, launchd, the Task Scheduler or compose starts and keeps running: write \"consumer service\" in the "
                + "rules, and no hook starts one.\n\nExample: hookrules service install --kind systemd"
        )
        {
            Below(cli, "print", "Print the service file; nothing is written.\n\nExample: hookrules service print --kind launchd", Print),
            Below(
                cli,
                "install",
                "Write the service file to your user's place, and say what starts it.\n\nExample: hookrules service install --kind systemd",
                Install
            ),
            Below(
                cli,
                "uninstall",
                "Take the service file away again; one that hookrules did not write stays.\n\n"
                    + "Example: hookrules service uninstall --kind systemd",
                Uninstall
            ),
        };

    private sealed record Wanted(ServiceKind Kind, string? Group, string? User, string? Image);

    private static Command Below(Cli cli, string name, string description, Func<Cli, RunningProject, Wanted, int> act)
    {
        var kind = new Option<string>("--kind")
        {
            Description = "What starts it: systemd of this user or of the machine, launchd, the Task Scheduler, docker compose.",
            HelpName = ServiceKinds.All,
            Required = true,
        };
        var plan = RunningProject.PlanOption;
        var group = new Option<string?>("--group") { Description = "A consumer of this group alone.", HelpName = "NAME" };
        var user = new Option<string?>("--user")
        {
            Description = "Of systemd-system: as whom it runs; whoever calls this if not given.",
            HelpName = "NAME",
        };
        var image = new Option<string?>("--image")
        {
            Description = "Of compose: an image with the programs that the actions start.",
            HelpName = "IMAGE",
        };
        var command = new Command(name, description) { kind, plan, group };
        if (name != "uninstall")
            foreach (var option in new[] { user, image })
                command.Add(option);
        command.SetAction(parsed =>
        {
            var word = parsed.GetValue(kind)!;
            if (ServiceKinds.Parse(word) is not { } found)
            {
                cli.Error.WriteLine(
                    Printable.Line(
                        $"hookrules: unknown kind \"{word}\"; there are {ServiceKinds.All.Replace("|", ", ", StringComparison.Ordinal)}"
                    )
                );
                return ExitCode.Usage;
            }

            return RunningProject.Find(cli, parsed.GetValue(plan)) is { } project
                ? act(
                    cli,
                    project,
                    name == "uninstall"
                        ? new Wanted(found, parsed.GetValue(group), null, null)
                        : new Wanted(found, parsed.GetValue(group), parsed.GetValue(user), parsed.GetValue(image))
                )
                : ExitCode.CouldNot;
        });
        return command;
    }

    private static int Print(Cli cli, RunningProject project, Wanted wanted)
    {
        if (Render(cli, project, wanted) is not { } text)
            return ExitCode.CouldNot;
        cli.Out.Write(text);
        return ExitCode.Ok;
    }

    private static int Install(Cli cli, RunningProject project, Wanted wanted)
    {
        if (Place(cli, project, wanted) is not { } place || Render(cli, project, wanted) is not { } text)
            return ExitCode.CouldNot;
        // What is mounted into a container has to be there.
        if (wanted.Kind == ServiceKind.Compose && project.State.Prepare() is { } problem)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {problem}"));
            return ExitCode.CouldNot;
        }

        place.Write(text);
        cli.Out.WriteLine(Printable.Line($"written: {place.Path}"));
        cli.Out.WriteLine(Printable.Line($"start it: {place.Start}"));
        if (wanted.Kind == ServiceKind.Systemd)
            cli.Out.WriteLine("so that it runs while you are not logged in: loginctl enable-linger");
        return ExitCode.Ok;
    }

    private static int Uninstall(Cli cli, RunningProject project, Wanted wanted)
    {
        if (Place(cli, project, wanted) is not { } place)
            return ExitCode.CouldNot;
        if (!File.Exists(place.Path))
        {
            cli.Out.WriteLine(Printable.Line($"There is no {place.Path}."));
            return ExitCode.Ok;
        }

        File.Delete(place.Path);
        cli.Out.WriteLine(Printable.Line($"removed: {place.Path}"));
        cli.Out.WriteLine(Printable.Line($"end it where it runs: {place.Stop}"));
        return ExitCode.Ok;
    }

    private static ServicePlace? Place(Cli cli, RunningProject project, Wanted wanted)
    {
        var place = ServicePlace.Of(wanted.Kind, NameOf(project, wanted), cli.Environment, out var problem);
        if ((problem ?? place!.Refusal()) is not { } why)
            return place;
        cli.Error.WriteLine(Printable.Line($"hookrules: {why}"));
        return null;
    }

    private static string? Render(Cli cli, RunningProject project, Wanted wanted)
    {
        using var plan = PlanFile.Open(project.Plan, out var problem);
        var graph = plan is null ? null : Doctor.Patient.Read(project.Plan).Plan?.Graph;
        var program = Program(cli);
        problem =
            graph is null ? $"{project.Plan}: {problem ?? "it cannot be read"}; run: hookrules compile"
            : program is null ? "there is no hook process beside this command line; in a checkout run: ./hookrules install"
            : null;
        var text = problem is null ? ServiceFile.Render(wanted.Kind, Of(cli, project, wanted, graph!, program!), out problem) : null;
        if (text is null)
            cli.Error.WriteLine(Printable.Line($"hookrules: {problem}"));
        else if (graph!.Settings.Consumer != ConsumerMode.Service)
            cli.Error.WriteLine("hookrules: the rules do not say \"consumer service\", so hooks start consumers of their own too.");
        return text;
    }

    private static ConsumerService Of(Cli cli, RunningProject project, Wanted wanted, RuleGraph graph, string program)
    {
        var name = NameOf(project, wanted);
        var named = new[] { "PATH", "LANG", "XDG_STATE_HOME" };
        var isCompose = wanted.Kind == ServiceKind.Compose;
        // A container has other folders of its own: there the user's places are named.
        var places = isCompose ? new[] { "HOME", "XDG_RUNTIME_DIR" } : [];
        var runtime = cli.Environment("XDG_RUNTIME_DIR");
        var shared = isCompose && runtime is { Length: > 0 } ? Path.Join(runtime, ProjectLayout.Folder) : null;
        return new ConsumerService(name, project.ProjectDir, project.Plan, program, project.State.Path)
        {
            Environment =
            [
                .. from variable in (isCompose ? named.Except(["PATH"]) : named).Concat(places)
                let value = cli.Environment(variable)
                where value is { Length: > 0 }
                select (variable, value),
            ],
            Passed = [.. graph.Settings.Environment.Where(IsName)],
            StopSeconds = ConsumerService.StopSecondsOf(graph),
            Group = wanted.Group,
            User = wanted.User ?? cli.Environment("SUDO_USER") ?? cli.Environment("USER"),
            Ids = StateFolder.OwnIds,
            Image = wanted.Image ?? "debian:bookworm-slim",
            Shared = shared is not null && Directory.Exists(shared) ? [shared] : [],
            SecretsFile =
                ServicePlace
                    .Of(ServiceKind.Compose, name, cli.Environment, out _)
                    ?.Path.Replace(".compose.yaml", ".env", StringComparison.Ordinal)
                ?? "/etc/hookrules.env",
        };
    }

    /// <summary>Names the project's state folder, and the group where it is one's.</summary>
    private static string NameOf(RunningProject project, Wanted wanted) =>
        Path.GetFileName(project.State.Path)
        + (wanted.Group is { } group ? "-" + string.Concat(group.Select(c => char.IsAsciiLetterOrDigit(c) ? c : '-')) : "");

    // An upgrade changes what "current" leads to, and the service goes on with that.
    private static string? Program(Cli cli)
    {
        if (InstalledRuntime.Directory is not { } runtime)
            return null;
        var place = InstallFolder.Locate(cli.Environment, null, out _);
        var used =
            place?.InUse is { } inUse && Path.GetFullPath(inUse) == runtime && !OperatingSystem.IsWindows() ? place.Current : runtime;
        return Path.Join(used, ProjectLayout.CommandLineProgram);
    }

    private static bool IsName(string name) => name.Length > 0 && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
}
