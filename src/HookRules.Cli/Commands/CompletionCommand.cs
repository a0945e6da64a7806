using System.CommandLine;
using System.Reflection;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules completion</c>: the script with which a shell completes commands, options and their values; it asks the program
/// itself for them.</summary>
internal static class CompletionCommand
{
    private static readonly string[] shells = ["bash", "zsh", "fish", "pwsh"];

    public static Command Create(Cli cli)
    {
        var shell = new Argument<string>("SHELL") { Description = "bash, zsh, fish or pwsh.", HelpName = string.Join('|', shells) };
        shell.AcceptOnlyFromAmong(shells);
        var command = new Command(
            "completion",
            "Print the completion script of a shell; its first line says where it goes.\n\n"
                + "Example: eval \"$(hookrules completion bash)\""
        )
        {
            shell,
        };
        command.SetAction(parsed =>
        {
            using var script = Assembly.GetExecutingAssembly().GetManifestResourceStream($"Completion/{parsed.GetValue(shell)}")!;
            using var reader = new StreamReader(script);
            cli.Out.Write(reader.ReadToEnd());
            return ExitCode.Ok;
        });
        return command;
    }
}
