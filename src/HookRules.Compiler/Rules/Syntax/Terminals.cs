using System.Collections.Frozen;
using System.Globalization;
using System.Text;
using HookRules.Compiler.Diagnostics;
using Sprache;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>The smallest parsers: each skips white space and comments, reads one word or sign, and notes what it wanted where it
/// fails.</summary>
internal static class Terminals
{
    /// <summary>The largest count that a modifier takes.</summary>
    public const int MostTimes = 1000;

    /// <summary>What a terminal found; a negative end is nothing.</summary>
    public readonly record struct Hit<T>(T Value, int End)
    {
        public static readonly Hit<T> None = new(default!, -1);
    }

    public static Parser<T> Terminal<T>(string expected, Func<ParseState, int, Hit<T>> read) =>
        input =>
        {
            var state = Of(input);
            var at = Words.SkipTrivia(state.Text, input.Position, state.End);
            var hit = read(state, at);
            return hit.End >= 0 ? Result.Success(hit.Value, state.At(hit.End)) : Fail<T>(state, at, expected);
        };

    public static ParseState Of(IInput input) => ((Cursor)input).State;

    public static IResult<T> Fail<T>(ParseState state, int at, string expected)
    {
        state.Expected(at, expected);
        return Result.Failure<T>(state.At(at), "not found", [expected]);
    }

    public static IResult<T> Fail<T>(ParseState state, int at, Diagnostic diagnostic)
    {
        state.Wrong(at, diagnostic);
        return Result.Failure<T>(state.At(at), diagnostic.Message, []);
    }

    /// <summary>The name that stands next, without taking it; empty where there is none.</summary>
    public static string Peek(ParseState state, ref int at)
    {
        at = Words.SkipTrivia(state.Text, at, state.End);
        return state.Text[at..Words.NameEnd(state.Text, at, state.End)];
    }

    /// <summary>The character that stands next after white space; NUL at the end.</summary>
    public static char PeekChar(ParseState state, int at)
    {
        at = Words.SkipTrivia(state.Text, at, state.End);
        return at < state.End ? state.Text[at] : '\0';
    }

    public static Parser<NameSyntax> Keyword(string word, string? expected = null) =>
        Terminal(
            expected ?? $"\"{word}\"",
            (state, at) =>
            {
                var end = Words.NameEnd(state.Text, at, state.End);
                return state.Text.AsSpan(at..end).SequenceEqual(word)
                    ? new Hit<NameSyntax>(new NameSyntax(state.Span(at, end), word), end)
                    : Hit<NameSyntax>.None;
            }
        );

    public static Parser<NameSyntax> Sign(string sign) =>
        Terminal(
            $"\"{sign}\"",
            (state, at) =>
                at + sign.Length <= state.End && state.Text.AsSpan(at, sign.Length).SequenceEqual(sign)
                    ? new Hit<NameSyntax>(new NameSyntax(state.Span(at, at + sign.Length), sign), at + sign.Length)
                    : Hit<NameSyntax>.None
        );

    /// <summary>A name, an environment variable, a version: a word of letters, digits, <c>_ - .</c></summary>
    public static Parser<NameSyntax> Name(string expected) =>
        Terminal(
            expected,
            (state, at) =>
            {
                var end = Words.NameEnd(state.Text, at, state.End);
                return end > at ? new Hit<NameSyntax>(new NameSyntax(state.Span(at, end), state.Text[at..end]), end) : Hit<NameSyntax>.None;
            }
        );

    /// <summary>A word of the given kind of characters.</summary>
    public static Parser<NameSyntax> Word(string expected, Func<string, int, int, int> endOf) =>
        Terminal(
            expected,
            (state, at) =>
            {
                var end = endOf(state.Text, at, state.End);
                return end > at ? new Hit<NameSyntax>(new NameSyntax(state.Span(at, end), state.Text[at..end]), end) : Hit<NameSyntax>.None;
            }
        );

    public static readonly Parser<NameSyntax> Arrow = Terminal(
        "\"->\"",
        (state, at) =>
        {
            if (!Words.IsArrow(state.Text, at, state.End))
                return Hit<NameSyntax>.None;
            var end = at + (state.Text[at] == '→' ? 1 : 2);
            return new Hit<NameSyntax>(new NameSyntax(state.Span(at, end), "->"), end);
        }
    );

    public static readonly Parser<int> End = Terminal(
        "the end of the statement",
        (state, at) => at >= state.End ? new Hit<int>(at, at) : Hit<int>.None
    );

    public static readonly Parser<StringSyntax> Text = Terminal("a text in double quotes", ReadText);

    /// <summary><c>$name</c>; null where the word is none.</summary>
    public static ConstantSyntax? ConstantOf(TextSpan span, string word) =>
        word.Length > 1 && word[0] == '$' && Words.NameEnd(word, 1, word.Length) == word.Length
            ? new ConstantSyntax(span, word[1..])
            : null;

