using Markdig;
using Markdig.Extensions.AutoIdentifiers;
using Markdig.Renderers.Html;
using Markdig.Syntax;
using Markdig.Syntax.Inlines;

namespace HookRules.Site;

/// <summary>Markdown to HTML; links between files of the repository become links between files of the site.</summary>
internal static class PageWriter
{
    // HTML in a page is shown and not obeyed: texts of rules and payloads stand in them.
    private static readonly MarkdownPipeline Pipeline = new MarkdownPipelineBuilder()
        .UsePipeTables()
        .UseAutoIdentifiers(AutoIdentifierOptions.GitHub)
        .DisableHtml()
        .Build();

    public static MarkdownDocument Parse(string markdown) => Markdown.Parse(markdown, Pipeline);

    /// <param name="target">Gives the file in the site for a path in the repository.</param>
    public static WrittenPage Write(Page page, Func<string, string> target)
    {
        var document = Parse(page.Markdown);
        foreach (var link in document.Descendants<LinkInline>().Where(link => link.Url is not null))
            link.Url = Resolve(page, link.Url!, target);
        var headings = document
            .Descendants<HeadingBlock>()
            .Where(heading => heading.Level == 2)
            .Select(heading => new Heading(heading.GetAttributes().Id!, Text(heading)))
            .ToList();
        return new WrittenPage(page, document.ToHtml(Pipeline), headings, Markdown.ToPlainText(page.Markdown, Pipeline));
    }

    private static string Resolve(Page page, string url, Func<string, string> target)
    {
        if (url.StartsWith('#') || url.StartsWith("https://", StringComparison.Ordinal))
            return url;
        var (path, anchor) = url.IndexOf('#', StringComparison.Ordinal) is >= 0 and var sign ? (url[..sign], url[sign..]) : (url, "");
        return Relative(page.Target, target(Repo(page.Source, path))) + anchor;
    }

    /// <summary>What a link in a file of the repository leads to, as a path from the root.</summary>
    private static string Repo(string source, string path)
    {
        var full = Path.GetFullPath(Path.Combine("/", Path.GetDirectoryName(source) ?? "", path));
        return Path.GetRelativePath("/", full).Replace('\\', '/');
    }

    public static string Relative(string from, string to) =>
        Path.GetRelativePath(Path.GetDirectoryName($"/{from}")!, $"/{to}").Replace('\\', '/');

    private static string Text(HeadingBlock heading) =>
        string.Concat(
            heading
                .Inline!.Descendants()
                .Select(inline =>
                    inline switch
                    {
                        LiteralInline literal => literal.Content.ToString(),
                        CodeInline code => code.Content,
                        _ => "",
                    }
                )
        );
}

/// <summary>A heading that a page's list of contents names.</summary>
internal sealed record Heading(string Id, string Text);

/// <summary>A page as HTML, and what the search knows of it.</summary>
internal sealed record WrittenPage(Page Page, string Html, IReadOnlyList<Heading> Headings, string PlainText);
