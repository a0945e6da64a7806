using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;
using HookRules.Compiler.Rules.Syntax.Yaml;

namespace HookRules.Compiler.Rules.Format;

/// <summary>What stands above a statement or a section: its comments, and whether an empty line sets it apart.</summary>
internal sealed record Above(List<Comment> Comments, bool Blank)
{
    public static readonly Above Nothing = new([], false);
}

/// <summary>Which comment belongs to which statement, and within it to which part: what follows a comment on a line of its own, what stands
/// before one at the end of a line.</summary>
internal sealed class AttachedComments
{
    private readonly Dictionary<TextSpan, List<Comment>> above = [];
    private readonly Dictionary<TextSpan, Comment> behind = [];
    private readonly Dictionary<int, Above> anchors = [];
    private readonly Dictionary<int, Comment> ends = [];
    private readonly Dictionary<int, List<Comment>> inside = [];
    private readonly HashSet<int> taken = [];

    private AttachedComments(List<YamlScalar> sections) => Sections = sections;

    /// <summary>The keys of the YAML form that hold statements, in source order.</summary>
    public List<YamlScalar> Sections { get; }

    /// <summary>Comments below the last statement.</summary>
    public List<Comment> Last { get; } = [];

    public static AttachedComments Of(RulesFileSyntax file)
    {
        var root = file.Source.IsYaml ? new YamlText(file.Source, []).Read() as YamlMap : null;
        var result = new AttachedComments([.. root?.Entries.Select(entry => entry.Key) ?? []]);
        result.Attach(file, CommentFinder.Find(file));
        return result;
    }

    public Above Above(TextSpan anchor) => anchors.GetValueOrDefault(anchor.Start, Format.Above.Nothing);

    /// <summary>The comment at the end of a statement or behind the key of a section.</summary>
    public Comment? End(TextSpan anchor) => ends.GetValueOrDefault(anchor.Start);

    /// <summary>A statement with comments between its parts.</summary>
    public bool HasInside(StatementSyntax statement) => inside.ContainsKey(statement.Span.Start);

    /// <summary>Takes the comments on lines of their own above a part; they are printed where they are asked for first.</summary>
    public IReadOnlyList<Comment> TakeAbove(TextSpan part)
    {
        if (!above.Remove(part, out var comments))
            return [];
        taken.UnionWith(comments.Select(comment => comment.Span.Start));
        return comments;
    }

    public Comment? TakeBehind(TextSpan part)
    {
        if (!behind.Remove(part, out var comment))
            return null;
        taken.Add(comment.Span.Start);
        return comment;
    }

    /// <summary>Comments inside a statement whose part the layout has no line for; they go above the statement.</summary>
    public IEnumerable<Comment> Left(StatementSyntax statement) =>
        inside
            .GetValueOrDefault(statement.Span.Start, [])
            .Where(comment => !taken.Contains(comment.Span.Start))
            .Select(comment => comment with { BlankBefore = false });

    private void Attach(RulesFileSyntax file, List<Comment> comments)
    {
        var text = file.Source.Text;
        var places = file
            .Statements.Select(statement => (statement.Span.Start, Statement: (StatementSyntax?)statement))
            .Concat(
                Sections
                    .Where(key => file.Statements.All(statement => statement.Span.Start != key.Span.Start))
                    .Select(key => (key.Span.Start, Statement: (StatementSyntax?)null))
            )
            .OrderBy(place => place.Start)
            .ToList();
        var pending = new List<Comment>();
        var remaining = new Queue<Comment>(comments);
        for (var next = 0; next <= places.Count; next++)
        {
            var start = next < places.Count ? places[next].Start : text.Length;
            var previous = next > 0 ? places[next - 1] : default;
            var mine = new List<Comment>();
            while (remaining.TryPeek(out var comment) && comment.Span.Start < start)
                mine.Add(remaining.Dequeue());
            // Read from the back: what nothing but comments follows stands above the next statement.
            var own = mine.Count;
            while (
                own > 0 && mine[own - 1].OwnLine && IsBlank(text, mine[own - 1].Span.End, own < mine.Count ? mine[own].Span.Start : start)
            )
                own--;
            if (next > 0)
                Within(previous, mine[..own]);
            else
                own = 0;
            pending = mine[own..];
            if (next < places.Count)
                anchors[start] = new Above(pending, CommentFinder.IsBlankAbove(text, start));
        }

        Last.AddRange(pending);
    }

    private static bool IsBlank(string text, int start, int end) => text.AsSpan(start..end).Trim("- \t\r\n").IsEmpty;

    private void Within((int Start, StatementSyntax? Statement) place, List<Comment> comments)
    {
        var parts = place.Statement is { } statement ? StatementParts.Of(statement).ToList() : [];
        foreach (var comment in comments)
        {
            var follows = parts.Where(part => part.Start >= comment.Span.End).ToList();
            if (!comment.OwnLine && follows.Count == 0 && ends.TryAdd(place.Start, comment))
                continue;

            if (place.Statement is null)
            {
                anchors[place.Start].Comments.Add(comment);
                continue;
            }

            // Of parts that end alike the innermost has the comment behind it, of those that begin alike the outermost the one above it.
            if (!inside.TryGetValue(place.Start, out var all))
                inside[place.Start] = all = [];
            all.Add(comment);
            var before = parts
                .Where(part => part.End <= comment.Span.Start)
                .OrderByDescending(part => part.End)
                .ThenByDescending(part => part.Start)
                .Take(1)
                .ToList();
            if (!comment.OwnLine && before is [var one] && behind.TryAdd(one, comment))
                continue;
            if (follows.OrderBy(part => part.Start).ThenByDescending(part => part.End).Take(1).ToList() is not [var part])
                continue;
            if (!above.TryGetValue(part, out var list))
                above[part] = list = [];
            list.Add(comment with { BlankBefore = false });
        }
    }
}
