namespace HookRules.Engine;

/// <summary>Replaces a word of those commands of a line that a condition asks for, and leaves the rest of the line as it is.</summary>
internal static class ShellRewrite
{
    private const int MostPlaces = 64;

    /// <summary>Null where no command that matched has the word. Each place is proved by reading the line again: nothing but that word of
    /// that command may have become another.</summary>
    public static string? Replace(string text, string word, string by, Condition where, Payload payload, RouteContext context)
    {
        var asked = Asked(where).ToArray();
        var line = ShellLine.Parse(text);
        string? rewritten = null;
        var at = 0;
        for (var tried = 0; tried < MostPlaces && (at = text.IndexOf(word, at, StringComparison.Ordinal)) >= 0; tried++)
        {
            var candidate = string.Concat(text.AsSpan(0, at), by, text.AsSpan(at + word.Length));
            var after = ShellLine.Parse(candidate);
            payload.Budget?.Spend(candidate.Length);
            if (!IsReplaced(line, after, word, by, asked, payload, context))
            {
                at += word.Length;
                continue;
            }

            (text, line, rewritten) = (candidate, after, candidate);
            at += by.Length;
        }

        return rewritten;
    }

    /// <summary>What is asked of commands, wherever it need not fail for the whole to hold.</summary>
    public static IEnumerable<Condition.Runs> Asked(Condition where) =>
        where switch
        {
            Condition.All all => all.Terms.SelectMany(Asked),
            Condition.Any any => any.Terms.SelectMany(Asked),
            Condition.Runs runs => [runs],
            Condition.OnlyRuns only => only.Allowed,
            _ => [],
        };

    private static bool IsReplaced(
        ShellLine before,
        ShellLine after,
        string word,
        string by,
        Condition.Runs[] asked,
        Payload payload,
        RouteContext context
    )
    {
        if (before.Commands.Length != after.Commands.Length || before.OpaqueReason != after.OpaqueReason)
            return false;
        var changed = new List<int>();
        for (var i = 0; i < before.Commands.Length; i++)
            if (!SameWords(before.Commands[i], after.Commands[i]))
                changed.Add(i);
        // A wrapper such as sudo has the words of what it runs among its own.
        var words = by.Split(' ');
        var replaced = changed.Where(i => IsReplaced(before.Commands[i], after.Commands[i], word, words)).ToArray();
        return changed.TrueForAll(i => replaced.Contains(i) || IsAround(before.Commands[i], after.Commands[i], word))
            && replaced.Any(i => asked.Any(runs => ShellMatch.Runs(before.Commands[i], runs, payload, context)));
    }

    private static bool SameWords(ShellCommand one, ShellCommand other) =>
        one.Words.AsSpan().SequenceEqual(other.Words.AsSpan())
        && one.Outputs.AsSpan().SequenceEqual(other.Outputs.AsSpan())
        && one.Inputs.AsSpan().SequenceEqual(other.Inputs.AsSpan());

    private static bool IsReplaced(ShellCommand one, ShellCommand other, string word, string[] by)
    {
        if (one.Words.Length - 1 + by.Length != other.Words.Length)
            return false;
        for (var k = 0; k < one.Words.Length; k++)
            if (
                one.Words[k].Text == word
                && one.Words.AsSpan()[..k].SequenceEqual(other.Words.AsSpan()[..k])
                && one.Words.AsSpan()[(k + 1)..].SequenceEqual(other.Words.AsSpan()[(k + by.Length)..])
                && by.SequenceEqual(other.Words.Skip(k).Take(by.Length).Select(changed => changed.Text))
            )
                return true;
        return false;
    }

    /// <summary>What runs a text, such as <c>sh -c</c>, has the command inside one of its words.</summary>
    private static bool IsAround(ShellCommand one, ShellCommand other, string word)
    {
        if (one.Words.Length != other.Words.Length)
            return false;
        var differing = Enumerable.Range(0, one.Words.Length).Where(k => one.Words[k] != other.Words[k]).ToArray();
        return differing is [var only] && one.Words[only].Text.Contains(word, StringComparison.Ordinal);
    }
}
