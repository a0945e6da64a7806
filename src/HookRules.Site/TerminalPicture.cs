using System.Globalization;
using System.Net;
using System.Text;

namespace HookRules.Site;

/// <summary>What a terminal shows, as a picture that is light or dark as its reader has it.</summary>
internal static class TerminalPicture
{
    private const double Column = 8.43;
    private const double Row = 20;
    private const int Margin = 18;
    private const int Head = 38;
    private const int Widest = 124;

    public static string Of(string title, string text)
    {
        var lines = text.ReplaceLineEndings("\n").TrimEnd('\n').Split('\n').SelectMany(Fold).ToList();
        var width = Math.Ceiling(Math.Max(60, lines.Max(line => line.Length)) * Column) + 2 * Margin;
        var height = Head + lines.Count * Row + Margin;
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $$"""
            <svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {{width}} {{height}}" width="{{width}}" height="{{height}}" role="img">
            <title>{{WebUtility.HtmlEncode(title)}}</title>
            <style>
            rect { fill: #f7f5f1; stroke: #dcd8d0; }
            text { fill: #1d1f23; font: 14px ui-monospace, Menlo, "DejaVu Sans Mono", monospace; white-space: pre; }
            .head { fill: #5b5f66; }
            @media (prefers-color-scheme: dark) {
              rect { fill: #16181d; stroke: #363c46; }
              text { fill: #e4e6ea; }
              .head { fill: #a2a9b4; }
            }
            </style>
            <rect x="0.5" y="0.5" width="{{width - 1}}" height="{{height - 1}}" rx="8"/>
            <text class="head" x="{{Margin}}" y="24">{{WebUtility.HtmlEncode(title)}}</text>

            """
        );
        foreach (var (index, line) in lines.Index())
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{Margin}\" y=\"{Head + index * Row + 14}\" xml:space=\"preserve\">{WebUtility.HtmlEncode(line)}</text>\n"
            );
        return svg.Append("</svg>\n").ToString();
    }

    private static IEnumerable<string> Fold(string line)
    {
        var indent = line.Length - line.TrimStart(' ').Length;
        for (var rest = line; ; rest = new string(' ', indent) + rest.TrimStart(' '))
        {
            var end = rest.Length <= Widest ? -1 : rest.LastIndexOf(' ', Widest);
            if (end <= indent)
            {
                yield return rest;
                yield break;
            }

            yield return rest[..end];
            rest = rest[end..];
        }
    }
}
