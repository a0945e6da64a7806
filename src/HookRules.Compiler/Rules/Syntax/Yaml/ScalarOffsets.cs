using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using YamlDotNet.Core;

namespace HookRules.Compiler.Rules.Syntax.Yaml;

/// <summary>Finds for each character of a scalar's value where it stands in the source, through quotes, escapes, folded lines and
/// indentation.</summary>
internal static class ScalarOffsets
{
    public static ImmutableArray<int> Of(string source, TextSpan span, string value, ScalarStyle style)
    {
        var start = style is ScalarStyle.SingleQuoted or ScalarStyle.DoubleQuoted ? span.Start + 1 : span.Start;
        var offsets = new int[value.Length + 1];
        if (start + value.Length <= source.Length && source.AsSpan(start, value.Length).SequenceEqual(value))
        {
            for (var i = 0; i <= value.Length; i++)
                offsets[i] = start + i;
        }
        else if (style is ScalarStyle.Literal or ScalarStyle.Folded)
        {
            Block(source, span, value, offsets);
        }
        else
        {
            Flow(source, start, span.End, value, style, offsets);
        }

        return [.. offsets];
    }

    private static void Flow(string source, int at, int end, string value, ScalarStyle style, int[] offsets)
    {
        // Space that is known to hold no line break is looked through once.
        var plainUntil = 0;
        for (var i = 0; i < value.Length; i++)
        {
            while (style == ScalarStyle.DoubleQuoted && at + 1 < end && source[at] == '\\' && source[at + 1] is '\n' or '\r')
                at = SkipSpace(source, at + 1, end);
            offsets[i] = Math.Min(at, end);
            if (at >= end)
                continue;
            if (style == ScalarStyle.DoubleQuoted && source[at] == '\\')
            {
                if (char.IsHighSurrogate(value[i]) && i + 1 < value.Length)
                    offsets[++i] = at;
                at += (at + 1 < end ? source[at + 1] : ' ') switch
                {
                    'x' => 4,
                    'u' => 6,
                    'U' => 10,
                    _ => 2,
                };
            }
            else if (style == ScalarStyle.SingleQuoted && source[at] == '\'')
            {
                at += 2;
            }
            else if (
                at >= plainUntil
                && char.IsWhiteSpace(source[at])
                && (plainUntil = SkipSpace(source, at, end)) is var next
                && source.AsSpan(at..next).Count('\n') is var lines and > 0
            )
            {
                // A line break folds to a space, further ones stay.
                for (var more = lines - 1; more > 1 && i + 1 < value.Length && value[i + 1] == '\n'; more--)
                    offsets[++i] = at;
                at = next;
            }
            else
            {
                at++;
            }
        }

        offsets[^1] = Math.Min(at, end);
    }

    private static void Block(string source, TextSpan span, string value, int[] offsets)
    {
        var at = Math.Min(NextLine(source, span.Start, span.End), span.End);
        var indentation = Indentation(source, at, span.End);
        var isLineStart = true;
        for (var i = 0; i < value.Length; i++)
        {
            if (isLineStart)
            {
                for (var spaces = 0; spaces < indentation && at < span.End && source[at] == ' '; spaces++)
                    at++;
            }

            offsets[i] = Math.Min(at, span.End);
            isLineStart = at < span.End && source[at] == '\n';
            if (at < span.End && source[at] == '\r')
                (at, isLineStart) = (at + 1, true);
            at++;
        }

        offsets[^1] = Math.Min(at, span.End);
    }

    private static int Indentation(string source, int at, int end)
    {
        for (; at < end; at = NextLine(source, at, end))
        {
            var spaces = 0;
            while (at + spaces < end && source[at + spaces] == ' ')
                spaces++;
            if (at + spaces < end && source[at + spaces] is not ('\n' or '\r'))
                return spaces;
        }

        return 0;
    }

    private static int NextLine(string source, int at, int end) => source.IndexOf('\n', at, end - at) is var line and >= 0 ? line + 1 : end;

    private static int SkipSpace(string source, int at, int end)
    {
        while (at < end && char.IsWhiteSpace(source[at]))
            at++;
        return at;
    }
}
