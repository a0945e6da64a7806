using System.CommandLine;
using HookRules.Cli.Demo;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules demo</c>: the quick-start example at work, in a temporary project, with real processes.</summary>
internal static class DemoCommand
{
    private const int Attempts = 3;

    public static Command Create(Cli cli)
    {
        var command = new Command(
            "demo",
            "Compile the quick-start example in a temporary project, start the hooks of the generated settings.json as Claude Code "
                + "would, and show what came of it.\n\nExample: hookrules demo"
        );
        command.SetAction(_ => Run(cli));
        return command;
    }

    private static int Run(Cli cli)
    {
        if (InstalledRuntime.Directory is null)
        {
            cli.Error.WriteLine("hookrules: there is no hook process beside this command line; in a checkout run: ./hookrules demo");
            return ExitCode.CouldNot;
        }

        int? result = null;
        for (var attempt = 1; result is null; attempt++)
            result = Play(cli, isLast: attempt == Attempts);
        return result.Value;
    }

    /// <summary>Null where the machine was too busy for a burst of writes within the window.</summary>
    private static int? Play(Cli cli, bool isLast)
    {
        using var project = new DemoProject();
        using var compiling = new StringWriter();
        var compiled = CompileCommand.Compile(cli with { WorkingDirectory = project.Folder, Out = compiling }, null);
        if (compiled != ExitCode.Ok)
            return compiled;

        var script = new DemoScript(project, File.ReadAllText(project.File(".claude/settings.json")), cli.Time);
        var checks = script.Play();
        if (!script.WasBurst && !isLast)
            return null;
        cli.Out.WriteLine(compiling);
        DemoReport.Write(cli, script, checks);
        return checks.All(check => check.Holds) ? ExitCode.Ok : ExitCode.Problems;
    }
}
