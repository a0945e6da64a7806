using HookRules.Engine;

namespace HookRules.Simulation;

/// <summary>The parts of a condition.</summary>
internal static class Clauses
{
    /// <summary>The comparisons in it, without <c>and</c>, <c>or</c>, <c>not</c>.</summary>
    public static IEnumerable<Condition> Of(Condition? condition) =>
        condition switch
        {
            null => [],
            Condition.All all => all.Terms.SelectMany(Of),
            Condition.Any any => any.Terms.SelectMany(Of),
            Condition.Not not => Of(not.Term),
            _ => [condition],
        };

    /// <summary>The condition with each of its parts changed, one at a time; null is no condition at all.</summary>
    /// <param name="change">What may stand in place of a part, itself included in no case; null takes it out.</param>
    public static IEnumerable<(string What, Condition? Changed)> Changes(
        Condition condition,
        Func<Condition, IEnumerable<(string What, Condition? Changed)>> change
    )
    {
        switch (condition)
        {
            case Condition.All all:
                for (var i = 0; i < all.Terms.Length; i++)
                    foreach (var (what, changed) in Changes(all.Terms[i], change))
                        yield return (what, With(all.Terms, i, changed, terms => new Condition.All(terms)));
                break;
            case Condition.Any any:
                for (var i = 0; i < any.Terms.Length; i++)
                    foreach (var (what, changed) in Changes(any.Terms[i], change))
                        yield return (what, With(any.Terms, i, changed, terms => new Condition.Any(terms)));
                break;
            case Condition.Not not:
                yield return ($"\"not\" dropped before ({ConditionText.Of(not.Term)})", not.Term);
                foreach (var (what, changed) in Changes(not.Term, change))
                    yield return (what, changed is null ? null : new Condition.Not(changed));
                break;
            default:
                foreach (var (what, changed) in change(condition))
                    yield return (what, changed);
                break;
        }
    }

    private static Condition? With(
        System.Collections.Immutable.ImmutableArray<Condition> terms,
        int index,
        Condition? changed,
        Func<System.Collections.Immutable.ImmutableArray<Condition>, Condition> join
    )
    {
        terms = changed is null ? terms.RemoveAt(index) : terms.SetItem(index, changed);
        return terms.Length switch
        {
            0 => null,
            1 => terms[0],
            _ => join(terms),
        };
    }
}
