using System.Text.Json.Nodes;

namespace HookRules.Tests.LanguageServer;

/// <summary>Texts with a place in them, and what edits make of texts.</summary>
internal static class Marked
{
    public static (string Text, int At) Read(string marked)
    {
        var at = marked.IndexOf('¦', StringComparison.Ordinal);
        return (marked.Remove(at, 1), at);
    }

    public static string Applied(string text, JsonNode edits)
    {
        var places = edits
            .AsArray()
            .Select(edit => (Start: Offset(edit!["range"]!["start"]!), End: Offset(edit["range"]!["end"]!), New: (string)edit["newText"]!))
            .OrderByDescending(edit => edit.Start)
            .ToList();
        foreach (var (start, end, written) in places)
            text = text[..start] + written + text[end..];
        return text;

        int Offset(JsonNode place)
        {
            var start = 0;
            for (var line = 0; line < (int)place["line"]!; line++)
                start = text.IndexOf('\n', start) + 1;
            return start + (int)place["character"]!;
        }
    }

    /// <summary>What stands at a range of one line.</summary>
    public static string At(string text, JsonNode range) =>
        text.Split('\n')[(int)range["start"]!["line"]!][(int)range["start"]!["character"]!..(int)range["end"]!["character"]!];
}
