using System.Buffers;
using System.Collections.Immutable;
using System.Text;

namespace HookRules.Engine;

internal enum CodeTokenKind
{
    Name,
    Text,
    Sign,
}

/// <param name="Text">Of a text what is between its quotes, with a mark where something is put in.</param>
/// <param name="Quote">The quote of a text, or the sign itself.</param>
internal readonly record struct CodeToken(CodeTokenKind Kind, string Text, char Quote = '\0');

/// <summary>Reads code of Python, JavaScript, Perl, Ruby, PHP, awk and their like only as far as names, texts and signs go: enough to see
/// what it hands to the system.</summary>
internal static class ShellCode
{
    private const string TextPrefixes = "rbfu rbr brb fr";

    private static readonly SearchValues<char> PatternEnds = SearchValues.Create("<> ;=\n");

    public static List<CodeToken> Read(string code, string language)
    {
        List<CodeToken> tokens = [];
        for (var at = 0; at < code.Length; )
        {
            var c = code[at];
            if (c is ' ' or '\t' or '\r')
            {
                at++;
            }
            else if (IsComment(code, at, language))
            {
                var end = code.IndexOf('\n', at);
                at = end < 0 ? code.Length : end;
            }
            else if (c == '/' && at + 1 < code.Length && code[at + 1] == '*' && language is "js" or "php" or "java")
            {
                var end = code.IndexOf("*/", at + 2, StringComparison.Ordinal);
                at = end < 0 ? code.Length : end + 2;
            }
            else if (char.IsAsciiLetter(c) || c is '_' || (c == '-' && language == "lisp" && at + 1 < code.Length))
            {
                at = ReadName(code, at, language, tokens);
            }
            else if (
                c == '%'
                && language == "ruby"
                && at + 2 < code.Length
                && code[at + 1] is 'x' or 'q' or 'Q'
                && IsDelimiter(code[at + 2])
            )
            {
                at = ReadDelimited(code, at + 2, code[at + 1] == 'x' ? '`' : '\'', tokens);
            }
            else if (c == '<' && language == "perl" && PatternEnd(code, at) is > 0 and var end)
            {
                // The names that a pattern fits: </etc/*>
                tokens.Add(new CodeToken(CodeTokenKind.Text, code[(at + 1)..end], c));
                at = end + 1;
            }
            else if (c is '"' or '\'' or '`' && !(c == '\'' && language == "lisp"))
            {
                at = ReadText(code, at, language, "", tokens);
            }
            else
            {
                tokens.Add(new CodeToken(CodeTokenKind.Sign, c.ToString(), c));
                at++;
            }
        }

        return tokens;
    }

    private static int PatternEnd(string code, int at)
    {
        var end = code.AsSpan(at + 1).IndexOfAny(PatternEnds);
        if (end <= 0 || code[at + 1 + end] != '>')
            return 0;
        var text = code.AsSpan(at + 1, end);
        return text.Contains('*') || text.Contains('/') ? at + 1 + end : 0;
    }

    private static bool IsComment(string code, int at, string language) =>
        language switch
        {
            "js" or "java" => code.AsSpan(at).StartsWith("//") && (at == 0 || code[at - 1] != ':'),
            "php" => code.AsSpan(at).StartsWith("//") || code[at] == '#',
            "lua" => code.AsSpan(at).StartsWith("--"),
            "lisp" or "vim" or "osascript" => false,
            _ => code[at] == '#' && (at == 0 || code[at - 1] != '$'),
        };

