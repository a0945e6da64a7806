using System.Buffers;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>A command line that stands without quotes where a step does: the likeliest slip of somebody who knows shells.</summary>
internal static class BareCommand
{
    private static readonly SearchValues<char> ShellSigns = SearchValues.Create("|;&<>$`(");

    /// <summary>The line from there to the end of the step, where it can be nothing else: it begins with a path or has an option. Null
    /// otherwise.</summary>
    public static string? At(string text, int at, int end)
    {
        var isCommand = at + 1 < end && text[at] is '/' or '.' or '~' && text[at + 1] is not (' ' or '\n');
        var last = at;
        for (; last < end && text[last] is not ('\n' or '\r' or ',' or '#') && !Words.IsArrow(text, last, end); last++)
        {
            // Within quotes these would be written otherwise.
            if (text[last] is '"' or '\\')
                return null;
            isCommand |= text[last] == '-' && last > at && text[last - 1] == ' ' && IsOption(text, last, end);
        }

        return isCommand ? text[at..last].TrimEnd() : null;
    }

    /// <summary>What runs it, with it: words alone need no shell.</summary>
    public static string Step(string line) => $"{(line.AsSpan().ContainsAny(ShellSigns) ? "shell" : "run")} \"{line}\"";

    private static bool IsOption(string text, int at, int end) => at + 1 < end && (char.IsAsciiLetter(text[at + 1]) || text[at + 1] == '-');
}
