using System.CommandLine;
using System.CommandLine.Parsing;
using HookRules.Cli.Commands;
using HookRules.Engine;

namespace HookRules.Cli;

/// <summary>The list of commands, and what happens to a command line that names none.</summary>
internal static class CommandLine
{
    public static int Invoke(IReadOnlyList<string> args, Cli cli)
    {
        var root = new RootCommand("Rules for Claude Code hooks: compile, lint, simulate and run them.")
        {
            InitCommand.Create(cli),
            CompileCommand.Create(cli),
            LintCommand.Create(cli),
            FmtCommand.Create(cli),
            ImportCommand.Create(cli),
            ExplainCommand.Create(cli),
            EventsCommand.Create(cli),
            SimulateCommand.Create(cli),
            PackCommand.Create(cli),
            RunCommand.Create(cli),
            DemoCommand.Create(cli),
        };
        var result = root.Parse(args);
        // The library takes an unknown option for an argument.
        var unknown = result.Tokens.Where(token => token is { Type: TokenType.Argument, Value: ['-', _, ..] }).Select(token => $"unknown option '{token.Value}'.");
        var errors = result.Errors.Select(error => error.Message).Concat(unknown).ToList();
        if (errors.Count > 0)
        {
            foreach (var error in errors) cli.Error.WriteLine(Printable.Line($"hookrules: {error}"));
            cli.Error.WriteLine("Run 'hookrules --help' for the commands.");
            return ExitCode.Usage;
        }

        try
        {
            // No time limit of its own after a signal: the consumer finishes what runs.
            return result.Invoke(new InvocationConfiguration { Output = cli.Out, Error = cli.Error, EnableDefaultExceptionHandler = false, ProcessTerminationTimeout = null });
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {e.Message}"));
            return ExitCode.CouldNot;
        }
        catch (Exception e) when (cli.Environment("HOOKRULES_DEBUG") != "1")
        {
            // A mistake of ours. Nobody is helped by a page of frames; who wants them asks for them.
            cli.Error.WriteLine(Printable.Line($"hookrules: a mistake in hookrules itself: {e.GetType().Name}: {e.Message} (HOOKRULES_DEBUG=1 shows where)"));
            return ExitCode.CouldNot;
        }
    }
}