    private static int ReadName(string code, int at, string language, List<CodeToken> tokens)
    {
        var end = at + 1;
        while (end < code.Length && (char.IsAsciiLetterOrDigit(code[end]) || code[end] is '_' || (language == "lisp" && code[end] == '-')))
            end++;
        var name = code.AsSpan(at, end - at);
        if (end < code.Length)
        {
            if (language == "perl" && name is "q" or "qq" or "qx" && IsDelimiter(code[end]) && (code[end] != '=' || name is "qx"))
                return ReadDelimited(code, end, name is "qx" ? '`' : '\'', tokens);
            if (
                language is "python" or "cs"
                && code[end] is '"' or '\''
                && name.Length <= 2
                && TextPrefixes.Contains(name.ToString(), StringComparison.OrdinalIgnoreCase)
            )
                return ReadText(code, end, language, name, tokens);
        }

        tokens.Add(new CodeToken(CodeTokenKind.Name, name.ToString()));
        return end;
    }

    private static bool IsDelimiter(char c) => c is '(' or '[' or '{' or '<' or '/' or '!' or '|' or '#' or '~' or '^';

    private static int ReadDelimited(string code, int at, char quote, List<CodeToken> tokens)
    {
        var open = code[at];
        var close = open switch
        {
            '(' => ')',
            '[' => ']',
            '{' => '}',
            '<' => '>',
            _ => open,
        };
        var depth = 1;
        var end = at + 1;
        for (; end < code.Length; end++)
        {
            if (code[end] == close && --depth == 0)
                break;
            if (code[end] == open && open != close)
                depth++;
        }

        tokens.Add(new CodeToken(CodeTokenKind.Text, code[(at + 1)..Math.Min(end, code.Length)], quote));
        return Math.Min(end + 1, code.Length);
    }

    private static int ReadText(string code, int at, string language, ReadOnlySpan<char> prefix, List<CodeToken> tokens)
    {
        var quote = code[at];
        var isTriple = quote != '`' && code.AsSpan(at).StartsWith([quote, quote, quote]) && language is "python" or "julia" or "java";
        var from = at + (isTriple ? 3 : 1);
        var end = from;
        var ends = false;
        while (end < code.Length && !ends)
        {
            if (code[end] == '\\')
                end += 2;
            else if (isTriple ? code.AsSpan(end).StartsWith([quote, quote, quote]) : code[end] == quote)
                ends = true;
            else if (code[end] == '\n' && !isTriple && quote != '`' && language is "python" or "js" or "awk")
                break;
            else
                end++;
        }

        if (!ends)
        {
            tokens.Add(new CodeToken(CodeTokenKind.Sign, quote.ToString(), quote));
            return at + 1;
        }

        var text = code[from..end];
        if (prefix.ContainsAny('f', 'F'))
            text = WithMarks(text, "{");
        else if (language is "perl" or "php" && quote != '\'')
            text = WithMarks(text, "$");
        else if (language == "ruby" && quote != '\'')
            text = WithMarks(text, "#{");
        else if (quote == '`' && language == "js")
            text = WithMarks(text, "${");
        if (!prefix.ContainsAny('r', 'R') && text.Contains('\\'))
            text = ShellParser.Unescaped(text);
        tokens.Add(new CodeToken(CodeTokenKind.Text, text, quote));
        return end + (isTriple ? 3 : 1);
    }

    /// <summary>Puts a mark where a text takes a value in.</summary>
    private static string WithMarks(string text, string begin)
    {
        if (!text.Contains(begin, StringComparison.Ordinal))
            return text;
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (!text.AsSpan(i).StartsWith(begin) || (i > 0 && text[i - 1] == '\\'))
            {
                result.Append(text[i]);
                continue;
            }

            result.Append(ShellWord.Value);
            if (begin == "$")
            {
                if (text.AsSpan(i).StartsWith("$ENV{HOME}"))
                    result[^1] = ShellWord.Home;
                while (i + 1 < text.Length && (char.IsAsciiLetterOrDigit(text[i + 1]) || text[i + 1] is '_' or '{' or '}' or '[' or ']'))
                    i++;
                continue;
            }

            var close = text.IndexOf('}', i);
            i = close < 0 ? text.Length : close;
        }

