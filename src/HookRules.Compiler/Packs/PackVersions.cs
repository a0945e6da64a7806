using System.Globalization;

namespace HookRules.Compiler.Packs;

/// <summary>Orders versions and the tags that spell them: <c>v1.10.0</c> is newer than <c>v1.9.2</c>, and <c>2.0.0-rc.1</c> older than
/// <c>2.0.0</c>.</summary>
internal static class PackVersions
{
    public static IEnumerable<string> NewestFirst(IEnumerable<string> tags) =>
        tags.Order(Comparer<string>.Create((a, b) => Compare(b, a) is var order and not 0 ? order : string.CompareOrdinal(a, b)));

    /// <summary>The newest tag that is a finished version above another tag; null where there is none, or that other is no
    /// version.</summary>
    public static string? NewerThan(string tag, IEnumerable<string> tags) =>
        Parts(tag) is null
            ? null
            : NewestFirst(tags.Where(other => Parts(other) is { Suffix.Length: 0 } && Compare(other, tag) > 0)).FirstOrDefault();

    /// <summary>What is no version comes before all that are.</summary>
    public static int Compare(string a, string b)
    {
        if (Parts(a) is not { } left || Parts(b) is not { } right)
            return Parts(a) is not null ? 1
                : Parts(b) is not null ? -1
                : string.CompareOrdinal(a, b);
        for (var i = 0; i < Math.Max(left.Numbers.Length, right.Numbers.Length); i++)
        {
            var order = left.Numbers.ElementAtOrDefault(i).CompareTo(right.Numbers.ElementAtOrDefault(i));
            if (order != 0)
                return order;
        }

        return (left.Suffix, right.Suffix) switch
        {
            ("", "") => 0,
            ("", _) => 1,
            (_, "") => -1,
            _ => string.CompareOrdinal(left.Suffix, right.Suffix),
        };
    }

    private static (long[] Numbers, string Suffix)? Parts(string tag)
    {
        var text = tag.AsSpan(tag.StartsWith('v') || tag.StartsWith('V') ? 1 : 0);
        var end = text.IndexOfAny('-', '+');
        var rest =
            end < 0 ? ""
            : text[end] == '+' ? ""
            : text[(end + 1)..].ToString();
        var words = (end < 0 ? text : text[..end]).ToString().Split('.');
        var numbers = new long[words.Length];
        for (var i = 0; i < words.Length; i++)
            if (!long.TryParse(words[i], NumberStyles.None, CultureInfo.InvariantCulture, out numbers[i]))
                return null;
        return (numbers, rest);
    }
}
