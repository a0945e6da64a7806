using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Engine;

namespace HookRules.Compiler.Rules.Format;

/// <summary>The two forms of a rules file.</summary>
public enum RulesForm
{
    Text,
    Yaml,
}

/// <summary>One canonical layout of rules files, in either form; every comment stays.</summary>
public static class Formatter
{
    private const int MaxRounds = 4;

    /// <param name="form">The form to write; the file's own if not given.</param>
    /// <returns>Null for a file with syntax errors, or with other errors that the form has no way to write, which is to be left
    /// alone.</returns>
    public static string? Format(SourceText source, RulesForm? form = null) => Format(RulesReader.Read(source, before: null), form);

    /// <summary>A file that was read before.</summary>
    internal static string? Format(RulesReading read, RulesForm? form = null)
    {
        var source = read.File.Source;
        var written = form ?? (source.IsYaml ? RulesForm.Yaml : RulesForm.Text);
        var text = Once(read, written);
        if (text == source.Text)
            return text;
        // A comment that had to move changes what stands beside each other; the second layout has none that moves.
        for (var round = 1; round < MaxRounds && text is not null; round++)
        {
            var laid = new SourceText(written == RulesForm.Yaml ? "hookrules.yaml" : "main.hookrules", text);
            var again = Once(RulesReader.Read(laid, before: null), written);
            if (again == text)
                break;
            // What cannot be written in this form has errors that are told when it is compiled.
            text = again;
        }

        return text;
    }

    private static string? Once(RulesReading read, RulesForm form)
    {
        if (read.Problems.Any(problem => problem.Severity == Severity.Error))
            return null;
        var comments = AttachedComments.Of(read.File);
        return form == RulesForm.Yaml ? new YamlFile(read.File, comments).Write() : new TextFile(read.File, comments).Write();
    }

    /// <summary>The comments of a file without syntax errors, in source order.</summary>
    internal static IReadOnlyList<Comment> Comments(SourceText source) => CommentFinder.Find(RulesReader.Read(source, []));

    /// <summary>Both mean the same but for where their rules stand.</summary>
    public static bool SameMeaning(RuleGraph one, RuleGraph other) => HashOf(one) == HashOf(other);

    private static string HashOf(RuleGraph graph) =>
        RuleGraphJson
            .Write(
                graph with
                {
                    Sources = [],
                    Rules = [.. graph.Rules.Select(rule => rule with { Source = RuleGraphJson.NoPlace })],
                    Actions = [.. graph.Actions.Select(action => action with { Source = RuleGraphJson.NoPlace })],
                },
                ""
            )
            .Hash;
}
