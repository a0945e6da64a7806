using System.Reflection;
using HookRules.Site.Reference;

namespace HookRules.Site;

/// <summary>Makes the site: pages of the repository, all that they lead to, and what the program knows of itself.</summary>
internal sealed class SiteBuild(string root, string? playground)
{
    private readonly Dictionary<string, Page> pages = new(StringComparer.Ordinal);
    private readonly Dictionary<string, byte[]> files = new(StringComparer.Ordinal);
    private readonly Queue<Page> unwritten = new();

    private static readonly Page Playground = new("playground", "playground/index.html", "Playground", "");

    /// <summary>Each file of the site with its content.</summary>
    /// <param name="playground">What publishing the playground wrote; without it the site has none.</param>
    public static IReadOnlyDictionary<string, byte[]> Of(string root, string? playground = null) => new SiteBuild(root, playground).Build();

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
            .Prepend(
                new MenuSection("", playground is null ? [Named(PageOf("README.md"))] : [Named(PageOf("README.md")), Named(Playground)])
            )
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
        if (playground is not null)
            written.Add(AddPlayground(playground));
        foreach (var page in written)
            Add(page.Page.Target, PageLayout.Render(page, menu));
        Add("search.js", SearchIndex.Of(written.Where(page => !page.Page.Target.StartsWith("files/", StringComparison.Ordinal))));
        foreach (var asset in new[] { "site.css", "site.js", "icon.svg" })
            Add(asset, Asset(asset));
        return files;
    }

    private WrittenPage AddPlayground(string folder)
    {
        var framework = Path.Combine(folder, "wwwroot", "_framework");
        foreach (var file in Directory.GetFiles(framework))
            files[$"playground/_framework/{Path.GetFileName(file)}"] = File.ReadAllBytes(file);
        Add("playground/playground.js", Asset("playground.js"));
        return new WrittenPage(Playground, Asset("playground.html"), [], "lint simulate format compile rules in the browser");
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
