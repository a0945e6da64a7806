using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Simulation.Replays;

/// <summary>
/// Puts recorded events through rules by the hook's own router: compares with what the hook decided then, or with what other rules say of
/// the same event.
/// </summary>
/// <param name="now">The rules as they are.</param>
/// <param name="against">Null where what was recorded is compared.</param>
/// <param name="projectDir">Where globs with a slash begin, of an event that does not tell it.</param>
internal sealed class ReplayRun(ReplayRules now, ReplayRules? against, string projectDir)
{
    private readonly Dictionary<(string, bool, string), ReplayChange> changes = [];
    private readonly Dictionary<(string?, string?), int> verdicts = [];
    private readonly Dictionary<string, (Rule Rule, int Events, SortedSet<string> Fields)> unknowns = new(StringComparer.Ordinal);
    private readonly Dictionary<string, RouteContext> contexts = new(StringComparer.Ordinal);
    private int events,
        same,
        different,
        unknown,
        otherRules;
    private bool hasGoneRules;

    /// <summary>How many events have been looked at.</summary>
    public int Events => events;

    public ReplayResult Result =>
        new(events, same, different, unknown, otherRules)
        {
            Verdicts =
            [
                .. verdicts
                    .OrderByDescending(one => one.Value)
                    .ThenBy(one => one.Key.Item1, StringComparer.Ordinal)
                    .ThenBy(one => one.Key.Item2, StringComparer.Ordinal)
                    .Select(one => new ReplayVerdict(one.Key.Item1, one.Key.Item2, one.Value)),
            ],
            Changes =
            [
                .. changes
                    .Values.OrderByDescending(change => change.Events)
                    .ThenBy(change => change.Rule, StringComparer.Ordinal)
                    .ThenBy(change => change.What, StringComparer.Ordinal),
            ],
            UnknownRules =
            [
                .. unknowns
                    .Values.OrderByDescending(one => one.Events)
                    .ThenBy(one => one.Rule.Label, StringComparer.Ordinal)
                    .Select(one => new ReplayUnknown(one.Rule.Label, one.Rule.Source, one.Events, [.. one.Fields])),
            ],
            HasGoneRules = hasGoneRules,
        };

    /// <summary>An event on which other rules decided, those of another layer.</summary>
    public void PassOver() => otherRules++;

    public void Add(RecordLine line, Payload payload)
    {
        events++;
        var fields = new LeftOutFields(payload);
        var context = ContextOf(line.PlanPath);
        if (against is null)
            CompareWithRecord(line, payload, fields, context);
        else
            CompareRules(line, payload, fields, context, against);
    }

    private void CompareWithRecord(RecordLine line, Payload payload, LeftOutFields fields, RouteContext context)
    {
        var (matched, open) = now.Match(payload, fields, context);
        var gained = matched.Where(rule => !line.Matched.Contains(rule.Id)).ToList();
        var lost = line.Matched.Where(id => matched.All(rule => rule.Id != id) && open.All(rule => rule.Id != id)).ToList();
        var kinds = RecordLine.KindsOf(Decision.Of(matched, payload, context));
        if (gained.Count == 0 && lost.Count == 0 && !open.IsEmpty)
        {
            Unknown(open, payload, fields);
            return;
        }

        var decides = open.IsEmpty && !kinds.SequenceEqual(line.Kinds);
        if (gained.Count == 0 && lost.Count == 0 && !decides)
        {
            same++;
            return;
        }

        different++;
        foreach (var rule in gained)
            Change(line, payload, rule.Label, rule.Source, isNew: true, ReplayEffect.Summary(rule), "");
        foreach (var id in lost)
        {
            var rule = now.Find(id);
            hasGoneRules |= rule is null;
            Change(
                line,
                payload,
                rule?.Label ?? id,
                rule?.Source,
                isNew: false,
                rule is null ? "a rule that is no more" : ReplayEffect.Summary(rule),
                ""
            );
        }

        // The same rules say something else.
        if (gained.Count == 0 && lost.Count == 0)
            foreach (var rule in matched.Where(rule => rule.Answers))
                Change(line, payload, rule.Label, rule.Source, isNew: true, ReplayEffect.Summary(rule), "");
        if (open.IsEmpty)
            Count(Verdict(line.Kinds), Verdict(kinds));
    }

