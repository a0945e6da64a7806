namespace HookRules.Site.Reference;

/// <summary>An example's own page, with its rules in both forms, its cases, and what compile makes of it.</summary>
internal static class ExamplePage
{
    private static readonly (string File, string Language)[] Shown =
    [
        ("main.hookrules", "hookrules"),
        ("hookrules.yaml", "yaml"),
        ("main.cases", "cases"),
        ("expected/settings.json", "json"),
    ];

    public static bool IsOne(string source) => source.StartsWith("examples/", StringComparison.Ordinal) && source.Split('/').Length == 3;

    public static Page WithoutText(string source, string folder)
    {
        var name = Path.GetFileName(source);
        return new Page(source, $"{source}/index.html", name, Of(Path.Combine(folder, "README.md"), $"# {name}\n"));
    }

    public static string Of(string path, string readme)
    {
        var folder = Path.GetDirectoryName(path)!;
        foreach (var (file, language) in Shown)
            if (File.Exists(Path.Combine(folder, file)))
                readme += $"\n## {file}\n\n{Fence.Around(File.ReadAllText(Path.Combine(folder, file)).ReplaceLineEndings("\n"), language)}";
        return readme;
    }
}
