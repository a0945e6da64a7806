using System.Text;

namespace HookRules.Compiler.Settings.Json;

internal enum JsonErrorKind
{
    Comment,
    TrailingComma,
    Template,
    Syntax,
}

/// <summary>Why a text is no strict JSON.</summary>
internal readonly record struct JsonError(JsonErrorKind Kind, int Start, int End, string Message, string Fix)
{
    public static JsonError Of(JsonTextError error) => new(JsonErrorKind.Syntax, error.Offset, error.Offset + 1, error.Message, error.Fix);
}

/// <summary>Reads JSON with comments, trailing commas and template tags: each is blanked out in place, so that every offset stays true and
/// the rest can be looked at.</summary>
internal static class TolerantJson
{
    public static (JsonText? Document, List<JsonError> Errors) Read(string text)
    {
        var errors = new List<JsonError>();
        if (JsonText.TryParse(text, out var strict) is { } document)
            return (document, errors);

        var blanked = Blank(text, errors);
        document = JsonText.TryParse(blanked, out var error);
        if (document is not null)
            return (document, errors);

        // The strict reader's first complaint may be about what was blanked out; then the second one is the news.
        error = errors.Count == 0 ? strict : error;
        errors.Add(new JsonError(JsonErrorKind.Syntax, error!.Offset, Math.Min(text.Length, error.Offset + 1), error.Message, error.Fix));
        return (null, errors);
    }

    private static string Blank(string text, List<JsonError> errors)
    {
        var result = new StringBuilder(text);
        var comma = -1;
        for (var i = 0; i < text.Length; i++)
        {
            var c = text[i];
            if (c == '"')
            {
                i = EndOfString(text, i);
                comma = -1;
            }
            else if (Other(text, i) is var (kind, end))
            {
                errors.Add(new JsonError(kind, i, end, "", ""));
                for (var at = i; at < end; at++)
                    if (text[at] is not ('\n' or '\r'))
                        result[at] = ' ';
                i = end - 1;
            }
            else if (c == ',')
            {
                comma = i;
            }
            else if (c is '}' or ']')
            {
                if (comma >= 0)
                {
                    errors.Add(new JsonError(JsonErrorKind.TrailingComma, comma, comma + 1, "", ""));
                    result[comma] = ' ';
                }

                comma = -1;
            }
            else if (!char.IsWhiteSpace(c))
            {
                comma = -1;
            }
        }

        return result.ToString();
    }

    private static (JsonErrorKind Kind, int End)? Other(string text, int at)
    {
        var rest = text.AsSpan(at);
        if (rest.StartsWith("//"))
            return (JsonErrorKind.Comment, LineEnd(text, at));
        if (rest.StartsWith("/*"))
            return (JsonErrorKind.Comment, Behind(text, at + 2, "*/"));
        if (rest.StartsWith("#"))
            return (JsonErrorKind.Comment, LineEnd(text, at));
        if (rest.StartsWith("{{"))
            return (JsonErrorKind.Template, Behind(text, at + 2, "}}"));
        if (rest.StartsWith("{%"))
            return (JsonErrorKind.Template, Behind(text, at + 2, "%}"));
        if (rest.StartsWith("<%"))
            return (JsonErrorKind.Template, Behind(text, at + 2, "%>"));
        return null;
    }

    private static int EndOfString(string text, int start)
    {
        for (var i = start + 1; i < text.Length; i++)
        {
            if (text[i] == '\\')
                i++;
            else if (text[i] is '"' or '\n')
                return i;
        }

        return text.Length;
    }

    private static int LineEnd(string text, int from) =>
        text.AsSpan(from).IndexOfAny('\r', '\n') is >= 0 and var length ? from + length : text.Length;

    private static int Behind(string text, int from, string closer) =>
        text.IndexOf(closer, from, StringComparison.Ordinal) is >= 0 and var found ? found + closer.Length : text.Length;
}
