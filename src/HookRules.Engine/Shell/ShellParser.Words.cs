using System.Buffers;
using System.Text;

namespace HookRules.Engine;

/// <summary>Words: expansions, braces, assignments.</summary>
internal sealed partial class ShellParser
{
    // What was unquoted in the source, until the word is finished.
    private const char BraceOpen = '\uFDD0';
    private const char BraceComma = '\uFDD1';
    private const char BraceClose = '\uFDD2';
    private const char Tilde = '\uFDD3';
    private const char Star = '\uFDD7';
    private const char Question = '\uFDD8';
    private const char Bracket = '\uFDD9';
    private const int MostAlternatives = 128;

    private static readonly SearchValues<char> Marks = SearchValues.Create([
        BraceOpen,
        BraceComma,
        BraceClose,
        Tilde,
        Star,
        Question,
        Bracket,
        ShellWord.Home,
        ShellWord.Project,
        ShellWord.Here,
    ]);
    private static readonly SearchValues<char> Plain = SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_-./:=@%+^"
    );

    private StringBuilder word = new();
    private List<ShellWord>? target;
    private bool isQuoted;
    private bool hasWord;
    private bool inAssignment;
    private bool isOutput;

    private static bool IsMeta(char c) => c is ' ' or '\t' or '\n' or ';' or '&' or '|' or '<' or '>' or '(' or ')';

    private bool IsProcessSubstitution => at + 1 < text.Length && text[at] is '<' or '>' && text[at + 1] == '(';

    private static int NameLength(ReadOnlySpan<char> text)
    {
        var i = 0;
        while (i < text.Length && (char.IsAsciiLetter(text[i]) || text[i] == '_' || (i > 0 && char.IsAsciiDigit(text[i]))))
            i++;
        return i;
    }

    /// <summary>Reads one word as written, which may become several by braces and variables, or none.</summary>
    private void ReadWord(List<ShellWord> into)
    {
        var outer = (word, target, isQuoted, hasWord, inAssignment);
        if (word.Length > 0)
            word = new StringBuilder();
        (target, isQuoted, hasWord, inAssignment) = (into, false, false, false);
        ReadPieces();
        FinishWord();
        (word, target, isQuoted, hasWord, inAssignment) = outer;
    }

    private void ReadPieces()
    {
        while (at < text.Length)
        {
            var plain = text.AsSpan(at).IndexOfAnyExcept(Plain);
            if (plain < 0)
                plain = text.Length - at;
            if (plain > 0)
            {
                Append(text.AsSpan(at, plain));
                at += plain;
                continue;
            }

            var c = text[at];
            if (IsMeta(c))
            {
                if (!IsProcessSubstitution)
                    return;
                at += 2;
                ReadSubstitution();
                Append(ShellWord.Value);
                continue;
            }

            switch (c)
            {
                case '\\':
                    at++;
                    if (at < text.Length && text[at] == '\n')
                    {
                        at++;
                        break;
                    }

                    isQuoted = true;
                    Append(at < text.Length ? text[at++] : '\\');
                    break;
                case '\'':
                    ReadSingleQuoted();
                    break;
                case '"':
                    at++;
                    ReadDoubleQuoted();
                    break;
                case '$':
                    ReadDollar(quoted: false);
                    break;
                case '`':
                    ReadBackquoted(quoted: false);
                    break;
                default:
                    at++;
                    Append(
                        c switch
                        {
                            '{' => BraceOpen,
                            ',' => BraceComma,
                            '}' => BraceClose,
                            '~' => Tilde,
                            '*' => Star,
                            '?' => Question,
                            '[' => Bracket,
                            '\0' => ShellWord.Words,
                            _ => c,
                        }
                    );
                    break;
            }
        }
    }

    private void Append(char c)
    {
        word.Append(c);
        hasWord = true;
    }

    private void Append(ReadOnlySpan<char> part)
    {
        word.Append(part);
        hasWord = true;
    }

    private void FinishWord()
    {
        if (hasWord || isQuoted)
        {
            var text = word.ToString();
            if (!text.AsSpan().ContainsAny(Marks))
                target!.Add(new ShellWord(text, false, isQuoted) { IsOutput = isOutput });
            else if (inAssignment || !text.Contains(BraceOpen))
                target!.Add(Finished(text));
            else
                foreach (var alternative in Alternatives(text))
                    target!.Add(Finished(alternative));
        }

        word.Clear();
        (hasWord, isQuoted, isOutput) = (false, false, false);
    }

    private ShellWord Finished(string text)
    {
        var hasGlob = false;
        var finished = string.Create(
            text.Length,
            text,
            static (to, from) =>
            {
                for (var i = 0; i < from.Length; i++)
                    to[i] = Unmarked(from[i], i == 0);
            }
        );
        foreach (var c in text)
            hasGlob |= c is Star or Question or Bracket;
        return new ShellWord(finished, hasGlob, isQuoted);
    }

    private static char Unmarked(char c, bool isFirst) =>
        c switch
        {
            BraceOpen => '{',
            BraceComma => ',',
            BraceClose => '}',
            Star => '*',
            Question => '?',
            Bracket => '[',
            Tilde => isFirst ? ShellWord.Home : '~',
            // In the middle of a word they are some path.
            ShellWord.Home or ShellWord.Project or ShellWord.Here when !isFirst => ShellWord.Value,
            _ => c,
        };

    /// <summary>{a,b}: the innermost pair first, which gives all that bash gives.</summary>
    private List<string> Alternatives(string whole)
    {
        List<string> words = [whole];
        var open = new Stack<(int At, int Commas)>();
        for (var i = 0; i < words.Count; )
        {
            var text = words[i];
            if (!state.Spend(text.Length))
                return words;
            open.Clear();
            var (from, to) = (-1, -1);
            for (var j = 0; j < text.Length && from < 0; j++)
            {
                if (text[j] == BraceOpen)
                    open.Push((j, 0));
                else if (text[j] == BraceComma && open.TryPop(out var inside))
                    open.Push((inside.At, inside.Commas + 1));
                else if (
                    text[j] == BraceClose
                    && open.TryPop(out var pair)
                    && (pair.Commas > 0 || IsSequence(text.AsSpan(pair.At + 1, j - pair.At - 1)))
                )
                    (from, to) = (pair.At, j);
            }

            if (from < 0)
            {
                i++;
                continue;
            }

            var content = text.AsSpan(from + 1, to - from - 1);
            var (before, after) = (text[..from], text[(to + 1)..]);
            words.RemoveAt(i);
            if (content.Contains(BraceComma))
            {
                foreach (var part in content.ToString().Split(BraceComma))
                    words.Add(before + part + after);
            }
            else
            {
                words.Add(before + Star + after); // {1..9}: some of many.
            }

            if (words.Count > MostAlternatives)
            {
                state.Hide("braces stand for too many words");
                return words;
            }
        }

        return words;
    }

    private static bool IsSequence(ReadOnlySpan<char> content) => content.IndexOf("..") > 0;

    /// <summary>Commands substituted into arithmetic run too.</summary>
    private void ReadExpansionsIn(int from, int to)
    {
        if (to > from && text.AsSpan(from, to - from).ContainsAny('$', '`'))
            Expanded(text[from..to]);
    }

    private bool ReadAssignment()
    {
        var length = NameLength(text.AsSpan(at));
        if (length == 0)
            return false;
        var end = at + length;
        if (end < text.Length && text[end] == '[')
        {
            var close = text.AsSpan(end, Math.Min(text.Length - end, 256)).IndexOf(']');
            if (close < 0)
                return false;
            if (text.AsSpan(end, close).ContainsAny('$', '`'))
                ReadExpansionsIn(end + 1, end + close);
            end += close + 1;
        }

        var appends = end < text.Length && text[end] == '+';
        if (appends)
            end++;
        if (end >= text.Length || text[end] != '=')
            return false;

        var name = text.Substring(at, length);
        var isElement = appends || end > at + length;
        at = end + 1;
        List<ShellWord> values = [];
        if (at < text.Length && text[at] == '(')
        {
            at++;
            ReadArray(values);
        }
        else
        {
            var outer = target;
            (target, inAssignment) = (values, true);
            ReadPieces();
            FinishWord();
            (target, inAssignment) = (outer, false);
            if (values.Count == 0)
                values.Add(new ShellWord(""));
        }

        draft.Assignments.Add((name, isElement || values.Count > 64 ? null : [.. values.Select(value => value.Text)]));
        return true;
    }

    private void ReadArray(List<ShellWord> values)
    {
        while (true)
        {
            SkipBlanks(andLines: true);
            if (at >= text.Length)
            {
                state.Hide("a parenthesis is never closed");
                return;
            }

            if (text[at] == ')')
            {
                at++;
                return;
            }

            if (text[at] == '#')
            {
                var line = text.IndexOf('\n', at);
                at = line < 0 ? text.Length : line;
            }
            else if (IsMeta(text[at]) && !IsProcessSubstitution)
            {
                at++;
            }
            else
            {
                ReadWord(values);
            }
        }
    }
}
