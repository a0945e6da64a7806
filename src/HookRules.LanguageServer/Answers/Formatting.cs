using System.Text.Json.Nodes;
using HookRules.Compiler.Rules.Format;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>The layout of <c>hookrules fmt</c>. A file with errors is left alone, as there.</summary>
internal static class Formatting
{
    public static JsonArray Of(ProjectView project)
    {
        var file = project.File;
        if (file.Kind != FileKind.Rules)
            return [];
        var before = project.Compilation;
        if (before.HasErrors || Formatter.Format(file.Reading) is not { } text || text == file.Text)
            return [];
        var after = CompiledFile.Of(file.With(text, null), project.Files, project.Context).Compilation;
        // A layout that means something else would be our mistake; it must not become the author's.
        return after.HasErrors || !Formatter.SameMeaning(before.Graph, after.Graph) ? [] : Fields.Array([Edits.Between(file, text)]);
    }
}

/// <summary>Changes of a text as the protocol has them.</summary>
internal static class Edits
{
    /// <summary>The one edit from a file's text to another, without what both begin and end with.</summary>
    public static JsonObject Between(OpenFile file, string text)
    {
        var start = file.Text.AsSpan().CommonPrefixLength(text);
        var end = 0;
        while (end < Math.Min(file.Text.Length, text.Length) - start && file.Text[^(end + 1)] == text[^(end + 1)])
            end++;
        // No half of a pair may stay.
        if (start > 0 && char.IsHighSurrogate(file.Text[start - 1]))
            start--;
        if (end > 0 && char.IsLowSurrogate(file.Text[^end]))
            end--;
        return Of(file, start, file.Text.Length - end, text[start..^end]);
    }

    public static JsonObject Of(OpenFile file, int start, int end, string text) =>
        new() { ["range"] = file.Lines.ToJson(start, end), ["newText"] = text };
}
