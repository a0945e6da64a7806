namespace HookRules.Compiler.Knowledge;

/// <summary>What a misspelt name was probably meant to be, for every "did you mean".</summary>
public static class NearestName
{
    // Nobody misspells a longer name by hand, and the distance costs the product of both lengths.
    private const int LongestName = 100;

    /// <summary>The candidate that differs in case, hyphens and underscores alone, else the one with the fewest wrong, missing, extra or
    /// swapped letters; null if none is near.</summary>
    public static string? Find(string name, IEnumerable<string> candidates)
    {
        if (name.Length is 0 or > LongestName)
            return null;

        var plain = Plain(name);
        var limit = name.Length switch
        {
            <= 2 => 0,
            <= 4 => 1,
            <= 8 => 2,
            _ => 3,
        };
        string? nearest = null;
        var best = int.MaxValue;
        foreach (var candidate in candidates)
        {
            if (candidate.Length > LongestName || candidate == name)
                continue;
            var distance =
                Distance(plain, Plain(candidate)) is var letters && letters > limit && IsStart(name, candidate) ? limit : letters;
            if (distance > limit || distance > best || (distance == best && string.CompareOrdinal(candidate, nearest) > 0))
                continue;
            (nearest, best) = (candidate, distance);
        }

        return nearest;
    }

    private static string Plain(string name) =>
        name.Replace("_", "", StringComparison.Ordinal).Replace("-", "", StringComparison.Ordinal).ToLowerInvariant();

    // "PreTool" lacks too many letters to be near, yet nobody would guess otherwise.
    private static bool IsStart(string name, string candidate) =>
        name.Length >= 4 && candidate.StartsWith(name, StringComparison.OrdinalIgnoreCase);

    /// <summary>Damerau-Levenshtein distance in which no part is edited twice.</summary>
    private static int Distance(string a, string b)
    {
        Span<int> before = stackalloc int[b.Length + 1],
            last = stackalloc int[b.Length + 1],
            row = stackalloc int[b.Length + 1];
        for (var j = 0; j <= b.Length; j++)
            last[j] = j;
        for (var i = 1; i <= a.Length; i++)
        {
            row[0] = i;
            for (var j = 1; j <= b.Length; j++)
            {
                var change = a[i - 1] == b[j - 1] ? 0 : 1;
                row[j] = Math.Min(Math.Min(last[j] + 1, row[j - 1] + 1), last[j - 1] + change);
                if (i > 1 && j > 1 && a[i - 1] == b[j - 2] && a[i - 2] == b[j - 1])
                    row[j] = Math.Min(row[j], before[j - 2] + 1);
            }

            var free = before;
            before = last;
            last = row;
            row = free;
        }

        return last[b.Length];
    }
}
