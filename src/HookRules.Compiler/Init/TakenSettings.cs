using System.Collections.Immutable;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Import;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Settings;

namespace HookRules.Compiler.Init;

/// <summary>The hooks of one of a project's settings files as rules.</summary>
/// <param name="File">As messages name it.</param>
/// <param name="Rules">In the text form, with comments that say where they come from.</param>
/// <param name="Count">How many handlers became rules.</param>
/// <param name="Lines">Where the hooks stand in the file, as in "lines 4 to 20".</param>
/// <param name="Notes">What was repaired and what could not be taken over.</param>
/// <param name="Diagnostics">Why nothing could be read.</param>
public sealed record TakenSettings(
    string File,
    string Rules,
    int Count,
    string Lines,
    ImmutableArray<string> Notes,
    ImmutableArray<Diagnostic> Diagnostics
)
{
    private const string Local = ".claude/settings.local.json";

    /// <summary>Of the project's settings files those that are there.</summary>
    public static ImmutableArray<TakenSettings> Of(string folder) =>
        [.. LintFiles.SettingsOf(folder).Select(file => Read(file.Path, $".claude/{Path.GetFileName(file.Path)}"))];

    private static TakenSettings Read(string path, string name)
    {
        var (text, problem) = SettingsFile.Read(path, name);
        if (text is null)
            return new TakenSettings(name, "", 0, "", [], problem is null ? [] : [problem]);
        var result = SettingsImporter.Import(name, text, RulesForm.Text, verbatim: false);
        var rules = result.Text ?? "";
        if (name == Local)
            rules = $"# {Local} is yours alone; as rules its hooks are everybody's.\n{rules}";
        return new TakenSettings(name, rules, result.Rules, LinesOf(name, text), result.Notes, result.Diagnostics);
    }

    private static string LinesOf(string name, string text)
    {
        var document = SettingsDocument.Read(name, text);
        if (document.Hooks is not { } hooks)
            return "its \"hooks\"";
        var place = document.Place(hooks.Start, hooks.End);
        return place.Line == place.EndLine ? $"line {place.Line}" : $"lines {place.Line} to {place.EndLine}";
    }
}
