using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class BackslashInRun()
    : GraphRule("HR2019", "backslash-in-run", Severity.Warning, "In the text of run a backslash is taken away, as a shell does.")
{
    public override string Why =>
        "The text of run is split into arguments as a POSIX shell would: outside of single quotes a backslash only takes away the "
        + "meaning of the next character. C:\\tools\\lint.exe becomes C:toolslint.exe, which is not found. Slashes work on Windows "
        + "too; a list of arguments is taken as it is. A shell action loses them in the same way.";

    public override string Bad =>
        """
            on Write|Edit *.py -> run "C:\\tools\\lint.exe {file}"
            """;

    public override string Good =>
        """
            on Write|Edit *.py -> run "C:/tools/lint.exe {file}"
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from file in compilation.Files
        from handler in file.Statements.SelectMany(Handlers)
        let text = handler switch
        {
            RunSyntax { Command: StringSyntax run } => run,
            ShellSyntax shell => shell.Script,
            _ => null,
        }
        // Taking every command apart costs a large file more than all other rules.
        where text is not null && text.Text.Contains(":\\", StringComparison.Ordinal)
        let path = ShellText
            .Read(text.Text)
            .Commands.SelectMany(command => command.Words)
            .Select(word => text.Text[word.Start..word.End])
            .FirstOrDefault(IsBarePath)
        where path is not null
        select Found(
            file.Source.Locate(handler.Span),
            $"outside of quotes the backslashes of {path} are taken away",
            $"write {path.Replace('\\', '/')}"
        );

    private static IEnumerable<HandlerSyntax> Handlers(StatementSyntax statement) =>
        statement switch
        {
            ActionSyntax action => [action.Handler],
            RuleSyntax rule => rule
                .Stages.Concat(rule.OnFailure)
                .SelectMany(stage => stage.Items)
                .OfType<InlineActionSyntax>()
                .Select(item => item.Handler),
            _ => [],
        };

    private static bool IsBarePath(string word) =>
        word.Length > 3 && char.IsAsciiLetter(word[0]) && word[1] == ':' && word[2] == '\\' && char.IsAsciiLetterOrDigit(word[3]);
}
