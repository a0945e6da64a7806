using System.Buffers;
using System.Text;

namespace HookRules.Compiler.Settings;

/// <summary>Regular expressions as a matcher in settings.json can hold them: JavaScript's, without flags.</summary>
internal static class SettingsRegex
{
    /// <summary>A matcher of nothing else is a list of names for Claude Code.</summary>
    public static readonly SearchValues<char> ListCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_|, -"
    );

    public static readonly SearchValues<char> NarrowListCharacters = SearchValues.Create(
        "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789_|"
    );

    public static string Escape(string literal)
    {
        var escaped = new StringBuilder(literal.Length);
        foreach (var c in literal)
        {
            if (c is '\\' or '^' or '$' or '.' or '*' or '+' or '?' or '(' or ')' or '[' or ']' or '{' or '}' or '|' or '/')
                escaped.Append('\\');
            escaped.Append(c);
        }

        return escaped.ToString();
    }

    /// <summary>The same expression without its flags; null where that cannot be written, so that everything has to be let
    /// through.</summary>
    public static string? WithoutFlags(string source, string flags)
    {
        // Anchors at line ends inside a value: no matcher value has lines, but one that had must not slip past a guard.
        if (flags.Contains('m', StringComparison.Ordinal) && source.AsSpan().ContainsAny('^', '$'))
            return null;
        if (!flags.AsSpan().ContainsAny('i', 's'))
            return source;

        var fold = flags.Contains('i', StringComparison.Ordinal);
        var dotAll = flags.Contains('s', StringComparison.Ordinal);
        var result = new StringBuilder();
        var inClass = false;
        for (var i = 0; i < source.Length; i++)
        {
            var c = source[i];
            if (c == '\\')
            {
                if (i + 1 == source.Length || fold && !KeepsMeaning(source[i + 1]))
                    return null;
                result.Append(c).Append(source[++i]);
            }
            else if (fold && !char.IsAscii(c) && char.IsLetter(c))
            {
                return null;
            }
            else if (!inClass && c == '(' && i + 2 < source.Length && source[i + 1] == '?')
            {
                if (source[i + 2] is not (':' or '=' or '!'))
                    return null;
                result.Append(source, i, 3);
                i += 2;
            }
            else if (inClass && i + 2 < source.Length && source[i + 1] == '-' && source[i + 2] != ']')
            {
                if (source[i + 2] == '\\')
                    return null;
                result.Append(source, i, 3);
                if (fold && !FoldRange(c, source[i + 2], result))
                    return null;
                i += 2;
            }
            else if (fold && char.IsAsciiLetter(c))
            {
                var both = $"{char.ToUpperInvariant(c)}{char.ToLowerInvariant(c)}";
                result.Append(inClass ? both : $"[{both}]");
            }
            else if (dotAll && !inClass && c == '.')
            {
                result.Append(@"[\s\S]");
            }
            else
            {
                if (c == '[')
                    inClass = true;
                if (c == ']')
                    inClass = false;
                result.Append(c);
            }
        }

        return result.ToString();
    }

    // Character codes and properties (\x41, \u0041, \p{L}) may name letters.
    private static bool KeepsMeaning(char escaped) =>
        !char.IsAsciiLetterOrDigit(escaped)
        || escaped is 'd' or 'D' or 's' or 'S' or 'w' or 'W' or 'b' or 'B' or 'n' or 'r' or 't' or 'f' or 'v';

    private static bool FoldRange(char from, char to, StringBuilder result)
    {
        var letters =
            char.IsAsciiLetterLower(from) && char.IsAsciiLetterLower(to) || char.IsAsciiLetterUpper(from) && char.IsAsciiLetterUpper(to);
        if (letters)
            result.Append((char)(from ^ ' ')).Append('-').Append((char)(to ^ ' '));
        return letters || to < 'A' || from > 'z' && char.IsAscii(to);
    }
}
