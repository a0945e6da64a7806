using System.Text;

namespace HookRules.Compiler.Rules.Format;

/// <summary>Lays a <see cref="Doc"/> out: a group stands on one line where it fits, and else all its own line breaks are taken.</summary>
internal sealed class DocPrinter(int width)
{
    private const int Step = 2;

    private readonly StringBuilder text = new();
    private readonly StringBuilder lineEnd = new();
    private int column;

    public static string Print(Doc doc, int width)
    {
        var printer = new DocPrinter(width);
        printer.Write(doc, 0, flat: false);
        printer.EndLine();
        return printer.text.ToString();
    }

    /// <summary>On one line, however long it is.</summary>
    public static string PrintFlat(Doc doc)
    {
        var printer = new DocPrinter(int.MaxValue);
        printer.Write(doc, 0, flat: true);
        return printer.text.ToString();
    }

    private void Write(Doc doc, int indentation, bool flat)
    {
        switch (doc)
        {
            case Doc.Text { Value: var value }:
                text.Append(value);
                column += value.Length;
                break;
            case Doc.Line when flat:
                text.Append(' ');
                column++;
                break;
            case Doc.SoftLine when flat:
                break;
            case Doc.Line or Doc.SoftLine or Doc.HardLine:
                EndLine();
                text.Append('\n').Append(' ', indentation);
                column = indentation;
                break;
            case Doc.LineEnd { Comment: var comment }:
                lineEnd.Append(' ').Append(comment);
                break;
            case Doc.Indent { Content: var content }:
                Write(content, indentation + Step, flat);
                break;
            case Doc.Group { Content: var content }:
                Write(content, indentation, flat || Fits(content));
                break;
            case Doc.Concat { Parts: var parts }:
                foreach (var part in parts)
                    Write(part, indentation, flat);
                break;
            default:
                throw new InvalidOperationException($"unknown document {doc.GetType().Name}");
        }
    }

    private bool Fits(Doc content) => !content.MustBreak && Width(content) <= width - column;

    private static int Width(Doc doc) =>
        doc switch
        {
            Doc.Text { Value.Length: var length } => length,
            Doc.Line => 1,
            Doc.Indent { Content: var content } => Width(content),
            Doc.Group { Content: var content } => Width(content),
            Doc.Concat { Parts: var parts } => parts.Sum(Width),
            _ => 0,
        };

    private void EndLine()
    {
        while (text.Length > 0 && text[^1] == ' ')
            text.Length--;
        text.Append(lineEnd);
        lineEnd.Clear();
    }
}
