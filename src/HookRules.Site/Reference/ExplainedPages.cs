using System.Globalization;
using System.Text;
using HookRules.Compiler.Lint;
using HookRules.Compiler.Packs;

namespace HookRules.Site.Reference;

/// <summary>What <c>hookrules explain</c> says of words and codes, and the packs that come with HookRules.</summary>
internal static class ExplainedPages
{
    private const string Packs = "src/HookRules.Compiler/Packs/std";

    public static IEnumerable<Page> All => [Words, Diagnostics, PackList, .. BundledPacks.Names.Select(Pack)];

    private static Page Words
    {
        get
        {
            var text = new StringBuilder("# Words of the language\n\nEach with one example; `hookrules explain WORD` prints the same.\n\n");
            foreach (var word in ExplainPages.Words)
            {
                text.Append(CultureInfo.InvariantCulture, $"## {word.Code}\n\n**{word.Title}.** {word.Why}\n\n");
                text.Append(Fence.Around(word.Bad, word.Code == "cases" ? "cases" : "hookrules")).Append('\n');
            }

            return new Page(
                "src/HookRules.Compiler/Diagnostics/Words/words.md",
                "reference/words.html",
                "Words of the language",
                text.ToString()
            );
        }
    }

    private static Page Diagnostics
    {
        get
        {
            var text = new StringBuilder(
                "# Every code\n\nWhy each matters, a bad example and a good one; `hookrules explain CODE` prints the same.\n\n"
            );
            foreach (var page in ExplainPages.All)
            {
                text.Append(CultureInfo.InvariantCulture, $"## {page.Code}\n\n**{page.Title}**");
                text.Append(page.Id is null ? "\n\n" : $" `{page.Id}`\n\n").Append(page.Why).Append("\n\n");
                Example(text, "Bad:", page.Bad);
                Example(text, "Good:", page.Good);
            }

            return new Page("src/HookRules.Compiler/Diagnostics/Pages", "reference/diagnostics.html", "Every code", text.ToString());
        }
    }

    private static Page PackList
    {
        get
        {
            var text = new StringBuilder("# The text of the bundled packs\n\n");
            foreach (var name in BundledPacks.Names)
                text.Append(CultureInfo.InvariantCulture, $"- [std/{name}](std/{name}.hookrules)\n");
            return new Page(Packs, "reference/packs.html", "The text of the bundled packs", text.ToString());
        }
    }

    private static Page Pack(string name) =>
        new(
            $"{Packs}/{name}.hookrules",
            $"reference/packs/{name}.html",
            $"std/{name}",
            $"# std/{name}\n\n{Fence.Around(BundledPacks.Read(name).Text, "hookrules")}\n## Its cases\n\n"
                + Fence.Around(BundledPacks.Cases(name).Text, "cases")
        );

    private static void Example(StringBuilder text, string title, string example)
    {
        if (example.Length > 0)
            text.Append(CultureInfo.InvariantCulture, $"{title}\n\n{Fence.Around(example, "text")}\n");
    }
}
