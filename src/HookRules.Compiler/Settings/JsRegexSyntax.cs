using System.Globalization;

namespace HookRules.Compiler.Settings;

/// <summary>Whether JavaScript takes a text for a regular expression: <c>new RegExp(text)</c>, without flags.</summary>
internal sealed class JsRegexSyntax
{
    private const int MaxNesting = 200;

    private readonly string source;
    private int at;
    private int depth;
    private string? problem;

    private JsRegexSyntax(string source) => this.source = source;

    /// <summary>Null if it is one, else what is wrong with it.</summary>
    public static string? Problem(string source)
    {
        var syntax = new JsRegexSyntax(source);
        syntax.Choice();
        if (syntax.problem is null && syntax.at < source.Length)
            syntax.problem = "a ')' closes nothing";
        return syntax.problem;
    }

    private void Choice()
    {
        if (++depth > MaxNesting)
        {
            at = source.Length;
            return;
        }

        while (problem is null && at < source.Length && source[at] != ')')
        {
            if (source[at] == '|')
                at++;
            else
                Term();
        }

        depth--;
    }

    private void Term()
    {
        var repeatable = true;
        switch (source[at])
        {
            case '*' or '+' or '?':
                problem = $"the '{source[at]}' has nothing to repeat";
                return;
            case '{' when Count(out _):
                problem = "a count has nothing to repeat";
                return;
            case '^' or '$':
                at++;
                repeatable = false;
                break;
            case '(':
                repeatable = Group();
                break;
            case '[':
                Class();
                break;
            case '\\':
                repeatable = Escape();
                break;
            default:
                at++;
                break;
        }

        if (problem is null)
            Quantifier(repeatable);
    }

    private void Quantifier(bool repeatable)
    {
        if (at >= source.Length)
            return;
        var end = at + 1;
        if (source[at] == '{')
        {
            if (!Count(out end))
                return;
        }
        else if (source[at] is not ('*' or '+' or '?'))
        {
            return;
        }

        if (!repeatable)
        {
            problem = $"the '{source[at]}' has nothing to repeat";
            return;
        }

        at = end;
        if (at < source.Length && source[at] == '?')
            at++;
    }

    private bool Count(out int end)
    {
        end = source.IndexOf('}', at) + 1;
        if (end == 0)
            return false;
        var parts = source[(at + 1)..(end - 1)].Split(',');
        if (parts.Length > 2 || !IsNumber(parts[0]) || parts.Length == 2 && parts[1].Length > 0 && !IsNumber(parts[1]))
            return false;
        if (
            parts.Length == 2
            && parts[1].Length is > 0 and < 10
            && parts[0].Length < 10
            && int.Parse(parts[1], CultureInfo.InvariantCulture) < int.Parse(parts[0], CultureInfo.InvariantCulture)
        )
            problem = "the numbers of a count are in the wrong order";
        return true;
    }

    private static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);

    private bool Group()
    {
        var repeatable = true;
        at++;
        if (at < source.Length && source[at] == '?')
        {
            var rest = source.AsSpan(at);
            if (rest.StartsWith("?:") || rest.StartsWith("?=") || rest.StartsWith("?!"))
            {
                at += 2;
            }
            else if (rest.StartsWith("?<=") || rest.StartsWith("?<!"))
            {
                at += 3;
                repeatable = false;
            }
            else if (rest.StartsWith("?<") && rest.IndexOf('>') > 2)
            {
                at += rest.IndexOf('>') + 1;
            }
            else if (Modifiers(rest) is > 0 and var length)
            {
                at += length;
            }
            else
            {
                problem =
                    rest.Length > 1 && char.IsAsciiLetter(rest[1])
                        ? "flags such as (?i) are not JavaScript"
                        : "this kind of group is not JavaScript";
                return false;
            }
        }

        Choice();
        if (problem is not null)
            return repeatable;
        if (at >= source.Length)
            problem = "a '(' is never closed";
        at++;
        return repeatable;
    }

    // (?i:…) is so new that nothing is said about it.
    private static int Modifiers(ReadOnlySpan<char> rest)
    {
        var colon = rest.IndexOf(':');
        return colon > 1 && rest[1..colon].IndexOfAnyExcept("ims-") < 0 ? colon + 1 : 0;
    }

    private bool Escape()
    {
        if (at + 1 >= source.Length)
            problem = "a '\\' at the end escapes nothing";
        var repeatable = at + 1 < source.Length && source[at + 1] is not ('b' or 'B');
        at += 2;
        return repeatable;
    }

    private void Class()
    {
        at++;
        if (at < source.Length && source[at] == '^')
            at++;
        while (at < source.Length && source[at] != ']')
        {
            var low = Item();
            if (at + 1 >= source.Length || source[at] != '-' || source[at + 1] == ']')
                continue;
            at++;
            var high = Item();
            if (low is { } from && high is { } to && from > to)
                problem ??= $"the range '{from}-{to}' is in the wrong order";
        }

        if (at >= source.Length)
            problem ??= "a '[' is never closed";
        at++;
    }

    // Null for an escape, of which nothing needs to be known.
    private char? Item()
    {
        if (source[at] != '\\')
            return source[at++];
        at = Math.Min(source.Length, at + 2);
        return null;
    }
}
