using System.Text.RegularExpressions;

namespace HookRules.Site;

/// <summary>The order of the pages: that of the tables in the README, then the reference.</summary>
internal static partial class Contents
{
    public static IReadOnlyList<(string Heading, IReadOnlyList<(string Title, string Source)> Links)> Of(string readme)
    {
        var sections = new List<(string Heading, List<(string Title, string Source)> Links)>();
        foreach (var line in readme.Split('\n'))
        {
            if (Heading().Match(line) is { Success: true } heading)
                sections.Add((heading.Groups["text"].Value, []));
            else if (Row().Match(line) is { Success: true } row && sections.Count > 0)
                sections[^1].Links.Add((row.Groups["title"].Value, row.Groups["to"].Value));
        }

        return
        [
            .. from section in sections
            where section.Links.Count > 0
            select (section.Heading, (IReadOnlyList<(string Title, string Source)>)section.Links),
        ];
    }

    [GeneratedRegex(@"^\| (?<text>[a-z ]+) \| \|$", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Heading();

    [GeneratedRegex(@"^\| \[(?<title>[^\]]+)\]\((?<to>[^)]+)\) \|", RegexOptions.ExplicitCapture, 1000)]
    private static partial Regex Row();
}
