using System.Security.Cryptography;
using System.Text;
using System.Text.Unicode;
using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>The text of one rules file: turns offsets into lines and columns.</summary>
public sealed class SourceText
{
    private readonly List<int> lineStarts = [0];

    /// <param name="path">Relative to the project folder, with forward slashes: how messages and the plan name the file.</param>
    public SourceText(string path, string text)
        : this(path, text, Encoding.UTF8.GetBytes(text), true) { }

    private SourceText(string path, string text, byte[] bytes, bool isUtf8)
    {
        Path = path;
        Text = text;
        IsText = isUtf8 && !text.Contains('\0', StringComparison.Ordinal);
        Sha256 = Convert.ToHexStringLower(SHA256.HashData(bytes));
        for (var i = text.IndexOf('\n', StringComparison.Ordinal); i >= 0; i = text.IndexOf('\n', i + 1))
            lineStarts.Add(i + 1);
    }

    public string Path { get; }

    public string Text { get; }

    public string Sha256 { get; }

    /// <summary>It is UTF-8 throughout, without NUL.</summary>
    public bool IsText { get; }

    public bool IsYaml =>
        Path.EndsWith(".yaml", StringComparison.OrdinalIgnoreCase) || Path.EndsWith(".yml", StringComparison.OrdinalIgnoreCase);

    /// <summary>Reads a file; bytes that are no UTF-8 become replacement characters.</summary>
    public static SourceText Load(string file, string path)
    {
        var bytes = RegularFile.ReadAllBytes(file);
        var text = Encoding.UTF8.GetString(bytes);
        return new SourceText(path, text.StartsWith('\uFEFF') ? text[1..] : text, bytes, Utf8.IsValid(bytes));
    }

    public SourceRef Locate(TextSpan span)
    {
        var (line, column) = Position(span.Start);
        var (endLine, endColumn) = Position(span.End);
        return new SourceRef(Path, line, column, endLine, endColumn);
    }

    public int LineCount => lineStarts.Count;

    /// <summary>One line without its end; lines count from 1.</summary>
    public ReadOnlySpan<char> Line(int line)
    {
        if (line < 1 || line > lineStarts.Count)
            return [];
        var end = line < lineStarts.Count ? lineStarts[line] : Text.Length;
        return Text.AsSpan(lineStarts[line - 1]..end).TrimEnd("\r\n");
    }

    /// <summary>The offset at which a line starts; lines count from 1.</summary>
    public int StartOf(int line) => lineStarts[Math.Clamp(line, 1, lineStarts.Count) - 1];

    private (int Line, int Column) Position(int offset)
    {
        offset = Math.Clamp(offset, 0, Text.Length);
        var index = lineStarts.BinarySearch(offset);
        if (index < 0)
            index = ~index - 1;
        return (index + 1, offset - lineStarts[index] + 1);
    }
}
