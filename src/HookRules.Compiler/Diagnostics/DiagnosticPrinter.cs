using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Diagnostics;

/// <summary>Prints diagnostics as text with the source line, as JSON, or as annotations of GitHub Actions.</summary>
public static class DiagnosticPrinter
{
    private const int TabWidth = 4;
    private const int WidestLine = 160;
    private const int MostLaidOut = 4 * WidestLine;
    private const string Plain = "\u001b[0m";

    /// <summary>How a severity is spelt everywhere.</summary>
    public static string Name(Severity severity) =>
        severity switch
        {
            Severity.Error => "error",
            Severity.Warning => "warning",
            Severity.Hint => "hint",
            _ => throw new InvalidOperationException($"unknown severity {severity}"),
        };

    /// <param name="sources">The files that the diagnostics may be about; of others only the place is printed.</param>
    /// <param name="width">The columns of a terminal, which longer source lines are cut to.</param>
    public static void WriteText(
        TextWriter writer,
        IEnumerable<Diagnostic> diagnostics,
        IReadOnlyCollection<SourceText> sources,
        int? width = null,
        bool colours = false
    )
    {
        foreach (var diagnostic in diagnostics)
        {
            var at = diagnostic.At;
            var (colour, plain) = colours ? (Colour(diagnostic.Severity), Plain) : ("", "");
            writer.Write(
                $"{Printable.Line(at.File)}:{Text(at.Line)}:{Text(at.Column)}: {colour}{Name(diagnostic.Severity)} "
                    + $"{diagnostic.Code}{plain}: {Printable.Line(diagnostic.Message)}\n"
            );
            var source = sources.FirstOrDefault(one => one.Path == at.File);
            var gutter = new string(' ', Text(at.Line).Length);
            // Beside the line there are its number, the bar, and up to two marks that it goes on.
            var widest = width is { } columns ? Math.Clamp(columns - gutter.Length - 5, 20, WidestLine) : WidestLine;
            if (source is not null)
                WriteLine(writer, source.Line(at.Line), at, gutter, widest, colour, plain);
            // A message that asks "did you mean …?" is its own mend.
            if (diagnostic.Fix is { } fix && !diagnostic.Message.EndsWith('?'))
                writer.Write($"{gutter} = {Printable.Line(fix)}\n");
        }
    }

