using System.Collections.Immutable;
using System.Reflection;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Lint;

/// <summary>What <c>hookrules explain</c> says about one code.</summary>
/// <param name="Title">In a few words what the code is about.</param>
/// <param name="Bad">A text that gives it; empty where no file can.</param>
/// <param name="Good">The same text mended.</param>
public sealed record ExplainPage(string Code, string? Id, string Title, string Why, string Bad, string Good);

/// <summary>The pages of all codes: a lint rule is its own, those of the catalog stand in Pages/.</summary>
public static class ExplainPages
{
    private static readonly Lazy<ImmutableArray<ExplainPage>> Pages = new(Load);

    private static readonly Lazy<ImmutableArray<ExplainPage>> WordPages = new(() => [.. Read("Words/")]);

    public static ImmutableArray<ExplainPage> All => Pages.Value;

    /// <summary>The words of the language: the code is the word, the first block an example.</summary>
    public static ImmutableArray<ExplainPage> Words => WordPages.Value;

    // What cannot be read or means nothing is no matter of taste, nor is a settings file that nothing can be merged into.
    internal static IEnumerable<KnownCode> Codes =>
        (
            from page in All
            let hasLevel = page.Code.StartsWith("HR2", StringComparison.Ordinal) || LintRules.Find(page.Code) is not null
            select new KnownCode(page.Code, page.Id, hasLevel)
        ).Concat(LintRules.Former.Select(former => new KnownCode(former.Code, former.Id, HasLevel: true)));

    /// <summary>By code, in any case, or by the id of a lint rule; null if there is none.</summary>
    public static ExplainPage? Find(string codeOrId) =>
        All.FirstOrDefault(page => page.Code.Equals(codeOrId, StringComparison.OrdinalIgnoreCase) || page.Id == codeOrId);

    private static ImmutableArray<ExplainPage> Load()
    {
        var rules = LintRules
            .All.Select(rule => new ExplainPage(rule.Code, rule.Id, rule.Summary, rule.Why, rule.Bad, rule.Good))
            .ToArray();
        var own = rules.Select(rule => rule.Code).ToHashSet(StringComparer.Ordinal);
        return [.. rules.Concat(Read().Where(page => !own.Contains(page.Code))).OrderBy(page => page.Code, StringComparer.Ordinal)];
    }

    private static IEnumerable<ExplainPage> Read(string folder = "Pages/")
    {
        var assembly = Assembly.GetExecutingAssembly();
        foreach (var name in assembly.GetManifestResourceNames().Where(name => name.StartsWith(folder, StringComparison.Ordinal)))
        {
            using var reader = new StreamReader(assembly.GetManifestResourceStream(name)!);
            foreach (var page in Parse(reader.ReadToEnd()))
                yield return page;
        }
    }

    /// <summary>Pages in one text: <c>## CODE Title</c>, the why, and up to two blocks between fences, the bad and the good one.</summary>
    internal static IEnumerable<ExplainPage> Parse(string text)
    {
        foreach (var section in text.ReplaceLineEndings("\n").Split("\n## ").Skip(1))
        {
            var parts = section.Split("\n```");
            var head = parts[0].Split('\n', 2);
            var title = head[0].Split(' ', 2);
            yield return new ExplainPage(
                title[0],
                null,
                title.ElementAtOrDefault(1) ?? "",
                (head.ElementAtOrDefault(1) ?? "").Trim().ReplaceLineEndings(" "),
                Block(parts, 1),
                Block(parts, 3)
            );
        }
    }

    // The opening fence carries the word bad or good, which ends with its line.
    private static string Block(string[] parts, int index) =>
        index < parts.Length && parts[index].IndexOf('\n', StringComparison.Ordinal) is >= 0 and var end ? parts[index][(end + 1)..] : "";
}
