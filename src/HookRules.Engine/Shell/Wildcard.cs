namespace HookRules.Engine;

/// <summary>Names and arguments with <c>*</c> (anything) and <c>?</c> (one character).</summary>
internal static class Wildcard
{
    public static bool IsMatch(ReadOnlySpan<char> pattern, ReadOnlySpan<char> text)
    {
        if (!pattern.ContainsAny('*', '?'))
            return pattern.SequenceEqual(text);
        if (pattern.Length * (long)text.Length > 1_000_000)
            return true; // Nobody writes that; a guard had better look.
        int p = 0,
            t = 0,
            star = -1,
            resume = 0;
        while (t < text.Length)
        {
            if (p < pattern.Length && pattern[p] == '*')
            {
                star = p++;
                resume = t;
            }
            else if (
                p < pattern.Length
                && (pattern[p] == text[t] || (pattern[p] == '?' && text[t] is not (ShellWord.Value or ShellWord.Words)))
            )
            {
                p++;
                t++;
            }
            else if (star >= 0)
            {
                p = star + 1;
                t = ++resume;
            }
            else
            {
                return false;
            }
        }

        while (p < pattern.Length && pattern[p] == '*')
            p++;
        return p == pattern.Length;
    }
}
