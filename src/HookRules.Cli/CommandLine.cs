using System.CommandLine;
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
            ImportCommand.Create(cli, "decompile"),
            ExplainCommand.Create(cli),
            EventsCommand.Create(cli),
            SimulateCommand.Create(cli),
            PackCommand.Create(cli),
            RunCommand.Create(cli),
            DemoCommand.Create(cli),
        };
        // As people ask other programs.
        var result = root.Parse(args is ["help", ..] ? [.. args.Skip(1), "--help"] : args);
        var errors = UsageErrors.Of(result);
        if (errors.Count > 0)
        {
            foreach (var error in errors)
                cli.Error.WriteLine(Printable.Line($"hookrules: {error}"));
            cli.Error.WriteLine($"Run '{UsageErrors.NameOf(result)} --help' for what it takes.");
            return ExitCode.Usage;
        }

        try
        {
            // No time limit of its own after a signal: the consumer finishes what runs.
            return result.Invoke(
                new InvocationConfiguration
                {
                    Output = cli.Out,
                    Error = cli.Error,
                    EnableDefaultExceptionHandler = false,
                    ProcessTerminationTimeout = null,
                }
            );
        }
        catch (FileNotFoundException e) when (e.FileName is { } missing && new FileInfo(missing).LinkTarget is { } target)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {missing} is a link to {target}, where nothing is."));
            return ExitCode.CouldNot;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            cli.Error.WriteLine(Printable.Line($"hookrules: {e.Message}"));
            return ExitCode.CouldNot;
        }
        catch (Exception e) when (cli.Environment("HOOKRULES_DEBUG") != "1")
        {
            // A mistake of ours. Nobody is helped by a page of frames; who wants them asks for them.
            cli.Error.WriteLine(
                Printable.Line($"hookrules: a mistake in hookrules itself: {e.GetType().Name}: {e.Message} (HOOKRULES_DEBUG=1 shows where)")
            );
            return ExitCode.CouldNot;
        }
    }
}
