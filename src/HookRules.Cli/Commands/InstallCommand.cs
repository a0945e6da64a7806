using System.CommandLine;
using HookRules.Cli.Install;
using HookRules.Engine;
using HookRules.Runtime;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules install</c>: puts the running program where the launchers of all projects of this user find it.</summary>
internal static class InstallCommand
{
    public static Command Create(Cli cli)
    {
        var remove = new Option<string?>("--remove")
        {
            Description = "Take a version away; with --all every version and all that hooks and consumers keep, but not your rules.",
            HelpName = "VERSION",
            Arity = ArgumentArity.ZeroOrOne,
        };
        var all = new Option<bool>("--all") { Description = "With --remove: every version." };
        var directory = new Option<string?>("--dir")
        {
            Description = "A folder for the versions, instead of the user's data folder (on Linux ~/.local/share/hookrules).",
            HelpName = "DIR",
        };
        var command = new Command(
            "install",
            "Copy this program and the hook process beside it to the user's place, and put them in use there: launchers of every "
                + "project find them, and ~/.local/bin/hookrules leads to them. Needs no rights of an administrator.\n\n"
                + "Example: hookrules install --remove 0.1.0"
        )
        {
            remove,
            all,
            directory,
        };
        command.SetAction(
            async (parsed, ct) =>
            {
                var removes = parsed.GetResult(remove) is not null;
                var version = parsed.GetValue(remove);
                if (parsed.GetValue(all) ? !removes || version is not null : removes && version is null)
                {
                    cli.Error.WriteLine("hookrules: name one thing to remove: install --remove VERSION, or install --remove --all");
                    return ExitCode.Usage;
                }

                var folder = parsed.GetValue(directory) is { } given ? Path.GetFullPath(given, cli.WorkingDirectory) : null;
                if (InstallFolder.Locate(cli.Environment, folder, out var problem) is not { } place)
                {
                    cli.Error.WriteLine($"hookrules: {problem}.");
                    return ExitCode.CouldNot;
                }

                return removes ? await Remove(cli, place, version, ct).ConfigureAwait(false) : Add(cli, place);
            }
        );
        return command;
    }

    private static int Add(Cli cli, InstallFolder place)
    {
        if (InstalledRuntime.Directory is not { } source)
        {
            cli.Error.WriteLine("hookrules: there is no hook process beside this command line; in a checkout run: ./hookrules install");
            return ExitCode.CouldNot;
        }

        var installation = new Installation(place, cli.Environment);
        installation.Add(source, BuildInfo.Version);
        return Report(cli, installation);
    }

    private static async Task<int> Remove(Cli cli, InstallFolder place, string? version, CancellationToken ct)
    {
        var versions = place.Versions;
        if (version is not null && !versions.Contains(version))
        {
            var there = versions.Count == 0 ? "no version is installed" : $"installed are {string.Join(", ", versions)}";
            cli.Error.WriteLine(Printable.Line($"hookrules: version {version} is not installed in {place.Path}: {there}."));
            return ExitCode.Problems;
        }

        var installation = new Installation(place, cli.Environment);
        IReadOnlyList<string> stays = [];
        if (version is null)
        {
            stays = await UserStates.RemoveAll(cli.Environment, installation.Say, ct).ConfigureAwait(false);
            installation.RemoveAll();
        }
        else
            installation.Remove(version);
        if (installation.Said.Count == 0)
            cli.Out.WriteLine(Printable.Line($"Nothing of hookrules is installed in {place.Path}."));
        foreach (var problem in stays)
            cli.Error.WriteLine(Printable.Line($"hookrules: {problem}"));
        var code = Report(cli, installation);
        return stays.Count > 0 ? ExitCode.CouldNot : code;
    }

    private static int Report(Cli cli, Installation installation)
    {
        foreach (var line in installation.Said)
            cli.Out.WriteLine(line);
        return ExitCode.Ok;
    }
}