    private void CompareRules(RecordLine line, Payload payload, LeftOutFields fields, RouteContext context, ReplayRules then)
    {
        var (one, other) = (then.Match(payload, fields, context), now.Match(payload, fields, context));
        var openThen = one.Unknown.Where(rule => !then.IsIn(now, rule)).ToImmutableArray();
        var openNow = other.Unknown.Where(rule => !now.IsIn(then, rule)).ToImmutableArray();
        var before = then.Effects(one.Matched, payload, context).ToList();
        var after = now.Effects(other.Matched, payload, context).ToList();
        var lost = Without(Without(before, after), now.Effects(openNow, payload, context));
        var gained = Without(Without(after, before), then.Effects(openThen, payload, context));
        if (lost.Count == 0 && gained.Count == 0)
        {
            if (openThen.IsEmpty && openNow.IsEmpty)
                same++;
            else
                Unknown([.. openThen, .. openNow], payload, fields);
            return;
        }

        different++;
        foreach (var effect in lost)
            Change(line, payload, effect.Rule.Label, effect.Rule.Source, isNew: false, effect.Kind, effect.Detail);
        foreach (var effect in gained)
            Change(line, payload, effect.Rule.Label, effect.Rule.Source, isNew: true, effect.Kind, effect.Detail);
        // A rule of both that may match could decide all the same.
        if (one.Unknown.Concat(other.Unknown).All(rule => rule.Decisions.IsEmpty))
            Count(Verdict(KindsOf(one.Matched)), Verdict(KindsOf(other.Matched)));

        ImmutableArray<string> KindsOf(ImmutableArray<Rule> rules) => RecordLine.KindsOf(Decision.Of(rules, payload, context));
    }

    /// <summary>Each effect takes away one that is the same.</summary>
    private static List<ReplayEffect> Without(IEnumerable<ReplayEffect> effects, IEnumerable<ReplayEffect> others)
    {
        var left = others.Select(effect => effect.Same).ToList();
        return [.. effects.Where(effect => !left.Remove(effect.Same))];
    }

    private void Unknown(ImmutableArray<Rule> rules, Payload payload, LeftOutFields fields)
    {
        unknown++;
        foreach (var rule in rules.DistinctBy(rule => rule.Id))
        {
            var (_, count, names) = unknowns.GetValueOrDefault(rule.Id, (rule, 0, new SortedSet<string>(StringComparer.Ordinal)));
            names.UnionWith(AssumedRule.Fields(rule, payload, fields));
            unknowns[rule.Id] = (rule, count + 1, names);
        }
    }

    private void Change(RecordLine line, Payload payload, string rule, SourceRef? place, bool isNew, string what, string detail)
    {
        if (!changes.TryGetValue((rule, isNew, what), out var change))
            changes[(rule, isNew, what)] = change = new ReplayChange(rule, place, isNew, what);
        change.Add(new ReplayExample(line.Id, line.Ms, line.Event, payload.Tool, About(payload), detail));
    }

    private static string? About(Payload payload) => payload.Text(FieldPath.Parse("command")!) ?? payload.File;

    private void Count(string? was, string? wouldBe)
    {
        if (was != wouldBe)
            verdicts[(was, wouldBe)] = verdicts.GetValueOrDefault((was, wouldBe)) + 1;
    }

    /// <summary>The strongest of what was decided; null where the event just went on.</summary>
    private static string? Verdict(ImmutableArray<string> kinds)
    {
        foreach (
            var kind in (ReadOnlySpan<DecisionKind>)
                [DecisionKind.Deny, DecisionKind.Block, DecisionKind.Stop, DecisionKind.Defer, DecisionKind.Ask, DecisionKind.Allow]
        )
        {
            if (kinds.Contains(DecisionWords.Of(kind)))
                return DecisionWords.Of(kind);
        }

        return null;
    }

    /// <summary>The project of a plan, from wherever the record was brought here.</summary>
    private RouteContext ContextOf(string planPath)
    {
        if (!contexts.TryGetValue(planPath, out var context))
            contexts[planPath] = context = new RouteContext(ProjectOf(planPath) ?? projectDir);
        return context;
    }

    private static string? ProjectOf(string planPath) =>
        ProjectLayout.SettingsFolder(planPath) is { } settings && Path.GetFileName(settings) == ProjectLayout.ClaudeFolder
            ? Path.GetDirectoryName(settings)
            : null;
}
