using HookRules.Compiler.Import;
using HookRules.Compiler.Rules.Format;

namespace HookRules.Fuzz;

/// <summary>Real inputs that stand in the checkout, and those that may lie beside it.</summary>
public static class Corpus
{
    public static string Root { get; } = Above("HookRules.sln") ?? throw new InvalidOperationException("fuzzing needs the checkout");

    /// <summary>Rules files of the examples and of the tests' tables, the shortest first.</summary>
    public static IReadOnlyList<string> Rules { get; } =
    [
        .. Files(Root, "examples", "*.hookrules")
            .Concat(Tables())
            .Append(Snippets.Rules)
            .Append(Snippets.Pack)
            .SelectMany(Parts)
            .Distinct()
            .OrderBy(text => text.Length),
    ];

    public static IReadOnlyList<string> Yaml { get; } =
    [.. Files(Root, "examples", "*.yaml").Append(Snippets.Yaml).OrderBy(text => text.Length)];

    public static IReadOnlyList<string> Payloads { get; } = [.. Files(Root, "schemas/samples", "*.json").OrderBy(text => text.Length)];

    /// <summary>Settings files that somebody really has, where they are.</summary>
    public static IReadOnlyList<string> Settings { get; } =
    [
        .. (Above("shared/corpus") is { } folder ? Files(folder, "shared/corpus", "*.json") : [])
            .Concat(Snippets.Settings)
            .OrderBy(text => text.Length),
    ];

    /// <summary>Whole rules files in the text form: examples, bundled packs, and what the settings files become; the shortest
    /// first.</summary>
    public static IReadOnlyList<string> Written { get; } =
    [
        .. Rules
            .Concat(Forms(0))
            .Concat(Files(Root, "src/HookRules.Compiler/Packs", "*.hookrules"))
            .Concat(Imported(RulesForm.Text))
            .Distinct()
            .OrderBy(text => text.Length),
    ];

    /// <summary>The same in YAML.</summary>
    public static IReadOnlyList<string> WrittenYaml { get; } =
    [.. Yaml.Concat(Forms(1)).Concat(Imported(RulesForm.Yaml)).Distinct().OrderBy(text => text.Length)];

    // The table that shows every part of the language in both forms.
    private static IEnumerable<string> Forms(int form) =>
        from one in File.ReadAllText(Path.Combine(Root, "tests/HookRules.Tests/Rules/Syntax/forms.cases")).Split("\n=== ").Skip(1)
        let parts = one[(one.IndexOf('\n') + 1)..].Split("\n---\n")
        where parts.Length == 2
        select parts[form].TrimEnd() + "\n";

    /// <summary>One of texts that are sorted by length: mostly a short one, so that much is tried, and now and then any.</summary>
    public static string Small(IReadOnlyList<string> texts, Choices choices) =>
        texts[choices.OneIn(20) ? choices.Next(texts.Count) : choices.Next((texts.Count + 1) / 2)];

    private static IEnumerable<string> Imported(RulesForm form) =>
        from settings in Settings
        where settings.Length < 6000
        from verbatim in new[] { false, true }
        let text = SettingsImporter.Import("settings.json", settings, form, verbatim).Text
        where text is not null
        select text;

    private static IEnumerable<string> Files(string root, string folder, string pattern) =>
        Directory
            .GetFiles(Path.Combine(root, folder), pattern, SearchOption.AllDirectories)
            .Order(StringComparer.Ordinal)
            .Select(File.ReadAllText);

    // The second cell of a line holds the steps of a rule on the event that the first one begins with.
    private static IEnumerable<string> Tables() =>
        from line in File.ReadLines(Path.Combine(Root, "tests/HookRules.Tests/Cases/decisions.cases"))
        where line.Length > 0 && line[0] != '#'
        let cells = line.Split('⇶')
        select $"on {cells[0].Trim().Split('-')[0]} -> {cells[1].Trim()}\n";

    private static IEnumerable<string> Parts(string file)
    {
        yield return file;
        foreach (var line in file.Split('\n'))
            if (line.StartsWith("on ", StringComparison.Ordinal) || line.StartsWith("action ", StringComparison.Ordinal))
                yield return line + "\n";
    }

    private static string? Above(string name)
    {
        for (var folder = new DirectoryInfo(AppContext.BaseDirectory); folder is not null; folder = folder.Parent)
            if (Path.Exists(Path.Combine(folder.FullName, name)))
                return folder.FullName;
        return null;
    }
}
