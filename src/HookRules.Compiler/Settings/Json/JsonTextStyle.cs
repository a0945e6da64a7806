using System.Text;

namespace HookRules.Compiler.Settings.Json;

/// <summary>How a file is laid out, read off the file itself, so that what is added to it looks like the rest.</summary>
internal sealed class JsonTextStyle
{
    private readonly string text;
    private readonly string newLine;
    private readonly string unit;
    private readonly bool spaced;

    public JsonTextStyle(JsonText document)
    {
        text = document.Text;
        var firstBreak = text.IndexOf('\n', StringComparison.Ordinal);
        newLine = firstBreak > 0 && text[firstBreak - 1] == '\r' ? "\r\n" : "\n";
        var root = document.Root;
        unit =
            root.Children.Count > 0 && IsMultiLine(root) && IndentBefore(root.Children[0].Start) is { Length: > 0 } indent ? indent : "  ";
        spaced =
            root is not { Kind: JsonTextKind.Object, Children.Count: > 0 } || char.IsWhiteSpace(text[root.Children[0].Value.Start - 1]);
    }

    /// <summary>The edit that adds children (a key for members, and compact JSON) behind those that a container has.</summary>
    public JsonTextEdit Append(JsonTextNode container, IEnumerable<(string? Name, string Json)> children)
    {
        var multiLine = IsMultiLine(container);
        var indent = multiLine ? ChildIndent(container) : "";
        var between =
            multiLine ? "," + newLine + indent
            : spaced ? ", "
            : ",";
        var added = string.Join(
            between,
            children.Select(child =>
                (child.Name is null ? "" : Key(child.Name, multiLine)) + Layout(JsonText.Parse(child.Json), multiLine, indent)
            )
        );
        if (container.Children.Count > 0)
            return new JsonTextEdit(container.Children[^1].End, container.Children[^1].End, between + added);
        if (multiLine)
            added = newLine + indent + added + newLine + LineIndent(container.Start);
        return new JsonTextEdit(container.Start + 1, container.End - 1, added);
    }

    /// <summary>The edit that puts compact JSON in the place of an element.</summary>
    public JsonTextEdit Replace(JsonTextNode element, string json) =>
        new(
            element.Start,
            element.End,
            Layout(JsonText.Parse(json), IsMultiLine(element.Parent!), IndentBefore(element.Start) ?? LineIndent(element.Start))
        );

    /// <summary>White space between the brackets of an empty container.</summary>
    public string Inner(JsonTextNode container) => text[(container.Start + 1)..(container.End - 1)];

    // An empty container is opened up as its surroundings are.
    private bool IsMultiLine(JsonTextNode container)
    {
        for (var node = container; ; node = node.Parent)
        {
            if (node.Children.Count > 0)
                return text.AsSpan(node.Start, node.Children[0].Start - node.Start).ContainsAny('\n', '\r');
            if (node.Parent is null)
                return true;
        }
    }

    private string ChildIndent(JsonTextNode container) =>
        (container.Children.Count > 0 ? IndentBefore(container.Children[0].Start) : null) ?? LineIndent(container.Start) + unit;

    /// <summary>The white space that a line starts with up to this offset; null if something else stands before it.</summary>
    private string? IndentBefore(int offset)
    {
        var start = LineStart(offset);
        return text.AsSpan(start, offset - start).IndexOfAnyExcept(" \t") < 0 ? text[start..offset] : null;
    }

    private string LineIndent(int offset)
    {
        var start = LineStart(offset);
        var length = text.AsSpan(start, offset - start).IndexOfAnyExcept(" \t");
        return text.Substring(start, length < 0 ? offset - start : length);
    }

    private int LineStart(int offset)
    {
        var start = text.AsSpan(0, offset).LastIndexOfAny('\n', '\r') + 1;
        return start == 0 && text.StartsWith('\uFEFF') ? 1 : start;
    }

    private string Key(string name, bool multiLine) => JsonText.Quote(name) + (multiLine || spaced ? ": " : ":");

    private string Layout(JsonText source, bool multiLine, string indent)
    {
        var result = new StringBuilder();
        Write(source.Root, indent);
        return result.ToString();

        void Write(JsonTextNode node, string at)
        {
            if (!node.IsContainer || node.Children.Count == 0)
            {
                result.Append(
                    node.IsContainer
                        ? node.Kind == JsonTextKind.Object
                            ? "{}"
                            : "[]"
                        : source.TextOf(node)
                );
                return;
            }

            // A list of plain values, such as args, stays on one line.
            var broken = multiLine && (node.Kind == JsonTextKind.Object || node.Children.Any(child => child.Value.IsContainer));
            var inside = at + unit;
            result.Append(node.Kind == JsonTextKind.Object ? '{' : '[');
            for (var i = 0; i < node.Children.Count; i++)
            {
                if (i > 0)
                    result.Append(broken || !(spaced || multiLine) ? "," : ", ");
                if (broken)
                    result.Append(newLine).Append(inside);
                if (node.Children[i].Name is { } name)
                    result.Append(Key(name, multiLine));
                Write(node.Children[i].Value, inside);
            }

            if (broken)
                result.Append(newLine).Append(at);
            result.Append(node.Kind == JsonTextKind.Object ? '}' : ']');
        }
    }
}
