using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using static HookRules.Compiler.Rules.Syntax.Terminals;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>A statement of the text form, or what stands in the place of one.</summary>
/// <param name="Statements">It, and what could be read of a broken one.</param>
internal sealed record ReadStatement(int Start, int End, ImmutableArray<StatementSyntax> Statements, ImmutableArray<Diagnostic> Problems);

/// <summary>Reads the text form: cut into statements first, so that a broken one costs one diagnostic and hides nothing else.</summary>
internal static class RulesText
{
    /// <param name="before">An earlier state of the file: the statements before the first difference are taken over.</param>
    public static ImmutableArray<ReadStatement> Read(SourceText source, RulesReading? before)
    {
        var known = before is null || before.File.Source.Path != source.Path ? [] : before.Parts;
        var same = known.IsEmpty ? 0 : source.Text.AsSpan().CommonPrefixLength(before!.File.Source.Text);
        var parts = ImmutableArray.CreateBuilder<ReadStatement>();
        foreach (var (start, end) in Cut(source.Text))
        {
            // Where the texts are alike they are cut alike, but for the last statement there. What is said of a statement may be about the
            // character behind it.
            var isKnown =
                end < same && parts.Count < known.Length && known[parts.Count] is var part && (part.Start, part.End) == (start, end);
            parts.Add(isKnown ? known[parts.Count] : Read(source, start, end));
        }

        return parts.ToImmutable();
    }

    private static ReadStatement Read(SourceText source, int start, int end)
    {
        var problems = new List<Diagnostic>();
        var statement = Statement(source, start, end, problems);
        return new ReadStatement(
            start,
            end,
            statement is SkippedSyntax { Keyword: "on" or "rule" }
                ? [statement, .. InlineNames.In(source.Text, statement.Span)]
                : [statement],
            [.. problems]
        );
    }

    private static StatementSyntax Statement(SourceText source, int start, int end, ICollection<Diagnostic> problems)
    {
        var state = new ParseState(source, source.Text, start, end, problems);
        if (char.IsWhiteSpace(source.Text[start]))
        {
            var at = Words.SkipTrivia(source.Text, start, end);
            problems.Add(DiagnosticCatalog.ContinuesNothing(state.Locate(at, Math.Max(at + 1, Words.ValueEnd(source.Text, at, end)))));
            return new SkippedSyntax(state.Span(start, end), null, null);
        }

        var result = Grammar.Statement(state.Start);
        if (result.WasSuccessful)
            return result.Value;

        state.ReportFailure();
        var keyword = Peek(state, ref start);
        var nameAt = start + keyword.Length;
        var name = Peek(state, ref nameAt);
        return new SkippedSyntax(state.Span(start, end), keyword, name.Length > 0 ? name : null);
    }

    /// <summary>Where statements start and end: each starts in column 1, and lines that are indented or close a bracket continue
    /// it.</summary>
    private static IEnumerable<(int Start, int End)> Cut(string text)
    {
        var start = -1;
        for (var line = 0; line < text.Length; )
        {
            var next = text.IndexOf('\n', line) is var newline and >= 0 ? newline + 1 : text.Length;
            var first = text[line];
            if (!IsBlank(text.AsSpan(line..next)) && (start < 0 || !(char.IsWhiteSpace(first) || first is '}' or ')' or ']')))
            {
                if (start >= 0)
                    yield return (start, TrimEnd(text, start, line));
                start = line;
            }

            line = EndOfLongText(text, line, next);
        }

        if (start >= 0)
            yield return (start, TrimEnd(text, start, text.Length));
    }

    private static bool IsBlank(ReadOnlySpan<char> line) => line.TrimStart() is var rest && (rest.IsEmpty || rest[0] == '#');

    // Comments that follow a statement belong to the next one.
    private static int TrimEnd(string text, int start, int end)
    {
        while (end > start)
        {
            var line = end - 1 > start ? Math.Max(text.LastIndexOf('\n', end - 2, end - 1 - start) + 1, start) : start;
            if (line == start || !IsBlank(text.AsSpan(line..end)))
                break;
            end = line;
        }

        return end;
    }

    /// <summary>The next line, behind every <c>"""</c> text that begins on this one and is closed somewhere.</summary>
    private static int EndOfLongText(string text, int line, int next)
    {
        for (var at = line; at < next; at++)
        {
            if (text[at] == '#' && (at == line || char.IsWhiteSpace(text[at - 1])))
                break;
            if (text[at] != '"')
                continue;
            if (Words.IsLongText(text, at, text.Length))
            {
                if (Words.LongTextClose(text, at, text.Length) is not (>= 0 and var close))
                    break;
                at = close + Words.LongQuote.Length - 1;
                if (at < next)
                    continue;
                next = Words.EndOfLine(text, at, text.Length) is var end && end < text.Length ? end + 1 : end;
            }
            else if (EndOfShortText(text, at, next) is { } quote)
            {
                at = quote;
            }
        }

        return next;
    }

    private static int? EndOfShortText(string text, int open, int next)
    {
        for (var at = open + 1; at < next; at++)
        {
            if (text[at] == '\\')
                at++;
            else if (text[at] == '"')
                return at;
        }

        return null;
    }
}
