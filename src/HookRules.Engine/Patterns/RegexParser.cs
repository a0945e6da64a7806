using System.Collections.Immutable;
using System.Globalization;

namespace HookRules.Engine;

/// <summary>Reads the part of ECMAScript's regular expressions that runs in linear time, and refuses what other engines read
/// differently.</summary>
internal sealed class RegexParser(string source, string flags)
{
    private const int MaxNesting = 200;
    private const int MaxCount = 1000;

    private readonly bool ignoreCase = flags.Contains('i');
    private readonly bool multiline = flags.Contains('m');
    private readonly bool dotAll = flags.Contains('s');
    private int at;
    private int depth;

    /// <exception cref="RegexProblem">The expression is refused.</exception>
    public RegexNode Parse()
    {
        foreach (var flag in flags)
            if (flag is not ('i' or 'm' or 's'))
                throw Problem(source.Length, $"the flag '{flag}' is not known; i, m and s are");
        var node = Choice();
        if (at < source.Length)
            throw Problem(at, "this ')' closes nothing; write '\\)' for the character");
        return node;
    }

    private RegexNode Choice()
    {
        if (++depth > MaxNesting)
            throw Problem(at, "groups are nested too deep");
        var options = ImmutableArray.CreateBuilder<RegexNode>();
        options.Add(Sequence());
        while (Take('|'))
            options.Add(Sequence());
        depth--;
        return options.Count == 1 ? options[0] : new RegexNode.Choice(options.ToImmutable());
    }

    private RegexNode Sequence()
    {
        var items = ImmutableArray.CreateBuilder<RegexNode>();
        while (at < source.Length && source[at] is not ('|' or ')'))
            items.Add(Quantified());
        return items.Count switch
        {
            0 => new RegexNode.Empty(),
            1 => items[0],
            _ => new RegexNode.Sequence(items.ToImmutable()),
        };
    }

    private RegexNode Quantified()
    {
        var start = at;
        var item = Atom();
        if (at >= source.Length || !Quantifier(out var min, out var max))
            return item;
        if (item is RegexNode.Assert)
            throw Problem(start, "an anchor cannot be repeated");
        Take('?'); // Lazy or greedy is one when the question is only whether it matches.
        if (at < source.Length && source[at] is '+' or '*' or '?')
            throw Problem(at, $"'{source[at]}' has nothing to repeat; possessive quantifiers are not JavaScript");
        return new RegexNode.Repeat(item, min, max);
    }

    private bool Quantifier(out int min, out int? max)
    {
        (min, max) = (0, null);
        switch (source[at])
        {
            case '*':
                at++;
                return true;
            case '+':
                at++;
                min = 1;
                return true;
            case '?':
                at++;
                max = 1;
                return true;
            case '{':
                return Counted(out min, out max);
            default:
                return false;
        }
    }

    private bool Counted(out int min, out int? max)
    {
        (min, max) = (0, null);
        var start = at;
        var close = source.IndexOf('}', at);
        if (close < 0)
            return false;
        var body = source.AsSpan(at + 1, close - at - 1);
        var comma = body.IndexOf(',');
        var low = comma < 0 ? body : body[..comma];
        var high = comma < 0 ? body : body[(comma + 1)..];
        if (low.IsEmpty && comma == 0 && high.IndexOfAnyExceptInRange('0', '9') < 0)
            throw Problem(start, $"'{{{body}}}' is plain text in JavaScript and a count elsewhere; write {{0{body}}} or escape the brace");
        if (low.IsEmpty || low.IndexOfAnyExceptInRange('0', '9') >= 0 || high.IndexOfAnyExceptInRange('0', '9') >= 0)
            return false;

        min = Count(low, start);
        if (!high.IsEmpty)
        {
            max = Count(high, start);
            if (max < min)
                throw Problem(start, "the counts are in the wrong order");
        }

        at = close + 1;
        return true;
    }

