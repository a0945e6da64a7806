using System.Text;

namespace HookRules.Compiler.Settings.Json;

/// <summary>Strict JSON, as Claude Code reads it. Keeps its own stack, so that no depth of nesting can exhaust the process's.</summary>
internal sealed class JsonTextParser(string text)
{
    private const string Strict = "Claude Code reads settings files as strict JSON and ignores the whole file otherwise";

    private int at = text.StartsWith('\uFEFF') ? 1 : 0;
    private JsonTextError? error;

    public static JsonTextNode? Parse(string text, out JsonTextError? error)
    {
        var parser = new JsonTextParser(text);
        var root = parser.Document();
        error = parser.error;
        return error is null ? root : null;
    }

    private JsonTextNode? Document()
    {
        JsonTextNode? root = null;
        JsonTextNode? open = null;
        string? name = null;
        var nameStart = 0;
        while (true)
        {
            SkipWhiteSpace();
            var start = name is null ? at : nameStart;
            var value = Value(open);
            if (value is null)
                return null;
            root ??= value;
            open?.Add(new JsonTextChild(name, start, value));
            name = null;

            if (value.IsContainer)
            {
                SkipWhiteSpace();
                open = value;
                if (Peek() != Closer(open))
                {
                    if (open.Kind == JsonTextKind.Object && !Name(open, out name, out nameStart))
                        return null;
                    continue;
                }
            }

            // After a value: close what ends here, then either a comma leads to the next value or the text is over.
            while (open is not null)
            {
                SkipWhiteSpace();
                if (Peek() != Closer(open))
                    break;
                at++;
                open.End = at;
                open = open.Parent;
            }

            if (open is null)
                return AtEnd() ? root : null;
            if (!Comma(open))
                return null;
            if (open.Kind == JsonTextKind.Object && !Name(open, out name, out nameStart))
                return null;
        }
    }

    private JsonTextNode? Value(JsonTextNode? parent)
    {
        var start = at;
        switch (Peek())
        {
            case '{':
                at++;
                return new JsonTextNode(JsonTextKind.Object, start, parent);
            case '[':
                at++;
                return new JsonTextNode(JsonTextKind.Array, start, parent);
            case '"':
                return String(out _) ? Scalar(JsonTextKind.String) : null;
            case '-' or (>= '0' and <= '9'):
                return Number() ? Scalar(JsonTextKind.Number) : null;
            case 't' when Word("true"):
                return Scalar(JsonTextKind.True);
            case 'f' when Word("false"):
                return Scalar(JsonTextKind.False);
            case 'n' when Word("null"):
                return Scalar(JsonTextKind.Null);
            default:
                Unexpected(parent, "a value");
                return null;
        }

        JsonTextNode Scalar(JsonTextKind kind) => new(kind, start, parent) { End = at };
    }

    private bool Name(JsonTextNode open, out string? name, out int start)
    {
        SkipWhiteSpace();
        (name, start) = (null, at);
        if (Peek() != '"')
            return Unexpected(open, "a key in double quotes");
        if (!String(out name))
            return false;
        SkipWhiteSpace();
        if (Peek() != ':')
            return Unexpected(open, $"':' after the key \"{name}\"");
        at++;
        return true;
    }

    private bool Comma(JsonTextNode open)
    {
        if (Peek() != ',')
            return Unexpected(open, $"',' or '{Closer(open)}'");
        var comma = at++;
        SkipWhiteSpace();
        return Peek() != Closer(open) || Fail(comma, $"a comma before '{Closer(open)}' is not JSON", $"remove the comma: {Strict}");
    }

    private bool AtEnd()
    {
        SkipWhiteSpace();
        return at == text.Length
            || IsComment() && Unexpected(null, "")
            || Fail(at, "there is more text after the end of the JSON value", $"remove it: {Strict}");
    }

    private bool String(out string? value)
    {
        value = null;
        var start = at++;
        var decoded = new StringBuilder();
        while (true)
        {
            if (at >= text.Length)
                return Fail(start, "the file ends inside this string", "close the string; if the file was cut off, restore it");
            var c = text[at++];
            if (c == '"')
                break;
            if (c < ' ')
                return Fail(
                    at - 1,
                    c is '\n' or '\r'
                        ? "a string must end on the line it starts on"
                        : $"an unescaped control character (U+{(int)c:X4}) in a string",
                    "write \\n for a line break, \\t for a tab, \\u00XX for any other"
                );
            if (c != '\\')
            {
                decoded.Append(c);
                continue;
            }

            if (!Escape(decoded))
                return false;
        }

        value = decoded.ToString();
        return true;
    }

