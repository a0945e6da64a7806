using System.Text;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Compiler.Rules.Format;

/// <summary>A whole file in the text form: its statements in their order, with the comments and the single empty lines between
/// them.</summary>
internal sealed class TextFile(RulesFileSyntax file, AttachedComments comments)
{
    private readonly TextLayout layout = new(comments);
    private readonly StringBuilder text = new();

    public string Write()
    {
        var sections = new Queue<TextSpan>(
            comments.Sections.Select(key => key.Span).Where(span => file.Statements.All(statement => statement.Span.Start != span.Start))
        );
        var statements = file.Statements;
        var columns = Columns();
        for (var i = 0; i < statements.Length; i++)
        {
            while (sections.TryPeek(out var section) && section.Start < statements[i].Span.Start)
                Section(sections.Dequeue());
            Statement(statements[i], columns[i]);
        }

        foreach (var section in sections)
            Section(section);
        Comments(comments.Last);
        return text.ToString();
    }

    // The text form has no sections, but what was said about one stays.
    private void Section(TextSpan section)
    {
        var (above, blank) = comments.Above(section);
        Comments(above);
        if (blank)
            Blank();
        if (comments.End(section) is { } end)
            Comments([end]);
    }

    private void Statement(StatementSyntax statement, int column)
    {
        var doc = layout.Statement(statement, column);
        var end = comments.End(statement.Span);
        var isTaken = end is not null && doc.EndsInComment;
        if (end is not null && !isTaken)
            doc = Doc.Of(doc, new Doc.LineEnd(end.Text));
        var (above, blank) = comments.Above(statement.Span);
        Comments(above);
        if (blank)
            Blank();
        Comments(comments.Left(statement));
        if (isTaken)
            Comments([end! with { BlankBefore = false }]);
        text.Append(DocPrinter.Print(doc, TextLayout.Width)).Append('\n');
    }

    private void Comments(IEnumerable<Comment> above)
    {
        foreach (var comment in above)
        {
            if (comment.BlankBefore)
                Blank();
            text.Append(comment.Text).Append('\n');
        }
    }

    private void Blank()
    {
        if (text.Length > 0 && !(text.Length > 1 && text[^1] == '\n' && text[^2] == '\n'))
            text.Append('\n');
    }

    /// <summary>Actions on lines below each other have their signs below each other.</summary>
    private int[] Columns()
    {
        var columns = new int[file.Statements.Length];
        for (var first = 0; first < columns.Length; )
        {
            var end = first + 1;
            while (
                end < columns.Length
                && file.Statements[end - 1] is ActionSyntax
                && file.Statements[end] is ActionSyntax next
                && comments.Above(next.Span) is { Comments.Count: 0, Blank: false }
            )
                end++;
            var widest = file.Statements.Skip(first).Take(end - first).Max(statement => (statement as ActionSyntax)?.Name.Text.Length ?? 0);
            Array.Fill(columns, widest, first, end - first);
            first = end;
        }

        return columns;
    }
}
