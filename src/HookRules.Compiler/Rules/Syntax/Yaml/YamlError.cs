using System.Buffers;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Explains lines that look like rules and that YAML reads as something else, and shows them quoted.</summary>
internal static class YamlError
{
    private static readonly SearchValues<char> NoKey = SearchValues.Create("\"'>→{[");

    /// <summary>The value that begins at an offset and goes to the end of its line.</summary>
    public static Diagnostic At(SourceText source, int start, string how)
    {
        var end = source.Text.IndexOf('\n', start) is var line and >= 0 ? line : source.Text.Length;
        while (end > start && char.IsWhiteSpace(source.Text[end - 1]))
            end--;
        return DiagnosticCatalog.YamlReadsOtherwise(source.Locate(TextSpan.Between(start, end)), how, Quoted(source.Text[start..end]));
    }

    /// <summary>In single quotes, in which only they themselves need an escape.</summary>
    public static string Quoted(string text) => $"'{text.Replace("'", "''", StringComparison.Ordinal)}'";

    /// <summary>What a message of the YAML parser is about, and on which line.</summary>
    public static (int Line, Diagnostic Diagnostic) Explain(SourceText source, string text, int line, int index, string message)
    {
        // A quote that is not closed swallows lines; the mistake shows below it.
        for (var above = line; above >= Math.Max(1, line - 3); above--)
        {
            var value = ValueOn(source, text, above);
            if (value.Length > 0 && source.Text[value.Start] is '"' or '\'' && IsOpen(source.Text.AsSpan(value.Start, value.Length)))
                return (
                    above,
                    DiagnosticCatalog.YamlSyntax(source.Locate(value), $"the quote {source.Text[value.Start]} is not closed on this line")
                );
            if (
                value.Length > 0
                && source.Text[value.Start] is '[' or '{'
                && OpenQuote(source.Text.AsSpan(value.Start, value.Length)) is { } quote
            )
                return (
                    above,
                    DiagnosticCatalog.YamlSyntax(
                        source.Locate(TextSpan.Between(value.Start + quote, value.End)),
                        $"the quote {source.Text[value.Start + quote]} is not closed on this line"
                    )
                );
            if (
                value.Length > 0
                && source.Text[value.Start] is '[' or '{'
                && KeyOn(source, above) is ("on" or "where")
                && !char.IsWhiteSpace(AfterBrackets(source.Text.AsSpan(value.Start, value.Length)))
            )
                return (
                    above,
                    At(
                        source,
                        value.Start,
                        source.Text[value.Start] == '[' ? "a leading [ makes it a list" : "a leading { makes it a mapping"
                    )
                );
            if (
                value.Length > 0
                && source.Text[value.Start] is '[' or '{'
                && above < line
                && Depth(source.Text.AsSpan(value.Start, value.Length)) > 0
            )
                return (above, DiagnosticCatalog.YamlSyntax(source.Locate(value), $"the bracket {source.Text[value.Start]} is not closed"));
        }

        if (message.Contains("tab", StringComparison.Ordinal))
        {
            var tabs = line;
            while (source.StartOf(tabs + 1) > source.StartOf(tabs) && !Indentation(source.Line(tabs)).Contains('\t'))
                tabs++;
            return (
                tabs,
                DiagnosticCatalog.YamlSyntax(
                    source.Locate(new TextSpan(source.StartOf(tabs), 1)),
                    "lines are indented with spaces, never with tabs"
                )
            );
        }

        var span = ValueOn(source, text, line);
        if (span.Length > 0)
        {
            var value = source.Text.AsSpan(span.Start, span.Length);
            var isRule = value.Contains("->", StringComparison.Ordinal) || value.Contains('→') || KeyOn(source, line) is "on" or "where";
            switch (value[0])
            {
                case '@' or '`' or '%':
                    return (line, At(source, span.Start, $"no value can begin with {value[0]}"));
                case '*' or '!' or '&':
                    return (
                        line,
                        At(
                            source,
                            span.Start,
                            value[0] switch
                            {
                                '*' => "a leading * makes it an alias",
                                '!' => "a leading ! makes it a tag",
                                _ => "a leading & makes it an anchor",
                            }
                        )
                    );
                case '[' or '{' when isRule:
                    return (
                        line,
                        At(source, span.Start, value[0] == '[' ? "a leading [ makes it a list" : "a leading { makes it a mapping")
                    );
                default:
                    if (value[0] is not ('[' or '{' or '"' or '\'') && value.IndexOf(": ") >= 0)
                        return (line, At(source, span.Start, "\": \" makes it a mapping"));
                    break;
            }
        }

        var shown = source.Text.Length == 0 ? new TextSpan(0, 0) : new TextSpan(Math.Min(index, source.Text.Length - 1), 1);
        return (line, DiagnosticCatalog.YamlSyntax(source.Locate(shown), Plain(message)));
    }

