using System.Globalization;
using System.Text;

namespace HookRules.Engine;

/// <summary>Quotes and the escapes in them.</summary>
internal sealed partial class ShellParser
{
    private void ReadSingleQuoted()
    {
        isQuoted = true;
        var end = text.IndexOf('\'', at + 1);
        if (end < 0)
        {
            state.Hide("a quote is never closed");
            end = text.Length;
        }

        if (end > at + 1)
            Append(text.AsSpan(at + 1, end - at - 1));
        at = Math.Min(end + 1, text.Length);
    }

    /// <summary>From behind the opening quote.</summary>
    private void ReadDoubleQuoted()
    {
        isQuoted = true;
        while (at < text.Length)
        {
            var c = text[at];
            switch (c)
            {
                case '"':
                    at++;
                    return;
                case '\\' or '$' or '`':
                    ReadQuotedPiece();
                    break;
                default:
                    var end = text.AsSpan(at).IndexOfAny("\"\\$`");
                    if (end < 0)
                        end = text.Length - at;
                    Append(text.AsSpan(at, end));
                    at += end;
                    break;
            }
        }

        state.Hide("a quote is never closed");
    }

    /// <summary>A backslash, dollar or backquote inside double quotes or a here-document.</summary>
    private void ReadQuotedPiece()
    {
        switch (text[at])
        {
            case '\\' when at + 1 < text.Length && text[at + 1] == '\n':
                at += 2;
                break;
            case '\\' when at + 1 < text.Length && text[at + 1] is '$' or '`' or '"' or '\\':
                Append(text[at + 1]);
                at += 2;
                break;
            case '$':
                ReadDollar(quoted: true);
                break;
            case '`':
                ReadBackquoted(quoted: true);
                break;
            default:
                Append(text[at++]);
                break;
        }
    }

    /// <summary>A here-document's body with its expansions.</summary>
    private string Expanded(string body)
    {
        if (!state.Spend(body.Length) || state.Depth >= ShellState.MaxDepth)
            return body;
        state.Depth++;
        var inner = new ShellParser(state, body);
        inner.ReadAllQuoted();
        state.Depth--;
        return inner.word.ToString();
    }

    private void ReadAllQuoted()
    {
        target = [];
        while (at < text.Length)
        {
            if (text[at] is '\\' or '$' or '`')
                ReadQuotedPiece();
            else
                Append(text[at++]);
        }
    }

    /// <summary>$'…'</summary>
    private void ReadEscapedQuoted()
    {
        isQuoted = true;
        at += 2;
        var start = at;
        while (at < text.Length && text[at] != '\'')
            at += text[at] == '\\' ? 2 : 1;
        if (at >= text.Length)
        {
            state.Hide("a quote is never closed");
            at = text.Length;
        }

        Append(Unescaped(text.AsSpan(start, at - start)));
        at = Math.Min(at + 1, text.Length);
    }

    /// <summary>Backslash escapes as in $'…' and printf.</summary>
    /// <param name="asEcho">As in echo -e, where a leading zero comes on top of three octal digits.</param>
    internal static string Unescaped(ReadOnlySpan<char> text, bool asEcho = false)
    {
        var result = new StringBuilder(text.Length);
        for (var i = 0; i < text.Length; i++)
        {
            if (text[i] != '\\' || i + 1 >= text.Length)
            {
                result.Append(text[i]);
                continue;
            }

            var c = text[++i];
            switch (c)
            {
                case 'n':
                    result.Append('\n');
                    break;
                case 't':
                    result.Append('\t');
                    break;
                case 'r':
                    result.Append('\r');
                    break;
                case 'a':
                    result.Append('\a');
                    break;
                case 'b':
                    result.Append('\b');
                    break;
                case 'e' or 'E':
                    result.Append('\u001b');
                    break;
                case 'f':
                    result.Append('\f');
                    break;
                case 'v':
                    result.Append('\v');
                    break;
                case 'c' when i + 1 < text.Length:
                    result.Append((char)(text[++i] & 0x1f));
                    break;
                case 'x':
                    AppendCode(result, text, ref i, 1, 2, 16);
                    break;
                case 'u':
                    AppendCode(result, text, ref i, 1, 4, 16);
                    break;
                case 'U':
                    AppendCode(result, text, ref i, 1, 8, 16);
                    break;
                case >= '0' and <= '7':
                    AppendCode(result, text, ref i, 0, asEcho && c == '0' ? 4 : 3, 8);
                    break;
                case '\\' or '\'' or '"' or '?':
                    result.Append(c);
                    break;
                default:
                    result.Append('\\').Append(c);
                    break;
            }
        }

        return result.ToString();
    }

    private static void AppendCode(StringBuilder result, ReadOnlySpan<char> text, ref int i, int skip, int most, int radix)
    {
        var from = i + skip;
        var to = from;
        while (to < text.Length && to - from < most && (radix == 16 ? char.IsAsciiHexDigit(text[to]) : text[to] is >= '0' and <= '7'))
            to++;
        if (to == from)
        {
            result.Append('\\').Append(text[i]);
            return;
        }

        var digits = text[from..to];
        var code = radix == 16 ? int.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture) : Octal(digits) & 0xff;
        i = to - 1;
        if (code is >= 0x10000 and <= 0x10FFFF)
            result.Append(char.ConvertFromUtf32(code));
        else if (code is > 0 and < 0x10000)
            result.Append((char)code);
    }

    private static int Octal(ReadOnlySpan<char> digits)
    {
        var value = 0;
        foreach (var digit in digits)
            value = (value * 8) + (digit - '0');
        return value;
    }
}
