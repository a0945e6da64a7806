using System.Globalization;
using System.Numerics;
using System.Text;

namespace HookRules.Engine;

/// <summary>
/// Sets of characters, in one alternative or another, of which a text must hold one each for an expression to match at all.
/// The plan has them beside an expression that no certain text can stand in for, so that most are not even read.
/// </summary>
internal sealed class RequiredCharacters
{
    private const int MostAlternatives = 4;
    private const int MostSets = 3;

    private readonly CharacterBits[][] alternatives;

    private RequiredCharacters(CharacterBits[][] alternatives) => this.alternatives = alternatives;

    /// <summary>Null where nothing is certain.</summary>
    public static RequiredCharacters? Of(RegexNode node)
    {
        var found = Find(node);
        if (found.Any(sets => sets.Count == 0))
            return null;
        return new RequiredCharacters([.. found.Select(sets => sets.Distinct().OrderBy(set => set.Count).Take(MostSets).ToArray())]);
    }

    /// <summary>Reads what <see cref="ToString"/> wrote.</summary>
    /// <exception cref="FormatException">It is something else.</exception>
    public static RequiredCharacters Parse(string text) =>
        new([.. text.Split('|').Select(sets => sets.Split(',').Select(CharacterBits.Parse).ToArray())]);

    public bool MayMatch(CharacterBits text)
    {
        foreach (var sets in alternatives)
        {
            var holds = true;
            foreach (var set in sets)
                holds &= set.Meets(text);
            if (holds)
                return true;
        }

        return false;
    }

    public override string ToString()
    {
        var text = new StringBuilder();
        foreach (var sets in alternatives)
            text.Append(text.Length == 0 ? "" : "|").AppendJoin(',', sets);
        return text.ToString();
    }

    private static List<List<CharacterBits>> Find(RegexNode node)
    {
        switch (node)
        {
            case RegexNode.Set set:
                return
                [
                    [CharacterBits.Of(set.Chars)],
                ];
            case RegexNode.Repeat { Min: > 0 } repeat:
                return Find(repeat.Item);
            case RegexNode.Choice choice:
                var options = choice.Options.SelectMany(Find).ToList();
                return options.Count <= MostAlternatives
                    ? options
                    :
                    [
                        [],
                    ];
            case RegexNode.Sequence sequence:
                List<List<CharacterBits>> all =
                [
                    [],
                ];
                foreach (var item in sequence.Items)
                {
                    var next = Find(item);
                    if (all.Count * next.Count > MostAlternatives)
                        continue; // Asking for less is harmless.
                    all = [.. all.SelectMany(left => next.Select(right => left.Concat(right).ToList()))];
                }

                return all;
            default:
                return
                [
                    [],
                ];
        }
    }
}

/// <summary>Which ASCII characters there are, and whether others.</summary>
internal readonly record struct CharacterBits(ulong Low, ulong High, bool Others)
{
    public int Count => BitOperations.PopCount(Low) + BitOperations.PopCount(High) + (Others ? 64 : 0);

    public static CharacterBits Of(CharSet set)
    {
        ulong low = 0,
            high = 0;
        for (var c = 0; c < 64; c++)
        {
            if (set.Contains((char)c))
                low |= 1UL << c;
            if (set.Contains((char)(c + 64)))
                high |= 1UL << c;
        }

        return new CharacterBits(low, high, set.Ranges.Length > 0 && set.Ranges[^1].To > 127);
    }

    public static CharacterBits Of(ReadOnlySpan<char> text)
    {
        ulong low = 0,
            high = 0;
        var others = false;
        foreach (var c in text)
        {
            if (c < 64)
                low |= 1UL << c;
            else if (c < 128)
                high |= 1UL << (c - 64);
            else
                others = true;
        }

        return new CharacterBits(low, high, others);
    }

    /// <exception cref="FormatException">It is not what <see cref="ToString"/> wrote.</exception>
    public static CharacterBits Parse(string text)
    {
        var others = text.EndsWith('+');
        if (text.Length != (others ? 33 : 32))
            throw new FormatException("not a set of characters");
        return new CharacterBits(Hex(text.AsSpan(0, 16)), Hex(text.AsSpan(16, 16)), others);
    }

    /// <summary>False where a text of these characters lacks one of a name, in either case. Of a pattern what stands before it is asked
    /// for, and nothing of what is not ASCII.</summary>
    public bool MayName<T>(ReadOnlySpan<T> name)
        where T : unmanaged, INumberBase<T>
    {
        if (Others)
            return true;
        foreach (var character in name)
        {
            var c = uint.CreateTruncating(character);
            if (c is '*' or '?' or '\\' or > 127)
                return true;
            var isThere = c < 64 ? (Low >> (int)c) & 1 : ((High >> (int)(c - 64)) | (IsLetter(c) ? High >> (int)((c ^ 32) - 64) : 0)) & 1;
            if (isThere == 0)
                return false;
        }

        return true;
    }

    private static bool IsLetter(uint c) => (c | 32) is >= 'a' and <= 'z';

    public bool Meets(CharacterBits other) => (Low & other.Low) != 0 || (High & other.High) != 0 || (Others && other.Others);

    public override string ToString() => string.Create(CultureInfo.InvariantCulture, $"{Low:x16}{High:x16}{(Others ? "+" : "")}");

    private static ulong Hex(ReadOnlySpan<char> digits) =>
        ulong.Parse(digits, NumberStyles.AllowHexSpecifier, CultureInfo.InvariantCulture);
}
