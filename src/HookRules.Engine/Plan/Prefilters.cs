using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>Finds the prefilters of a rule: one of them holds wherever the rule matches. None where nothing is certain.</summary>
internal static class Prefilters
{
    private const int FewestChars = 2,
        MostTexts = 32,
        MostAlternatives = 4;

    public static ImmutableArray<Prefilter> Of(Rule rule)
    {
        var (condition, globs) = (Of(rule.Where), Of(rule.Globs));
        var better = condition.IsEmpty || (!globs.IsEmpty && Strength(globs) > Strength(condition)) ? globs : condition;
        return better.IsEmpty ? Of(rule.Matcher, rule.Events) : better;
    }

    private static int Strength(ImmutableArray<Prefilter> alternatives) => alternatives.Min(filter => filter.Strength);

    /// <summary>An expression such as <c>^mcp__</c> is about few tools, and every call of another one would make it.</summary>
    private static ImmutableArray<Prefilter> Of(Matcher matcher, IEnumerable<string> events)
    {
        if (
            matcher is not Matcher.Expression { Pattern: { RequiredLiterals: { IsEmpty: false } literals } pattern }
            || literals.Any(literal => literal.Length < FewestChars)
            || !events.All(name => HookEvents.Find(name) is { IsToolEvent: true })
        )
            return [];
        // An expression for a tool's former name is about the tool.
        var comparison = pattern.IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        var renamed =
            from tool in HookTools.All
            where tool.Aliases.Any(former => literals.Any(literal => former.Contains(literal, comparison)))
            select tool.Name;
        return [new Prefilter(FieldPath.Tool, TextKind(pattern.IgnoreCase), [.. literals, .. renamed])];
    }

    private static ImmutableArray<Prefilter> Of(ImmutableArray<Glob> globs)
    {
        const int MostGlobs = 8;
        if (globs.IsEmpty || globs[0].Negated)
            return [];
        var texts = globs
            .Where(glob => !glob.Negated)
            .Select(glob => LongestText(glob.Text))
            .Distinct(StringComparer.Ordinal)
            .ToImmutableArray();
        return texts.Length <= MostGlobs && texts.All(text => text.Length >= FewestChars)
            ? [new Prefilter(FieldPath.File, PrefilterKind.Text, texts)]
            : [];
    }

    /// <summary>The longest text that a glob has outside its braces and brackets; no file that it matches lacks it.</summary>
    private static string LongestText(string glob)
    {
        if (glob.Contains('\\'))
            return "";
        var longest = "";
        var from = 0;
        for (int at = 0, depth = 0; at <= glob.Length; at++)
        {
            var c = at < glob.Length ? glob[at] : '/';
            if (depth == 0 && c is '/' or '*' or '?' or '{' or '[')
            {
                if (at - from > longest.Length)
                    longest = glob[from..at];
                from = at + 1;
            }

            // A bracket may hold what closes others; it is not worth reading here.
            if (c == '[' && (depth > 0 || glob.AsSpan(at + 1).TrimStart("!^").StartsWith(']')))
                return "";
            if (c is '{' or '[')
                depth++;
            if (c is not ('}' or ']'))
                continue;
            depth = Math.Max(0, depth - 1);
            from = at + 1;
        }

        return longest is "." or ".." ? "" : longest;
    }

    private static ImmutableArray<Prefilter> Of(Condition? condition)
    {
        switch (condition)
        {
            case Condition.All all:
                var terms = all.Terms.Select(Of).Where(found => !found.IsEmpty).ToArray();
                return terms.Length == 0 ? [] : terms.MaxBy(Strength);
            case Condition.Any any:
                return Either([.. any.Terms.Select(Of)]);
            // A single character is in too many texts to rule an expression out.
            case Condition.Matches { Pattern.RequiredLiterals: { IsEmpty: false } literals } matches
                when literals.All(literal => literal.Length >= FewestChars):
                return [new Prefilter(matches.Field, TextKind(matches.Pattern.IgnoreCase), literals)];
            case Condition.Matches matches:
                return
                [
                    new Prefilter(matches.Field, PrefilterKind.Expression, [])
                    {
                        Expression = matches.Pattern,
                        Characters = matches.Pattern.RequiredCharacters,
                    },
                ];
            case Condition.Compare
            {
                Operator: CompareOperator.Equal or CompareOperator.StartsWith or CompareOperator.EndsWith or CompareOperator.Contains,
                Values: [{ Text.Length: > 0 }]
            } compare:
                return [new Prefilter(compare.Field, PrefilterKind.Text, [compare.Values[0].Text!])];
            case Condition.Runs runs:
                return [Programs(runs.Field, runs.Commands.Select(command => command[0]), runs.OrMay)];
            case Condition.Pipes pipes:
                return [Programs(pipes.Field, pipes.From)];
            case Condition.Writes writes:
                return [new Prefilter(writes.Field, PrefilterKind.Deed, [LineDeed.Writes])];
            case Condition.Reads reads:
                return [new Prefilter(reads.Field, PrefilterKind.Deed, [LineDeed.Reads])];
            case Condition.Opaque opaque:
                return [new Prefilter(opaque.Field, PrefilterKind.Deed, [LineDeed.Hides])];
            case Condition.ForkBomb bomb:
                return [new Prefilter(bomb.Field, PrefilterKind.Deed, [LineDeed.Forks])];
            default:
                return [];
        }
    }

    /// <summary>One of several conditions is enough; what they look for in the same way is looked for at once.</summary>
    private static ImmutableArray<Prefilter> Either(ImmutableArray<ImmutableArray<Prefilter>> terms)
    {
        if (terms.Any(term => term.IsEmpty))
            return [];
        ImmutableArray<Prefilter> either =
        [
            .. terms
                .SelectMany(term => term)
                .GroupBy(filter => (filter.Field.Text, Kind: filter.ArePrograms ? PrefilterKind.Program : filter.Kind, filter.Expression))
                .Select(Together),
        ];
        return either.Length <= MostAlternatives && either.All(filter => filter.Texts.Length <= MostTexts) ? either : [];
    }

    private static Prefilter Together(IEnumerable<Prefilter> alike) =>
        alike.Aggregate(
            (one, other) =>
                one with
                {
                    Kind = one.Kind > other.Kind ? one.Kind : other.Kind,
                    Texts = [.. one.Texts.Union(other.Texts, StringComparer.Ordinal)],
                }
        );

    private static Prefilter Programs(FieldPath field, IEnumerable<string> names, bool orMay = false) =>
        new(
            field,
            orMay ? PrefilterKind.PossibleProgram : PrefilterKind.Program,
            [.. names.Select(name => name.ToLowerInvariant()).Distinct(StringComparer.Ordinal)]
        );

    private static PrefilterKind TextKind(bool ignoreCase) => ignoreCase ? PrefilterKind.TextInAnyCase : PrefilterKind.Text;
}
