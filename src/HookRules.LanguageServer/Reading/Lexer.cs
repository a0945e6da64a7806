using HookRules.Compiler.Rules.Syntax;

namespace HookRules.LanguageServer.Reading;

internal enum TokenKind
{
    Word,
    Text,
    Sign,
}

internal readonly record struct Token(TokenKind Kind, string Text, int Start, int End)
{
    public bool Is(string word) => Kind != TokenKind.Text && Text == word;

    public bool IsArrow => Kind == TokenKind.Sign && Text is "->" or "→";
}

/// <summary>The words before a place, and whether it stands in a text or a comment.</summary>
/// <param name="OpenText">Where the text begins that the place stands in: its quotes; null outside of texts.</param>
internal sealed record Lexed(List<Token> Tokens, int? OpenText, bool InComment)
{
    public Token? Last => Tokens.Count > 0 ? Tokens[^1] : null;
}

/// <summary>Takes a statement apart up to a place in it. What stands there need not be whole, as it never is while somebody types; the
/// grammar reads statements that are.</summary>
internal static class Lexer
{
    public static Lexed Read(string text, int from, int to)
    {
        var tokens = new List<Token>();
        for (var at = from; at < to; )
        {
            var c = text[at];
            if (char.IsWhiteSpace(c))
            {
                at++;
            }
            else if (c == '#' && (at == from || char.IsWhiteSpace(text[at - 1])))
            {
                var line = text.IndexOf('\n', at, to - at);
                if (line < 0)
                    return new Lexed(tokens, null, true);
                at = line;
            }
            else if (c == '"')
            {
                var end = TextEnd(text, at, to);
                if (end < 0)
                    return new Lexed(tokens, at, false);
                tokens.Add(new Token(TokenKind.Text, text[at..end], at, end));
                at = end;
            }
            else
            {
                var end = c == '/' && Words.RegexClose(text, at, to, withFlags: true) is > 0 and var close ? RegexEnd(text, close, to) : at;
                var isWord = end > at;
                if (!isWord)
                    (end, isWord) = WordEnd(text, at, to);
                tokens.Add(new Token(isWord ? TokenKind.Word : TokenKind.Sign, text[at..end], at, end));
                at = end;
            }
        }

        return new Lexed(tokens, null, false);
    }

    /// <summary>-1 where it is not closed. A text in simple quotes ends with its line at the latest.</summary>
    private static int TextEnd(string text, int at, int to)
    {
        if (Words.IsLongText(text, at, to))
            return Words.LongTextClose(text, at, to) is >= 0 and var close ? close + Words.LongQuote.Length : -1;
        for (var i = at + 1; i < to; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] == '"')
                return i + 1;
            else if (text[i] == '\n')
                return i;
        }

        return -1;
    }

    private static int RegexEnd(string text, int close, int to)
    {
        for (close++; close < to && char.IsAsciiLetter(text[close]); )
            close++;
        return close;
    }

    private static (int End, bool IsWord) WordEnd(string text, int at, int to)
    {
        if (Words.IsArrow(text, at, to))
            return (at + (text[at] == '→' ? 1 : 2), false);
        if (IsSign(text[at]))
            return (at + 1, false);
        var end = at + 1;
        while (end < to && !char.IsWhiteSpace(text[end]) && !IsSign(text[end]) && !Words.IsArrow(text, end, to))
            end++;
        return (end, true);
    }

    private static bool IsSign(char c) => c is '"' or ',' or '(' or ')' or '{' or '}' or '[' or ']';
}
