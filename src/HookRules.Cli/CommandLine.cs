using System.CommandLine;
using System.CommandLine.Completions;
using System.CommandLine.Help;
using HookRules.Cli.Commands;
using HookRules.Engine;

namespace HookRules.Cli;

/// <summary>The list of commands, and what happens to a command line that names none.</summary>
internal static class CommandLine
{
    /// <summary>All commands.</summary>
    public static RootCommand Root(Cli cli)
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
            TestCommand.Create(cli),
            ReplayCommand.Create(cli),
            GraphCommand.Create(cli),
            PackCommand.Create(cli),
            RunCommand.Create(cli),
            StatusCommand.Create(cli),
            TailCommand.Create(cli),
            WhyCommand.Create(cli),
            TraceCommand.Create(cli),
            DeadCommand.Create(cli),
            DoctorCommand.Create(cli),
            ServiceCommand.Create(cli),
            DemoCommand.Create(cli),
            InstallCommand.Create(cli),
            LspCommand.Create(cli),
            CompletionCommand.Create(cli),
        };
        root.Options.OfType<VersionOption>().Single().Action = new VersionAction(cli);
        PrepareCompletion(root);
        return root;
    }

    public static int Invoke(IReadOnlyList<string> args, Cli cli)
    {
        var root = Root(cli);
        // As people ask other programs.
        var result = root.Parse(args is ["help", ..] ? [.. args.Skip(1), "--help"] : args);
        // A shell that asks how a line may go on shows the line as it stands: unfinished.
        var completes = root.Directives.OfType<SuggestDirective>().Any(directive => result.GetResult(directive) is not null);
        var errors = completes ? [] : UsageErrors.Of(result);
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

    /// <summary>Values are offered as help spells them, not as the names of our types, and help in its one usual spelling.</summary>
    private static void PrepareCompletion(Command command)
    {
        foreach (var option in command.Options)
        {
            if (option is HelpOption help)
            {
                help.Aliases.Clear();
                foreach (var alias in new[] { "-h", "-?" })
                    help.Aliases.Add(alias);
            }
            else if (option.HelpName?.Split('|') is { Length: > 1 } values)
            {
                option.CompletionSources.Clear();
                option.CompletionSources.Add(values);
            }
        }

        foreach (var below in command.Subcommands)
            PrepareCompletion(below);
    }
}
