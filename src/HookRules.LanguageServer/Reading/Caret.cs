using System.Collections.Frozen;
using HookRules.Compiler.Rules.Syntax;
using HookRules.LanguageServer.Files;

namespace HookRules.LanguageServer.Reading;

/// <summary>A place in a rules file: the word around it, and the words of its statement before that.</summary>
/// <param name="Start">Where the word begins.</param>
/// <param name="End">Where it ends: what is completed is replaced up to the place alone.</param>
internal sealed record Caret(OpenFile File, int At, int Start, int End, Lexed Before)
{
    private static readonly FrozenSet<string> Keywords = new[] { "action", "let", "rule", "on", "lint", "use", "disable", "pack", "param" }
        .Concat(Grammar.Settings.Keys)
        .ToFrozenSet(StringComparer.Ordinal);

    public string Word => File.Text[Start..End];

    /// <summary>What was typed of the word so far.</summary>
    public string Typed => File.Text[Start..At];

    /// <summary>What stands right before the word.</summary>
    public char Glued => Start > 0 ? File.Text[Start - 1] : '\n';

    public static Caret Of(OpenFile file, int at)
    {
        var text = file.Text;
        var (start, end) = (at, at);
        while (start > 0 && IsPart(text, start - 1))
            start--;
        if (start > 0 && text[start - 1] == '$')
            start--;
        while (end < text.Length && IsPart(text, end) && !Words.IsArrow(text, end, text.Length))
            end++;
        while (end > at && text[end - 1] is '.' or '-')
            end--;
        var from = file.Source.IsYaml ? YamlLine.Of(text, start).ValueStart : StatementStart(text, start);
        return new Caret(file, at, start, end, Lexer.Read(text, from, start));
    }

    /// <summary>The start of the last line that begins a statement.</summary>
    public static int StatementStart(string text, int at)
    {
        for (var line = LineStart(text, at); ; line = LineStart(text, line - 1))
        {
            var end = Words.NameEnd(text, line, text.Length);
            // The line that is typed counts too, and a word that is typed is none yet.
            if (
                end > line
                && end <= at
                && Keywords.Contains(text[line..end])
                && !text.AsSpan(line).StartsWith("on failure", StringComparison.Ordinal)
            )
                return line;
            if (line == 0)
                return LineStart(text, at);
        }
    }

    public static int LineStart(string text, int at) => at <= 0 ? 0 : text.LastIndexOf('\n', at - 1) + 1;

    /// <summary>Brackets are part of a word only where they hold the place in an array.</summary>
    private static bool IsPart(string text, int at) =>
        char.IsAsciiLetterOrDigit(text[at])
        || text[at] is '_' or '-' or '.' or '/'
        || text[at] == '[' && at + 1 < text.Length && char.IsAsciiDigit(text[at + 1])
        || text[at] == ']' && at > 0 && char.IsAsciiDigit(text[at - 1]);
}
