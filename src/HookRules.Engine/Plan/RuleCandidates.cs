using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>The index of a plan for rules that are in memory: which of them a payload can concern at all.</summary>
internal sealed class RuleCandidates
{
    private readonly Dictionary<string, List<int>> byKey = new(StringComparer.Ordinal);
    private readonly ImmutableArray<Rule> rules;
    private readonly ImmutableArray<Prefilter>[] filters;

    public RuleCandidates(ImmutableArray<Rule> rules)
    {
        this.rules = rules;
        filters = [.. rules.Select(Prefilters.Of)];
        foreach (var (rule, key) in RuleIndex.Keys(rules))
        {
            if (!byKey.TryGetValue(key, out var filed))
                byKey[key] = filed = [];
            filed.Add(rule);
        }
    }

    /// <summary>The rules that may apply to a payload, in source order; a superset of those that match and need the hook.</summary>
    public IReadOnlyList<Rule> Of(Payload payload)
    {
        if (RuleIndex.Keys(payload) is not { } keys)
            return [.. rules.Where(rule => rule.NeedsHook)];
        var found = new SortedSet<int>();
        foreach (var key in keys)
            if (byKey.TryGetValue(key, out var filed))
                foreach (var rule in filed)
                    if (!found.Contains(rule) && (filters[rule].IsEmpty || filters[rule].Any(filter => filter.MayHold(payload))))
                        found.Add(rule);
        return [.. found.Select(rule => rules[rule])];
    }
}