    private int Count(ReadOnlySpan<char> digits, int start) =>
        int.TryParse(digits, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count <= MaxCount
            ? count
            : throw Problem(start, $"a count may be {MaxCount} at most");

    private RegexNode Atom()
    {
        var c = source[at];
        switch (c)
        {
            case '(':
                return Group();
            case '[':
                return Char(Class());
            case '.':
                at++;
                return new RegexNode.Set(dotAll ? CharSet.All : CharSet.LineEnd.Invert());
            case '^':
                at++;
                return new RegexNode.Assert(multiline ? RegexAssertion.LineStart : RegexAssertion.TextStart);
            case '$':
                at++;
                return new RegexNode.Assert(multiline ? RegexAssertion.LineEnd : RegexAssertion.TextEnd);
            case '*' or '+' or '?':
                throw Problem(at, $"'{c}' has nothing to repeat");
            case '\\':
                return Escape();
            default:
                if (c == '{' && Counted(out _, out _))
                    throw Problem(at, "a count has nothing to repeat");
                at++;
                return Char(CharSet.Single(c));
        }
    }

    private RegexNode Group()
    {
        var start = at++;
        if (Take('?'))
        {
            if (Take(':')) { }
            else if (Is("=") || Is("!") || Is("<=") || Is("<!"))
            {
                throw Problem(start, "look-around cannot run in linear time; use a second condition with 'and' or 'and not' instead");
            }
            else if (Take('<'))
            {
                var close = source.IndexOf('>', at);
                if (close <= at || source.AsSpan(at, close - at).ContainsAnyExcept(NameChars))
                    throw Problem(start, "a group name ends with '>' and is made of letters, digits and '_'");
                at = close + 1;
            }
            else
            {
                throw Problem(
                    start,
                    at < source.Length && char.IsAsciiLetter(source[at])
                        ? "flags inside an expression are not JavaScript; write them after the closing slash: /…/i"
                        : "this kind of group is not JavaScript"
                );
            }
        }

        var inner = Choice();
        if (!Take(')'))
            throw Problem(start, "this '(' is never closed");
        return inner;
    }

    private static readonly System.Buffers.SearchValues<char> NameChars = System.Buffers.SearchValues.Create(
        "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_"
    );

    private RegexNode Escape()
    {
        var start = at;
        if (at + 1 >= source.Length)
            throw Problem(at, "a '\\' at the end escapes nothing");
        switch (source[at + 1])
        {
            case 'b':
                at += 2;
                return new RegexNode.Assert(RegexAssertion.WordEdge);
            case 'B':
                at += 2;
                return new RegexNode.Assert(RegexAssertion.NotWordEdge);
            case >= '1' and <= '9' or 'k':
                throw Problem(start, "back-references cannot run in linear time");
        }

        return Char(EscapedSet());
    }

    /// <summary>An escape that stands for characters, inside a class and outside.</summary>
    private CharSet EscapedSet()
    {
        var start = at;
        at++;
        if (at >= source.Length)
            throw Problem(start, "a '\\' at the end escapes nothing");
        var c = source[at++];
        switch (c)
        {
            case 'd':
                return CharSet.Digit;
            case 'D':
                return CharSet.NotDigit;
            case 'w':
                return CharSet.Word;
            case 'W':
                return CharSet.NotWord;
            case 's':
                return CharSet.Space;
            case 'S':
                return CharSet.NotSpace;
            case 't':
                return CharSet.Single('\t');
            case 'n':
                return CharSet.Single('\n');
            case 'r':
                return CharSet.Single('\r');
            case 'f':
                return CharSet.Single('\f');
            case 'v':
                return CharSet.Single('\v');
            case '0' when at >= source.Length || !char.IsAsciiDigit(source[at]):
                return CharSet.Single('\0');
            case 'x':
                return CharSet.Single(Hex(2, start));
            case 'u':
                return CharSet.Single(Hex(4, start));
        }

        if (char.IsAsciiLetterOrDigit(c))
            throw Problem(start, $"'\\{c}' is not the same in JavaScript and elsewhere");
        return CharSet.Single(c);
    }

    private char Hex(int digits, int start)
    {
        if (
            at + digits > source.Length
            || !ushort.TryParse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture, out var value)
        )
            throw Problem(start, $"'{source.AsSpan(start, 2)}' needs {digits} hexadecimal digits");
        at += digits;
        return (char)value;
    }

    private CharSet Class()
    {
        var start = at++;
        var negated = Take('^');
        if (at < source.Length && source[at] == ']')
            throw Problem(start, "an empty class is read differently elsewhere; write '\\]' for the bracket");
        if (Is("[:"))
            throw Problem(at, "POSIX classes such as [:alpha:] are not JavaScript");

        var sets = new List<CharSet>();
        while (true)
        {
            if (at >= source.Length)
                throw Problem(start, "this '[' is never closed");
            if (Take(']'))
                break;
            var itemStart = at;
            var low = ClassItem();
            if (at + 1 < source.Length && source[at] == '-' && source[at + 1] != ']')
            {
                at++;
                if (source[at] == '[')
                    throw Problem(at - 1, "'-[' is class subtraction elsewhere; escape the bracket");
                var high = ClassItem();
                if (low.Count != 1 || high.Count != 1)
                    throw Problem(itemStart, "a range has a single character on each side");
                var (from, to) = (low.Ranges[0].From, high.Ranges[0].From);
                if (from > to)
                    throw Problem(itemStart, $"the range '{from}-{to}' is in the wrong order");
                sets.Add(CharSet.Of((from, to)));
            }
            else
            {
                sets.Add(low);
            }
        }

        var union = CharSet.Union(sets);
        // Folding comes before the negation: [^a] flagged i excludes A too.
        if (ignoreCase)
            union = union.FoldCase();
        return negated ? union.Invert() : union;
    }

    private CharSet ClassItem()
    {
        if (source[at] != '\\')
            return CharSet.Single(source[at++]);
        if (Is("\\b"))
        {
            at += 2;
            return CharSet.Single('\b');
        }

        return EscapedSet();
    }

    private RegexNode.Set Char(CharSet set) => new(ignoreCase ? set.FoldCase() : set);

    private bool Take(char c)
    {
        if (at >= source.Length || source[at] != c)
            return false;
        at++;
        return true;
    }

    private bool Is(string text) => string.CompareOrdinal(source, at, text, 0, text.Length) == 0;

    private static RegexProblem Problem(int at, string message) => new(at, message);
}

/// <summary>Why an expression is refused, and where.</summary>
internal sealed class RegexProblem(int at, string message) : Exception(message)
{
    public int At { get; } = at;
}
