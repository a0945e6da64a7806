using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Fuzz;

/// <summary>The text that an editor holds is read from where it changed; this reads it as a whole.</summary>
internal static class WholeReading
{
    /// <summary>What differs; null where both readings are the same.</summary>
    public static string? Difference(string path, string before, string after)
    {
        var source = new SourceText(path, after);
        var whole = Lines(RulesReader.Read(source, before: null));
        var rest = Lines(RulesReader.Read(source, RulesReader.Read(new SourceText(path, before), before: null)));
        for (var i = 0; i < Math.Max(whole.Count, rest.Count); i++)
            if (i >= whole.Count || i >= rest.Count || whole[i] != rest[i])
                return $"{rest.ElementAtOrDefault(i) ?? "nothing"} instead of {whole.ElementAtOrDefault(i) ?? "nothing"}";
        return null;
    }

    private static List<string> Lines(RulesReading read) =>
        [
            .. read.Problems.Select(problem => problem.ToString()),
            .. read.File.Statements.SelectMany(SyntaxTree.From).Select(node => $"{node.GetType().Name} {node.Span} {Text(node)}"),
        ];

    private static string? Text(SyntaxNode node) =>
        node switch
        {
            NameSyntax name => name.Text,
            StringSyntax text => text.Text,
            SkippedSyntax skipped => $"{skipped.Keyword} {skipped.Name}",
            _ => null,
        };
}
