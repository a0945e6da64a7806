using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using HookRules.Compiler.Settings;
using HookRules.Compiler.Settings.Json;
using HookRules.Compiler.Settings.Merge;
using HookRules.Engine;

namespace HookRules.Compiler.Emit;

/// <summary>Says which entries the rules need in settings.json: as few as possible, with matchers as tight as they may be.</summary>
public static class SettingsEmitter
{
    private const double HookTimeout = 10;
    private const double WaitMargin = 5;
    private const string NoRule = "";

    public static ImmutableArray<SettingsEntry> Emit(RuleGraph graph, string planHash, EmitOptions options) =>
        [
            .. from rule in graph.Rules.Concat(Needed(graph))
            from @event in rule.Events
            group rule by @event into rules
            let hookEvent = HookEvents.Find(rules.Key) ?? throw new InvalidOperationException($"no hook event {rules.Key}")
            from entry in HookEntries(
                    hookEvent,
                    [.. rules.Where(rule => rule.NeedsHook || rule.Id == NoRule).Select(rule => On(hookEvent, rule))],
                    planHash,
                    options
                )
                .Concat(
                    hookEvent.Name == SessionNeeds.WakeEvent && graph.Settings.FeedbackWakes && SessionNeeds.FeedsBack(graph)
                        ? [WakeEntry(hookEvent, planHash, options)]
                        : []
                )
                .Concat(NativeEntries(hookEvent, rules.Where(rule => rule.Event == hookEvent.Name), options.CanFilter))
            select entry,
        ];

    /// <summary>What failed is told, and a turn ends, at events that no rule may be about: as rules that only ask for the hook.</summary>
    private static IEnumerable<Rule> Needed(RuleGraph graph)
    {
        IEnumerable<HookEvent> events = SessionNeeds.FeedsBack(graph) ? SessionNeeds.FeedbackEvents : [];
        if (SessionNeeds.HasTurns(graph))
            events = events.Union(SessionNeeds.TurnEnds);
        return events.Select(known => new Rule
        {
            Id = NoRule,
            Event = known.Name,
            Matcher = known.Name == "SessionStart" ? new Matcher.Names([SessionNeeds.Resume]) : Matcher.Any.Instance,
            Source = RuleGraphJson.NoPlace,
        });
    }

    /// <summary>As it stands on an event that is not its own, of whose tools alone the entry needs to know.</summary>
    private static Rule On(HookEvent hookEvent, Rule rule) =>
        rule.Event != hookEvent.Name && rule.Matcher is Matcher.Names { Raw: null } names
            ? rule with
            {
                Matcher = new Matcher.Names([.. names.Values.Where(name => hookEvent.MatcherValues.Contains(name))]),
            }
            : rule;

    private static IEnumerable<SettingsEntry> HookEntries(
        HookEvent hookEvent,
        ImmutableArray<Rule> rules,
        string planHash,
        EmitOptions options
    )
    {
        if (rules.IsEmpty)
            yield break;
        if (rules.Any(rule => rule.Matcher.Raw is not null))
        {
            foreach (var entry in RawEntries(hookEvent, rules, planHash, options))
                yield return entry;
            yield break;
        }

        var closed = rules.Where(rule => rule.IsClosed).ToImmutableArray();
        var guarded = new SettingsMatcher(hookEvent, closed.Select(rule => rule.Matcher));
        if (!closed.IsEmpty && guarded.Names is null)
        {
            // Which values a closed rule may meet is not a list, so everything that the event needs is in its group.
            yield return HookEntry(
                hookEvent,
                rules,
                new SettingsMatcher(hookEvent, rules.Select(rule => rule.Matcher)),
                closed: true,
                planHash,
                options
            );
            yield break;
        }

        if (!closed.IsEmpty)
            yield return HookEntry(hookEvent, rules, guarded, closed: true, planHash, options);

        var open = rules.Where(rule => !rule.IsClosed).ToImmutableArray();
        var others = new SettingsMatcher(hookEvent, open.Select(rule => rule.Matcher));
        if (!closed.IsEmpty)
            others.Except(guarded.Names!);
        if (!others.IsEmpty)
            yield return HookEntry(hookEvent, open, others, closed: false, planHash, options);
    }

    /// <summary>Where an author wrote a matcher for settings.json himself, it may overlap others: all entries of the event have one
    /// command, which Claude Code runs once.</summary>
    private static IEnumerable<SettingsEntry> RawEntries(
        HookEvent hookEvent,
        ImmutableArray<Rule> rules,
        string planHash,
        EmitOptions options
    )
    {
        var entry = HookEntry(
            hookEvent,
            rules,
            new SettingsMatcher(hookEvent, rules.Select(rule => rule.Matcher)),
            rules.Any(rule => rule.IsClosed),
            planHash,
            options,
            canFilter: false
        );
        var others = new SettingsMatcher(hookEvent, rules.Where(rule => rule.Matcher.Raw is null).Select(rule => rule.Matcher));
        if (!others.IsEmpty)
            yield return entry with
            {
                Matcher = others.Write(),
            };
        foreach (var raw in rules.Select(rule => rule.Matcher.Raw).OfType<string>().Distinct(StringComparer.Ordinal))
            yield return entry with
            {
                Matcher = raw,
            };
    }

