using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Settings.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Settings.Merge;

/// <summary>A settings file as git leaves it where two branches changed it: what is ours is written anew, so only the rest has to be
/// decided.</summary>
internal static class MergeConflict
{
    /// <summary>How the first line of a conflict begins, before the name of a branch.</summary>
    public const string Mark = "<<<<<<<";

    /// <summary>The text without the marks of git, or the lines that a person has to decide; the text itself where there are
    /// none.</summary>
    public static (string? Text, Diagnostic? Problem) Resolve(string? text, string displayPath)
    {
        if (text is null || Hunks(text) is not { Count: > 0 } hunks)
            return (text, null);
        var ours = Side(text, hunks, _ => false);
        var left = hunks.Where(hunk => !IsSame(ours, Side(text, hunks, other => other == hunk))).ToList();
        if (left.Count == 0)
            return (ours, null);
        var first = left[0];
        return (
            null,
            DiagnosticCatalog.SettingsConflict(
                new SourceRef(displayPath, first.Start + 1, 1, first.Start + 1, 8),
                left.Select(hunk => string.Create(CultureInfo.InvariantCulture, $"lines {hunk.Start + 1} to {hunk.End + 1}"))
            )
        );
    }

    /// <summary>The conflicts of any file: the lines of their first and last marks, counted from one.</summary>
    public static IReadOnlyList<(int First, int Last)> Lines(string text) =>
        text.Contains(Mark, StringComparison.Ordinal) ? [.. Hunks(text).Select(hunk => (hunk.Start + 1, hunk.End + 1))] : [];

    /// <summary>A text with our side of each conflict; null where it has none.</summary>
    public static string? Ours(string text) => Hunks(text) is { Count: > 0 } hunks ? Side(text, hunks, _ => false) : null;

    // Lines of the marks, counted from zero; the base stands between them where git was told to show it.
    private sealed record Hunk(int Start, int Base, int Middle, int End);

    private static List<Hunk> Hunks(string text)
    {
        var hunks = new List<Hunk>();
        var (start, middle, common) = (-1, -1, -1);
        var lines = text.Split('\n');
        for (var i = 0; i < lines.Length; i++)
        {
            var line = lines[i].TrimEnd('\r');
            if (line.StartsWith(Mark + " ", StringComparison.Ordinal))
                (start, middle, common) = (i, -1, -1);
            else if (start >= 0 && middle < 0 && line.StartsWith("||||||| ", StringComparison.Ordinal))
                common = i;
            else if (start >= 0 && middle < 0 && line == "=======")
                middle = i;
            else if (middle >= 0 && line.StartsWith(">>>>>>> ", StringComparison.Ordinal))
            {
                hunks.Add(new Hunk(start, common < 0 ? middle : common, middle, i));
                (start, middle, common) = (-1, -1, -1);
            }
        }

        return hunks;
    }

    private static string Side(string text, List<Hunk> hunks, Func<Hunk, bool> isTheirs)
    {
        var lines = text.Split('\n');
        var kept = lines.Where(
            (_, i) =>
                hunks.Find(hunk => i >= hunk.Start && i <= hunk.End) is not { } hunk
                || (isTheirs(hunk) ? i > hunk.Middle && i < hunk.End : i > hunk.Start && i < hunk.Base)
        );
        return string.Join('\n', kept);
    }

    /// <summary>Without our entries they mean the same.</summary>
    private static bool IsSame(string one, string other) =>
        Foreign(one) is { } first && Foreign(other) is { } second && JsonNode.DeepEquals(first, second);

    private static JsonNode? Foreign(string text)
    {
        try
        {
            if (JsonText.TryParse(text, out _) is not { Root.Kind: JsonTextKind.Object })
                return null;
            // Whether a container is there for our entries alone is not known without the record, and changes nothing.
            var (rest, problems) = SettingsMerge.Remove(text, null, "");
            var root = problems.IsEmpty ? JsonNode.Parse(rest ?? "{}") as JsonObject : null;
            if (root?["hooks"] is JsonObject hooks)
            {
                foreach (var name in hooks.Where(item => item.Value is JsonArray { Count: 0 }).Select(item => item.Key).ToList())
                    hooks.Remove(name);
                if (hooks.Count == 0)
                    root.Remove("hooks");
            }

            return root;
        }
        catch (JsonException)
        {
            return null;
        }
    }
}
