using System.CommandLine;
using HookRules.LanguageServer;
using HookRules.LanguageServer.Files;

namespace HookRules.Cli.Commands;

/// <summary><c>hookrules lsp</c>: the language server, which editors start.</summary>
internal static class LspCommand
{
    public static Command Create(Cli cli)
    {
        var stdio = new Option<bool>("--stdio") { Description = "Speak on stdin and stdout, which is so without it: many editors say it." };
        var command = new Command(
            "lsp",
            "The language server that editors start (LSP 3.17 on stdin and stdout), for rules, cases and settings.\n\n"
                + "Example: hookrules lsp"
        )
        {
            stdio,
        };
        command.SetAction(_ => Serve(cli));
        return command;
    }

    private static int Serve(Cli cli)
    {
        using var input = cli.OpenInput();
        using var output = cli.OpenOutput();
        var context = new ServerContext(RulesProject.Home(cli), cli.Environment("PATH"), BuildInfo.Version);
        return LspServer.Run(input, output, context) ? ExitCode.Ok : ExitCode.Problems;
    }
}
