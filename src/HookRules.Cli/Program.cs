using HookRules.Cli;

string here;
try
{
    here = Environment.CurrentDirectory;
}
catch (IOException)
{
    Console.Error.WriteLine("hookrules: the folder that this was started in is gone: change to another one.");
    return ExitCode.CouldNot;
}

var console = new Cli(Console.In, Console.Out, Console.Error, here, TimeProvider.System, Environment.GetEnvironmentVariable)
{
    OpenInput = Console.OpenStandardInput,
    MayAsk = !Console.IsInputRedirected && !Console.IsErrorRedirected,
    OpenOutput = Console.OpenStandardOutput,
    Terminal = Terminal.OfProcess(Console.IsErrorRedirected),
    Screen = Terminal.OfProcess(Console.IsOutputRedirected),
};
return CommandLine.Invoke(args, console);
