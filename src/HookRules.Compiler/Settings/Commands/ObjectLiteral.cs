using System.Globalization;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>Reads an object as code writes it, of which every key is known, as JSON. A value that only the running code knows becomes the
/// text <c>$</c>, as a variable in a text of a shell is kept.</summary>
internal sealed class ObjectLiteral
{
    private const int MaxDepth = 20;
    private const string Unknown = "\"$\"";

    private readonly string text;
    private readonly CodeLanguage language;
    private int at;
    private int depth;

    private ObjectLiteral(string text, int at, CodeLanguage language) => (this.text, this.at, this.language) = (text, at, language);

    /// <summary>Null where there is no such object, or one whose keys are not all written there.</summary>
    public static (string Json, int End)? Read(string text, int at, CodeLanguage language)
    {
        var reader = new ObjectLiteral(text, at, language);
        return reader.Object() is { } json ? (json, reader.at) : null;
    }

    private bool IsPowerShell => language == CodeLanguage.PowerShell;

    private string? Object()
    {
        if (++depth > MaxDepth || !Opens())
            return null;
        var members = new List<string>();
        while (true)
        {
            SkipTrivia(lines: true);
            if (at >= text.Length)
                return null;
            if (text[at] == '}')
            {
                at++;
                depth--;
                return $"{{{string.Join(',', members)}}}";
            }

            if (text[at] == ',' || IsPowerShell && text[at] == ';')
            {
                at++;
                continue;
            }

            if (Key() is not { } key)
                return null;
            SkipTrivia(lines: !IsPowerShell);
            if (at < text.Length && text[at] == (IsPowerShell ? '=' : ':'))
            {
                at++;
                if (Value() is not { } value)
                    return null;
                members.Add($"{JsonText.Quote(key)}:{value}");
            }
            // The name alone stands for the variable of that name.
            else if (at < text.Length && text[at] is ',' or '}' && language is CodeLanguage.JavaScript or CodeLanguage.Jq)
            {
                members.Add($"{JsonText.Quote(key)}:{Unknown}");
            }
            else
            {
                return null;
            }
        }
    }

    private bool Opens()
    {
        if (IsPowerShell)
        {
            foreach (var type in (string[])["[ordered]", "[pscustomobject]"])
                if (text.AsSpan(at).StartsWith(type, StringComparison.OrdinalIgnoreCase))
                    at += type.Length;
            if (!text.AsSpan(at).StartsWith("@{"))
                return false;
            at += 2;
            return true;
        }

        if (at >= text.Length || text[at] != '{')
            return false;
        at++;
        return true;
    }

    private string? Key()
    {
        if (CodeStrings.Read(text, at, language) is { } written)
        {
            at = written.End;
            return written.IsOpen ? null : written.Value;
        }

        if (language == CodeLanguage.Python)
            return null;
        if (language == CodeLanguage.Jq && text[at] == '$')
            at++;
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_'))
            at++;
        return at > start ? text[start..at] : null;
    }

    private string? Value()
    {
        SkipTrivia(lines: !IsPowerShell);
        var start = at;
        var depthBefore = depth;
        if (Literal() is { } literal)
        {
            SkipTrivia(lines: !IsPowerShell);
            if (IsEnd())
                return literal;
        }

        (at, depth) = (start, depthBefore);
        return SkipValue() ? Unknown : null;
    }

    private bool IsEnd() => at >= text.Length || text[at] is ',' or '}' || IsPowerShell && text[at] is ';' or '\n' or '\r';

    private string? Literal()
    {
        if (at >= text.Length)
            return null;
        if (text[at] == '{' || IsPowerShell && text[at] is '@' or '[')
            return Object();
        if (CodeStrings.Read(text, at, language) is { } written)
        {
            at = written.End;
            return JsonText.Quote(written.Value);
        }

        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] is '_' or '$' or '.' or '-'))
            at++;
        var word = text[start..at];
        return word.TrimStart('$').ToLowerInvariant() switch
        {
            "true" => "true",
            "false" => "false",
            "null" or "none" => "null",
            _ => double.TryParse(
                word,
                NumberStyles.AllowLeadingSign | NumberStyles.AllowDecimalPoint,
                CultureInfo.InvariantCulture,
                out var number
            )
                ? number.ToString(CultureInfo.InvariantCulture)
                : null,
        };
    }

    /// <summary>To the comma or bracket that ends a value; false where nothing does.</summary>
    private bool SkipValue()
    {
        var brackets = 0;
        while (at < text.Length)
        {
            if (brackets == 0 && IsEnd())
                return true;
            if (CodeStrings.Read(text, at, language) is { } written)
            {
                at = written.End;
                continue;
            }

            var before = at;
            SkipTrivia(lines: !IsPowerShell || brackets > 0);
            if (at > before)
                continue;
            if (text[at] is '(' or '[' or '{')
                brackets++;
            else if (text[at] is ')' or ']' or '}' && --brackets < 0)
                return false;
            at++;
        }

        return false;
    }

    private void SkipTrivia(bool lines)
    {
        while (at < text.Length)
        {
            if (text[at] is ' ' or '\t' || lines && text[at] is '\n' or '\r')
                at++;
            else if (CodeStrings.CommentEnd(text, at, language) is { } end)
                at = end;
            else
                break;
        }
    }
}
