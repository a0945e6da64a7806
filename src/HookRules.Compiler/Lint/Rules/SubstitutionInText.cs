using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Lint.Rules;

internal sealed class SubstitutionInText()
    : GraphRule("HR2034", "substitution-in-text", Severity.Warning, "A $(…) stands in a text that no shell reads.")
{
    public override string Why =>
        "What a rule tells Claude, the user or a chat is no command line: $(git status) is told letter by letter. The output of a "
        + "command comes in by an action that waits for it: a shell action marked sync, whose output Claude is given.";

    public override string Bad =>
        """
            on SessionStart -> context "The branch is $(git branch --show-current)."
            """;

    public override string Good =>
        """
            on SessionStart -> shell "git branch --show-current" sync timeout 5s
            """;

    internal override IEnumerable<Finding> Check(Compilation compilation, ProjectContext context) =>
        from file in compilation.Files
        // Most files hold none.
        where file.Source.Text.Contains("$(", StringComparison.Ordinal)
        from text in file.Statements.SelectMany(Texts)
        where Substitution(text.Text) is not null
        select Found(
            file.Source.Locate(text.Span),
            $"{Substitution(text.Text)} is told as it stands: no shell reads this text",
            "let a shell action marked sync print it"
        );

    private static IEnumerable<StringSyntax> Texts(StatementSyntax statement) =>
        statement switch
        {
            ActionSyntax action => Texts(action.Handler),
            RuleSyntax rule => rule.Stages.Concat(rule.OnFailure).SelectMany(stage => stage.Items).SelectMany(Texts),
            _ => [],
        };

    private static IEnumerable<StringSyntax> Texts(ItemSyntax item) =>
        item switch
        {
            DecisionSyntax { Text: { } text } => [text],
            InlineActionSyntax action => Texts(action.Handler),
            NativeSyntax { Word.Text: "prompt" or "agent", Subject: StringSyntax text } => [text],
            _ => [],
        };

    private static IEnumerable<StringSyntax> Texts(HandlerSyntax handler) =>
        handler is MessageSyntax { Text: StringSyntax text } ? [text] : [];

    /// <summary>The first that is no quotation: between backquotes or quotes it is talked about.</summary>
    private static string? Substitution(string text)
    {
        for (var at = text.IndexOf("$(", StringComparison.Ordinal); at >= 0; at = text.IndexOf("$(", at + 2, StringComparison.Ordinal))
        {
            var isQuoted = at > 0 && text[at - 1] is '`' or '\'' or '"' or '\\' or '\u201C';
            if (!isQuoted && at + 2 < text.Length && char.IsAsciiLetter(text[at + 2]) && text.IndexOf(')', at) is > 0 and var end)
                return text[at..Math.Min(end + 1, at + 40)];
        }

        return null;
    }
}
