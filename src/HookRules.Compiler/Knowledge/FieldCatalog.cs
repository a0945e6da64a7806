using System.Collections.Concurrent;
using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Compiler.Knowledge;

/// <summary>The fields of each event's payload, read from schemas/ when they are asked for.</summary>
public static class FieldCatalog
{
    private static readonly ConcurrentDictionary<string, JsonElement> Documents = new(StringComparer.Ordinal);

    // What a field of any tool may be: two fields, two dozen tools.
    private static readonly ConcurrentDictionary<string, ImmutableArray<SchemaShape>> Guesses = new(StringComparer.Ordinal);

    /// <summary>Looks a path up in an event's payload.</summary>
    /// <param name="event">An official event name.</param>
    /// <param name="tools">Names of the tools that may come, MCP tools with <c>*</c> too; null for any.</param>
    /// <param name="path">What the rule names.</param>
    public static FieldLookup Find(string @event, IReadOnlyCollection<string>? tools, FieldPath path)
    {
        var source = new Source(
            HookEvents.Find(@event) ?? throw new ArgumentException($"there is no event {@event}", nameof(@event)),
            tools
        );
        if (path.IsFile)
            return source.NamesFile
                ? new FieldLookup.Known(new FieldType(FieldKinds.String, [], true))
                : new FieldLookup.Unknown($"{source.Who} names no file", null);

        var absent = false;
        var (shapes, depth) = Walk(path, source, ref absent);
        if (depth < path.Segments.Length)
            return NotFound(shapes, path, depth, source);

        var values = shapes.ConvertAll(shape => shape.Values);
        return new FieldLookup.Known(
            new FieldType(
                KindsOf(shapes),
                values.Contains(null) ? [] : [.. values.SelectMany(some => some!).Distinct(StringComparer.Ordinal)],
                absent || shapes.Exists(shape => shape.IsNullable)
            )
        );
    }

    /// <summary>The shapes that a field may have, one for each tool; none where it is unknown or anything may stand there.</summary>
    internal static IReadOnlyList<SchemaShape> Shapes(string @event, IReadOnlyCollection<string>? tools, FieldPath path)
    {
        var absent = false;
        var (shapes, depth) = Walk(path, new Source(HookEvents.Find(@event)!, tools), ref absent);
        return depth == path.Segments.Length ? shapes : [];
    }

    /// <summary>What an event's output has in <c>hookSpecificOutput</c>; null where it has none.</summary>
    internal static SchemaShape? SpecificOutput(string @event)
    {
        var root = Root(@event).Document;
        return new SchemaShape(root.GetProperty("definitions").GetProperty("output"), root).Property("hookSpecificOutput");
    }

    /// <summary>The whole payload of an event.</summary>
    internal static SchemaShape Root(string @event)
    {
        var root = Documents.GetOrAdd(SchemaFiles.OfEvent(@event), static name => JsonDocument.Parse(SchemaFiles.Read(name)).RootElement);
        return new SchemaShape(root, root);
    }

    /// <summary>Goes down a path as far as the schemas know it.</summary>
    private static (List<SchemaShape> Shapes, int Depth) Walk(FieldPath path, Source source, ref bool absent)
    {
        var shapes = new List<SchemaShape> { source.Root };
        for (var at = 0; at < path.Segments.Length; at++)
        {
            var next = Take(shapes, path.Segments[at], source, ref absent);
            if (next.Count == 0)
                return (shapes, at);
            shapes = next;
        }

        return (shapes, path.Segments.Length);
    }

    /// <summary>The shapes one step further down; none where no schema has the field.</summary>
    private static List<SchemaShape> Take(List<SchemaShape> shapes, FieldPath.Segment segment, Source source, ref bool absent)
    {
        var next = new List<SchemaShape>();
        foreach (var shape in shapes)
        {
            if (segment.Name is not { } name)
            {
                absent = true;
                if ((shape.Kinds & FieldKinds.Array) != 0)
                    next.Add(shape.Item());
            }
            else if (shape.Property(name) is { } below)
            {
                absent |= !shape.Requires(name);
                if (below.IsOfTool)
                    next.AddRange(source.OfTools(name, below));
                else
                    next.Add(below);
            }
            else
            {
                absent = true;
                // A tool that the rule names may have any field; where it names none, the known tools tell the type.
                if (shape is { IsFree: true, IsGuess: false })
                    next.Add(shape.Free());
            }
        }

        return next;
    }

    private static FieldLookup NotFound(List<SchemaShape> shapes, FieldPath path, int at, Source source)
    {
        if (path.Segments[at].Name is not { } name)
            return new FieldLookup.Unknown($"\"{Text(path.Segments.AsSpan(0, at))}\" is {Describe(shapes)}, not an array", null);

        var names = shapes.SelectMany(shape => shape.Names);
        var nearest = NearestName.Find(name, at == 0 ? names.Concat(Words(source)) : names);
        // Where other fields may come, a name is taken for a slip only if it is long and nearly a known one.
        if (shapes.Exists(shape => shape.MayHaveMore) && (nearest is null || name.Length < 5))
            return new FieldLookup.Known(FieldType.Open);

        var reason =
            at == 0 ? $"{source.Who} has no field \"{name}\""
            : shapes.TrueForAll(shape => (shape.Kinds & FieldKinds.Object) == 0)
                ? $"\"{Text(path.Segments.AsSpan(0, at))}\" is {Describe(shapes)}, not an object"
            : $"\"{Text(path.Segments.AsSpan(0, at))}\" of {source.Who} has no field \"{name}\"";
        return new FieldLookup.Unknown(
            reason,
            Elsewhere(shapes, path, at, source) ?? (nearest is null ? null : Replaced(path, at, nearest))
        );
    }

