using System.Globalization;
using System.Text;
using HookRules.Engine;

namespace HookRules.Compiler.Graphs;

/// <summary>A picture for Graphviz.</summary>
public static class DotGraph
{
    public static string Of(RulePicture picture)
    {
        var text = new StringBuilder("digraph rules {\n  rankdir=LR;\n  node [fontname=\"sans-serif\", fontsize=11, shape=box];\n");
        text.Append("  edge [fontname=\"sans-serif\", fontsize=9];\n");
        foreach (var node in picture.Outside)
            Node(text, node, "  ");
        foreach (var (index, pack, nodes) in picture.Packs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph cluster_{index} {{\n    label={Quoted([$"pack {pack}"])};\n");
            foreach (var node in nodes)
                Node(text, node, "    ");
            text.Append("  }\n");
        }

        foreach (var edge in picture.Edges)
        {
            var label = edge.Text;
            var style = edge.Kind == RulePicture.Flow ? "solid" : "dashed";
            text.Append(CultureInfo.InvariantCulture, $"  {edge.From} -> {edge.To} [style={style}");
            if (label.Length > 0)
                text.Append(", label=").Append(Quoted([label]));
            if (edge.Kind == RulePicture.Await)
                text.Append(", constraint=false");
            if (edge.IsLit is { } lit)
                text.Append(lit ? ", penwidth=2" : ", color=\"#bbbbbb\"");
            text.Append("];\n");
        }

        return text.Append("}\n").ToString();
    }

    private static void Node(StringBuilder text, PictureNode node, string indentation)
    {
        var (shape, fill) = node.Kind switch
        {
            PictureKind.Event => ("oval", "#dbeafe"),
            PictureKind.Filter => ("hexagon", "#ffffff"),
            PictureKind.Decision => ("box", "#fee2e2"),
            PictureKind.Action => ("box", "#dcfce7"),
            PictureKind.Native => ("box", "#fef3c7"),
            PictureKind.Fold => ("box3d", "#f3f4f6"),
            _ => ("box", "#f3f4f6"),
        };
        text.Append(CultureInfo.InvariantCulture, $"{indentation}{node.Id} [label={Quoted(node.Lines)}, shape={shape}, ");
        text.Append(CultureInfo.InvariantCulture, $"style=filled, fillcolor=\"{(node.IsLit is false ? "#eeeeee" : fill)}\"");
        if (node.IsLit is true)
            text.Append(", penwidth=2");
        if (node.Why is { } why)
            text.Append(", fontcolor=\"#888888\", tooltip=").Append(Quoted([why])).Append(", xlabel=").Append(Quoted([why]));
        text.Append("];\n");
    }

    /// <summary>Backslashes are doubled, so that none begins one of Graphviz's own sequences.</summary>
    private static string Quoted(IEnumerable<string> lines) => $"\"{string.Join("\\n", lines.Select(Escape))}\"";

    private static string Escape(string line) =>
        Printable.Line(line).Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal);
}