    public static void WriteJson(Stream output, IEnumerable<Diagnostic> diagnostics)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WritePropertyName("diagnostics");
        WriteJsonArray(json, diagnostics);
        json.WriteEndObject();
    }

    /// <summary>The same within what another command prints.</summary>
    public static void WriteJsonArray(Utf8JsonWriter json, IEnumerable<Diagnostic> diagnostics)
    {
        json.WriteStartArray();
        foreach (var diagnostic in diagnostics)
        {
            json.WriteStartObject();
            json.WriteString("code", diagnostic.Code);
            json.WriteString("severity", Name(diagnostic.Severity));
            json.WriteString("file", diagnostic.At.File);
            json.WriteNumber("line", diagnostic.At.Line);
            json.WriteNumber("column", diagnostic.At.Column);
            json.WriteNumber("endLine", diagnostic.At.EndLine);
            json.WriteNumber("endColumn", diagnostic.At.EndColumn);
            json.WriteString("message", diagnostic.Message);
            json.WriteString("mend", diagnostic.Fix);
            json.WriteString("help", $"hookrules explain {diagnostic.Code}");
            json.WriteEndObject();
        }

        json.WriteEndArray();
    }

    public static void WriteGitHub(TextWriter writer, IEnumerable<Diagnostic> diagnostics)
    {
        foreach (var diagnostic in diagnostics)
        {
            var at = diagnostic.At;
            var command = diagnostic.Severity switch
            {
                Severity.Error => "error",
                Severity.Warning => "warning",
                _ => "notice",
            };
            var message =
                diagnostic.Fix is { } fix && !diagnostic.Message.EndsWith('?') ? $"{diagnostic.Message} ({fix})" : diagnostic.Message;
            writer.Write(
                $"::{command} file={Property(at.File)},line={Text(at.Line)},col={Text(at.Column)},"
                    + $"endLine={Text(at.EndLine)},endColumn={Text(at.EndColumn)},title={diagnostic.Code}::{Data(message)}\n"
            );
        }
    }

    private static void WriteLine(
        TextWriter writer,
        ReadOnlySpan<char> whole,
        SourceRef at,
        string gutter,
        int widest,
        string colour,
        string plain
    )
    {
        // A settings file may be one line, with thousands of problems on it: each looks at the part around its own place.
        var skipped = whole.Length > MostLaidOut ? Math.Clamp(at.Column - 1 - MostLaidOut / 2, 0, whole.Length) : 0;
        var line = whole.Slice(skipped, Math.Min(whole.Length - skipped, MostLaidOut));
        var goesOn = skipped + line.Length < whole.Length;
        var text = new StringBuilder();
        var columns = new int[line.Length + 1];
        var width = 0;
        for (var i = 0; i < line.Length; i++)
        {
            columns[i] = width;
            var shown = line[i] == '\t' ? new string(' ', TabWidth - width % TabWidth) : Printable.Character(line[i]);
            text.Append(shown);
            width += shown.Length == 1 ? Width(shown[0]) : shown.Length;
        }

        columns[line.Length] = width;
        var start = columns[Math.Clamp(at.Column - 1 - skipped, 0, line.Length)];
        var end = at.EndLine > at.Line ? width : columns[Math.Clamp(at.EndColumn - 1 - skipped, 0, line.Length)];
        var shownLine = text.ToString();
        // Cutting counts characters, which is the same as columns on lines of one width.
        if (width > widest)
        {
            var from = Math.Clamp(start - widest / 2, 0, Math.Max(0, shownLine.Length - 1));
            var to = Math.Min(shownLine.Length, from + widest);
            var before = from > 0 || skipped > 0 ? "…" : "";
            var after = to < shownLine.Length || goesOn ? "…" : "";
            shownLine = $"{before}{shownLine[from..to]}{after}";
            var shift = before.Length - from;
            (start, end) = (start + shift, Math.Min(end + shift, widest + 1));
        }

        writer.Write(
            $"{gutter} |\n{Text(at.Line)} | {shownLine}\n"
                + $"{gutter} | {new string(' ', Math.Max(0, start))}{colour}{new string('^', Math.Max(1, end - start))}{plain}\n"
        );
    }

    private static string Colour(Severity severity) =>
        severity switch
        {
            Severity.Error => "\u001b[1;31m",
            Severity.Warning => "\u001b[1;33m",
            _ => "\u001b[1;36m",
        };

    // A terminal shows these in two columns.
    private static int Width(char c) =>
        c
            is >= '\u1100'
                and <= '\u115F'
                or >= '\u2E80'
                and <= '\uA4CF'
                or >= '\uAC00'
                and <= '\uD7A3'
                or >= '\uF900'
                and <= '\uFAFF'
                or >= '\uFE30'
                and <= '\uFE6F'
                or >= '\uFF00'
                and <= '\uFF60'
                or >= '\uFFE0'
                and <= '\uFFE6'
            ? 2
        : CharUnicodeInfo.GetUnicodeCategory(c) is UnicodeCategory.NonSpacingMark or UnicodeCategory.EnclosingMark ? 0
        : 1;

    private static string Text(int number) => number.ToString(CultureInfo.InvariantCulture);

    private static string Data(string text) =>
        text.Replace("%", "%25", StringComparison.Ordinal)
            .Replace("\r", "%0D", StringComparison.Ordinal)
            .Replace("\n", "%0A", StringComparison.Ordinal);

    private static string Property(string text) =>
        Data(text).Replace(":", "%3A", StringComparison.Ordinal).Replace(",", "%2C", StringComparison.Ordinal);
}
