using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Commands;
using HookRules.Engine;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class ShellWithValues()
    : GraphRule("HR2005", "shell-with-values", Severity.Warning, "A value of the payload where a shell reads it as code.")
{
    public override string Why =>
        "Paths and commands come from the model. A $HOOK_… variable outside of double quotes is split and globbed, in eval it is a "
        + "command, and in the text of run \"sh -c …\" a placeholder becomes part of the script.";

    public override string Bad =>
        """
            on Write|Edit *.py -> shell "ruff check $HOOK_FILE | tail -5"
            """;

    public override string Good =>
        """
            on Write|Edit *.py -> shell "ruff check -- \"$HOOK_FILE\" | tail -5"
            """;

    private static readonly string[] Shells = ["sh", "bash", "zsh", "dash", "ksh", "pwsh", "powershell", "cmd"];

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from action in compilation.Graph.Actions
        let problem = action.Handler switch
        {
            Handler.Shell shell => InScript(shell.Script),
            Handler.Run run => InArguments(run),
            _ => null,
        }
        where problem is not null
        select Found(
            action.Source,
            problem,
            action.Handler is Handler.Shell
                ? "put the variable into double quotes"
                : "use shell \"…\" and $HOOK_… variables in double quotes"
        );

    private static string? InScript(string script)
    {
        var shell = ShellText.Read(script);
        if (shell.OpenQuote is not null)
            return null;
        foreach (var variable in shell.Variables.Where(variable => variable.Name.StartsWith("HOOK_", StringComparison.Ordinal)))
        {
            if (variable.Splits)
                return $"${variable.Name} stands outside of double quotes, so a space in it makes two words, and * expands";
            if (
                shell.Commands.Any(command =>
                    command.Words[0].Text == "eval"
                    && command.Words.Any(word => word.Text.Contains($"${variable.Name}", StringComparison.Ordinal))
                )
            )
                return $"eval runs what ${variable.Name} holds as a command";
        }

        return null;
    }

    private static string? InArguments(Handler.Run run)
    {
        var words = run.Argv.Select(argument => argument is TextValue.Text text ? text.Template : null).ToArray();
        if (
            words.Length < 3
            || words[0] is not { HasFields: false } program
            || !Shells.Contains(program.Text[(program.Text.LastIndexOf('/') + 1)..])
        )
            return null;
        for (var i = 1; i + 1 < words.Length; i++)
            if (words[i]?.Text is "-c" or "-lc" or "-Command" or "/c")
                return words[i + 1] is { HasFields: true } script
                    ? $"{{{script.Fields.First()}}} becomes part of a shell script here"
                    : null;
        return null;
    }
}
