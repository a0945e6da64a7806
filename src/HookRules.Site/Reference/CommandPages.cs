using System.CommandLine;
using HookRules.Cli;

namespace HookRules.Site.Reference;

/// <summary>What each command says when it is asked for help.</summary>
internal static class CommandPages
{
    public const string Source = "src/HookRules.Cli/Commands";

    public static Page Page
    {
        get
        {
            var text = "# Every command and option\n\nWhat `hookrules COMMAND --help` prints.\n\n";
            foreach (var words in All)
                text += $"## hookrules {string.Join(' ', words)}\n\n{Fence.Around(Help(words), "text")}\n";
            return new Page(Source, "reference/commands.html", "Every command and option", text);
        }
    }

    /// <summary>The words of each command, those below others after them.</summary>
    private static IEnumerable<string[]> All => Below(CommandLine.Root(Silent(TextWriter.Null)), []);

    private static IEnumerable<string[]> Below(Command command, string[] words) =>
        from one in command.Subcommands
        where !one.Hidden
        from found in Below(one, [.. words, one.Name]).Prepend([.. words, one.Name])
        select found;

    private static string Help(string[] words)
    {
        using var output = new StringWriter();
        CommandLine.Invoke([.. words, "--help"], Silent(output));
        return string.Join('\n', output.ToString().ReplaceLineEndings("\n").TrimEnd().Split('\n').Select(line => line.TrimEnd()));
    }

    private static Cli.Cli Silent(TextWriter output) => new(TextReader.Null, output, output, "/", TimeProvider.System, _ => null);
}