    /// <summary>Where a text may stand; what is missing there is the text.</summary>
    public static readonly Parser<ConstantSyntax> Constant = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        var end = Words.ValueEnd(state.Text, at, state.End);
        return ConstantOf(state.Span(at, end), state.Text[at..end]) is { } constant
            ? Result.Success(constant, state.At(end))
            : Result.Failure<ConstantSyntax>(input, "not found", []);
    };

    public static readonly Parser<DurationSyntax> Duration = Terminal(
        "a duration such as 1s",
        (state, at) =>
        {
            var end = Words.ValueEnd(state.Text, at, state.End);
            if (end == at)
                return Hit<DurationSyntax>.None;
            var text = state.Text[at..end];
            if (ConstantOf(state.Span(at, end), text) is { } constant)
                return new Hit<DurationSyntax>(new DurationSyntax(constant.Span, default, constant), end);
            if (Durations.Parse(text) is not { } value)
            {
                state.Report(DiagnosticCatalog.BadDuration(state.Locate(at, end), text));
                value = TimeSpan.FromSeconds(1);
            }

            return new Hit<DurationSyntax>(new DurationSyntax(state.Span(at, end), value), end);
        }
    );

    public static Parser<CountSyntax> Count(int least) =>
        Terminal(
            NumberFrom(least),
            (state, at) =>
            {
                var end = Words.ValueEnd(state.Text, at, state.End);
                if (end == at)
                    return Hit<CountSyntax>.None;
                var text = state.Text[at..end];
                if (ConstantOf(state.Span(at, end), text) is { } constant)
                    return new Hit<CountSyntax>(new CountSyntax(constant.Span, least, least, constant), end);
                if (
                    !int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var value)
                    || value < least
                    || value > MostTimes
                )
                {
                    state.Report(DiagnosticCatalog.BadNumber(state.Locate(at, end), text, NumberFrom(least)));
                    value = least;
                }

                return new Hit<CountSyntax>(new CountSyntax(state.Span(at, end), value, least), end);
            }
        );

    private static string NumberFrom(int least) => $"a whole number from {least} to {MostTimes}";

    /// <summary>The expression between slashes, and its flags where they may stand.</summary>
    public static readonly Parser<RegexSyntax> Regex = input =>
    {
        var state = Of(input);
        var at = Words.SkipTrivia(state.Text, input.Position, state.End);
        if (at >= state.End || state.Text[at] != '/')
            return Fail<RegexSyntax>(state, at, "a regular expression such as /^git push/");
        var close = Words.RegexClose(state.Text, at, state.End, withFlags: true);
        if (close < 0)
            return Fail<RegexSyntax>(
                state,
                at,
                DiagnosticCatalog.UnclosedRegex(state.Locate(at, Words.EndOfLine(state.Text, at, state.End)))
            );
        var end = close + 1;
        while (end < state.End && char.IsAsciiLetter(state.Text[end]))
            end++;
        return Result.Success(
            new RegexSyntax(state.Span(at, end), Slice(state, at, close + 1, 1), state.Text[(close + 1)..end]),
            state.At(end)
        );
    };

    /// <summary>The sign that closes a bracket; at the end of the statement the open one is to blame.</summary>
    public static Parser<NameSyntax> Close(NameSyntax open, char close) =>
        input =>
        {
            var state = Of(input);
            var at = Words.SkipTrivia(state.Text, input.Position, state.End);
            if (at < state.End && state.Text[at] == close)
                return Result.Success(new NameSyntax(state.Span(at, at + 1), close.ToString()), state.At(at + 1));
            return at >= state.End
                ? Fail<NameSyntax>(state, at, DiagnosticCatalog.Unclosed(state.Locate(open.Span), open.Text[0], close))
                : Fail<NameSyntax>(state, at, $"\"{close}\"");
        };

    /// <summary>Takes the parser that the next word names; the table commits, so that a mistake behind the word is reported
    /// there.</summary>
    public static Parser<T> Choose<T>(string expected, FrozenDictionary<string, Func<NameSyntax, Parser<T>>> table) =>
        input =>
        {
            var state = Of(input);
            var at = input.Position;
            var word = Peek(state, ref at);
            return table.TryGetValue(word, out var tail)
                ? tail(new NameSyntax(state.Span(at, at + word.Length), word))(state.At(at + word.Length))
                : Fail<T>(state, at, expected);
        };

    /// <summary>Nothing may follow.</summary>
    public static Parser<T> Whole<T>(Parser<T> parser) => from value in parser from end in End select value;

    /// <summary>Reads something that may hold itself.</summary>
    public static Parser<T> Nested<T>(Func<Parser<T>> parser) => input => Of(input).Nested(parser(), input.Position);

    /// <summary>A text as it stands, without quotes.</summary>
    public static StringSyntax Slice(ParseState state, int from, int to, int quotes = 0) =>
        state.String(from, to, state.Text[(from + quotes)..(to - quotes)], from + quotes, null);

    private static Hit<StringSyntax> ReadText(ParseState state, int at)
    {
        var source = state.Text;
        if (at >= state.End || source[at] != '"')
            return Hit<StringSyntax>.None;
        if (Words.IsLongText(source, at, state.End))
            return ReadLongText(state, at);

        var line = Words.EndOfLine(source, at, state.End);
        var text = new StringBuilder();
        List<int>? places = null;
        for (var i = at + 1; i < line; i++)
        {
            var c = source[i];
            if (c == '"')
            {
                places?.Add(i);
                return new Hit<StringSyntax>(state.String(at, i + 1, text.ToString(), at + 1, places?.ToArray()), i + 1);
            }

            if (c != '\\')
            {
                places?.Add(i);
                text.Append(c);
                continue;
            }

            places ??= [.. Enumerable.Range(at + 1, i - at - 1)];
            var from = i;
            var decoded = Escape(state, ref i, line);
            text.Append(decoded);
            for (var k = 0; k < decoded.Length; k++)
                places.Add(from);
        }

        while (line > at + 1 && char.IsWhiteSpace(source[line - 1]))
            line--;
        state.Wrong(at, DiagnosticCatalog.UnclosedString(state.Locate(at, line)));
        return Hit<StringSyntax>.None;
    }

    // Leaves the index on the last character of the escape.
    private static string Escape(ParseState state, ref int i, int line)
    {
        var source = state.Text;
        var from = i;
        i++;
        switch (i < line ? source[i] : '\0')
        {
            case '"':
                return "\"";
            case '\\':
                return "\\";
            case 'n':
                return "\n";
            case 't':
                return "\t";
            case 'u' when i + 1 < line && source[i + 1] == '{':
                var close = source.IndexOf('}', i, line - i);
                if (
                    close > 0
                    && int.TryParse(
                        source.AsSpan((i + 2)..close),
                        NumberStyles.AllowHexSpecifier,
                        CultureInfo.InvariantCulture,
                        out var code
                    )
                    && Rune.IsValid(code)
                )
                {
                    i = close;
                    return new Rune(code).ToString();
                }

                break;
        }

        var end = Math.Min(from + 2, line);
        state.Report(DiagnosticCatalog.BadEscape(state.Locate(from, end), source[from..end]));
        i = end - 1;
        return source[from..end];
    }

    /// <summary>A text of several lines: no escapes; a line break right behind the opening quotes and right before the closing ones is no
    /// part of it, nor is the indentation that all its lines share.</summary>
    private static Hit<StringSyntax> ReadLongText(ParseState state, int at)
    {
        var source = state.Text;
        var close = Words.LongTextClose(source, at, state.End);
        if (close < 0)
        {
            state.Wrong(at, DiagnosticCatalog.UnclosedLongText(state.Locate(at, at + Words.LongQuote.Length)));
            return Hit<StringSyntax>.None;
        }

        var lines = LinesOf(source, at + Words.LongQuote.Length, close);
        // What stands behind the opening quotes has no indentation of its own.
        var indented = lines.Skip(1).Where(line => !source.AsSpan(line.From, line.To - line.From).IsWhiteSpace()).ToList();
        var indentation = indented.Count == 0 ? 0 : indented.Min(line => CommonStart(source, line, indented[0]));
        var (first, last) = (0, lines.Count);
        if (lines.Count > 1 && IsBlank(lines[0]))
            first++;
        if (last > first && lines.Count > 1 && IsBlank(lines[last - 1]))
            last--;

        var text = new StringBuilder();
        var places = new List<int>();
        for (var i = first; i < last; i++)
        {
            if (i > first)
                Add('\n', lines[i - 1].To);
            var (from, to) = lines[i];
            for (var c = i == 0 ? from : Math.Min(from + indentation, to); c < to; c++)
                Add(source[c], c);
        }

        places.Add(first < last ? lines[last - 1].To : close);
        return new Hit<StringSyntax>(
            state.String(at, close + Words.LongQuote.Length, text.ToString(), at + Words.LongQuote.Length, [.. places]),
            close + Words.LongQuote.Length
        );

        bool IsBlank((int From, int To) line) => source.AsSpan(line.From, line.To - line.From).IsWhiteSpace();

        void Add(char c, int place)
        {
            text.Append(c);
            places.Add(place);
        }
    }

    private static List<(int From, int To)> LinesOf(string source, int from, int end)
    {
        var lines = new List<(int, int)>();
        while (true)
        {
            var line = Words.EndOfLine(source, from, end);
            lines.Add((from, line < end && line > from && source[line - 1] == '\r' ? line - 1 : line));
            if (line >= end)
                return lines;
            from = line + 1;
        }
    }

    /// <summary>How many characters of white space two lines begin with alike.</summary>
    private static int CommonStart(string source, (int From, int To) line, (int From, int To) other)
    {
        var length = 0;
        while (
            line.From + length < line.To
            && other.From + length < other.To
            && char.IsWhiteSpace(source[line.From + length])
            && source[line.From + length] == source[other.From + length]
        )
            length++;
        return length;
    }
}
