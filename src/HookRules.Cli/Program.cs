using HookRules.Cli;

var console = new Cli(Console.In, Console.Out, Console.Error, Environment.CurrentDirectory, TimeProvider.System, Environment.GetEnvironmentVariable)
{
    OpenInput = Console.OpenStandardInput,
    Terminal = Terminal.OfProcess(),
};
return CommandLine.Invoke(args, console);
