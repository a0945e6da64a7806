using System.Diagnostics.CodeAnalysis;
using System.Globalization;
using System.Text;

namespace HookRules.Compiler.Settings.Json;

/// <summary>A JSON text that is changed in places and otherwise kept to the byte: white space, duplicate keys and the spelling of every
/// value.</summary>
internal sealed class JsonText
{
    private JsonText(string text, JsonTextNode root) => (Text, Root) = (text, root);

    public string Text { get; }

    public JsonTextNode Root { get; }

    public static JsonText? TryParse(string text, out JsonTextError? error) =>
        JsonTextParser.Parse(text, out error) is { } root ? new JsonText(text, root) : null;

    /// <summary>Reads what this compiler wrote itself; bad JSON is a bug.</summary>
    public static JsonText Parse(string text) =>
        TryParse(text, out var error) ?? throw new InvalidOperationException($"not JSON at offset {error!.Offset}: {error.Message}");

    public string TextOf(JsonTextNode node) => Text[node.Start..node.End];

    /// <summary>The value of a string node; null for any other node.</summary>
    public string? StringOf(JsonTextNode? node)
    {
        if (node?.Kind != JsonTextKind.String)
            return null;
        var raw = Text.AsSpan(node.Start + 1, node.End - node.Start - 2);
        if (!raw.Contains('\\'))
            return raw.ToString();
        var value = new StringBuilder(raw.Length);
        for (var i = 0; i < raw.Length; i++)
        {
            if (raw[i] != '\\')
            {
                value.Append(raw[i]);
                continue;
            }

            var c = raw[++i];
            value.Append(
                c switch
                {
                    'b' => '\b',
                    'f' => '\f',
                    'n' => '\n',
                    'r' => '\r',
                    't' => '\t',
                    'u' => (char)int.Parse(raw.Slice(i + 1, 4), NumberStyles.HexNumber, CultureInfo.InvariantCulture),
                    _ => c,
                }
            );
            if (c == 'u')
                i += 4;
        }

        return value.ToString();
    }

    /// <summary>Applies edits of places that do not overlap.</summary>
    public JsonText With(IReadOnlyCollection<JsonTextEdit> edits)
    {
        if (edits.Count == 0)
            return this;
        var result = new StringBuilder(Text.Length);
        var done = 0;
        foreach (var (start, end, text) in edits.OrderBy(edit => edit.Start))
        {
            result.Append(Text, done, start - done).Append(text);
            done = end;
        }

        return Parse(result.Append(Text, done, Text.Length - done).ToString());
    }

    /// <summary>The edits that take children out of a container together with the comma and the white space that came with them;
    /// <paramref name="inner"/> fills a container which that empties.</summary>
    public static IEnumerable<JsonTextEdit> Removal(JsonTextNode container, IReadOnlySet<int> indexes, string inner)
    {
        var children = container.Children;
        if (indexes.Count == children.Count)
        {
            yield return new JsonTextEdit(container.Start + 1, container.End - 1, inner);
            yield break;
        }

        var kept = false;
        for (var i = 0; i < children.Count; i++)
        {
            if (!indexes.Contains(i))
                kept = true;
            else if (kept)
                yield return new JsonTextEdit(children[i - 1].End, children[i].End, "");
            else
                yield return new JsonTextEdit(children[i].Start, children[i + 1].Start, "");
        }
    }

    /// <summary>The same value, whatever its layout, key order and escapes.</summary>
    public bool SameValue(JsonTextNode node, JsonText other, JsonTextNode otherNode)
    {
        if (node.Kind != otherNode.Kind || node.Children.Count != otherNode.Children.Count)
            return false;
        switch (node.Kind)
        {
            case JsonTextKind.String:
                return StringOf(node) == other.StringOf(otherNode);
            case JsonTextKind.Object:
                return node.Children.All(child => otherNode[child.Name!] is { } value && SameValue(child.Value, other, value));
            case JsonTextKind.Array:
                return node.Children.Zip(otherNode.Children).All(pair => SameValue(pair.First.Value, other, pair.Second.Value));
            default:
                return TextOf(node) == other.TextOf(otherNode);
        }
    }

    [SuppressMessage("Globalization", "CA1305", Justification = "hexadecimal digits are the same everywhere")]
    public static string Quote(string value)
    {
        var quoted = new StringBuilder(value.Length + 2).Append('"');
        for (var i = 0; i < value.Length; i++)
        {
            var c = value[i];
            switch (c)
            {
                case '"' or '\\':
                    quoted.Append('\\').Append(c);
                    break;
                case '\n':
                    quoted.Append("\\n");
                    break;
                case '\r':
                    quoted.Append("\\r");
                    break;
                case '\t':
                    quoted.Append("\\t");
                    break;
                case < ' ' or '\u007f' or '\u2028' or '\u2029':
                    quoted.Append($"\\u{(int)c:x4}");
                    break;
                case var _ when char.IsHighSurrogate(c) && i + 1 < value.Length && char.IsLowSurrogate(value[i + 1]):
                    quoted.Append(c).Append(value[++i]);
                    break;
                case var _ when char.IsSurrogate(c):
                    quoted.Append($"\\u{(int)c:x4}");
                    break;
                default:
                    quoted.Append(c);
                    break;
            }
        }

        return quoted.Append('"').ToString();
    }
}

/// <summary>Puts <paramref name="Text"/> in the place of what stands from <paramref name="Start"/> to <paramref name="End"/>.</summary>
internal readonly record struct JsonTextEdit(int Start, int End, string Text);
