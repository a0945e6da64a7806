using System.Text;
using System.Text.RegularExpressions;
using HookRules.Site;
using HookRules.Tests.Cli;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Site;

/// <summary>The site as a reader has it: no link leads nowhere, nothing is asked of anybody, no page is out of reach.</summary>
public sealed partial class SiteTests
{
    private static readonly IReadOnlyDictionary<string, byte[]> Files = SiteBuild.Of(Repository.Root);

    private static readonly Dictionary<string, string> Pages = Files
        .Where(file => file.Key.EndsWith(".html", StringComparison.Ordinal))
        .ToDictionary(file => file.Key, file => Encoding.UTF8.GetString(file.Value));

    private static readonly string Readme = File.ReadAllText(Repository.PathOf("README.md"));

    [Fact]
    public void TheReadmeIsShort() => Readme.Split('\n').Length.ShouldBeLessThan(200);

    [Fact]
    public void NoLinkLeadsNowhere()
    {
        var broken = new List<string>();
        foreach (var (page, html) in Pages)
        foreach (var link in Links(html).Where(link => !link.StartsWith("https://", StringComparison.Ordinal)))
        {
            var (path, anchor) = link.Split('#') is [var first, var second] ? (first, second) : (link, "");
            var target = path.Length == 0 ? page : Path.GetRelativePath("/", Path.GetFullPath(path, $"/{Path.GetDirectoryName(page)}"));
            if (!Files.ContainsKey(target) || (anchor.Length > 0 && !Pages[target].Contains($" id=\"{anchor}\"", StringComparison.Ordinal)))
                broken.Add($"{page}: {link}");
        }

        broken.ShouldBeEmpty();
        Pages.Count.ShouldBeGreaterThan(100);
    }

    [Fact]
    public void NothingIsAskedOfAnybody()
    {
        foreach (var (page, html) in Pages)
        {
            Loaded().Matches(html).Select(match => match.Groups["what"].Value).Where(what => what.Contains("//")).ShouldBeEmpty(page);
            html.ShouldContain("default-src 'none'", customMessage: page);
            html.ShouldNotContain("<style", customMessage: page);
            Inline().Matches(html).ShouldBeEmpty(page);
        }

        foreach (var file in new[] { "site.css", "site.js" })
            Encoding.UTF8.GetString(Files[file]).ShouldNotContain("://", customMessage: file);
    }

    [Fact]
    public void EachPageOfTheRepositoryIsInTheMenu()
    {
        var menu = Links(MenuOf(Pages["index.html"])).ToHashSet();
        Directory
            .GetFiles(Repository.PathOf(Page.Folder), "*.md")
            .Select(file => Path.GetFileName(file).Replace(".md", ".html"))
            .ShouldAllBe(page => menu.Contains(page));
    }

    [Fact]
    public void TheTableOfCommandsIsTheOneOfHelp()
    {
        using var project = new CliProject();
        var table = File.ReadAllText(Repository.PathOf(Page.Folder, "commands.md"));
        var offered = Offered().Matches(project.Run("--help").Out).Select(command => command.Groups["name"].Value).ToList();
        Command().Matches(table).Select(command => command.Groups["name"].Value).Distinct().ShouldBe(offered, ignoreOrder: true);
        foreach (var name in offered)
            Pages["reference/commands.html"].ShouldContain($">hookrules {name}</h2>");
    }

    [Fact]
    public void EachWordEventAndCodeHasItsPlace()
    {
        foreach (var word in HookRules.Compiler.Lint.ExplainPages.Words)
            Pages["reference/words.html"].ShouldContain($">{word.Code}</h2>");
        foreach (var page in HookRules.Compiler.Lint.ExplainPages.All)
            Pages["reference/diagnostics.html"].ShouldContain($">{page.Code}</h2>");
        foreach (var known in HookRules.Engine.HookEvents.All)
            Pages.ShouldContainKey($"reference/events/{known.Name}.html");
    }

    [Fact]
    public void TextsOfRulesAreShownAndNotObeyed()
    {
        var page = new Page("a.md", "a.html", "<b>t", "# T\n\n<script>x</script> & `<i>`\n\n```text\n</pre><script>y</script>\n```\n");
        var html = PageLayout.Render(PageWriter.Write(page, path => path), []);
        html.ShouldNotContain("<script>");
        html.ShouldNotContain("<i>");
        html.ShouldContain("<title>&lt;b&gt;t");
    }

    [Fact]
    public void ALinkToWhatIsNotThereStopsTheBuild()
    {
        var root = Directory.CreateTempSubdirectory("hookrules-").FullName;
        using (var readme = new StreamWriter(Path.Combine(root, "README.md")))
            readme.Write("# T\n\n[gone](gone.md)\n");
        Should.Throw<FileNotFoundException>(() => SiteBuild.Of(root)).Message.ShouldBe("a page links to gone.md, which is not there");
        Directory.Delete(root, recursive: true);
    }

    private static string MenuOf(string html) =>
        html[html.IndexOf("<nav", StringComparison.Ordinal)..html.IndexOf("</nav>", StringComparison.Ordinal)];

    private static IEnumerable<string> Links(string html) =>
        Link().Matches(html).Select(link => System.Net.WebUtility.HtmlDecode(link.Groups["to"].Value));

    [GeneratedRegex(" (href|src)=\"(?<to>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Link();

    [GeneratedRegex("<(script|link|img|iframe)[^>]* (href|src)=\"(?<what>[^\"]+)\"", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Loaded();

    [GeneratedRegex("<script(?![^>]* src=)| style=\"(?!text-align)| on[a-z]+=\"", RegexOptions.None, 1000)]
    private static partial Regex Inline();

    [GeneratedRegex(@"^\| `hookrules (?<name>[a-z]+)", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Command();

    [GeneratedRegex("^  (?<name>[a-z]+) .*[A-Z]", RegexOptions.Multiline | RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Offered();
}
