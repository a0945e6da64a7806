using System.Reflection;
using HookRules.Site.Reference;

namespace HookRules.Site;

/// <summary>Makes the site: pages of the repository, all that they lead to, and what the program knows of itself.</summary>
internal sealed class SiteBuild(string root)
{
    private readonly Dictionary<string, Page> pages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly Queue<Page> unwritten = new();

    /// <summary>Each file of the site with its content.</summary>
    public static IReadOnlyDictionary<string, byte[]> Of(string root) => new SiteBuild(root).Build();

    private Dictionary<string, byte[]> Build()
    {
        foreach (var page in EventPages.All.Concat(ExplainedPages.All).Append(CommandPages.Page))
            Add(page);
        var readme = Read("README.md");
        var menu = Contents
            .Of(readme)
            .Select(section => new MenuSection(
                section.Heading,
                [.. section.Links.Select(link => new MenuLink(link.Title, PageOf(link.Source).Target))]
            ))
            .Prepend(new MenuSection("", [Named(PageOf("README.md"))]))
            .Append(
                new MenuSection(
                    "to look up",
                    [
                        Named(PageOf("src/HookRules.Compiler/Diagnostics/Words/words.md")),
                        Named(PageOf(EventPages.Source)),
                        Named(PageOf("schemas/tools")),
                        Named(PageOf(CommandPages.Source)),
                        Named(PageOf("src/HookRules.Compiler/Diagnostics/Pages")),
                        Named(PageOf("src/HookRules.Compiler/Packs/std")),
                    ]
                )
            )
            .ToList();
        var written = new List<WrittenPage>();
        // Writing a page may find others.
        while (unwritten.TryDequeue(out var page))
            written.Add(PageWriter.Write(page, TargetOf));
        foreach (var page in written)
            Add(page.Page.Target, PageLayout.Render(page, menu));
        Add("search.js", SearchIndex.Of(written.Where(page => !page.Page.Target.StartsWith("files/", StringComparison.Ordinal))));
        foreach (var asset in new[] { "site.css", "site.js", "icon.svg" })
            Add(asset, Asset(asset));
        return files;
    }

    private static MenuLink Named(Page page) => new(page.Title, page.Target);

    private void Add(string file, string text) => files[file] = System.Text.Encoding.UTF8.GetBytes(text);

    private Page Add(Page page)
    {
        pages.Add(page.Source, page);
        unwritten.Enqueue(page);
        return page;
    }

    private string TargetOf(string source)
    {
        if (!source.EndsWith(".svg", StringComparison.Ordinal))
            return PageOf(source).Target;
        var target = $"pictures/{Path.GetFileName(source)}";
        files[target] = File.ReadAllBytes(Path.Combine(root, source));
        return target;
    }

    private Page PageOf(string source)
    {
        if (pages.TryGetValue(source, out var known))
            return known;
        var path = Path.Combine(root, source);
        if (Directory.Exists(path))
            return File.Exists(Path.Combine(path, "README.md")) ? PageOf($"{source}/README.md")
                : ExamplePage.IsOne($"{source}/") ? Add(ExamplePage.WithoutText(source, path))
                : throw new FileNotFoundException($"a page links to {source}, a folder that nothing is said about", path);
        if (!source.EndsWith(".md", StringComparison.Ordinal))
            return Add(Page.OfFile(source, Read(source)));
        var text = Read(source);
        return Add(Page.Of(source, ExamplePage.IsOne(source) ? ExamplePage.Of(path, text) : text));
    }

    private string Read(string source)
    {
        var path = Path.Combine(root, source);
        return File.Exists(path)
            ? File.ReadAllText(path).ReplaceLineEndings("\n")
            : throw new FileNotFoundException($"a page links to {source}, which is not there", path);
    }

    private static string Asset(string name)
    {
        using var reader = new StreamReader(Assembly.GetExecutingAssembly().GetManifestResourceStream(name)!);
        return reader.ReadToEnd().ReplaceLineEndings("\n");
    }
}
