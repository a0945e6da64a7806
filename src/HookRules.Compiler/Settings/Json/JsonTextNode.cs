namespace HookRules.Compiler.Settings.Json;

internal enum JsonTextKind
{
    Object,
    Array,
    String,
    Number,
    True,
    False,
    Null,
}

/// <summary>A JSON value and where it stands in its text; the end is exclusive.</summary>
internal sealed class JsonTextNode(JsonTextKind kind, int start, JsonTextNode? parent)
{
    private static readonly List<JsonTextChild> None = [];
    private List<JsonTextChild>? children;

    public JsonTextKind Kind { get; } = kind;
    public int Start { get; } = start;
    public int End { get; set; }
    public JsonTextNode? Parent { get; } = parent;

    /// <summary>Members of an object or elements of an array, in the order of the text, duplicate keys included.</summary>
    public IReadOnlyList<JsonTextChild> Children => children ?? None;

    /// <summary>What it is, as messages name it.</summary>
    public string Description =>
        Kind switch
        {
            JsonTextKind.Object => "an object",
            JsonTextKind.Array => "an array",
            JsonTextKind.String => "a string",
            JsonTextKind.Number => "a number",
            JsonTextKind.Null => "null",
            _ => "a truth value",
        };

    public bool IsContainer => Kind is JsonTextKind.Object or JsonTextKind.Array;

    /// <summary>A member's value; of duplicate keys the last one counts, as for Claude Code.</summary>
    public JsonTextNode? this[string name]
    {
        get
        {
            for (var i = Children.Count - 1; i >= 0; i--)
                if (Children[i].Name == name)
                    return Children[i].Value;
            return null;
        }
    }

    public void Add(JsonTextChild child) => (children ??= []).Add(child);
}

/// <summary>An element of an array, or a member of an object from the start of its key to the end of its value.</summary>
internal sealed record JsonTextChild(string? Name, int Start, JsonTextNode Value)
{
    public int End => Value.End;
}
