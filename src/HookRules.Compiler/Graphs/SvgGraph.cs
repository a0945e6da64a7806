using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using HookRules.Engine;

namespace HookRules.Compiler.Graphs;

/// <summary>A picture as SVG: events on the left, then what has to match, rules, and their stages; a row for each step.</summary>
public static class SvgGraph
{
    private const int Row = 16,
        Gap = 12,
        Character = 7,
        ColumnGap = 46,
        Padding = 10,
        PackHead = 18,
        AwaitBend = 48;

    /// <summary>The colours, for a file of its own; the page brings its own.</summary>
    private const string Style =
        "svg{font:12px sans-serif;background:#fff}text{fill:#111}rect{fill:#f3f4f6;stroke:#555}.event rect{fill:#dbeafe;stroke:#1d4ed8}"
        + ".filter rect{fill:#fff;stroke:#6b7280}.decision rect{fill:#fee2e2;stroke:#b91c1c}.action rect{fill:#dcfce7;stroke:#15803d}"
        + ".native rect{fill:#fef3c7;stroke:#b45309}.fold rect{stroke-dasharray:4}.pack rect{fill:none;stroke:#9ca3af}"
        + ".pack text{fill:#4b5563}path{fill:none;stroke:#555}.failure,.await{stroke-dasharray:5 4}.await{stroke:#7c3aed}.dark{opacity:.35}"
        + ".lit rect{stroke-width:2.5}path.lit{stroke-width:2}"
        + "@media(prefers-color-scheme:dark){svg{background:#111827}text{fill:#f3f4f6}rect{fill:#1f2937;stroke:#9ca3af}"
        + ".event rect{fill:#1e3a8a;stroke:#93c5fd}.filter rect{fill:#111827}.decision rect{fill:#7f1d1d;stroke:#fca5a5}"
        + ".action rect{fill:#14532d;stroke:#86efac}.native rect{fill:#78350f;stroke:#fcd34d}.pack text{fill:#d1d5db}path{stroke:#9ca3af}"
        + ".await{stroke:#c4b5fd}}";

    public static string Of(RulePicture picture) => Of(picture, isFile: true);

