using System.Globalization;

namespace HookRules.Fuzz;

/// <summary>ECMAScript's regular expressions without look-around and back-references, as plainly as they can be written: every node turns
/// the set of places where it may start into those where it may end.</summary>
internal sealed class RegexReference
{
    private abstract record Node;

    private sealed record Char(Func<char, bool> Has) : Node;

    private sealed record Anchor(char Kind) : Node;

    private sealed record Sequence(List<Node> Items) : Node;

    private sealed record Choice(List<Node> Options) : Node;

    private sealed record Repeat(Node Item, int Min, int Max) : Node;

    private readonly string source;
    private readonly bool ignoreCase;
    private readonly bool multiline;
    private readonly bool dotAll;
    private readonly Node root;
    private int at;

    /// <param name="source">An expression that is right.</param>
    public RegexReference(string source, string flags)
    {
        this.source = source;
        (ignoreCase, multiline, dotAll) = (flags.Contains('i'), flags.Contains('m'), flags.Contains('s'));
        root = ReadChoice();
        if (at != source.Length)
            throw new FormatException($"the reference stopped at {at} of {source}");
    }

    public bool IsMatch(string text) => Ends(root, [.. Enumerable.Range(0, text.Length + 1)], text).Count > 0;

    private static HashSet<int> Ends(Node node, HashSet<int> starts, string text)
    {
        switch (node)
        {
            case Char one:
                return [.. starts.Where(i => i < text.Length && one.Has(text[i])).Select(i => i + 1)];
            case Anchor anchor:
                return [.. starts.Where(i => Holds(anchor.Kind, text, i))];
            case Sequence sequence:
                return sequence.Items.Aggregate(starts, (places, item) => places.Count == 0 ? places : Ends(item, places, text));
            case Choice choice:
                return [.. choice.Options.SelectMany(option => Ends(option, starts, text))];
            case Repeat repeat:
                var places = starts;
                for (var i = 0; i < repeat.Min && places.Count > 0; i++)
                    places = Ends(repeat.Item, places, text);
                HashSet<int> all = [.. places];
                for (var i = repeat.Min; i < repeat.Max && places.Count > 0; i++)
                {
                    places = [.. Ends(repeat.Item, places, text).Where(all.Add)];
                }

                return all;
            default:
                throw new InvalidOperationException();
        }
    }

    private static bool Holds(char kind, string text, int at) =>
        kind switch
        {
            '^' => at == 0,
            '$' => at == text.Length,
            'A' => at == 0 || IsLineEnd(text[at - 1]),
            'Z' => at == text.Length || IsLineEnd(text[at]),
            'b' => IsEdge(text, at),
            _ => !IsEdge(text, at),
        };

    private static bool IsEdge(string text, int at) => (at > 0 && IsWord(text[at - 1])) != (at < text.Length && IsWord(text[at]));

    private static bool IsWord(char c) => char.IsAsciiLetterOrDigit(c) || c == '_';

    private static bool IsLineEnd(char c) => c is '\n' or '\r' or '\u2028' or '\u2029';

    private static bool IsSpace(char c) =>
        c is '\t' or '\n' or '\v' or '\f' or '\r' or ' ' or '\u00a0' or '\ufeff'
        || IsLineEnd(c)
        || char.GetUnicodeCategory(c) == UnicodeCategory.SpaceSeparator;

    /// <summary>ECMAScript's Canonicalize without the u flag.</summary>
    private static char Canonical(char c) => char.ToUpperInvariant(c) is var upper && c >= 128 && upper < 128 ? c : upper;

    private Node ReadChoice()
    {
        List<Node> options = [ReadSequence()];
        while (Take('|'))
            options.Add(ReadSequence());
        return options.Count == 1 ? options[0] : new Choice(options);
    }

    private Sequence ReadSequence()
    {
        var items = new List<Node>();
        while (at < source.Length && source[at] is not ('|' or ')'))
            items.Add(ReadQuantified());
        return new Sequence(items);
    }

