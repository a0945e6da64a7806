using System.Text.Json.Nodes;
using HookRules.Compiler.Rules.Format;
using HookRules.Compiler.Rules.Syntax.Yaml;
using HookRules.Compiler.Settings.Json;
using HookRules.LanguageServer.Files;
using HookRules.LanguageServer.Protocol;

namespace HookRules.LanguageServer.Answers;

/// <summary>What can be folded: statements, the sections of YAML and JSON, and comments over several lines.</summary>
internal static class Folding
{
    public static JsonArray Of(OpenFile file)
    {
        var ranges =
            file.Kind == FileKind.Settings ? Json(file)
            : file.Kind == FileKind.Other ? []
            : file.Source.IsYaml ? Yaml(file)
            : file.Kind == FileKind.Rules ? file.Syntax.Statements.Select(statement => (statement.Span.Start, statement.Span.End))
            : [];
        return Fields.Array(
            ranges
                .Select(range => Lines(file, range.Item1, range.Item2))
                .Where(lines => lines.End > lines.Start)
                .DistinctBy(lines => lines.Start)
                .Select(lines => Range(lines, null))
                .Concat(Comments(file).Select(lines => Range(lines, "comment")))
        );
    }

    private static JsonObject Range((int Start, int End) lines, string? kind)
    {
        var range = new JsonObject { ["startLine"] = lines.Start, ["endLine"] = lines.End };
        if (kind is not null)
            range["kind"] = kind;
        return range;
    }

    private static (int Start, int End) Lines(OpenFile file, int start, int end)
    {
        end = Math.Min(end, file.Text.Length);
        while (end > start && char.IsWhiteSpace(file.Text[end - 1]))
            end--;
        return (file.Lines.Place(start).Line, file.Lines.Place(end).Line);
    }

    private static List<(int, int)> Yaml(OpenFile file)
    {
        var found = new List<(int, int)>();
        if (new YamlText(file.Source, []).Read() is { } root)
            Walk(root);
        return found;

        int Walk(YamlNode node)
        {
            switch (node)
            {
                case YamlMap map:
                    var end = map.Span.Start;
                    foreach (var (key, value) in map.Entries)
                    {
                        end = Math.Max(Walk(value), key.Span.End);
                        found.Add((key.Span.Start, end));
                    }

                    return end;
                case YamlList list:
                    var last = list.Span.Start;
                    foreach (var item in list.Items)
                    {
                        last = Walk(item);
                        found.Add((item.Span.Start, last));
                    }

                    return last;
                default:
                    return node.Span.End;
            }
        }
    }

    private static List<(int, int)> Json(OpenFile file)
    {
        var found = new List<(int, int)>();
        var waiting = new Stack<JsonTextNode>();
        if (TolerantJson.Read(file.Text).Document is { } document)
            waiting.Push(document.Root);
        while (waiting.TryPop(out var node))
        {
            // The closing bracket stays in sight.
            if (node.IsContainer)
                found.Add((node.Start, Math.Max(node.Start, node.End - 1)));
            foreach (var child in node.Children)
                waiting.Push(child.Value);
        }

        return [.. found.Order()];
    }

    private static IEnumerable<(int Start, int End)> Comments(OpenFile file)
    {
        if (file.Kind is not (FileKind.Rules or FileKind.Cases) || file.Kind == FileKind.Rules && file.HasSyntaxErrors)
            yield break;
        // A file of cases has a comment in each line that begins with its sign.
        var lines =
            file.Kind == FileKind.Rules
                ? CommentFinder
                    .Find(file.Syntax)
                    .Where(comment => comment.OwnLine)
                    .Select(comment => file.Lines.Place(comment.Span.Start).Line)
                : Enumerable
                    .Range(0, file.Source.LineCount)
                    .Where(line => file.Source.Line(line + 1).TrimStart().StartsWith("#", StringComparison.Ordinal));
        var (start, end) = (-1, -2);
        foreach (var line in lines.Append(int.MaxValue))
        {
            if (line != end + 1)
            {
                if (end > start)
                    yield return (start, end);
                start = line;
            }

            end = line;
        }
    }
}
