using System.Collections.Immutable;
using System.Text;

namespace HookRules.Compiler.Format;

/// <summary>YAML about to be written: scalars are spelt already, collections go on one line where they may and fit.</summary>
internal abstract record YamlOut
{
    private const int Step = 2;

    private YamlOut() { }

    public sealed record Scalar(string Text) : YamlOut;

    /// <summary>The lines of a block, without their indentation, behind its sign.</summary>
    public sealed record Block(string Sign, ImmutableArray<string> Lines) : YamlOut;

    /// <param name="Flow">In braces, if it fits on the line.</param>
    public sealed record Map(ImmutableArray<Entry> Entries, bool Flow) : YamlOut;

    public sealed record List(ImmutableArray<Entry> Items, bool Flow) : YamlOut;

    /// <param name="Key">Null in a list.</param>
    public sealed record Entry(string? Key, YamlOut Value)
    {
        public IReadOnlyList<Comment> Above { get; init; } = [];
        public Comment? Behind { get; init; }
        public bool Blank { get; init; }
        public bool HasComments => Above.Count > 0 || Behind is not null;
    }

    /// <summary>A node as an entry of a mapping is written, without its last line break.</summary>
    public static void Write(StringBuilder text, Entry entry, int indentation, bool isFirstOnLine = false)
    {
        foreach (var comment in entry.Above)
        {
            if (comment.BlankBefore && !isFirstOnLine) Blank(text);
            Start();
            text.Append(comment.Text).Append('\n');
        }

        if (entry.Blank && !isFirstOnLine) Blank(text);
        Start();
        text.Append(entry.Key is null ? "-" : $"{entry.Key}:");
        Value(text, entry, indentation);

        void Start()
        {
            if (isFirstOnLine) isFirstOnLine = false;
            else text.Append(' ', indentation);
        }
    }

    private static void Value(StringBuilder text, Entry entry, int indentation)
    {
        var behind = entry.Behind is { } comment ? $" {comment.Text}" : "";
        var lineStart = text.ToString(Math.Max(0, text.Length - 200), Math.Min(200, text.Length)).LastIndexOf('\n') is var newline && newline < 0 ? text.Length : Math.Min(200, text.Length) - newline - 1;
        switch (entry.Value)
        {
            case Block block:
                text.Append(' ').Append(block.Sign).Append(behind).Append('\n');
                foreach (var line in block.Lines)
                {
                    if (line.Length > 0) text.Append(' ', indentation + Step).Append(line);
                    text.Append('\n');
                }

                break;
            case var value when value is Scalar or Map { Entries.IsEmpty: true } or List { Items.IsEmpty: true } || (IsFlow(value) && OneLine(value).Length + lineStart + 1 <= TextLayout.Width):
                text.Append(' ').Append(OneLine(value)).Append(behind).Append('\n');
                break;
            case Map map when entry.Key is null && !map.Entries[0].HasComments:
                text.Append(' ');
                Entries(map.Entries, isFirstOnLine: true);
                break;
            case Map map:
                text.Append('\n');
                Entries(map.Entries, isFirstOnLine: false);
                break;
            case List list when entry.Key is null && !list.Items[0].HasComments:
                text.Append(' ');
                Entries(list.Items, isFirstOnLine: true);
                break;
            case List list:
                text.Append('\n');
                Entries(list.Items, isFirstOnLine: false);
                break;
            default:
                throw new InvalidOperationException($"unknown YAML {entry.Value.GetType().Name}");
        }

        // The comment of a value that takes several lines ends the last of them, as that of a statement of several lines does.
        void Entries(ImmutableArray<Entry> entries, bool isFirstOnLine)
        {
            for (var i = 0; i < entries.Length; i++)
            {
                var child = entries[i];
                if (i == entries.Length - 1 && entry.Behind is { } end)
                {
                    if (child.Behind is null) child = child with { Behind = end };
                    else child = child with { Above = [.. child.Above, end with { BlankBefore = false }] };
                }

                Write(text, child, indentation + Step, isFirstOnLine && i == 0 && child.Above.Count == 0);
            }
        }
    }

    public static void Blank(StringBuilder text)
    {
        if (text.Length > 1 && !(text[^1] == '\n' && text[^2] == '\n')) text.Append('\n');
    }

    private static bool IsFlow(YamlOut value) => value switch
    {
        Scalar => true,
        Block => false,
        Map map => map.Flow && map.Entries.All(entry => !entry.HasComments && IsFlow(entry.Value)),
        List list => list.Flow && list.Items.All(item => !item.HasComments && IsFlow(item.Value)),
        _ => false,
    };

    private static string OneLine(YamlOut value) => value switch
    {
        Scalar scalar => scalar.Text,
        Map { Entries.IsEmpty: true } => "{}",
        List { Items.IsEmpty: true } => "[]",
        Map map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {OneLine(entry.Value)}"))} }}",
        List list => $"[{string.Join(", ", list.Items.Select(item => OneLine(item.Value)))}]",
        _ => throw new InvalidOperationException("a block is no flow"),
    };
}
