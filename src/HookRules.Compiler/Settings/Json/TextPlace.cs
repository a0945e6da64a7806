using System.Collections.Immutable;

namespace HookRules.Compiler.Settings.Json;

/// <summary>Line and column of an offset, both counted from 1; a byte order mark takes no column.</summary>
internal static class TextPlace
{
    public static (int Line, int Column) Of(string text, int offset) => Of(LineStarts(text[..Math.Clamp(offset, 0, text.Length)]), offset);

    /// <summary>For many places in one text: with its lines found once.</summary>
    public static (int Line, int Column) Of(ImmutableArray<int> lineStarts, int offset)
    {
        var index = lineStarts.BinarySearch(offset);
        if (index < 0)
            index = Math.Max(0, ~index - 1);
        return (index + 1, Math.Max(0, offset - lineStarts[index]) + 1);
    }

    public static ImmutableArray<int> LineStarts(string text)
    {
        var starts = ImmutableArray.CreateBuilder<int>();
        starts.Add(text.StartsWith('\uFEFF') ? 1 : 0);
        for (var i = 0; i < text.Length; i++)
            if (text[i] == '\n' || text[i] == '\r' && (i + 1 == text.Length || text[i + 1] != '\n'))
                starts.Add(i + 1);
        return starts.DrainToImmutable();
    }
}
