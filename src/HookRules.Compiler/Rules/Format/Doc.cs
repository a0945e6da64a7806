using System.Collections.Immutable;

namespace HookRules.Compiler.Rules.Format;

/// <summary>What a text looks like before it is known how wide its lines may be.</summary>
internal abstract record Doc
{
    private Doc() { }

    public sealed record Text(string Value) : Doc;

    /// <summary>A space where its group fits on the line, else a line break.</summary>
    public sealed record Line : Doc;

    /// <summary>Nothing where its group fits on the line, else a line break.</summary>
    public sealed record SoftLine : Doc;

    /// <summary>A line break always; the groups around it do not fit on a line.</summary>
    public sealed record HardLine : Doc;

    /// <summary>A comment that waits for the end of the line it stands on; what follows in the groups around it goes to the next
    /// line.</summary>
    public sealed record LineEnd(string Comment) : Doc;

    public sealed record Indent(Doc Content) : Doc;

    public sealed record Group(Doc Content) : Doc;

    public sealed record Concat(ImmutableArray<Doc> Parts) : Doc;

    public static readonly Doc Empty = new Concat([]);
    public static readonly Doc Space = new Line();
    public static readonly Doc Soft = new SoftLine();
    public static readonly Doc Hard = new HardLine();

    public static implicit operator Doc(string text) => new Text(text);

    public static Doc Of(params ReadOnlySpan<Doc> parts) => new Concat([.. parts]);

    public static Doc Grouped(params ReadOnlySpan<Doc> parts) => new Group(new Concat([.. parts]));

    public static Doc Indented(params ReadOnlySpan<Doc> parts) => new Indent(new Concat([.. parts]));

    public static Doc Join(Doc between, IEnumerable<Doc> parts)
    {
        var joined = ImmutableArray.CreateBuilder<Doc>();
        foreach (var part in parts)
        {
            if (joined.Count > 0)
                joined.Add(between);
            joined.Add(part);
        }

        return new Concat(joined.ToImmutable());
    }

    /// <summary>It cannot stand on one line: a line break is in it, or something behind the comment that ends a line.</summary>
    public bool MustBreak
    {
        get
        {
            var followed = false;
            return Breaks(this, ref followed);
        }
    }

    /// <summary>Its last line has a comment at its end already.</summary>
    public bool EndsInComment => Last(this) is LineEnd;

    private static Doc? Last(Doc doc) =>
        doc switch
        {
            Indent indent => Last(indent.Content),
            Group group => Last(group.Content),
            Concat concat => concat.Parts.Reverse().Select(Last).FirstOrDefault(last => last is not null),
            _ => doc,
        };

    // From the back.
    private static bool Breaks(Doc doc, ref bool followed)
    {
        switch (doc)
        {
            case HardLine:
                return true;
            case LineEnd:
                return followed;
            case Indent indent:
                return Breaks(indent.Content, ref followed);
            case Group group:
                return Breaks(group.Content, ref followed);
            case Concat concat:
                for (var i = concat.Parts.Length - 1; i >= 0; i--)
                    if (Breaks(concat.Parts[i], ref followed))
                        return true;
                return false;
            default:
                followed = true;
                return false;
        }
    }
}
