using System.Text;
using HookRules.Compiler.Syntax;

namespace HookRules.Compiler.Format;

/// <summary>A whole file in the text form: its statements in their order, with the comments and the single empty lines between them.</summary>
internal sealed class TextFile(RulesFileSyntax file, AttachedComments comments)
{
    private readonly TextLayout layout = new(comments);
    private readonly StringBuilder text = new();

    public string Write()
    {
        var sections = new Queue<TextSpan>(comments.Sections.Select(key => key.Span).Where(span => file.Statements.All(statement => statement.Span.Start != span.Start)));
        var statements = file.Statements;
        for (var i = 0; i < statements.Length; i++)
        {
            while (sections.TryPeek(out var section) && section.Start < statements[i].Span.Start) Section(sections.Dequeue());
            Statement(statements[i], Column(i));
        }

        foreach (var section in sections) Section(section);
        Comments(comments.Last);
        return text.ToString();
    }

    // The text form has no sections, but what was said about one stays.
    private void Section(TextSpan section)
    {
        var (above, blank) = comments.Above(section);
        Comments(above);
        if (blank) Blank();
        if (comments.End(section) is { } end) Comments([end]);
    }

    private void Statement(StatementSyntax statement, int column)
    {
        var doc = layout.Statement(statement, column);
        var end = comments.End(statement.Span);
        var isTaken = end is not null && doc.EndsInComment;
        if (end is not null && !isTaken) doc = Doc.Of(doc, new Doc.LineEnd(end.Text));
        var (above, blank) = comments.Above(statement.Span);
        Comments(above);
        if (blank) Blank();
        Comments(comments.Left(statement));
        if (isTaken) Comments([end! with { BlankBefore = false }]);
        text.Append(DocPrinter.Print(doc, TextLayout.Width)).Append('\n');
    }

    private void Comments(IEnumerable<Comment> above)
    {
        foreach (var comment in above)
        {
            if (comment.BlankBefore) Blank();
            text.Append(comment.Text).Append('\n');
        }
    }

    private void Blank()
    {
        if (text.Length > 0 && !(text.Length > 1 && text[^1] == '\n' && text[^2] == '\n')) text.Append('\n');
    }

    /// <summary>Actions on lines below each other have their signs below each other.</summary>
    private int Column(int index)
    {
        if (file.Statements[index] is not ActionSyntax action) return 0;
        var (first, last) = (index, index);
        while (first > 0 && Adjoin(first - 1)) first--;
        while (last + 1 < file.Statements.Length && Adjoin(last)) last++;
        return file.Statements.Skip(first).Take(last - first + 1).Max(statement => ((ActionSyntax)statement).Name.Text.Length);

        bool Adjoin(int i) => file.Statements[i] is ActionSyntax && file.Statements[i + 1] is ActionSyntax next && comments.Above(next.Span) is { Comments.Count: 0, Blank: false };
    }
}
