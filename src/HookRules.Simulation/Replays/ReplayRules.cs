using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;
using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>One set of rules that recorded events are put through.</summary>
internal sealed class ReplayRules
{
    private readonly RuleGraph graph;
    private readonly RuleCandidates candidates;
    private readonly Dictionary<string, ActionDefinition> actions;
    private readonly Dictionary<string, Rule> byId;
    private readonly Dictionary<string, string> texts = new(StringComparer.Ordinal);

    public ReplayRules(RuleGraph graph)
    {
        this.graph = graph;
        candidates = new RuleCandidates(graph.Rules);
        actions = graph.Actions.ToDictionary(action => action.Name, StringComparer.Ordinal);
        byId = graph.Rules.ToDictionary(rule => rule.Id, StringComparer.Ordinal);
    }

    /// <summary>Null where it has no such rule.</summary>
    public Rule? Find(string id) => byId.GetValueOrDefault(id);

    /// <summary>Which rules match a payload, and of which nobody knows it.</summary>
    public ReplayMatch Match(Payload payload, LeftOutFields fields, RouteContext context)
    {
        if (fields.None)
            return new ReplayMatch(Router.Match(payload, candidates.Of(payload), context), []);
        var matched = ImmutableArray.CreateBuilder<Rule>();
        var unknown = ImmutableArray.CreateBuilder<Rule>();
        var hidesKeys = fields.HideMatcher || fields.HideFile || fields.HideCwd;
        foreach (var rule in hidesKeys ? graph.Rules : candidates.Of(payload))
        {
            if (!rule.NeedsHook || !rule.IsOn(payload.Event))
                continue;
            var matches = AssumedRule.Matches(rule, payload, fields, context);
            if (matches is null)
                unknown.Add(rule);
            else if (matches.Value)
                matched.Add(rule);
        }

        return new ReplayMatch(matched.ToImmutable(), unknown.ToImmutable());
    }

    public IEnumerable<ReplayEffect> Effects(IEnumerable<Rule> rules, Payload payload, RouteContext context) =>
        rules.SelectMany(rule => ReplayEffect.Of(rule, payload, context, actions));

    /// <summary>Other rules have this one too, to the letter: whatever was left out, it matches in both or in neither.</summary>
    public bool IsIn(ReplayRules other, Rule rule) => other.Find(rule.Id) is { } same && Text(rule) == other.Text(same);

    private string Text(Rule rule)
    {
        if (texts.TryGetValue(rule.Id, out var known))
            return known;
        var bytes = new ArrayBufferWriter<byte>();
        using (var json = new Utf8JsonWriter(bytes))
        {
            json.WriteStartArray();
            RuleJson.Write(json, rule);
            foreach (var branch in rule.Sync.Concat(rule.QueuedBranches))
                RuleJson.Write(json, actions[branch.Action]);
            json.WriteEndArray();
        }

        return texts[rule.Id] = System.Text.Encoding.UTF8.GetString(bytes.WrittenSpan);
    }
}

/// <summary>The rules that match one payload, and those of which that depends on what was left out.</summary>
internal readonly record struct ReplayMatch(ImmutableArray<Rule> Matched, ImmutableArray<Rule> Unknown);
