using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;

namespace HookRules.Compiler.Rules.Format;

/// <summary>Finds the comments of a file that was read without errors.</summary>
internal static class CommentFinder
{
    // YAML ends a line at each of these, the text form at the first alone.
    private const string YamlBreaks = "\n\r\u0085\u2028\u2029";
    private const string TextBreaks = "\n";

    public static List<Comment> Find(RulesFileSyntax file)
    {
        var source = file.Source;
        var expressions = file.Statements.SelectMany(Expressions).ToDictionary(span => span.Start, span => span.End);
        var starts = source.IsYaml ? InYaml(file, expressions) : InText(source.Text, expressions, at => at);
        return
        [
            .. starts
                .DistinctBy(one => one.Place)
                .OrderBy(one => one.Place)
                .Select(one => At(source.Text, one.Place, one.Text, source.IsYaml ? YamlBreaks : TextBreaks)),
        ];
    }

    /// <summary>An empty line stands above the line of an offset.</summary>
    public static bool IsBlankAbove(string text, int at)
    {
        var line = LineStart(text, at);
        return line > 0 && text.AsSpan(LineStart(text, line - 1)..line).IsWhiteSpace();
    }

    private static Comment At(string text, int at, string comment, string breaks)
    {
        var end = text.AsSpan(at).IndexOfAny(breaks) is >= 0 and var length ? at + length : text.Length;
        return new Comment(
            TextSpan.Between(at, end),
            string.Concat(comment.Select(c => YamlBreaks.Contains(c) ? ' ' : c)).TrimEnd(),
            text.AsSpan(LineStart(text, at, breaks)..at).IsWhiteSpace(),
            IsBlankAbove(text, at)
        );
    }

    private static int LineStart(string text, int at, string breaks = TextBreaks) => text.AsSpan(..at).LastIndexOfAny(breaks) + 1;

    /// <summary>Outside of texts and regular expressions; nothing else can hold white space followed by a <c>#</c>.</summary>
    /// <param name="place">Where a character of the text stands in the source.</param>
    private static IEnumerable<(int Place, string Text)> InText(string text, Dictionary<int, int> expressions, Func<int, int> place)
    {
        for (var at = 0; at < text.Length; at++)
        {
            if (expressions.TryGetValue(place(at), out var close))
            {
                while (at + 1 < text.Length && place(at + 1) < close)
                    at++;
            }
            else if (text[at] == '"')
            {
                at = EndOfText(text, at);
            }
            else if (IsComment(text, at))
            {
                var end = Words.EndOfLine(text, at, text.Length);
                yield return (place(at), text[at..end].TrimEnd());
                at = end;
            }
        }
    }

    private static bool IsComment(string text, int at) => text[at] == '#' && (at == 0 || char.IsWhiteSpace(text[at - 1]));

    private static int EndOfText(string text, int at)
    {
        if (Words.IsLongText(text, at, text.Length) && Words.LongTextClose(text, at, text.Length) is var close and >= 0)
            return close + Words.LongQuote.Length - 1;
        for (at++; at < text.Length && text[at] is not ('"' or '\n'); at++)
            if (text[at] == '\\')
                at++;
        return at;
    }

    private static IEnumerable<TextSpan> Expressions(StatementSyntax statement) =>
        statement is RuleSyntax { Trigger: var trigger }
            ? trigger
                .Words.Where(word => word.Kind == TriggerWordKind.Regex)
                .Select(word => word.Span)
                .Concat(trigger.Where is { } where ? Expressions(where) : [])
            : [];

    private static IEnumerable<TextSpan> Expressions(ConditionSyntax condition) =>
        condition switch
        {
            AllSyntax all => all.Terms.SelectMany(Expressions),
            AnySyntax any => any.Terms.SelectMany(Expressions),
            NotSyntax not => Expressions(not.Term),
            MatchesSyntax matches => [matches.Regex.Span],
            _ => [],
        };

    private static List<(int Place, string Text)> InYaml(RulesFileSyntax file, Dictionary<int, int> expressions)
    {
        var text = file.Source.Text;
        var found = new List<(int Place, string Text)>();
        var scalars = new List<(YamlScalar Scalar, bool IsLine)>();
        if (new YamlText(file.Source, []).Read() is { } root)
            Scalars(root, [], scalars);
        var at = 0;
        foreach (var (scalar, isLine) in scalars.OrderBy(one => one.Scalar.Span.Start))
        {
            Between(at, scalar.Span.Start);
            at = Math.Max(at, scalar.Span.End);
            // A block has its comment behind the sign that opens it.
            if (!scalar.IsPlain && text[scalar.Span.Start] is '|' or '>')
                Between(scalar.Span.Start, Words.EndOfLine(text, scalar.Span.Start, text.Length));
            if (isLine)
                found.AddRange(InText(scalar.Value, expressions, index => scalar.Offsets[index]));
        }

        Between(at, text.Length);
        return found;

        void Between(int from, int to)
        {
            for (var i = from; i < to; i++)
            {
                if (!IsComment(text, i))
                    continue;
                var end = text.AsSpan(i).IndexOfAny(YamlBreaks) is >= 0 and var length ? i + length : text.Length;
                found.Add((i, text[i..end].TrimEnd()));
                i = end;
            }
        }
    }

    // Scalars of these places are lines of the text form, with comments of their own.
    private static void Scalars(YamlNode node, string[] path, List<(YamlScalar Scalar, bool IsLine)> found)
    {
        switch (node)
        {
            case YamlScalar scalar:
                found.Add((scalar, path is ["rules"] or ["rules", "on" or "where" or "do" or YamlSteps.OnFailure] or ["actions", _]));
                break;
            case YamlList list:
                foreach (var item in list.Items)
                    Scalars(item, path, found);
                break;
            case YamlMap map:
                foreach (var (key, value) in map.Entries)
                {
                    found.Add((key, false));
                    Scalars(value, [.. path, key.Value], found);
                }

                break;
        }
    }
}