    // What stands on a line behind dashes and a key.
    private static TextSpan ValueOn(SourceText source, string text, int line)
    {
        var start = source.StartOf(line);
        var content = text.AsSpan(start, source.Line(line).Length).TrimEnd();
        var at = 0;
        while (at < content.Length && (content[at] == ' ' || (content[at] == '-' && at + 1 < content.Length && content[at + 1] == ' ')))
            at++;
        var key = KeyLength(content[at..]);
        if (key > 0)
            at += key + 1;
        while (at < content.Length && content[at] == ' ')
            at++;
        return TextSpan.Between(start + at, start + content.Length);
    }

    private static string KeyOn(SourceText source, int line)
    {
        var content = source.Line(line).TrimStart(" -");
        return content[..Math.Max(0, KeyLength(content))].ToString();
    }

    private static int KeyLength(ReadOnlySpan<char> content)
    {
        var colon = content.IndexOf(':');
        return colon > 0 && !content[..colon].ContainsAny(NoKey) && (colon + 1 == content.Length || content[colon + 1] == ' ') ? colon : 0;
    }

    private static bool IsOpen(ReadOnlySpan<char> value)
    {
        var quote = value[0];
        for (var i = 1; i < value.Length; i++)
        {
            if (value[i] == '\\' && quote == '"')
                i++;
            else if (value[i] == quote)
                return false;
        }

        return true;
    }

    /// <summary>The quote within brackets that stays open; null where all are closed.</summary>
    private static int? OpenQuote(ReadOnlySpan<char> value)
    {
        for (var i = 0; i < value.Length; i++)
        {
            // Behind a letter it is an apostrophe.
            if (value[i] is not ('"' or '\'') || !(i == 0 || value[i - 1] is ' ' or '[' or '{' or ',' or ':'))
                continue;
            if (IsOpen(value[i..]))
                return i;
            var quote = value[i];
            for (i++; value[i] != quote; i++)
                if (value[i] == '\\' && quote == '"')
                    i++;
        }

        return null;
    }

    private static ReadOnlySpan<char> Indentation(ReadOnlySpan<char> line) => line[..^line.TrimStart().Length];

    // What stands right behind the bracket that closes the first one; a space where nothing does.
    private static char AfterBrackets(ReadOnlySpan<char> value)
    {
        for (var end = 1; end < value.Length; end++)
            if (Depth(value[..end]) == 0)
                return value[end];
        return ' ';
    }

    // How many brackets stay open.
    private static int Depth(ReadOnlySpan<char> value)
    {
        var depth = 0;
        var quote = '\0';
        foreach (var c in value)
        {
            if (quote != '\0')
                quote = c == quote ? '\0' : quote;
            else if (c is '"' or '\'')
                quote = c;
            else if (c is '[' or '{')
                depth++;
            else if (c is ']' or '}')
                depth--;
        }

        return depth;
    }

    // Without the words for those who wrote the parser.
    private static string Plain(string message)
    {
        var comma = message.IndexOf(", ", StringComparison.Ordinal);
        var text = message.StartsWith("While", StringComparison.Ordinal) && comma > 0 ? message[(comma + 2)..] : message;
        return char.ToLowerInvariant(text[0]) + text[1..].TrimEnd('.');
    }
}