    /// <param name="isFile">It stands alone, and not in the page.</param>
    internal static string Of(RulePicture picture, bool isFile)
    {
        var boxes = Laid(picture, out var width, out var height, out var frames);
        var svg = new StringBuilder();
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" "
                + $"viewBox=\"0 0 {width} {height}\" role=\"img\">"
        );
        if (isFile)
            svg.Append("<title>Rule graph</title><style>").Append(Style).Append("</style>");
        foreach (var (pack, frame) in frames)
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<g class=\"pack\"><rect x=\"{frame.X}\" y=\"{frame.Y}\" width=\"{frame.Width}\" height=\"{frame.Height}\" rx=\"6\"/>"
                    + $"<text x=\"{frame.X + 8}\" y=\"{frame.Y + 13}\">pack {Escape(pack)}</text></g>"
            );
        foreach (var edge in picture.Edges)
            if (boxes.TryGetValue(edge.From, out var from) && boxes.TryGetValue(edge.To, out var to))
                Edge(svg, edge, from, to);
        foreach (var node in picture.Nodes)
            Node(svg, node, boxes[node.Id], isFile);
        return svg.Append("</svg>\n").ToString();
    }

    private readonly record struct Box(int X, int Y, int Width, int Height)
    {
        public int Middle => Y + (Height / 2);

        public int End => X + Width;
    }

    private static Dictionary<string, Box> Laid(
        RulePicture picture,
        out int width,
        out int height,
        out List<(string Pack, Box Frame)> frames
    )
    {
        var columns = picture.Nodes.GroupBy(Column).ToDictionary(column => column.Key, column => column.Max(Width));
        var starts = new Dictionary<int, int>();
        var x = Padding;
        foreach (var column in columns.Keys.Order())
        {
            starts[column] = x;
            x += columns[column] + ColumnGap;
        }

        // What is awaited is led to around the right side.
        var bends = picture.Edges.Any(edge => edge.Kind == RulePicture.Await) ? AwaitBend : 0;
        width = Math.Max(120, x - ColumnGap + Padding + bends);
        var boxes = new Dictionary<string, Box>(StringComparer.Ordinal);
        frames = [];
        var y = Padding;
        foreach (var name in picture.Events)
        {
            var top = y;
            foreach (
                var group in picture.Nodes.Where(node => node.Event == name && node.Kind != PictureKind.Event).GroupBy(node => node.Pack)
            )
            {
                var (first, begin) = (y, boxes.Count);
                if (group.Key is not null)
                    y += PackHead + 4;
                foreach (var rule in group.GroupBy(node => node.Rule))
                    y = Rows(rule, y);
                if (group.Key is { } pack)
                {
                    var inside = group.Select(node => boxes[node.Id]).ToList();
                    var left = inside.Min(box => box.X) - 6;
                    frames.Add((pack, new Box(left, first, inside.Max(box => box.End) + 6 - left, y - first)));
                    y += Gap;
                }
            }

            if (picture.Nodes.FirstOrDefault(node => node.Event == name && node.Kind == PictureKind.Event) is { } start)
            {
                var size = Height(start);
                boxes[start.Id] = new Box(starts[0], top, Width(start), size);
                y = Math.Max(y, top + size + Gap);
            }

            y += Gap;
        }

        height = y;
        return boxes;

        int Rows(IEnumerable<PictureNode> nodes, int from)
        {
            var ends = new Dictionary<int, int>();
            foreach (var node in nodes)
            {
                var column = Column(node);
                var at = ends.GetValueOrDefault(column, from);
                boxes[node.Id] = new Box(starts[column], at, columns[column], Height(node));
                ends[column] = at + Height(node) + 6;
            }

            return ends.Values.DefaultIfEmpty(from).Max() + Gap - 6;
        }
    }

    private static int Column(PictureNode node) =>
        node.Kind switch
        {
            PictureKind.Event => 0,
            PictureKind.Filter => 1,
            PictureKind.Rule or PictureKind.Fold => 2,
            _ => 3 + node.Stage,
        };

    private static int Width(PictureNode node) => (node.Lines.Max(line => Printable.Line(line).Length) * Character) + 18;

    private static int Height(PictureNode node) => (node.Lines.Length * Row) + 10;

    private static void Edge(StringBuilder svg, PictureEdge edge, Box from, Box to)
    {
        var (x1, y1, x2, y2) = (from.End, from.Middle, to.X, to.Middle);
        if (edge.Kind == RulePicture.Await)
            x2 = to.End;
        var bend = edge.Kind == RulePicture.Await ? AwaitBend : Math.Max(18, Math.Abs(x2 - x1) / 2);
        var second = edge.Kind == RulePicture.Await ? x2 + bend : x2 - bend;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<path class=\"{edge.Kind}{Lit(edge.IsLit)}\" d=\"M{x1} {y1}C{x1 + bend} {y1} {second} {y2} {x2} {y2}\">"
        );
        var label = edge.Text;
        if (label.Length > 0)
            svg.Append("<title>").Append(Escape(label)).Append("</title>");
        svg.Append("</path>");
        if (edge.Kind == RulePicture.Failure)
            svg.Append(CultureInfo.InvariantCulture, $"<text x=\"{x1 + 3}\" y=\"{y1 - 4}\" font-size=\"9\">on failure</text>");
    }

    private static void Node(StringBuilder svg, PictureNode node, Box box, bool isFile)
    {
        var kind = node.Kind.ToString().ToLowerInvariant();
        svg.Append(CultureInfo.InvariantCulture, $"<g class=\"{kind}{Lit(node.IsLit)}\"");
        if (!isFile && node.Rule is { } rule)
            svg.Append(CultureInfo.InvariantCulture, $" data-rule=\"{rule}\"");
        if (!isFile && node.Kind == PictureKind.Rule)
            svg.Append(" tabindex=\"0\" role=\"button\"");
        svg.Append('>');
        if (node.Why is { } why)
            svg.Append("<title>").Append(Escape(why)).Append("</title>");
        var round = node.Kind == PictureKind.Event ? 12 : 4;
        svg.Append(
            CultureInfo.InvariantCulture,
            $"<rect x=\"{box.X}\" y=\"{box.Y}\" width=\"{box.Width}\" height=\"{box.Height}\" rx=\"{round}\"/>"
        );
        for (var i = 0; i < node.Lines.Length; i++)
            svg.Append(
                CultureInfo.InvariantCulture,
                $"<text x=\"{box.X + 9}\" y=\"{box.Y + 5 + 12 + (i * Row)}\">{Escape(node.Lines[i])}</text>"
            );
        svg.Append("</g>");
    }

    private static string Lit(bool? lit) =>
        lit switch
        {
            true => " lit",
            false => " dark",
            null => "",
        };

    internal static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in Printable.Line(text).EnumerateRunes())
            escaped.Append(
                rune.Value switch
                {
                    '<' => "&lt;",
                    '>' => "&gt;",
                    '&' => "&amp;",
                    '"' => "&quot;",
                    '\'' => "&#39;",
                    _ => rune.ToString(),
                }
            );
        return escaped.ToString();
    }
}
