using System.Globalization;
using System.Text;
using HookRules.Engine;

namespace HookRules.Compiler.Graphs;

/// <summary>A picture as a Mermaid flow chart. What is not a plain letter is written as its number, so that no text ends a label or
/// begins a tag.</summary>
public static class MermaidGraph
{
    public static string Of(RulePicture picture)
    {
        var text = new StringBuilder("flowchart LR\n");
        foreach (var node in picture.Outside)
            Node(text, node, "  ");
        foreach (var (index, pack, nodes) in picture.Packs)
        {
            text.Append(CultureInfo.InvariantCulture, $"  subgraph p{index}[\"{Escape($"pack {pack}")}\"]\n");
            foreach (var node in nodes)
                Node(text, node, "    ");
            text.Append("  end\n");
        }

        foreach (var edge in picture.Edges)
        {
            var arrow = edge.Kind == RulePicture.Flow ? "-->" : "-.->";
            var label = edge.Text;
            text.Append("  ").Append(edge.From).Append(' ').Append(arrow);
            if (label.Length > 0)
                text.Append("|\"").Append(Escape(label)).Append("\"|");
            text.Append(' ').Append(edge.To).Append('\n');
        }

        text.Append("  classDef event fill:#dbeafe,stroke:#1d4ed8,color:#111\n");
        text.Append("  classDef filter fill:#fff,stroke:#6b7280,color:#111\n");
        text.Append("  classDef rule fill:#f3f4f6,stroke:#111,color:#111\n");
        text.Append("  classDef decision fill:#fee2e2,stroke:#b91c1c,color:#111\n");
        text.Append("  classDef action fill:#dcfce7,stroke:#15803d,color:#111\n");
        text.Append("  classDef native fill:#fef3c7,stroke:#b45309,color:#111\n");
        text.Append("  classDef fold fill:#f3f4f6,stroke:#111,color:#111,stroke-dasharray:4\n");
        text.Append("  classDef dark opacity:0.35\n");
        text.Append("  classDef lit stroke-width:3px\n");
        return text.ToString();
    }

    private static void Node(StringBuilder text, PictureNode node, string indentation)
    {
        var (open, close) = node.Kind switch
        {
            PictureKind.Event => ("([", "])"),
            PictureKind.Filter => ("{{", "}}"),
            PictureKind.Fold => ("[[", "]]"),
            _ => ("[", "]"),
        };
        var lines = node.Why is { } why ? node.Lines.Add($"dark: {why}") : node.Lines;
        text.Append(indentation).Append(node.Id).Append(open).Append('"');
        text.AppendJoin("<br/>", lines.Select(Escape)).Append('"').Append(close);
        text.Append(":::").Append(node.Kind.ToString().ToLowerInvariant()).Append('\n');
        if (node.IsLit is { } lit)
            text.Append(indentation).Append("class ").Append(node.Id).Append(lit ? " lit" : " dark").Append('\n');
    }

    private static string Escape(string text)
    {
        var escaped = new StringBuilder();
        foreach (var rune in Printable.Line(text).EnumerateRunes())
            if (Rune.IsLetterOrDigit(rune) || rune.Value is ' ' or '.' or ',' or '/' or '-')
                escaped.Append(rune.ToString());
            else
                escaped.Append(CultureInfo.InvariantCulture, $"#{rune.Value};");
        return escaped.ToString();
    }
}
