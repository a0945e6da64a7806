using System.Text;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>Words, their quotes and what expands in them.</summary>
internal sealed partial class ShellText
{
    private WrittenWord? ReadWord()
    {
        var start = at;
        var value = new StringBuilder();
        var (quotes, expands) = (false, false);
        while (at < text.Length)
        {
            var c = text[at];
            if (c is ' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>')
                break;
            switch (c)
            {
                case '\\':
                    if (at + 1 < text.Length)
                        value.Append(text[at + 1]);
                    at += 2;
                    break;
                case '\'':
                    quotes = true;
                    var close = text.IndexOf('\'', at + 1);
                    if (close < 0)
                    {
                        OpenQuote ??= at;
                        close = text.Length;
                    }

                    value.Append(text, at + 1, close - at - 1);
                    at = Math.Min(text.Length, close + 1);
                    break;
                case '"':
                    quotes = true;
                    expands |= DoubleQuoted(value);
                    break;
                case '$' or '`':
                    expands = true;
                    // An assignment and a case word are not split.
                    Expansion(value, splits: !(words.Count == 0 && Name(text[start..at], out _)) && words is not [{ Text: "case" }]);
                    break;
                default:
                    value.Append(c);
                    at++;
                    break;
            }

            at = Math.Min(at, text.Length);
        }

        // Nothing of a word: a character that only a shell could make sense of.
        if (at == start)
            at++;
        return new WrittenWord(value.ToString(), start, Math.Min(at, text.Length), quotes, expands);
    }

    private bool DoubleQuoted(StringBuilder value)
    {
        var open = at++;
        var expands = false;
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                if (text[at + 1] is not ('"' or '\\' or '$' or '`' or '\n'))
                    value.Append('\\');
                value.Append(text[at + 1]);
                at += 2;
            }
            else if (text[at] is '$' or '`')
            {
                expands = true;
                Expansion(value, splits: false);
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        if (at >= text.Length)
            OpenQuote ??= open;
        at++;
        return expands;
    }

    private void Expansion(StringBuilder value, bool splits)
    {
        var start = at;
        if (text[at] == '`')
        {
            at++;
            Inner('`');
        }
        else if (Next() == '(' && at + 2 < text.Length && text[at + 2] == '(')
        {
            at = text.IndexOf("))", at, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : text.Length;
        }
        else if (Next() == '(')
        {
            at += 2;
            Inner(')');
        }
        else if (Next() == '{')
        {
            at += 2;
            var name = ReadName();
            var close = text.IndexOf('}', at);
            if (name.Length > 0 && close >= 0)
                variables.Add(new ShellVariable(name, start, close + 1, splits));
            at = close < 0 ? text.Length : close + 1;
        }
        else
        {
            at++;
            var name = ReadName();
            if (name.Length > 0)
                variables.Add(new ShellVariable(name, start, at, splits));
            else if (at < text.Length && text[at] is '?' or '#' or '@' or '*' or '$' or '!' or '-')
                at++;
        }

        at = Math.Min(at, text.Length);
        value.Append(text, start, at - start);
    }

    private string ReadName()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return text[start..at];
    }
}
