using System.CommandLine;
using HookRules.Engine;
using HookRules.LanguageServer;
using HookRules.LanguageServer.Files;
using HookRules.Runtime.Journals;

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
        var context = new ServerContext(RulesProject.Home(cli), cli.Environment("PATH"), BuildInfo.Version)
        {
            RunsToday = project => RunsToday(cli, project),
        };
        return LspServer.Run(input, output, context) ? ExitCode.Ok : ExitCode.Problems;
    }

    private static Dictionary<string, int> RunsToday(Cli cli, string project)
    {
        var now = cli.Time.GetLocalNow();
        var midnight = new DateTimeOffset(now.Date, now.Offset).ToUnixTimeMilliseconds();
        try
        {
            using var journal = new JournalFollower(StateFolder.Locate(project, cli.Environment));
            return journal
                .Read()
                .Where(entry => entry.IsRun && entry.StartMs >= midnight)
                .CountBy(entry => entry.Rule)
                .ToDictionary(StringComparer.Ordinal);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }
}
