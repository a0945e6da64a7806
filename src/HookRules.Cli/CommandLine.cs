using System.CommandLine;
using HookRules.Cli.Commands;

namespace HookRules.Cli;

/// <summary>The list of commands, and what happens to a command line that names none.</summary>
internal static class CommandLine
{
    public static int Invoke(IReadOnlyList<string> args, Cli cli)
    {
        var root = new RootCommand("Rules for Claude Code hooks: compile, lint, simulate and run them.")
        {
            CompileCommand.Create(cli),
            LintCommand.Create(cli),
            ExplainCommand.Create(cli),
            SimulateCommand.Create(cli),
            RunCommand.Create(cli),
            DemoCommand.Create(cli),
        };
        var result = root.Parse(args);
        if (result.Errors.Count > 0)
        {
            foreach (var error in result.Errors) cli.Error.WriteLine($"hookrules: {error.Message}");
            cli.Error.WriteLine("Run 'hookrules --help' for the commands.");
            return ExitCode.Usage;
        }

        try
        {
            return result.Invoke(new InvocationConfiguration { Output = cli.Out, Error = cli.Error, EnableDefaultExceptionHandler = false });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cli.Error.WriteLine($"hookrules: {e.Message}");
            return ExitCode.CouldNot;
        }
    }
}
