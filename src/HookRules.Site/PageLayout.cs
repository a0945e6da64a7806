using System.Net;
using System.Text;

namespace HookRules.Site;

/// <summary>What stands around each page: title, contents, search.</summary>
internal static class PageLayout
{
    /// <summary>Nothing but the site's own files may be loaded; WebAssembly of these may run.</summary>
    private const string Policy =
        "default-src 'none'; style-src 'self'; img-src 'self'; connect-src 'self'; script-src 'self' 'wasm-unsafe-eval'";

    public static string Render(WrittenPage page, IReadOnlyList<MenuSection> menu)
    {
        var here = page.Page.Target;
        string To(string target) => WebUtility.HtmlEncode(PageWriter.Relative(here, target));
        var title = WebUtility.HtmlEncode(page.Page.Title);
        return $"""
            <!doctype html>
            <html lang="en" data-root="{To("index.html")[..^"index.html".Length]}">
            <head>
            <meta charset="utf-8">
            <meta name="viewport" content="width=device-width, initial-scale=1">
            <meta http-equiv="Content-Security-Policy" content="{Policy}">
            <meta name="color-scheme" content="light dark">
            <title>{(here == "index.html" ? title : $"{title} · HookRules")}</title>
            <link rel="icon" href="{To("icon.svg")}">
            <link rel="stylesheet" href="{To("site.css")}">
            <script src="{To("site.js")}" defer></script>
            </head>
            <body>
            <a class="skip" href="#text">To the text</a>
            <header>
            <a class="home" href="{To("index.html")}">HookRules</a>
            <button id="menu-button" type="button" aria-expanded="false" aria-controls="menu">Pages</button>
            <div class="search"><input id="search" type="search" placeholder="Search  /" aria-label="Search" autocomplete="off">
            <ul id="found" hidden></ul></div>
            <button id="theme" type="button" aria-label="Light or dark" title="Light or dark">◐</button>
            </header>
            <nav id="menu" aria-label="Pages">
            {Menu(menu, here)}</nav>
            <main id="text">
            {Headings(page)}{page.Html}</main>
            </body>
            </html>

            """;
    }

    private static string Menu(IReadOnlyList<MenuSection> menu, string here)
    {
        var html = new StringBuilder();
        foreach (var section in menu)
        {
            html.Append($"<h2>{WebUtility.HtmlEncode(section.Heading)}</h2>\n<ul>\n");
            foreach (var page in section.Links)
                html.Append(
                    $"<li><a href=\"{WebUtility.HtmlEncode(PageWriter.Relative(here, page.Target))}\""
                        + $"{(page.Target == here ? " aria-current=\"page\"" : "")}>{WebUtility.HtmlEncode(page.Title)}</a></li>\n"
                );
            html.Append("</ul>\n");
        }

        return html.ToString();
    }

    private static string Headings(WrittenPage page) =>
        page.Headings.Count < 3
            ? ""
            : "<details class=\"contents\"><summary>On this page</summary>\n<ul>\n"
                + string.Concat(
                    page.Headings.Select(heading => $"<li><a href=\"#{heading.Id}\">{WebUtility.HtmlEncode(heading.Text)}</a></li>\n")
                )
                + "</ul></details>\n";
}

/// <summary>A group of pages in the menu.</summary>
internal sealed record MenuSection(string Heading, IReadOnlyList<MenuLink> Links);

/// <summary>A line of the menu.</summary>
internal sealed record MenuLink(string Title, string Target);
