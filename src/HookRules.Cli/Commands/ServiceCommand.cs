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

    private sealed record Wanted(ServiceKind Kind, ServiceDetails Details);

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
            if (ServiceKinds.ParseAll(parsed.GetValue(kind)!, out var problem) is not [var found])
            {
                cli.Error.WriteLine(Printable.Line($"hookrules: {problem ?? "--kind takes one kind"}"));
                return ExitCode.Usage;
            }

            var isUninstall = name == "uninstall";
            var details = new ServiceDetails(
                parsed.GetValue(group),
                isUninstall ? null : parsed.GetValue(user),
                isUninstall ? null : parsed.GetValue(image)
            );
            return RunningProject.Find(cli, parsed.GetValue(plan)) is { } project
                ? act(cli, project, new Wanted(found, details))
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
        var place = ServicePlace.Of(
            wanted.Kind,
            ProjectService.NameOf(project.State, wanted.Details.Group),
            cli.Environment,
            out var problem
        );
        if ((problem ?? place!.Refusal()) is not { } why)
            return place;
        cli.Error.WriteLine(Printable.Line($"hookrules: {why}"));
        return null;
    }

    private static string? Render(Cli cli, RunningProject project, Wanted wanted)
    {
        using var plan = PlanFile.Open(project.Plan, out var problem);
        var graph = plan is null ? null : Doctor.Patient.Read(project.Plan).Plan?.Graph;
        var (service, missing) = graph is null
            ? (null, $"{project.Plan}: {problem ?? "it cannot be read"}; run: hookrules compile")
            : ProjectService.Of(cli, project, graph, wanted.Kind, wanted.Details);
        problem = missing;
        var text = service is null ? null : ServiceFile.Render(wanted.Kind, service, out problem);
        if (text is null)
            cli.Error.WriteLine(Printable.Line($"hookrules: {problem}"));
        else if (graph!.Settings.Consumer != ConsumerMode.Service)
            cli.Error.WriteLine(ProjectService.HooksStartOthers);
        return text;
    }
}
