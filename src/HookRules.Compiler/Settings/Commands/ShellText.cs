using System.Collections.Immutable;

namespace HookRules.Compiler.Settings.Commands;

/// <summary>A command line taken apart as far as lint needs it, with offsets for its messages. What decides about commands is the engine's
/// ShellLine; here, what is not sure is left out.</summary>
internal sealed partial class ShellText
{
    private static readonly string[] Reserved = ["if", "then", "else", "elif", "fi", "do", "done", "while", "until", "!", "{", "}", "time"];
    private const int MaxDepth = 20;

    private readonly string text;
    private readonly List<WrittenCommand> commands = [];
    private readonly List<ShellVariable> variables = [];
    private readonly List<WrittenWord> words = [];
    private readonly List<string> targets = [];
    private readonly Queue<WrittenDocument> documents = new();
    private readonly int depth;
    private int at;
    private bool redirected;
    private int cases;
    private WrittenDocument? input;
    private string before = "";

    private ShellText(string text, int start, int depth) => (this.text, at, this.depth) = (text, start, depth);

    public IReadOnlyList<WrittenCommand> Commands => commands;

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
            if (c == closer && closer != '\0')
                break;
            switch (c)
            {
                case ' ' or '\t' or '\r':
                    at++;
                    break;
                case '#' when at == 0 || char.IsWhiteSpace(text[at - 1]):
                    while (at < text.Length && text[at] != '\n')
                        at++;
                    break;
                case ';' when cases > 0 && Next() is ';' or '&':
                    at += 2;
                    if (at < text.Length && text[at] == '&')
                        at++;
                    Finish(";");
                    Patterns();
                    break;
                case '\n' or ';' or '(' or ')':
                    at++;
                    Finish(c.ToString());
                    if (c == '\n')
                        Documents();
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
                    if (char.IsAsciiDigit(c) && Next() is '>' or '<')
                        Redirection(Next(), c - '0');
                    else
                        Word();
                    break;
            }
        }

        Finish("");
    }

    private char Next() => at + 1 < text.Length ? text[at + 1] : '\0';

    private void Word()
    {
        if (ReadWord() is not { } word)
            return;
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

        if (words.Count == 0 && word is { HasQuotes: false, Text: "esac" })
        {
            cases = Math.Max(0, cases - 1);
            return;
        }

        words.Add(word);
        if (words is not [{ HasQuotes: false, Text: "case" }, _, { HasQuotes: false, Text: "in" }])
            return;
        Finish(";");
        cases++;
        Patterns();
    }

    /// <summary>The patterns of a branch of <c>case</c>, up to their bracket: none of them is a command.</summary>
    private void Patterns()
    {
        while (at < text.Length)
        {
            if (char.IsWhiteSpace(text[at]) || text[at] is '|' or '(')
            {
                at++;
                continue;
            }

            if (text.AsSpan(at).StartsWith("esac") && (at + 4 == text.Length || !char.IsLetterOrDigit(text[at + 4])))
                return;
            if (text[at] == ')')
            {
                at++;
                return;
            }

            if (text[at] is ';' or '&')
                return;
            ReadWord();
        }
    }

    private static bool Name(string word, out string name)
    {
        var equals = word.IndexOf('=', StringComparison.Ordinal);
        name = equals > 0 ? word[..equals].TrimEnd('+') : "";
        return name.Length > 0 && !char.IsAsciiDigit(name[0]) && name.All(c => char.IsAsciiLetterOrDigit(c) || c == '_');
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
            commands.Add(new WrittenCommand([.. words], redirected, before, after, false) { Targets = [.. targets], Input = input });
        }

        words.Clear();
        targets.Clear();
        (redirected, input) = (false, null);
        if (after.Length > 0)
            before = after;
    }
}
