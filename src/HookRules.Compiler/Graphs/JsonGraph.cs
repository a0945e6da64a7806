using System.Text.Json;
using HookRules.Compiler.Diagnostics;

namespace HookRules.Compiler.Graphs;

/// <summary>A picture for programs.</summary>
public static class JsonGraph
{
    public static void Write(Stream output, RulePicture picture)
    {
        using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
        json.WriteStartObject();
        json.WriteStartArray("rules");
        foreach (var rule in picture.Rules)
        {
            json.WriteStartObject();
            json.WriteString("name", rule.Name);
            json.WriteString("event", rule.Rule.Event);
            if (rule.Pack is not null)
                json.WriteString("pack", rule.Pack);
            json.WriteString("place", rule.Place);
            json.WriteString("text", rule.Text);
            Lit(json, rule.IsLit, rule.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("nodes");
        foreach (var node in picture.Nodes)
        {
            json.WriteStartObject();
            json.WriteString("id", node.Id);
            json.WriteString("kind", node.Kind.ToString().ToLowerInvariant());
            json.WriteString("label", node.Label);
            json.WriteString("event", node.Event);
            if (node.Pack is not null)
                json.WriteString("pack", node.Pack);
            if (node.Rule is { } rule)
                json.WriteNumber("rule", rule);
            Lit(json, node.IsLit, node.Why);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteStartArray("edges");
        foreach (var edge in picture.Edges)
        {
            json.WriteStartObject();
            json.WriteString("from", edge.From);
            json.WriteString("to", edge.To);
            json.WriteString("kind", edge.Kind);
            if (edge.Label.Length > 0)
                json.WriteString("label", edge.Label);
            Lit(json, edge.IsLit, null);
            json.WriteEndObject();
        }

        json.WriteEndArray();
        json.WriteEndObject();
    }

    private static void Lit(Utf8JsonWriter json, bool? lit, string? why)
    {
        if (lit is { } known)
            json.WriteBoolean("lit", known);
        if (why is not null)
            json.WriteString("why", why);
    }
}
