namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Where the words of the text form begin and end.</summary>
internal static class Words
{
    /// <summary>White space and comments; a <c>#</c> starts a comment at the start of a line or after white space.</summary>
    public static int SkipTrivia(string text, int at, int end)
    {
        while (at < end)
        {
            if (char.IsWhiteSpace(text[at]))
                at++;
            else if (text[at] == '#' && (at == 0 || char.IsWhiteSpace(text[at - 1])))
                at = EndOfLine(text, at, end);
            else
                break;
        }

        return at;
    }

    public static int EndOfLine(string text, int at, int end)
    {
        var line = text.IndexOf('\n', at, end - at);
        return line < 0 ? end : line;
    }

    public static bool IsArrow(string text, int at, int end) =>
        at < end && (text[at] == '→' || (text[at] == '-' && at + 1 < end && text[at + 1] == '>'));

    /// <summary>The end of a name: letters, digits, <c>_ - .</c>; <paramref name="at"/> itself where there is none.</summary>
    public static int NameEnd(string text, int at, int end)
    {
        if (at >= end || !(char.IsAsciiLetter(text[at]) || text[at] == '_'))
            return at;
        var to = at + 1;
        while (to < end && (char.IsAsciiLetterOrDigit(text[to]) || text[to] is '_' or '-' or '.') && !IsArrow(text, to, end))
            to++;
        while (text[to - 1] == '.')
            to--;
        return to;
    }

    /// <summary>The end of a path into the payload.</summary>
    public static int FieldEnd(string text, int at, int end)
    {
        var to = at;
        while (to < end && (char.IsAsciiLetterOrDigit(text[to]) || text[to] is '_' or '-' or '.' or '[' or ']') && !IsArrow(text, to, end))
            to++;
        return to;
    }

    /// <summary>The end of a word of a trigger: a comma counts only inside brackets, as in <c>*.{ts,tsx}</c>.</summary>
    public static int TriggerWordEnd(string text, int at, int end)
    {
        var brackets = 0;
        var to = at;
        for (; to < end && !char.IsWhiteSpace(text[to]) && text[to] != '"' && !IsArrow(text, to, end); to++)
        {
            if (text[to] is '{' or '[')
                brackets++;
            else if (text[to] is '}' or ']')
                brackets--;
            else if (text[to] == ',' && brackets <= 0)
                break;
        }

        return to;
    }

    /// <summary>The end of a bare value: up to white space, a comma, a closing bracket or an arrow.</summary>
    public static int ValueEnd(string text, int at, int end)
    {
        var to = at;
        while (
            to < end
            && !char.IsWhiteSpace(text[to])
            && text[to] is not (',' or '"' or '(' or ')' or '{' or '}' or '[' or ']')
            && !IsArrow(text, to, end)
        )
            to++;
        return to;
    }

    /// <summary>The end of a bare URL: up to white space, a comma or an arrow.</summary>
    public static int UrlEnd(string text, int at, int end)
    {
        var to = at;
        while (to < end && !char.IsWhiteSpace(text[to]) && text[to] is not (',' or '"') && !IsArrow(text, to, end))
            to++;
        return to;
    }

    public const string LongQuote = "\"\"\"";

    /// <summary>The offset of the quotes that close a long text opened at <paramref name="at"/>; -1 where there are none. Of more than
    /// three in a row the last ones count.</summary>
    public static int LongTextClose(string text, int at, int end)
    {
        var close = text.IndexOf(LongQuote, at + LongQuote.Length, end - at - LongQuote.Length, StringComparison.Ordinal);
        while (close >= 0 && close + LongQuote.Length < end && text[close + LongQuote.Length] == '"')
            close++;
        return close;
    }

    public static bool IsLongText(string text, int at, int end) =>
        at + LongQuote.Length <= end && text.AsSpan(at, LongQuote.Length).SequenceEqual(LongQuote);

    /// <summary>The offset of the slash that closes an expression opened at <paramref name="at"/>, on the same line; -1 where there is
    /// none.</summary>
    public static int RegexClose(string text, int at, int end, bool withFlags)
    {
        for (var i = at + 1; i < end && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
            {
                i++;
            }
            else if (text[i] == '/' && i > at + 1)
            {
                var after = i + 1;
                while (withFlags && after < end && char.IsAsciiLetter(text[after]))
                    after++;
                if (after >= end || char.IsWhiteSpace(text[after]) || IsArrow(text, after, end) || (withFlags && text[after] is ')' or ','))
                    return i;
            }
        }

        return -1;
    }
}
