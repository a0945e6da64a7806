using System.Collections.Immutable;
using System.Text;

namespace HookRules.Compiler.Rules.Format;

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
        entry = entry.Key is null ? Raised(entry) : Settled(entry);
        foreach (var comment in entry.Above)
        {
            if (comment.BlankBefore && !isFirstOnLine)
                Blank(text);
            Start();
            text.Append(comment.Text).Append('\n');
        }

        if (entry.Blank && !isFirstOnLine)
            Blank(text);
        Start();
        text.Append(entry.Key is null ? "-" : $"{entry.Key}:");
        Value(text, entry, indentation);

        void Start()
        {
            if (isFirstOnLine)
                isFirstOnLine = false;
            else
                text.Append(' ', indentation);
        }
    }

    private static void Value(StringBuilder text, Entry entry, int indentation)
    {
        var behind = entry.Behind is { } comment ? $" {comment.Text}" : "";
        var lineStart =
            text.ToString(Math.Max(0, text.Length - 200), Math.Min(200, text.Length)).LastIndexOf('\n') is var newline && newline < 0
                ? text.Length
                : Math.Min(200, text.Length) - newline - 1;
        switch (entry.Value)
        {
            case Block block:
                text.Append(' ').Append(block.Sign).Append('\n');
                foreach (var line in block.Lines)
                {
                    if (line.Length > 0)
                        text.Append(' ', indentation + Step).Append(line);
                    text.Append('\n');
                }

                break;
            case var value
                when value is Scalar or Map { Entries.IsEmpty: true } or List { Items.IsEmpty: true }
                    || (IsFlow(value) && OneLine(value).Length + lineStart + 1 <= TextLayout.Width):
                text.Append(' ').Append(OneLine(value)).Append(behind).Append('\n');
                break;
            case Map map:
                Entries(map.Entries);
                break;
            case List list:
                Entries(list.Items);
                break;
            default:
                throw new InvalidOperationException($"unknown YAML {entry.Value.GetType().Name}");
        }

        void Entries(ImmutableArray<Entry> entries)
        {
            // The comment of a value that takes several lines ends the last of them, as that of a statement of several lines does.
            if (entry.Behind is { } end)
            {
                var last = entries[^1];
                entries = entries.SetItem(
                    entries.Length - 1,
                    last.Behind is null
                        ? last with
                        {
                            Behind = end,
                        }
                        : last with
                        {
                            Above = [.. last.Above, end with { BlankBefore = false }],
                        }
                );
            }

            var continues = entry.Key is null && entries[0].Above.Count == 0;
            text.Append(continues ? ' ' : '\n');
            for (var i = 0; i < entries.Length; i++)
                Write(text, entries[i], indentation + Step, continues && i == 0);
        }
    }

    /// <summary>Behind the last line of a block there is no place for a comment.</summary>
    private static Entry Settled(Entry entry) =>
        entry.Behind is { } behind && EndsInBlock(entry.Value)
            ? entry with
            {
                Above = [.. entry.Above, behind with { BlankBefore = false }],
                Behind = null,
            }
            : entry;

    private static bool EndsInBlock(YamlOut value) =>
        value switch
        {
            Block => true,
            Map { Entries: [.., var last] } => EndsInBlock(last.Value),
            List { Items: [.., var last] } => EndsInBlock(last.Value),
            _ => false,
        };

    /// <summary>An item's first line stands behind the dash, so comments above it go above the dash.</summary>
    private static Entry Raised(Entry item)
    {
        item = Settled(item);
        var children = item.Value switch
        {
            Map map => map.Entries,
            List list => list.Items,
            _ => [],
        };
        if (children.IsEmpty)
            return item;
        var first = children[0].Key is null ? Raised(children[0]) : Settled(children[0]);
        if (first.Above.Count == 0)
            return item;
        var rest = children.SetItem(0, first with { Above = [] });
        return item with
        {
            Above = [.. item.Above, .. first.Above.Select(comment => comment with { BlankBefore = false })],
            Value = item.Value switch
            {
                Map map => map with { Entries = rest },
                List list => list with { Items = rest },
                var other => other,
            },
        };
    }

    public static void Blank(StringBuilder text)
    {
        if (text.Length > 1 && !(text[^1] == '\n' && text[^2] == '\n'))
            text.Append('\n');
    }

    private static bool IsFlow(YamlOut value) =>
        value switch
        {
            Scalar => true,
            Block => false,
            Map map => map.Flow && map.Entries.All(entry => !entry.HasComments && IsFlow(entry.Value)),
            List list => list.Flow && list.Items.All(item => !item.HasComments && IsFlow(item.Value)),
            _ => false,
        };

    private static string OneLine(YamlOut value) =>
        value switch
        {
            Scalar scalar => scalar.Text,
            Map { Entries.IsEmpty: true } => "{}",
            List { Items.IsEmpty: true } => "[]",
            Map map => $"{{ {string.Join(", ", map.Entries.Select(entry => $"{entry.Key}: {OneLine(entry.Value)}"))} }}",
            List list => $"[{string.Join(", ", list.Items.Select(item => OneLine(item.Value)))}]",
            _ => throw new InvalidOperationException("a block is no flow"),
        };
}
