using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;

namespace HookRules.Compiler.Init;

/// <summary>The hooks of one of a project's settings files as rules.</summary>
/// <param name="File">As messages name it.</param>
/// <param name="Rules">In the text form, with comments that say where they come from.</param>
/// <param name="Count">How many handlers became rules.</param>
/// <param name="Lines">Where the hooks stand in the file, as in "lines 4 to 20".</param>
/// <param name="Notes">What was repaired and what could not be taken over.</param>
/// <param name="Diagnostics">Why nothing could be read.</param>
/// <param name="Left">How many entries became no rules.</param>
public sealed record TakenSettings(
    string File,
    string Rules,
    int Count,
    string Lines,
    ImmutableArray<string> Notes,
    ImmutableArray<Diagnostic> Diagnostics,
    int Left = 0
)
{
    public string Path { get; private init; } = "";

    /// <summary>The file as it was read.</summary>
    public string Text { get; private init; } = "";

    /// <summary>The file without the hooks that became rules; null where it is no strict JSON, which Claude Code does not load
    /// anyway.</summary>
    public string? Rest { get; private init; }

    private const string Local = ".claude/settings.local.json";

    /// <summary>Of the project's settings files those that are there.</summary>
    public static ImmutableArray<TakenSettings> Of(string folder) =>
        [.. LintFiles.SettingsOf(folder).Select(file => Read(file.Path, $".claude/{System.IO.Path.GetFileName(file.Path)}"))];

    private static TakenSettings Read(string path, string name)
    {
        var (text, problem) = SettingsFile.Read(path, name);
        if (text is null)
            return new TakenSettings(name, "", 0, "", [], problem is null ? [] : [problem]);
        var result = SettingsImporter.Import(name, text, RulesForm.Text, verbatim: false);
        var rules = result.Text ?? "";
        if (name == Local)
            rules = $"# {Local} is yours alone; as rules its hooks are everybody's.\n{rules}";
        return new TakenSettings(name, rules, result.Rules, LinesOf(name, text, result), result.Notes, result.Diagnostics, result.Left)
        {
            Path = path,
            Text = text,
            Rest = Without(text, result.Taken),
        };
    }

    /// <summary>The lines of what was taken, neighbours as one.</summary>
    private static string LinesOf(string name, string text, ImportResult result)
    {
        var document = SettingsDocument.Read(name, text.TrimStart('\uFEFF'));
        var ranges = new List<(int First, int Last)>();
        foreach (var node in result.Taken.OrderBy(node => node.Start))
        {
            var place = document.Place(node.Start, node.End);
            if (ranges.Count > 0 && place.Line <= ranges[^1].Last + 1)
                ranges[^1] = (ranges[^1].First, Math.Max(ranges[^1].Last, place.EndLine));
            else
                ranges.Add((place.Line, place.EndLine));
        }

        var said = string.Join(", ", ranges.Select(one => one.First == one.Last ? $"{one.First}" : $"{one.First} to {one.Last}"));
        return ranges is [var only] && only.First == only.Last ? $"line {said}" : $"lines {said}";
    }

    private static string? Without(string text, ImmutableArray<JsonTextNode> taken)
    {
        var bare = text.TrimStart('\uFEFF');
        return JsonText.TryParse(bare, out _) is { } json
            ? string.Concat(text.AsSpan(0, text.Length - bare.Length), TakenHooks.Without(json, taken))
            : null;
    }
}
