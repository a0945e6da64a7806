using HookRules.Cli;

var console = new Cli(Console.In, Console.Out, Console.Error, Environment.CurrentDirectory, TimeProvider.System, Environment.GetEnvironmentVariable)
{
    OpenInput = Console.OpenStandardInput,
};
return CommandLine.Invoke(args, console);
