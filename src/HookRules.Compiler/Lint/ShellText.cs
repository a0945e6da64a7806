using System.Collections.Immutable;
using System.Text;

namespace HookRules.Compiler.Lint;

/// <summary>A command line taken apart as far as lint needs it. Not a shell: what it is not sure of it leaves out.</summary>
internal sealed class ShellText
{
    private static readonly string[] Reserved = ["if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time"];
    private const int MaxDepth = 20;

    private readonly string text;
    private readonly List<ShellCommand> commands = [];
    private readonly List<ShellVariable> variables = [];
    private readonly List<ShellWord> words = [];
    private readonly List<string> targets = [];
    private readonly Queue<ShellDocument> documents = new();
    private readonly int depth;
    private int at;
    private bool redirected;
    private ShellDocument? input;
    private string before = "";

    private ShellText(string text, int start, int depth) => (this.text, at, this.depth) = (text, start, depth);

    public IReadOnlyList<ShellCommand> Commands => commands;

    public IReadOnlyList<ShellVariable> Variables => variables;

    /// <summary>The offset of a quote that nothing closes.</summary>
    public int? OpenQuote { get; private set; }

    /// <summary>What runs depends on more than one command after the other.</summary>
    public bool Branches { get; private set; }

    /// <summary>Names that the line gives a value itself.</summary>
    public HashSet<string> Assigned { get; } = new(StringComparer.Ordinal);

    public static ShellText Read(string text)
    {
        var shell = new ShellText(text, 0, 0);
        shell.Parse('\0');
        return shell;
    }

    private void Parse(char closer)
    {
        while (at < text.Length)
        {
            var c = text[at];
            if (c == closer && closer != '\0') break;
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    at++;
                    break;
                case '#' when at == 0 || char.IsWhiteSpace(text[at - 1]):
                    while (at < text.Length && text[at] != '\n') at++;
                    break;
                case '\n' or ';' or '(' or ')':
                    at++;
                    Finish(c.ToString());
                    if (c == '\n') Documents();
                    break;
                case '&' when Next() == '>':
                    at += 2;
                    Redirect(true);
                    break;
                case '&' or '|':
                    var doubled = Next() == c;
                    at += doubled ? 2 : 1;
                    Finish(doubled ? $"{c}{c}" : c.ToString());
                    break;
                case '>' or '<':
                    Redirection(c, 1);
                    break;
                default:
                    if (char.IsAsciiDigit(c) && Next() is '>' or '<') Redirection(Next(), c - '0');
                    else Word();
                    break;
            }
        }