    /// <summary>A path to the same field on another level, or under its proper name.</summary>
    private static string? Elsewhere(List<SchemaShape> shapes, FieldPath path, int at, Source source)
    {
        if (
            path.Segments[at].Name is { } name
            && shapes.Exists(shape => (shape.Kinds & FieldKinds.Array) != 0 && shape.Item().Property(name) is not null)
        )
            return Text([.. path.Segments[..at], new FieldPath.Segment(null, 0), .. path.Segments[at..]]);
        // Other sources of documentation call it so.
        if (at == 0 && path.Segments[0].Name is "tool_output" or "tool_result" && source.Root.Property("tool_response") is not null)
            return Replaced(path, 0, "tool_response");
        if (path.Segments[^1].Name is not { } leaf)
            return null;
        if (path.Segments.Length > 1)
            return source.Root.Property(leaf) is not null ? leaf : null;
        foreach (var field in new[] { "tool_input", "tool_response" })
        {
            if (
                source.Root.Property(field) is { IsOfTool: true } open
                && source.OfTools(field, open).Any(shape => shape.Property(leaf) is not null)
            )
                return $"{field}.{leaf}";
        }

        return null;
    }

    /// <summary>The words of the language that lead somewhere here.</summary>
    private static IEnumerable<string> Words(Source source)
    {
        var absent = false;
        if (source.NamesFile)
            yield return FieldPath.File.Text;
        foreach (var word in FieldPath.Aliases.Keys)
        {
            if (FieldPath.Parse(word) is { } target && Walk(target, source, ref absent).Depth == target.Segments.Length)
                yield return word;
        }
    }

    private static string Replaced(FieldPath path, int at, string name) =>
        Text([.. path.Segments[..at], new FieldPath.Segment(name, 0), .. path.Segments[(at + 1)..]]);

    private static string Text(ReadOnlySpan<FieldPath.Segment> segments)
    {
        var text = new StringBuilder();
        foreach (var (name, index) in segments)
        {
            if (name is null)
                text.Append(CultureInfo.InvariantCulture, $"[{index}]");
            else
                text.Append(text.Length > 0 ? "." : "").Append(name);
        }

        return text.ToString();
    }

    private static string Describe(List<SchemaShape> shapes) => new FieldType(KindsOf(shapes), [], false).Describe();

    private static FieldKinds KindsOf(List<SchemaShape> shapes) => shapes.Aggregate(FieldKinds.None, (kinds, shape) => kinds | shape.Kinds);

    /// <summary>An event and the tools that may come with it.</summary>
    private sealed class Source(HookEvent @event, IReadOnlyCollection<string>? tools)
    {
        public SchemaShape Root { get; } = Load(SchemaFiles.OfEvent(@event.Name));

        public string Who =>
            @event.IsToolEvent && tools is { Count: > 0 and <= 3 } ? $"{@event.Name} {string.Join('|', tools)}" : @event.Name;

        public bool NamesFile =>
            Root.Property("file_path") is not null || (@event.IsToolEvent && (tools is null || tools.Any(MayNameFile)));

        /// <summary>What stands in a field that depends on the tool: a shape for each known tool, the open one of the event for the
        /// others.</summary>
        public IEnumerable<SchemaShape> OfTools(string field, SchemaShape open)
        {
            if (tools is null)
                return Guesses
                    .GetOrAdd(
                        field,
                        static name =>
                            [
                                .. KnownShapes(HookTools.All.Where(tool => tool.HasSchema), name)
                                    .Select(shape => shape with { IsGuess = true }),
                            ]
                    )
                    .Append(open with { IsGuess = true });

            var shapes = KnownShapes(tools.Select(Tool).OfType<HookTool>(), field).ToList();
            if (shapes.Count < tools.Count)
                shapes.Add(open);
            return shapes;
        }

        private static IEnumerable<SchemaShape> KnownShapes(IEnumerable<HookTool> tools, string field) =>
            from tool in tools
            where tool.HasSchema
            select Load(SchemaFiles.OfTool(tool.Name)).Property(field) into shape
            where shape is not null
            select shape;

        private static HookTool? Tool(string name) => HookTools.Find(name) ?? HookTools.Find(HookTools.Canonical(name));

        private static bool MayNameFile(string name) => Tool(name) is not { HasSchema: true } known || known.FileField is not null;

        private static SchemaShape Load(string file)
        {
            var root = Documents.GetOrAdd(file, static name => JsonDocument.Parse(SchemaFiles.Read(name)).RootElement);
            return new SchemaShape(root, root);
        }
    }
}
