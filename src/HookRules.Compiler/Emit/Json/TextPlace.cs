namespace HookRules.Compiler.Emit.Json;

/// <summary>Line and column of an offset, both counted from 1; a byte order mark takes no column.</summary>
internal static class TextPlace
{
    public static (int Line, int Column) Of(string text, int offset)
    {
        var line = 1;
        var lineStart = text.StartsWith('\uFEFF') ? 1 : 0;
        for (var i = 0; i < offset && i < text.Length; i++)
        {
            if (text[i] != '\n' && (text[i] != '\r' || i + 1 < text.Length && text[i + 1] == '\n')) continue;
            line++;
            lineStart = i + 1;
        }

        return (line, Math.Max(0, offset - lineStart) + 1);
    }
}
