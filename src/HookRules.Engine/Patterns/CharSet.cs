using System.Runtime.InteropServices;

namespace HookRules.Engine;

/// <summary>A set of UTF-16 code units: a bitmap for ASCII, sorted ranges for the rest.</summary>
internal sealed class CharSet
{
    public static readonly CharSet Digit = Of(('0', '9'));
    public static readonly CharSet Word = Of(('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z'));

    // ECMAScript's WhiteSpace and LineTerminator; .NET's \s differs (U+0085, U+FEFF).
    public static readonly CharSet Space = Of(
        ('\t', '\r'),
        (' ', ' '),
        ('\u00a0', '\u00a0'),
        ('\u1680', '\u1680'),
        ('\u2000', '\u200a'),
        ('\u2028', '\u2029'),
        ('\u202f', '\u202f'),
        ('\u205f', '\u205f'),
        ('\u3000', '\u3000'),
        ('\ufeff', '\ufeff')
    );
    public static readonly CharSet LineEnd = Of(('\n', '\n'), ('\r', '\r'), ('\u2028', '\u2029'));
    public static readonly CharSet NotDigit = Digit.Invert();
    public static readonly CharSet NotWord = Word.Invert();
    public static readonly CharSet NotSpace = Space.Invert();
    public static readonly CharSet All = Of(('\0', '\uffff'));

    private readonly ulong low;
    private readonly ulong high;
    private readonly (char From, char To)[] ranges;

    private CharSet((char From, char To)[] sorted)
    {
        ranges = sorted;
        foreach (var (from, to) in sorted)
        {
            for (int c = from; c <= to && c < 128; c++)
            {
                if (c < 64)
                    low |= 1UL << c;
                else
                    high |= 1UL << (c - 64);
            }
        }
    }

    public ReadOnlySpan<(char From, char To)> Ranges => ranges;

    public int Count
    {
        get
        {
            var count = 0;
            foreach (var (from, to) in ranges)
                count += to - from + 1;
            return count;
        }
    }

    public static CharSet Of(params ReadOnlySpan<(char From, char To)> unsorted)
    {
        var sorted = new List<(char From, char To)>(unsorted.Length);
        foreach (var range in unsorted)
            sorted.Add(range);
        // A handful of ranges, nearly always in order already: no sort of the library is quicker.
        for (var i = 1; i < sorted.Count; i++)
        {
            var range = sorted[i];
            var at = i;
            for (; at > 0 && sorted[at - 1].From > range.From; at--)
                sorted[at] = sorted[at - 1];
            sorted[at] = range;
        }

        var merged = new List<(char From, char To)>(sorted.Count);
        foreach (var range in sorted)
        {
            if (merged.Count > 0 && range.From <= merged[^1].To + 1)
                merged[^1] = (merged[^1].From, (char)Math.Max(merged[^1].To, range.To));
            else
                merged.Add(range);
        }

        return new CharSet([.. merged]);
    }

    public static CharSet Single(char c) => new([(c, c)]);

    public static CharSet Union(List<CharSet> sets)
    {
        if (sets.Count == 1)
            return sets[0];
        var ranges = new List<(char From, char To)>(sets.Count + 8);
        foreach (var set in sets)
            ranges.AddRange(set.ranges);
        return Of(CollectionsMarshal.AsSpan(ranges));
    }

    public CharSet Invert()
    {
        var inverted = new List<(char, char)>();
        var next = 0;
        foreach (var (from, to) in ranges)
        {
            if (from > next)
                inverted.Add(((char)next, (char)(from - 1)));
            next = to + 1;
        }

        if (next <= char.MaxValue)
            inverted.Add(((char)next, char.MaxValue));
        return new CharSet([.. inverted]);
    }

    // Characters beyond ASCII that are one when case does not count; letters without another case are in none.
    private static readonly Lazy<List<char>[]> SameLetter = new(() =>
    {
        var letters = new Dictionary<char, List<char>>();
        for (int i = 128; i <= char.MaxValue; i++)
        {
            var c = (char)i;
            var form = CanonicalForm(c);
            if (form == c)
                continue;
            if (!letters.TryGetValue(form, out var same))
                letters.Add(form, same = [form]);
            same.Add(c);
        }

        return [.. letters.Values];
    });

    /// <summary>With the other cases of every letter, as ECMAScript folds without the u flag: ASCII and other letters never meet.</summary>
    public CharSet FoldCase()
    {
        var folded = new List<(char, char)>(ranges);
        for (var c = 'a'; c <= 'z'; c++)
        {
            var upper = (char)(c - 32);
            if (Contains(c) != Contains(upper))
                folded.Add(Contains(c) ? (upper, upper) : (c, c));
        }

        if (MayLackACase())
        {
            foreach (var letters in SameLetter.Value)
                if (letters.Exists(Contains))
                    folded.AddRange(letters.Select(letter => (letter, letter)));
        }

        return Of(CollectionsMarshal.AsSpan(folded));
    }

    /// <summary>Some letter beyond ASCII may be in it without its other case. To make the table of those takes as long as much else that
    /// a hook does, and a set like <c>[^"]</c> or <c>\S</c> needs none.</summary>
    private bool MayLackACase() => MayHaveLetters(ranges) && MayHaveLetters(Invert().ranges);

    private static bool MayHaveLetters((char From, char To)[] ranges)
    {
        const int Few = 256;
        var looked = 0;
        foreach (var (from, to) in ranges)
        {
            if (to < 128)
                continue;
            var first = Math.Max(from, (char)128);
            looked += to - first + 1;
            if (looked > Few)
                return true;
            for (int c = first; c <= to; c++)
                if (char.ToUpperInvariant((char)c) != c || char.ToLowerInvariant((char)c) != c)
                    return true;
        }

        return false;
    }

    private static char CanonicalForm(char c) => char.ToUpperInvariant(c) is var upper && char.IsAscii(upper) ? c : upper;

    public bool Contains(char c)
    {
        if (c < 64)
            return (low & (1UL << c)) != 0;
        if (c < 128)
            return (high & (1UL << (c - 64))) != 0;
        int from = 0,
            to = ranges.Length - 1;
        while (from <= to)
        {
            var middle = (from + to) >> 1;
            var range = ranges[middle];
            if (c < range.From)
                to = middle - 1;
            else if (c > range.To)
                from = middle + 1;
            else
                return true;
        }

        return false;
    }
}
