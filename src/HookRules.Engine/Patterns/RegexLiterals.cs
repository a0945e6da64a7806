using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Finds texts of which one must occur in whatever an expression matches, so that most expressions are never started.</summary>
internal static class RegexLiterals
{
    private const int MostLiterals = 16;
    private const int MostLength = 32;

    /// <summary>What is known of a node: the texts it matches, if these are all, and the best set of texts of which one must
    /// occur.</summary>
    private readonly record struct Known(ImmutableArray<string>? Exact, ImmutableArray<string> Required);

    public static ImmutableArray<string> Of(RegexNode node, bool ignoreCase)
    {
        var known = Find(node, ignoreCase);
        return Better(known.Required, known.Exact ?? []);
    }

    private static Known Find(RegexNode node, bool ignoreCase)
    {
        switch (node)
        {
            case RegexNode.Empty or RegexNode.Assert:
                return new Known([""], []);
            case RegexNode.Set set:
                return new Known(Texts(set.Chars, ignoreCase), []);
            case RegexNode.Repeat { Min: 1, Max: 1 } one:
                return Find(one.Item, ignoreCase);
            case RegexNode.Repeat { Min: > 0 } repeat:
                var item = Find(repeat.Item, ignoreCase);
                return new Known(null, Better(item.Required, item.Exact ?? []));
            case RegexNode.Repeat:
                return new Known(null, []);
            case RegexNode.Choice choice:
                return Any(choice.Options.Select(option => Find(option, ignoreCase)));
            case RegexNode.Sequence sequence:
                return All(sequence.Items.Select(part => Find(part, ignoreCase)));
            default:
                throw new InvalidOperationException($"unknown node {node.GetType().Name}");
        }
    }

    private static Known All(IEnumerable<Known> parts)
    {
        var required = ImmutableArray<string>.Empty;
        ImmutableArray<string>? whole = [""];
        ImmutableArray<string> run = [""];
        foreach (var part in parts)
        {
            required = Better(required, part.Required);
            if (part.Exact is [var next] && run is [var text] && text.Length < MostLength)
            {
                run = [text + next];
                continue;
            }

            if (part.Exact is { } exact && run.Length * exact.Length <= MostLiterals && run.All(text => text.Length < MostLength))
            {
                run = [.. run.SelectMany(left => exact.Select(right => left + right))];
                continue;
            }

            required = Better(required, run);
            whole = null;
            run = part.Exact ?? [""];
        }

        return new Known(whole is null ? null : run, Better(required, run));
    }

    private static Known Any(IEnumerable<Known> options)
    {
        var exact = ImmutableArray.CreateBuilder<string>();
        var required = ImmutableArray.CreateBuilder<string>();
        var (allExact, allRequired) = (true, true);
        foreach (var option in options)
        {
            if (option.Exact is { } texts)
                exact.AddRange(texts);
            else
                allExact = false;
            var best = Better(option.Required, option.Exact ?? []);
            if (best.IsEmpty)
                allRequired = false;
            else
                required.AddRange(best);
        }

        return new Known(
            allExact && exact.Count <= MostLiterals ? exact.ToImmutable() : null,
            allRequired && required.Count <= MostLiterals ? required.ToImmutable() : []
        );
    }

    private static ImmutableArray<string>? Texts(CharSet set, bool ignoreCase)
    {
        if (set.Count > 4)
            return null;
        var texts = ImmutableArray.CreateBuilder<string>();
        foreach (var (from, to) in set.Ranges)
        {
            for (int c = from; c <= to; c++)
            {
                var text = ((char)c).ToString();
                if (!ignoreCase)
                {
                    texts.Add(text);
                    continue;
                }

                // Compared without regard to ASCII case, so one spelling of a letter is enough and other letters say nothing.
                if (c >= 128)
                    return null;
                text = text.ToLowerInvariant();
                if (!texts.Contains(text))
                    texts.Add(text);
            }
        }

        return texts.ToImmutable();
    }

    /// <summary>The set whose shortest text is longer; a set with an empty text says nothing.</summary>
    private static ImmutableArray<string> Better(ImmutableArray<string> a, ImmutableArray<string> b)
    {
        var (shortestA, shortestB) = (Shortest(a), Shortest(b));
        return shortestB > shortestA || (shortestB == shortestA && shortestB > 0 && b.Length < a.Length) ? b
            : shortestA == 0 ? []
            : a;
    }

    private static int Shortest(ImmutableArray<string> texts) => texts.IsEmpty ? 0 : texts.Min(text => text.Length);
}
