using System.Globalization;
using System.Text;

namespace HookRules.Compiler.Settings.Commands;

internal enum CodeLanguage
{
    Shell,
    Python,
    JavaScript,
    PowerShell,
    Jq,
}

/// <summary>A text in code.</summary>
/// <param name="Value">What it says; what only the running code knows is a <c>$</c> in it.</param>
/// <param name="IsOpen">Something in it is not known.</param>
internal readonly record struct CodeString(string Value, int End, bool IsOpen);

/// <summary>Texts and comments of the languages that hooks are written in.</summary>
internal static class CodeStrings
{
    /// <summary>The text that begins here; null where none does, or nothing closes it.</summary>
    public static CodeString? Read(string text, int at, CodeLanguage language) =>
        language switch
        {
            CodeLanguage.Python => Python(text, at),
            CodeLanguage.PowerShell => PowerShell(text, at),
            _ when at < text.Length && (text[at] == '"' || text[at] is '\'' or '`' && language == CodeLanguage.JavaScript) => Escaped(
                text,
                at + 1,
                text[at].ToString(),
                language == CodeLanguage.Jq ? "\\("
                    : text[at] == '`' ? "${"
                    : null,
                raw: false
            ),
            _ => null,
        };

    /// <summary>Where the comment that begins here ends; null where none does.</summary>
    public static int? CommentEnd(string text, int at, CodeLanguage language)
    {
        var (line, open, close) = language switch
        {
            CodeLanguage.JavaScript => ("//", "/*", "*/"),
            CodeLanguage.PowerShell => ("#", "<#", "#>"),
            _ => ("#", "\0", "\0"),
        };
        var rest = text.AsSpan(at);
        if (rest.StartsWith(open, StringComparison.Ordinal))
            return text.IndexOf(close, at + 2, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : text.Length;
        if (!rest.StartsWith(line, StringComparison.Ordinal))
            return null;
        return text.IndexOf('\n', at) is >= 0 and var lineEnd ? lineEnd : text.Length;
    }

    /// <summary>The same text, everything in quotes and comments blank: what is found in it is code, at the same place.</summary>
    public static string Blank(string text, CodeLanguage language)
    {
        var blank = text.ToCharArray();
        for (var at = 0; at < text.Length; )
        {
            var end = IsName(text, at - 1) && language == CodeLanguage.Python ? null : Read(text, at, language)?.End;
            end ??= CommentEnd(text, at, language) ?? Expression(text, at, language);
            if (end is null)
            {
                at++;
                continue;
            }

            for (; at < end; at++)
                if (blank[at] != '\n')
                    blank[at] = ' ';
        }

        return new string(blank);
    }

    /// <summary>A regular expression of JavaScript, which may hold quotes.</summary>
    private static int? Expression(string text, int at, CodeLanguage language)
    {
        if (language != CodeLanguage.JavaScript || text[at] != '/')
            return null;
        var before = at - 1;
        while (before >= 0 && text[before] is ' ' or '\t')
            before--;
        if (before >= 0 && text[before] is not ('(' or ',' or '=' or ':' or '[' or '!' or '&' or '|' or '?' or '{' or '}' or ';' or '\n'))
            return null;
        var inSet = false;
        for (var i = at + 1; i < text.Length && text[i] != '\n'; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] is '[' or ']')
                inSet = text[i] == '[';
            else if (text[i] == '/' && !inSet)
                return i + 1;
        }

        return null;
    }

    private static CodeString? Python(string text, int at)
    {
        var start = at;
        while (at < text.Length && at - start < 2 && text[at] is 'f' or 'F' or 'r' or 'R' or 'b' or 'B' or 'u' or 'U')
            at++;
        if (at >= text.Length || text[at] is not ('"' or '\''))
            return null;
        var prefix = text[start..at].ToLowerInvariant();
        var quote = text.AsSpan(at).StartsWith(new string(text[at], 3), StringComparison.Ordinal)
            ? new string(text[at], 3)
            : text[at].ToString();
        return Escaped(
            text,
            at + quote.Length,
            quote,
            prefix.Contains('f', StringComparison.Ordinal) ? "{" : null,
            prefix.Contains('r', StringComparison.Ordinal)
        );
    }

    private static CodeString? PowerShell(string text, int at)
    {
        if (at >= text.Length)
            return null;
        if (text[at] == '@' && at + 1 < text.Length && text[at + 1] is '\'' or '"')
        {
            var start = text.IndexOf('\n', at);
            if (start < 0 || text.AsSpan(at + 2, start - at - 2).Trim().Length > 0)
                return null;
            var close = text.IndexOf($"\n{text[at + 1]}@", start, StringComparison.Ordinal);
            return close < 0
                ? null
                : new CodeString(text[start..close].Trim(), close + 3, text[at + 1] == '"' && text[start..close].Contains('$'));
        }

        if (text[at] is not ('\'' or '"'))
            return null;
        var quote = text[at];
        var value = new StringBuilder();
        for (var i = at + 1; i < text.Length; i++)
        {
            if (text[i] == '`' && quote == '"' && i + 1 < text.Length)
                value.Append(text[++i]);
            else if (text[i] != quote)
                value.Append(text[i]);
            else if (i + 1 < text.Length && text[i + 1] == quote)
                value.Append(text[i++]);
            else
                return new CodeString(value.ToString(), i + 1, quote == '"' && value.ToString().Contains('$', StringComparison.Ordinal));
        }

        return null;
    }

    /// <param name="at">Behind the opening quote.</param>
    /// <param name="hole">What begins a part that the running code puts in.</param>
    private static CodeString? Escaped(string text, int at, string quote, string? hole, bool raw)
    {
        var value = new StringBuilder();
        var isOpen = false;
        while (at < text.Length)
        {
            var rest = text.AsSpan(at);
            if (rest.StartsWith(quote, StringComparison.Ordinal))
                return new CodeString(value.ToString(), at + quote.Length, isOpen);
            if (quote is "\"" or "'" && text[at] == '\n')
                return null;
            if (hole is not null && rest.StartsWith(hole, StringComparison.Ordinal))
            {
                if (hole == "{" && rest.StartsWith("{{"))
                {
                    value.Append('{');
                    at += 2;
                    continue;
                }

                at = HoleEnd(text, at + hole.Length, hole[^1] == '(' ? ')' : '}');
                value.Append('$');
                isOpen = true;
            }
            else if (hole == "{" && rest.StartsWith("}}"))
            {
                value.Append('}');
                at += 2;
            }
            else if (text[at] == '\\' && !raw && at + 1 < text.Length)
            {
                at = Escape(text, at + 1, value);
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        return null;
    }

    private static int HoleEnd(string text, int at, char close)
    {
        var open = close == ')' ? '(' : '{';
        for (var depth = 1; at < text.Length; at++)
        {
            if (text[at] == open)
                depth++;
            else if (text[at] == close && --depth == 0)
                return at + 1;
        }

        return at;
    }

    private static int Escape(string text, int at, StringBuilder value)
    {
        if (
            text[at] == 'u'
            && at + 4 < text.Length
            && ushort.TryParse(text.AsSpan(at + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture, out var code)
        )
        {
            value.Append((char)code);
            return at + 5;
        }

        if (text[at] != '\n')
            value.Append(
                text[at] switch
                {
                    'n' => '\n',
                    't' => '\t',
                    'r' => '\r',
                    var other => other,
                }
            );
        return at + 1;
    }

    private static bool IsName(string text, int at) => at >= 0 && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '.');
}
