using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Compiler.Emit;

namespace HookRules.Compiler.Graphs;

/// <summary>A picture as one page that asks nobody for anything: folded by event and pack where there are many rules.</summary>
public static class HtmlGraph
{
    private const int MostOpen = 100;

    // The default encoder of the data leaves no character that ends a script.
    public static string Of(RulePicture picture) =>
        HtmlPage.Of(
            "graph",
            "Rule graph",
            ("count", Counted(picture.Rules.Length)),
            ("body", Body(picture)),
            ("data", Data(picture).ToJsonString())
        );

    private static string Body(RulePicture picture)
    {
        if (picture.Rules.Length <= MostOpen)
            return picture.Rules.IsEmpty ? "<p>There are no rules here.</p>" : $"<section>{SvgGraph.Of(picture, isFile: false)}</section>";
        var body = new StringBuilder();
        foreach (var name in picture.Events)
        {
            var rules = picture.Rules.Index().Where(rule => rule.Item.Rule.Event == name).ToList();
            body.Append(CultureInfo.InvariantCulture, $"<section><h2>{SvgGraph.Escape(name)} <small>{Counted(rules.Count)}</small></h2>");
            foreach (var pack in rules.GroupBy(rule => rule.Item.Pack))
                Fold(body, picture, name, pack.Key, [.. pack.Select(rule => rule.Index)]);
            body.Append("</section>");
        }

        return body.ToString();
    }

    private static void Fold(StringBuilder body, RulePicture picture, string name, string? pack, ImmutableHashSet<int> rules)
    {
        var ids = picture
            .Nodes.Where(node => node.Rule is { } rule ? rules.Contains(rule) : node.Event == name)
            .Select(node => node.Id)
            .ToHashSet(StringComparer.Ordinal);
        var part = picture with
        {
            Nodes = [.. picture.Nodes.Where(node => ids.Contains(node.Id))],
            Edges = [.. picture.Edges.Where(edge => ids.Contains(edge.From) && ids.Contains(edge.To))],
            Events = [name],
        };
        var lit = rules.Any(rule => picture.Rules[rule].IsLit is true);
        var title = pack is null ? "rules of the project" : $"pack {pack}";
        body.Append(
            CultureInfo.InvariantCulture,
            $"<details{(lit ? " open" : "")}><summary>{SvgGraph.Escape(title)} <small>{Counted(rules.Count)}</small></summary>"
        );
        body.Append(SvgGraph.Of(part, isFile: false)).Append("</details>");
    }

    private static JsonArray Data(RulePicture picture) =>
        new([
            .. picture.Rules.Select(rule => new JsonObject
            {
                ["name"] = rule.Name,
                ["place"] = rule.Place,
                ["text"] = rule.Text,
                ["why"] = rule.Why,
            }),
        ]);

    private static string Counted(int count) => count == 1 ? "1 rule" : string.Create(CultureInfo.InvariantCulture, $"{count:#,0} rules");
}
