namespace HookRules.Site;

/// <summary>A page before it is laid out.</summary>
/// <param name="Source">The path in the repository that links to it name; of a generated page, what it is made from.</param>
/// <param name="Target">Its file in the site.</param>
internal sealed record Page(string Source, string Target, string Title, string Markdown)
{
    public const string Folder = "src/HookRules.Site/Pages";

    /// <summary>A page of the repository, as it stands there.</summary>
    public static Page Of(string source, string markdown) => new(source, TargetOf(source), TitleOf(source, markdown), markdown);

    /// <summary>A text of the repository that is no page: shown as it is.</summary>
    public static Page OfFile(string source, string text) =>
        new(
            source,
            $"files/{source}.html",
            source,
            $"# {source}\n\n{Fence.Around(text, Path.GetExtension(source) is ".hookrules" ? "hookrules" : "text")}\n"
        );

    private static string TargetOf(string source)
    {
        var path = source.StartsWith($"{Folder}/", StringComparison.Ordinal) ? source[(Folder.Length + 1)..] : source;
        return path.EndsWith("README.md", StringComparison.Ordinal)
            ? $"{path[..^"README.md".Length]}index.html"
            : $"{path[..^".md".Length]}.html";
    }

    private static string TitleOf(string source, string markdown)
    {
        var line = markdown.Split('\n', 2)[0];
        return line.StartsWith("# ", StringComparison.Ordinal)
            ? line[2..].Trim()
            : throw new InvalidDataException($"{source} does not begin with a title");
    }
}