    private bool Escape(StringBuilder decoded)
    {
        var c = Peek();
        at++;
        switch (c)
        {
            case '"' or '\\' or '/':
                decoded.Append(c);
                return true;
            case 'b':
                decoded.Append('\b');
                return true;
            case 'f':
                decoded.Append('\f');
                return true;
            case 'n':
                decoded.Append('\n');
                return true;
            case 'r':
                decoded.Append('\r');
                return true;
            case 't':
                decoded.Append('\t');
                return true;
            case 'u' when at + 4 <= text.Length && IsHex(at):
                decoded.Append((char)Convert.ToInt32(text.Substring(at, 4), 16));
                at += 4;
                return true;
            default:
                return Fail(at - 2, "a backslash that starts no JSON escape", "write \\\\ for a backslash");
        }
    }

    private bool Number()
    {
        var start = at;
        if (Peek() == '-')
            at++;
        var whole = Digits();
        var good = whole == 1 || whole > 1 && text[at - whole] != '0';
        if (good && Peek() == '.')
        {
            at++;
            good = Digits() > 0;
        }

        if (good && Peek() is 'e' or 'E')
        {
            at++;
            if (Peek() is '+' or '-')
                at++;
            good = Digits() > 0;
        }

        return good || Fail(start, "this is not a number as JSON spells it", "write digits without leading zeros, such as 0.5 or 10");
    }

    private int Digits()
    {
        var start = at;
        while (char.IsAsciiDigit(Peek()))
            at++;
        return at - start;
    }

    private bool IsHex(int offset)
    {
        for (var i = offset; i < offset + 4; i++)
            if (!char.IsAsciiHexDigit(text[i]))
                return false;
        return true;
    }

    private bool Word(string word)
    {
        if (string.CompareOrdinal(text, at, word, 0, word.Length) != 0)
            return false;
        at += word.Length;
        return true;
    }

    private void SkipWhiteSpace()
    {
        while (Peek() is ' ' or '\t' or '\r' or '\n')
            at++;
    }

    // No NUL is ever expected, so the end of the text can look like one; Unexpected tells them apart.
    private char Peek() => at < text.Length ? text[at] : '\0';

    private static char Closer(JsonTextNode open) => open.Kind == JsonTextKind.Object ? '}' : ']';

    private bool IsComment() => Peek() == '#' || Peek() == '/' && at + 1 < text.Length && text[at + 1] is '/' or '*';

    private bool Unexpected(JsonTextNode? open, string expected)
    {
        if (at >= text.Length)
        {
            if (open is null)
                return Fail(at, "the file ends where a JSON object should start", "write {} for empty settings");
            var (line, column) = TextPlace.Of(text, open.Start);
            return Fail(
                at,
                $"the file ends inside the {(open.Kind == JsonTextKind.Object ? "object" : "array")} that starts at {line}:{column}",
                $"close it with '{Closer(open)}'; if the file was cut off, restore it"
            );
        }

        if (IsComment())
            return Fail(at, "a comment is not JSON", $"remove the comment: {Strict}");
        if (Peek() == '\'')
            return Fail(at, "JSON strings stand in double quotes", "write \"…\" instead of '…'");
        var found =
            char.IsControl(Peek()) ? $"U+{(int)Peek():X4}"
            : char.IsHighSurrogate(Peek()) && at + 1 < text.Length ? text.Substring(at, 2)
            : Peek().ToString();
        var template =
            text.AsSpan(at).StartsWith("{{")
            || text.AsSpan(at).StartsWith("{%")
            || text.AsSpan(at).StartsWith("<%")
            || text.AsSpan(at).StartsWith("${");
        return Fail(
            at,
            $"found '{found}' where {expected} should stand",
            template ? "this looks like a template: compile into the file that it renders to" : $"mend the file here: {Strict}"
        );
    }

    private bool Fail(int offset, string message, string fix)
    {
        error ??= new JsonTextError(offset, message, fix);
        return false;
    }
}
