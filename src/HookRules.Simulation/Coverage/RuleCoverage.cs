using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Simulation.Coverage;

/// <summary>Something of the rules that cases may reach.</summary>
/// <param name="Kind"><c>rule</c>, <c>condition</c>, <c>on failure</c> or <c>pack rule</c>.</param>
/// <param name="What">In words.</param>
internal sealed record CoveredPart(string Kind, SourceRef At, string What, bool IsReached);

/// <summary>What of the rules the cases reach: each rule, both ways of each comparison in a condition, what runs after a failure. Rules of
/// packs that are used are listed, and do not count: they have tables of their own.</summary>
internal sealed record RuleCoverage(ImmutableArray<CoveredPart> Parts)
{
    public int Total => Parts.Count(Counts);

    public int Reached => Parts.Count(part => Counts(part) && part.IsReached);

    public double Percent => Total == 0 ? 100 : 100.0 * Reached / Total;

    public IEnumerable<CoveredPart> Missing => Parts.Where(part => !part.IsReached);

    private static bool Counts(CoveredPart part) => part.Kind != PackRule;

    private const string PackRule = "pack rule";

    public static RuleCoverage Of(IEnumerable<CaseSuite> suites)
    {
        // A rule that parameters change is the same rule: it is reached if one of its forms is.
        var parts = new Dictionary<(string Kind, SourceRef At, string What), bool>();
        foreach (var suite in suites)
        foreach (var (graph, results) in suite.Graphs)
        {
            var events = Payloads(results).ToList();
            var failed = results
                .Select(result => result.Case)
                .OfType<IReachesStages>()
                .SelectMany(one => one.FailureStages(graph))
                .ToHashSet();
            foreach (var rule in graph.Rules)
                Look(suite, rule, events, failed, parts);
        }

        return new RuleCoverage([
            .. from part in parts
            orderby part.Key.At.File, part.Key.At.Line, part.Key.Kind != "rule", part.Key.What
            select new CoveredPart(part.Key.Kind, part.Key.At, part.Key.What, part.Value),
        ]);
    }

    /// <summary>Every event of the cases.</summary>
    public static IEnumerable<Payload> Payloads(IEnumerable<CaseResult> results) =>
        results
            .Select(result => result.Case)
            .SelectMany(one => one is EventCase single ? [CaseJudge.Payload(single)] : ((IReachesStages)one).Events);

    private static void Look(
        CaseSuite suite,
        Rule rule,
        List<Payload> events,
        HashSet<string> failed,
        Dictionary<(string, SourceRef, string), bool> parts
    )
    {
        var context = CaseJudge.Context;
        var mine = events.Where(payload => rule.IsOn(payload.Event)).ToList();
        var isReached = mine.Exists(payload => Router.Match(payload, [rule], context).Length > 0);
        var name = rule.Name is { } named ? $"rule {named}" : "rule without a name";
        if (!suite.Rules.IsOwn(rule))
        {
            Note(PackRule, name, isReached);
            return;
        }

        Note("rule", name, isReached);
        foreach (var clause in Clauses.Of(rule.Where))
        {
            // Only where everything before the condition holds does it decide anything.
            var asked = mine.Where(payload => Router.Match(payload, [rule with { Where = null }], context).Length > 0).ToList();
            var text = ConditionText.Of(clause);
            Note("condition", $"{name}: {text} is true", asked.Exists(payload => Router.Holds(clause, payload, context)));
            Note("condition", $"{name}: {text} is false", asked.Exists(payload => !Router.Holds(clause, payload, context)));
        }

        if (!rule.OnFailure.IsEmpty)
            Note("on failure", $"{name}: on failure", failed.Contains(rule.Id));

        void Note(string kind, string what, bool reached)
        {
            var key = (kind, rule.Source, what);
            parts[key] = reached || parts.GetValueOrDefault(key);
        }
    }
}

/// <summary>A case in which runs end.</summary>
internal interface IReachesStages
{
    IEnumerable<Payload> Events { get; }

    /// <summary>The rules whose <c>on failure</c> began.</summary>
    IEnumerable<string> FailureStages(RuleGraph graph);
}