    private static SettingsEntry HookEntry(
        HookEvent hookEvent,
        ImmutableArray<Rule> rules,
        SettingsMatcher matcher,
        bool closed,
        string planHash,
        EmitOptions options,
        bool canFilter = true
    )
    {
        var json = new StringBuilder("{\"type\":\"command\",\"command\":");
        if (options.Runtime == RuntimeMode.Launcher)
            json.Append(JsonText.Quote(new EntryCommand(hookEvent, planHash, closed, options).ToString()));
        else
            AppendRuntime(json, hookEvent, planHash, closed, options);
        if (canFilter && options.CanFilter && !closed && hookEvent.IsToolEvent && SettingsCondition.Of(rules, matcher) is { } condition)
            json.Append(",\"if\":").Append(JsonText.Quote(condition));
        json.Append(CultureInfo.InvariantCulture, $",\"timeout\":{Timeout(rules)}");
        if (closed && hookEvent.OnFailureBlocks)
            json.Append(",\"onFailure\":\"block\"");
        return new SettingsEntry(hookEvent.Name, matcher.Write(), [json.Append('}').ToString()]);
    }

    /// <summary>Claude Code goes on meanwhile; where the hook ends with 2, an idle session is woken by what it says.</summary>
    private static SettingsEntry WakeEntry(HookEvent hookEvent, string planHash, EmitOptions options)
    {
        var json = new StringBuilder("{\"type\":\"command\",\"command\":");
        if (options.Runtime == RuntimeMode.Launcher)
            json.Append(JsonText.Quote(new EntryCommand(hookEvent, planHash, Closed: false, options) { Wakes = true }.ToString()));
        else
            AppendRuntime(json, hookEvent, planHash, closed: false, options, ProjectLayout.WakeArgument);
        json.Append(CultureInfo.InvariantCulture, $",\"asyncRewake\":true,\"timeout\":{SessionNeeds.LongestWake.TotalSeconds}}}");
        return new SettingsEntry(hookEvent.Name, null, [json.ToString()]);
    }

    // No shell and no launcher: Windows starts no script in exec form.
    private static void AppendRuntime(
        StringBuilder json,
        HookEvent hookEvent,
        string planHash,
        bool closed,
        EmitOptions options,
        string? more = null
    )
    {
        var folder = options.PlanFolder?.TrimEnd('/', '\\') ?? $"${{{options.Place.Variable}}}{options.Place.Below}";
        List<string> arguments =
        [
            ProjectLayout.PlanArgument,
            $"{folder}/{ProjectLayout.Plan}",
            ProjectLayout.PlanHashArgument,
            planHash,
            ProjectLayout.EventArgument,
            hookEvent.Name,
        ];
        if (closed)
            arguments.Add(ProjectLayout.ClosedArgument);
        if (more is not null)
            arguments.Add(more);
        json.Append(JsonText.Quote(ProjectLayout.HookName))
            .Append(",\"args\":[")
            .AppendJoin(',', arguments.Select(JsonText.Quote))
            .Append(']');
    }

    // An await begins when the sync actions have ended.
    private static double Timeout(ImmutableArray<Rule> rules)
    {
        var longest =
            Longest(rules.SelectMany(rule => rule.Sync).Select(branch => branch.Options.Timeout ?? BranchOptions.SyncTimeout))
            + Longest(rules.Select(rule => rule.Await?.Timeout).OfType<TimeSpan>());
        return longest == TimeSpan.Zero ? HookTimeout : Math.Max(HookTimeout, Math.Ceiling(longest.TotalSeconds + WaitMargin));

        static TimeSpan Longest(IEnumerable<TimeSpan> times) => times.Append(TimeSpan.Zero).Max();
    }

    /// <summary>What the native handlers of one rule become, in their order.</summary>
    internal static IEnumerable<SettingsEntry> NativesOf(Rule rule) =>
        HookEvents.Find(rule.Event) is { } known ? NativeEntries(known, [rule], canFilter: true) : [];

    private static IEnumerable<SettingsEntry> NativeEntries(HookEvent hookEvent, IEnumerable<Rule> rules, bool canFilter) =>
        from rule in rules
        from place in NativePlaces(hookEvent, rule)
        from native in rule.Natives
        group NativeJson(native, rule, canFilter ? place.Condition : null) by place.Matcher into handlers
        select new SettingsEntry(hookEvent.Name, handlers.Key, [.. handlers]);

    private static IEnumerable<(string? Matcher, string? Condition)> NativePlaces(HookEvent hookEvent, Rule rule) =>
        hookEvent.IsToolEvent && !rule.Globs.IsEmpty && SettingsCondition.CanFilter(rule.Matcher, rule.Globs)
            ? ((Matcher.Names)rule.Matcher)
                .Values.Distinct()
                .Select(tool => (new SettingsMatcher(hookEvent, [new Matcher.Names([tool])]).Write(), SettingsCondition.Of(rule, tool)))
            : [(rule.Matcher.Raw ?? new SettingsMatcher(hookEvent, [rule.Matcher]).Write(), null)];

    private static string NativeJson(NativeHandler native, Rule rule, string? condition)
    {
        var handler = JsonText.Parse(native.Json);
        var members = handler
            .Root.Children.Where(member => member.Name != SettingsOwnership.Mark)
            .Select(member => handler.Text[member.Start..member.End])
            .ToList();
        if (condition is not null && handler.Root["if"] is null)
            members.Add($"\"if\":{JsonText.Quote(condition)}");
        members.Add($"\"{SettingsOwnership.Mark}\":{JsonText.Quote(rule.Id)}");
        return $"{{{string.Join(',', members)}}}";
    }
}