        return result.ToString();
    }

    /// <summary>What a call is given: of each argument its text, and of a list its items.</summary>
    /// <param name="at">Behind the call's name.</param>
    public static List<CodeArgument> Arguments(List<CodeToken> tokens, int at)
    {
        List<CodeArgument> arguments = [];
        var isBracketed = at < tokens.Count && tokens[at].Quote == '(' && tokens[at].Kind == CodeTokenKind.Sign;
        if (isBracketed)
            at++;
        var from = at;
        var depth = 0;
        for (; at < tokens.Count && at - from < 512; at++)
        {
            if (tokens[at].Kind != CodeTokenKind.Sign)
                continue;
            var sign = tokens[at].Quote;
            if (sign is '(' or '[' or '{')
                depth++;
            else if (sign is ')' or ']' or '}' && --depth < 0)
                break;
            else if (depth > 0)
                continue;
            else if (sign == ',')
            {
                arguments.Add(Argument(tokens, from, at));
                from = at + 1;
            }
            else if (!isBracketed && sign is ';' or '\n' or '|' or '&')
                break;
        }

        if (at > from)
            arguments.Add(Argument(tokens, from, at));
        return arguments;
    }

    private static CodeArgument Argument(List<CodeToken> tokens, int from, int to)
    {
        while (from < to && tokens[from].Quote == '\n')
            from++;
        while (from < to && tokens[to - 1].Quote == '\n')
            to--;
        // NAME=value
        var name = "";
        if (to - from > 2 && tokens[from].Kind == CodeTokenKind.Name && tokens[from + 1].Quote == '=' && tokens[from + 2].Quote != '=')
        {
            name = tokens[from].Text;
            from += 2;
        }

        if (to > from && tokens[from].Kind == CodeTokenKind.Sign && tokens[from].Quote is '[' && tokens[to - 1].Quote == ']')
        {
            var items = Arguments(tokens, from + 1);
            return new CodeArgument(name, [.. items.Select(item => item.Text)], IsList: true);
        }

        return new CodeArgument(name, [TextOf(tokens, from, to)], IsList: false);
    }

    /// <summary>Texts put together; what is not known has a mark.</summary>
    private static string TextOf(List<CodeToken> tokens, int from, int to)
    {
        if (to - from == 1 && tokens[from].Kind == CodeTokenKind.Text)
            return tokens[from].Text;
        if (IsHome(tokens, from, to))
            return ShellWord.Home.ToString();
        var text = new StringBuilder();
        for (var i = from; i < to; i++)
        {
            var token = tokens[i];
            if (token.Kind == CodeTokenKind.Text)
                text.Append(token.Text);
            else if (token is { Kind: CodeTokenKind.Name, Text: "glob" } && text.Length == 0)
                continue; // Perl: the names that the pattern fits.
            else if (
                !(token.Kind == CodeTokenKind.Sign && token.Quote is '+' or '.' or '\n' or '(' or ')' or '/')
                && (text.Length == 0 || text[^1] != ShellWord.Value)
            )
                text.Append(ShellWord.Value);
        }

        return text.Length == 0 ? ShellWord.Value.ToString() : text.ToString();
    }

    private static bool IsHome(List<CodeToken> tokens, int from, int to)
    {
        for (var i = from; i < to; i++)
            if (tokens[i] is { Kind: CodeTokenKind.Name, Text: "home" or "homedir" or "expanduser" })
                return !tokens[from..to].Any(token => token.Kind == CodeTokenKind.Text);
        return false;
    }
}

/// <summary>An argument of a call.</summary>
/// <param name="Name">Where it is given by name.</param>
internal readonly record struct CodeArgument(string Name, ImmutableArray<string> Items, bool IsList)
{
    public string Text => IsList ? string.Join(' ', Items) : Items[0];

    public bool IsUnknown => Text.Length > 0 && Text.AsSpan().Trim(ShellWord.Value).IsEmpty;
}