    private Node ReadQuantified()
    {
        var item = ReadAtom();
        var (min, max) = (1, 1);
        if (Take('*'))
            (min, max) = (0, int.MaxValue);
        else if (Take('+'))
            (min, max) = (1, int.MaxValue);
        else if (Take('?'))
            (min, max) = (0, 1);
        else if (!Counts(ref min, ref max))
            return item;
        Take('?');
        return new Repeat(item, min, max);
    }

    private bool Counts(ref int min, ref int max)
    {
        if (at >= source.Length || source[at] != '{')
            return false;
        var close = source.IndexOf('}', at);
        if (close < 0)
            return false;
        var parts = source[(at + 1)..close].Split(',');
        if (parts.Length > 2 || !IsNumber(parts[0]) || (parts.Length == 2 && parts[1].Length > 0 && !IsNumber(parts[1])))
            return false;
        min = int.Parse(parts[0], CultureInfo.InvariantCulture);
        max =
            parts.Length == 1 ? min
            : parts[1].Length == 0 ? int.MaxValue
            : int.Parse(parts[1], CultureInfo.InvariantCulture);
        at = close + 1;
        return true;

        static bool IsNumber(string text) => text.Length > 0 && text.All(char.IsAsciiDigit);
    }

    private Node ReadAtom()
    {
        var c = source[at++];
        switch (c)
        {
            case '(':
                if (Take('?') && !Take(':'))
                    at = source.IndexOf('>', at) + 1;
                var inner = ReadChoice();
                Take(')');
                return inner;
            case '[':
                return ReadClass();
            case '.':
                var all = dotAll;
                return new Char(x => all || !IsLineEnd(x));
            case '^':
                return new Anchor(multiline ? 'A' : '^');
            case '$':
                return new Anchor(multiline ? 'Z' : '$');
            case '\\' when source[at] is 'b' or 'B':
                return new Anchor(source[at++]);
            case '\\':
                return Folded(ReadEscape(out _));
            default:
                return Folded(x => x == c);
        }
    }

    private Char ReadClass()
    {
        var negated = Take('^');
        var items = new List<Func<char, bool>>();
        while (!Take(']'))
        {
            var low = ReadClassItem(out var from);
            if (at + 1 < source.Length && source[at] == '-' && source[at + 1] != ']')
            {
                at++;
                ReadClassItem(out var to);
                items.Add(x => x >= from && x <= to);
            }
            else
            {
                items.Add(low);
            }
        }

        var folded = Folded(x => items.Exists(item => item(x))).Has;
        return new Char(x => folded(x) != negated);
    }

    private Func<char, bool> ReadClassItem(out char? single)
    {
        var c = source[at++];
        if (c != '\\')
        {
            single = c;
            return x => x == c;
        }

        if (source[at] != 'b')
            return ReadEscape(out single);
        at++;
        single = '\b';
        return x => x == '\b';
    }

    private Func<char, bool> ReadEscape(out char? single)
    {
        single = null;
        var c = source[at++];
        switch (c)
        {
            case 'd':
                return char.IsAsciiDigit;
            case 'D':
                return x => !char.IsAsciiDigit(x);
            case 'w':
                return IsWord;
            case 'W':
                return x => !IsWord(x);
            case 's':
                return IsSpace;
            case 'S':
                return x => !IsSpace(x);
        }

        var value = c switch
        {
            't' => '\t',
            'n' => '\n',
            'r' => '\r',
            'f' => '\f',
            'v' => '\v',
            '0' => '\0',
            'x' => Hex(2),
            'u' => Hex(4),
            _ => c,
        };
        single = value;
        return x => x == value;
    }

    private char Hex(int digits)
    {
        var value = (char)ushort.Parse(source.AsSpan(at, digits), NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
        at += digits;
        return value;
    }

    // A character is in the set if any character of the same canonical form is.
    private Char Folded(Func<char, bool> has) => new(ignoreCase ? x => has(x) || SameForm[Canonical(x)].Any(has) : has);

    private static readonly ILookup<char, char> SameForm = Enumerable.Range(0, 65536).Select(i => (char)i).ToLookup(Canonical);

    private bool Take(char c)
    {
        if (at >= source.Length || source[at] != c)
            return false;
        at++;
        return true;
    }
}