        Finish("");
    }

    private char Next() => at + 1 < text.Length ? text[at + 1] : '\0';

    private void Redirection(char sign, int descriptor)
    {
        if (text.AsSpan(at).TrimStart("0123456789").StartsWith("<<") && !text.AsSpan(at).TrimStart("0123456789").StartsWith("<<<"))
        {
            Document();
            return;
        }

        while (at < text.Length && (char.IsAsciiDigit(text[at]) || text[at] is '<' or '>')) at++;
        Redirect(sign == '>' && descriptor == 1);
    }

    private void Redirect(bool stdout)
    {
        if (at < text.Length && text[at] is '&' or '|') at++;
        while (at < text.Length && text[at] is ' ' or '\t') at++;
        redirected |= stdout;
        if (at < text.Length && text[at] is not (';' or '&' or '|' or '\n' or '(' or ')') && ReadWord() is { } target && stdout) targets.Add(target.Text);
    }

    private void Document()
    {
        at = text.IndexOf("<<", at, StringComparison.Ordinal) + 2;
        var withoutTabs = at < text.Length && text[at] == '-';
        if (withoutTabs) at++;
        while (at < text.Length && text[at] is ' ' or '\t') at++;
        var start = at;
        if (at >= text.Length || text[at] is '\n' || ReadWord() is not { } end) return;
        input = new ShellDocument(end.Text, withoutTabs, !text.AsSpan(start, at - start).ContainsAny("'\"\\"));
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
                if (isEnd || lineEnd == text.Length) document.Text = text[start..(isEnd ? at : lineEnd)];
                at = Math.Min(text.Length, lineEnd + 1);
                if (document.Text is not null) break;
            }

            if (document.Expands) Expansions(start, start + document.Text.Length);
        }
    }

    private void Expansions(int start, int end)
    {
        var after = at;
        for (at = start; at < end;)
        {
            if (text[at] == '\\') at += 2;
            else if (text[at] is '$' or '`') Expansion(new StringBuilder(), splits: false);
            else at++;
        }

        at = Math.Max(at, after);
    }

    private void Word()
    {
        if (ReadWord() is not { } word) return;
        if (words.Count == 0 && !word.HasQuotes && Reserved.Contains(word.Text))
        {
            Branches |= word.Text is not ("{" or "}" or "time");
            return;
        }

        if (words.Count == 0 && Name(word.Text, out var name))
        {
            Assigned.Add(name);
            return;
        }

        words.Add(word);
    }

    private static bool Name(string word, out string name)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        name = equals > 0 ? word[..equals].TrimEnd('+') : "";
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
    }

    private ShellWord? ReadWord()
    {
        var start = at;
        var value = new StringBuilder();
        var (quotes, expands) = (false, false);
        while (at < text.Length)
        {
            var c = text[at];
            if (c is ' ' or '\t' or '\r' or '\n' or ';' or '&' or '|' or '(' or ')' or '<' or '>') break;
            switch (c)
            {
                case '\\':
                    if (at + 1 < text.Length) value.Append(text[at + 1]);
                    at += 2;
                    break;
                case '\'':
                    quotes = true;
                    var close = text.IndexOf('\'', at + 1);
                    if (close < 0)
                    {
                        OpenQuote ??= at;
                        close = text.Length;
                    }

                    value.Append(text, at + 1, close - at - 1);
                    at = Math.Min(text.Length, close + 1);
                    break;
                case '"':
                    quotes = true;
                    expands |= DoubleQuoted(value);
                    break;
                case '$' or '`':
                    expands = true;
                    // An assignment and a case word are not split.
                    Expansion(value, splits: !(words.Count == 0 && Name(text[start..at], out _)) && words is not [{ Text: "case" }]);
                    break;
                default:
                    value.Append(c);
                    at++;
                    break;
            }

            at = Math.Min(at, text.Length);
        }

        // Nothing of a word: a character that only a shell could make sense of.
        if (at == start) at++;
        return new ShellWord(value.ToString(), start, Math.Min(at, text.Length), quotes, expands);
    }

    private bool DoubleQuoted(StringBuilder value)
    {
        var open = at++;
        var expands = false;
        while (at < text.Length && text[at] != '"')
        {
            if (text[at] == '\\' && at + 1 < text.Length)
            {
                if (text[at + 1] is not ('"' or '\\' or '$' or '`' or '\n')) value.Append('\\');
                value.Append(text[at + 1]);
                at += 2;
            }
            else if (text[at] is '$' or '`')
            {
                expands = true;
                Expansion(value, splits: false);
            }
            else
            {
                value.Append(text[at++]);
            }
        }

        if (at >= text.Length) OpenQuote ??= open;
        at++;
        return expands;
    }

    private void Expansion(StringBuilder value, bool splits)
    {
        var start = at;
        if (text[at] == '`')
        {
            at++;
            Inner('`');
        }
        else if (Next() == '(' && at + 2 < text.Length && text[at + 2] == '(')
        {
            at = text.IndexOf("))", at, StringComparison.Ordinal) is >= 0 and var end ? end + 2 : text.Length;
        }
        else if (Next() == '(')
        {
            at += 2;
            Inner(')');
        }
        else if (Next() == '{')
        {
            at += 2;
            var name = ReadName();
            var close = text.IndexOf('}', at);
            if (name.Length > 0 && close >= 0) variables.Add(new ShellVariable(name, start, close + 1, splits));
            at = close < 0 ? text.Length : close + 1;
        }
        else
        {
            at++;
            var name = ReadName();
            if (name.Length > 0) variables.Add(new ShellVariable(name, start, at, splits));
            else if (at < text.Length && text[at] is '?' or '#' or '@' or '*' or '$' or '!' or '-') at++;
        }

        at = Math.Min(at, text.Length);
        value.Append(text, start, at - start);
    }

    private string ReadName()
    {
        var start = at;
        while (at < text.Length && (char.IsAsciiLetterOrDigit(text[at]) || text[at] == '_')) at++;
        return text[start..at];
    }

    private void Inner(char closer)
    {
        if (depth >= MaxDepth)
        {
            at = text.Length;
            return;
        }

        // A parenthesis inside the substitution is rare on one line and would only end it early.
        var inner = new ShellText(text, at, depth + 1);
        inner.Parse(closer);
        at = Math.Min(text.Length, inner.at + 1);
        commands.AddRange(inner.commands.Select(command => command with { Inner = true }));
        variables.AddRange(inner.variables);
        Assigned.UnionWith(inner.Assigned);
        OpenQuote ??= inner.OpenQuote;
        Branches |= inner.Branches;
    }

    private void Finish(string after)
    {
        if (words.Count > 0)
        {
            if (words is [{ Text: "for" or "read" or "export" or "local" or "declare" or "readonly" }, ..])
                foreach (var word in words.Skip(1))
                    Assigned.Add(word.Text.Split('=')[0]);
            Branches |= words[0].Text is "case" or "for" or "select" or "trap" or "function" || after == "||";
            commands.Add(new ShellCommand([.. words], redirected, before, after, false) { Targets = [.. targets], Input = input });
        }

        words.Clear();
        targets.Clear();
        (redirected, input) = (false, null);
        if (after.Length > 0) before = after;
    }
}
