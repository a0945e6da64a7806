using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Simulation.Cases;

namespace HookRules.Simulation.Mutants;

/// <summary>Rules, and the cases about them with what each rule made of them: of a mutant only the changed rule is asked again.</summary>
internal sealed class MutantBench
{
    private readonly List<(EventCase Case, Payload Payload, ImmutableArray<Rule> Matched)> events = [];

    private readonly List<TimelineCase> timelines = [];

    public MutantBench(RuleGraph graph, IEnumerable<CaseResult> results)
    {
        Graph = graph;
        foreach (var one in results.Where(result => result.Passed).Select(result => result.Case))
            if (one is EventCase single)
            {
                var payload = CaseJudge.Payload(single);
                events.Add((single, payload, Router.Match(payload, graph.Rules, CaseJudge.Context)));
            }
            else if (one is TimelineCase timeline)
                timelines.Add(timeline);
    }

    public RuleGraph Graph { get; }

    public IEnumerable<EventCase> Cases => events.Select(one => one.Case);

    /// <summary>A case fails with the changed rule in place of the other.</summary>
    public bool Notices(Rule rule, Rule changed)
    {
        var context = CaseJudge.Context;
        foreach (var (one, payload, matched) in events)
        {
            if (!rule.IsOn(payload.Event))
                continue;
            var now = With(matched, rule, changed, payload, context);
            if (!CaseJudge.StepsHold(one.Expected, Outcome.Of(now, payload.Event)))
                return true;
            if (!one.Expected.Texts.IsEmpty && !CaseJudge.TextsHold(one, Changed(rule, changed), now.Length))
                return true;
        }

        // Each is played anew, so they come last.
        return timelines.Exists(one => one.Events.Any(payload => rule.IsOn(payload.Event)) && !one.Holds(Changed(rule, changed)));
    }

    /// <summary>What an event causes: as the rules are, and with the changed one.</summary>
    public (ImmutableArray<Outcome> Before, ImmutableArray<Outcome> After) Compare(Payload payload, Rule rule, Rule changed)
    {
        var context = CaseJudge.Context;
        var matched = Router.Match(payload, Graph.Rules, context);
        return (Outcome.Of(matched, payload.Event), Outcome.Of(With(matched, rule, changed, payload, context), payload.Event));
    }

    private RuleGraph Changed(Rule rule, Rule changed) => Graph with { Rules = Graph.Rules.Replace(rule, changed) };

    private ImmutableArray<Rule> With(ImmutableArray<Rule> matched, Rule rule, Rule changed, Payload payload, RouteContext context)
    {
        var (did, does) = (matched.Contains(rule), Router.Match(payload, [changed], context).Length > 0);
        if (did)
            return does ? matched.Replace(rule, changed) : matched.Remove(rule);
        return does
            ? [.. Graph.Rules.Where(one => one == rule || matched.Contains(one)).Select(one => one == rule ? changed : one)]
            : matched;
    }
}
