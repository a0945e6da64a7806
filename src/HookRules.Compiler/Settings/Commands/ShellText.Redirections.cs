using System.Text;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>Where output goes, and the text that follows a line as its input.</summary>
internal sealed partial class ShellText
{
    private void Redirection(char sign, int descriptor)
    {
        if (text.AsSpan(at).TrimStart("0123456789").StartsWith("<<") && !text.AsSpan(at).TrimStart("0123456789").StartsWith("<<<"))
        {
            Document();
            return;
        }

        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '<' or '>'))
            at++;
        Redirect(sign == '>' && descriptor == 1);
    }

    private void Redirect(bool stdout)
    {
        if (at < text.Length && text[at] is '&' or '|')
            at++;
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        redirected |= stdout;
        if (at < text.Length && text[at] is not (';' or '&' or '|' or '\n' or '(' or ')') && ReadWord() is { } target && stdout)
            targets.Add(target.Text);
    }

    private void Document()
    {
        at = text.IndexOf("<<", at, StringComparison.Ordinal) + 2;
        var withoutTabs = at < text.Length && text[at] == '-';
        if (withoutTabs)
            at++;
        while (at < text.Length && text[at] is ' ' or '\t')
            at++;
        var start = at;
        if (at >= text.Length || text[at] is '\n' || ReadWord() is not { } end)
            return;
        input = new WrittenDocument(end.Text, withoutTabs, !text.AsSpan(start, at - start).ContainsAny("'\"\\"));
        documents.Enqueue(input);
    }

    /// <summary>The lines after a line with <c>&lt;&lt;</c> are no commands.</summary>
    private void Documents()
    {
        while (at < text.Length && documents.TryDequeue(out var document))
        {
            var start = at;
            while (true)
            {
                var lineEnd = text.IndexOf('\n', at) is >= 0 and var next ? next : text.Length;
                var line = text[at..lineEnd].TrimEnd('\r');
                var isEnd = (document.WithoutTabs ? line.TrimStart('\t') : line) == document.End;
                if (isEnd || lineEnd == text.Length)
                    document.Text = text[start..(isEnd ? at : lineEnd)];
                at = Math.Min(text.Length, lineEnd + 1);
                if (document.Text is not null)
                    break;
            }

            if (document.Expands)
                Expansions(start, start + document.Text.Length);
        }
    }

    private void Expansions(int start, int end)
    {
        var after = at;
        for (at = start; at < end; )
        {
            if (text[at] == '\\')
                at += 2;
            else if (text[at] is '$' or '`')
                Expansion(new StringBuilder(), splits: false);
            else
                at++;
        }

        at = Math.Max(at, after);
    }
}
