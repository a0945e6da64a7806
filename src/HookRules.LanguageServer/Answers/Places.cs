using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings.Json;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>Where a finding stands in an open file. The compiler counts lines of rules by \n, those of settings as JSON does.</summary>
internal static class Places
{
    public static (int Start, int End) OffsetsOf(OpenFile file, Diagnostic found)
    {
        var at = found.At;
        var (start, end) =
            file.Kind == FileKind.Settings
                ? (OfSettings(file.Text, at.Line, at.Column), OfSettings(file.Text, at.EndLine, at.EndColumn))
                : (file.Source.StartOf(at.Line) + at.Column - 1, file.Source.StartOf(at.EndLine) + at.EndColumn - 1);
        start = Math.Clamp(start, 0, file.Text.Length);
        return (start, Math.Clamp(end, start, file.Text.Length));
    }

    public static JsonObject RangeOf(OpenFile file, Diagnostic found)
    {
        var (start, end) = OffsetsOf(file, found);
        return file.Lines.ToJson(start, end);
    }

    private static int OfSettings(string text, int line, int column)
    {
        var starts = TextPlace.LineStarts(text);
        return starts[Math.Clamp(line, 1, starts.Length) - 1] + column - 1;
    }
}
