using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using HookRules.Engine;

namespace HookRules.Compiler.Knowledge;

/// <summary>A payload that was not recorded but made up: a sample of its event with another tool and other values.</summary>
public sealed class SamplePayload
{
    private const string ToolInput = "tool_input";
    private const string ToolResponse = "tool_response";

    private readonly HookEvent @event;
    private readonly string? tool;
    private readonly JsonObject json;

    private SamplePayload(HookEvent @event, string? tool, JsonObject json)
    {
        this.@event = @event;
        this.tool = tool;
        this.json = json;
    }

    public byte[] ToBytes() => Encoding.UTF8.GetBytes(json.ToJsonString());

    /// <param name="tool">Null where the event has none, or any will do.</param>
    public static SamplePayload Of(HookEvent @event, string? tool)
    {
        var json = Read(Samples.Find(@event.Name, tool)!);
        if (tool is not null && (string?)json["tool_name"] != tool)
        {
            json["tool_name"] = tool;
            foreach (var field in new[] { ToolInput, ToolResponse })
            {
                if (json.ContainsKey(field))
                    json[field] = OfTool(tool, field);
            }
        }

        return new SamplePayload(@event, @event.IsToolEvent ? (string?)json["tool_name"] : null, json);
    }

    /// <summary>Puts a value in place of the sample's; gives what is wrong with it, null where nothing is.</summary>
    /// <param name="path">A path or alias as in conditions.</param>
    /// <param name="value">JSON where the field takes anything but a text, else the text itself.</param>
    public string? Set(string path, string value)
    {
        if (FieldPath.Parse(path) is not { } field)
            return $"\"{path}\" is no path into the payload: write for example tool_input.command, or command";
        if (FieldCatalog.Find(@event.Name, tool is null ? null : [tool], field) is FieldLookup.Unknown unknown)
            return $"{unknown.Reason}{(unknown.Nearest is null ? "" : $"; did you mean \"{unknown.Nearest}\"?")}";
        if (field.IsFile)
            field = FieldPath.Parse(FileField())!;

        var type = FieldCatalog.Find(@event.Name, tool is null ? null : [tool], field) is FieldLookup.Known known
            ? known.Type
            : FieldType.Open;
        return Put(json, field, 0, Value(value, type));
    }

    /// <summary>The one field that most is said with: the file, the command, the prompt, what the matcher is compared with; null where the
    /// event has none.</summary>
    public string? MainField =>
        !@event.IsToolEvent
            ? MainFields.Contains(@event.MatcherField) || !Knows("prompt")
                ? @event.MatcherField
                : "prompt"
            : tool is not null && HookTools.Find(tool)?.FileField is { } file
                ? $"{ToolInput}.{file}"
                : MainFields.Select(name => $"{ToolInput}.{name}").FirstOrDefault(Knows);

    /// <summary>The field of <see cref="MainField"/> names a file.</summary>
    public bool IsAboutFile => @event.IsToolEvent && tool is not null && HookTools.Find(tool)?.FileField is not null;

    /// <summary>Puts fields of the tool's input, or of the payload where the event has no tool, in place of the sample's.</summary>
    public void Merge(JsonObject fields) => Merge(@event.IsToolEvent ? json[ToolInput]!.AsObject() : json, fields);

    /// <summary>The same of the payload itself.</summary>
    public void MergeOutside(JsonObject fields) => Merge(json, fields);

    private static readonly string[] MainFields = ["command", "url", "query", "pattern", "prompt", "skill"];

    private static void Merge(JsonObject into, JsonObject fields)
    {
        foreach (var (name, value) in fields)
            into[name] = value?.DeepClone();
    }

    private bool Knows(string path) =>
        FieldCatalog.Find(@event.Name, tool is null ? null : [tool], FieldPath.Parse(path)!)
            is FieldLookup.Known { Type.Kinds: not FieldKinds.Any };

    private string FileField() =>
        @event.IsToolEvent ? $"{ToolInput}.{(tool is null ? null : HookTools.Find(tool)?.FileField) ?? "file_path"}" : "file_path";

    private static string? Put(JsonNode parent, FieldPath path, int depth, JsonNode? value)
    {
        var (name, index) = path.Segments[depth];
        var isLast = depth == path.Segments.Length - 1;
        if (name is not null)
        {
            if (parent is not JsonObject map)
                return $"\"{path}\" leads through something that has no fields";
            if (isLast)
                map[name] = value;
            else
                return Put(map[name] ?? (map[name] = Empty(path, depth))!, path, depth + 1, value);
            return null;
        }

        if (parent is not JsonArray list || index > list.Count)
            return $"\"{path}\" leads to an element that is not there: elements are set one after the other, from [0]";
        if (index == list.Count)
            list.Add((JsonNode?)null);
        if (isLast)
            list[index] = value;
        else
            return Put(list[index] ?? (list[index] = Empty(path, depth))!, path, depth + 1, value);
        return null;
    }

    private static JsonNode Empty(FieldPath path, int depth) => path.Segments[depth + 1].Name is null ? new JsonArray() : new JsonObject();

    private static JsonNode? Value(string text, FieldType type)
    {
        if (type.Kinds == FieldKinds.String)
            return JsonValue.Create(text);
        try
        {
            var node = JsonNode.Parse(text);
            // A number where a text may stand too is the text that was typed only if no number may.
            return type.Can(KindOf(node)) ? node : JsonValue.Create(text);
        }
        catch (JsonException)
        {
            return JsonValue.Create(text);
        }
    }

    private static FieldKinds KindOf(JsonNode? node) =>
        node?.GetValueKind() switch
        {
            JsonValueKind.String => FieldKinds.String,
            JsonValueKind.Number => FieldKinds.Number,
            JsonValueKind.True or JsonValueKind.False => FieldKinds.Boolean,
            JsonValueKind.Array => FieldKinds.Array,
            JsonValueKind.Object => FieldKinds.Object,
            _ => FieldKinds.Any,
        };

    private static JsonObject Read(string sample) => JsonNode.Parse(Samples.Read(sample))!.AsObject();

    /// <summary>What a tool was seen with on another event, else what its schema asks for.</summary>
    private static JsonNode OfTool(string tool, string field)
    {
        foreach (var sample in Samples.Names.Where(name => name.Contains($"-{tool}", StringComparison.Ordinal)).Select(Read))
        {
            if ((string?)sample["tool_name"] == tool && sample[field] is JsonObject seen)
                return seen.DeepClone();
        }

        if (HookTools.Find(tool) is not { HasSchema: true })
            return new JsonObject();
        var root = JsonDocument.Parse(SchemaFiles.Read(SchemaFiles.OfTool(tool))).RootElement;
        return new SchemaShape(root, root).Property(field) is { } shape ? Example(shape) ?? new JsonObject() : new JsonObject();
    }

    private static JsonNode? Example(SchemaShape shape)
    {
        if (shape.Values is { } values)
            return JsonValue.Create(values.First());
        if (shape.Kinds.HasFlag(FieldKinds.Object))
        {
            var map = new JsonObject();
            foreach (var name in shape.Names.Where(shape.Requires))
                map[name] = Example(shape.Property(name)!);
            return map;
        }

        return shape.Kinds.HasFlag(FieldKinds.Array) ? new JsonArray()
            : shape.Kinds.HasFlag(FieldKinds.String) ? JsonValue.Create("example")
            : shape.Kinds.HasFlag(FieldKinds.Number) ? JsonValue.Create(1)
            : shape.Kinds.HasFlag(FieldKinds.Boolean) ? JsonValue.Create(false)
            : null;
    }
}
