using System.Collections.Immutable;
using System.Globalization;
using HookRules.Compiler.Diagnostics;
using HookRules.Compiler.Packs;
using HookRules.Engine;

namespace HookRules.Compiler.Graphs;

/// <summary>Which part of the graph is shown; null shows all.</summary>
public sealed record PictureScope(string? Event = null, string? Rule = null, string? Pack = null);

/// <summary>Makes the picture of a compilation.</summary>
public sealed class PictureBuilder
{
    private const int LongestLine = 60;

    private static readonly string[] NativeTexts = ["prompt", "command", "url", "tool"];

    private readonly RuleGraph graph;
    private readonly Dictionary<string, string> packs;
    private readonly Dictionary<string, SourceText> sources;
    private readonly Dictionary<string, RouteTrace>? traces;
    private readonly string? payloadEvent;
    private readonly ImmutableArray<PictureRule>.Builder rules = ImmutableArray.CreateBuilder<PictureRule>();
    private readonly ImmutableArray<PictureNode>.Builder nodes = ImmutableArray.CreateBuilder<PictureNode>();
    private readonly ImmutableArray<PictureEdge>.Builder edges = ImmutableArray.CreateBuilder<PictureEdge>();
    private readonly List<string> events = [];
    private readonly Dictionary<(string Event, string Filter), string> filters = [];
    private readonly Dictionary<string, List<string>> actionNodes = new(StringComparer.Ordinal);
    private int steps;

    private PictureBuilder(Compilation compilation, Payload? payload, RouteContext? context)
    {
        graph = compilation.Graph;
        var own = compilation.Files.Select(file => file.Source.Path).ToHashSet(StringComparer.Ordinal);
        sources = compilation.Sources.DistinctBy(source => source.Path).ToDictionary(source => source.Path, StringComparer.Ordinal);
        packs = compilation
            .Sources.Where(source => !own.Contains(source.Path))
            .DistinctBy(source => source.Path)
            .ToDictionary(source => source.Path, source => PackHeader.Of(source)?.Name ?? source.Path, StringComparer.Ordinal);
        if (payload is null)
            return;
        var found = new List<RouteTrace>();
        Router.Route(payload, graph.Rules, context!, found);
        traces = found.ToDictionary(trace => trace.Rule.Id, StringComparer.Ordinal);
        payloadEvent = payload.Event;
    }

    /// <param name="payload">Its way is lit; null lights nothing.</param>
    public static RulePicture Of(Compilation compilation, PictureScope scope, Payload? payload = null, RouteContext? context = null)
    {
        var builder = new PictureBuilder(compilation, payload, context);
        foreach (var rule in compilation.Graph.Rules)
            if (builder.IsShown(rule, scope))
                builder.Add(rule);
        builder.AddAwaits();
        return new RulePicture(builder.rules.ToImmutable(), builder.nodes.ToImmutable(), builder.edges.ToImmutable(), [.. builder.events]);
    }

    /// <summary>The names that a scope may have.</summary>
    public static (IReadOnlyList<string> Rules, IReadOnlyList<string> Packs) Names(Compilation compilation)
    {
        var builder = new PictureBuilder(compilation, null, null);
        return (
            [.. compilation.Graph.Rules.Select(rule => rule.Name).OfType<string>()],
            [.. builder.packs.Values.Distinct(StringComparer.Ordinal)]
        );
    }

    private string? PackOf(Rule rule) => packs.GetValueOrDefault(rule.Source.File);

    private bool IsShown(Rule rule, PictureScope scope) =>
        (scope.Event is null || rule.IsOn(scope.Event))
        && (scope.Pack is null || PackOf(rule) == scope.Pack)
        && (
            scope.Rule is null
            || rule.Id == scope.Rule
            || rule.Name == scope.Rule
            || (rule.Name?.EndsWith($".{scope.Rule}", StringComparison.Ordinal) ?? false)
        );

    private void Add(Rule rule)
    {
        var index = rules.Count;
        var pack = PackOf(rule);
        var trace = traces?.GetValueOrDefault(rule.Id);
        var lit = traces is null ? null : (bool?)(trace?.Matched ?? false);
        var why =
            lit is not false ? null
            : trace is null ? $"it is on {rule.Event}, and this is {payloadEvent}"
            : $"{trace.FailedClause}: {trace.Detail}";
        rules.Add(new PictureRule(rule, rule.Name ?? $"{rule.Source.File}:{rule.Source.Line}", pack, TextOf(rule), lit, why));

        var before = EventNode(rule.Event);
        var filter = FilterOf(rule);
        if (filter.Length > 0)
            before = FilterNode(rule, filter, before, pack, index, lit, why);
        var id = Id("r", index);
        nodes.Add(new PictureNode(id, PictureKind.Rule, RuleLines(rule), rule.Event, pack, index, lit, why));
        Connect(before, id, "", RulePicture.Flow, lit);
        AddSteps(rule, id, pack, index, lit);
    }

    private void AddSteps(Rule rule, string id, string? pack, int index, bool? lit)
    {
        foreach (var step in rule.Decisions)
            Step(PictureKind.Decision, [DecisionWords.Of(step.Kind), Short(step.Text.Text)], 0, [id]);
        foreach (var set in rule.Sets)
            Step(PictureKind.Decision, [$"set {Short(set.Field.ToString())}"], 0, [id]);
        foreach (var reply in rule.Replies)
            Step(PictureKind.Decision, [$"reply {Short(reply.Name)}"], 0, [id]);
        if (rule.Await is { } step2)
            awaits.Add((Step(PictureKind.Decision, [$"await {Short(string.Join(", ", step2.Actions))}"], 0, [id]), rule, step2, lit));
        foreach (var sync in rule.Sync)
            Step(PictureKind.Action, [sync.Action, "sync"], 0, [id]);
        foreach (var native in rule.Natives)
            Step(PictureKind.Native, [Short(NativeText(native))], 0, [id]);
        var last = Stages(rule.Stages, [id], 0, RulePicture.Flow);
        if (!rule.OnFailure.IsEmpty)
            Stages(rule.OnFailure, last, rule.Stages.Length, RulePicture.Failure);

        string Step(PictureKind kind, ImmutableArray<string> lines, int stage, IEnumerable<string> from, string how = RulePicture.Flow)
        {
            var step = Id("s", steps++);
            nodes.Add(
                new PictureNode(step, kind, [.. lines.Where(line => line.Length > 0)], rule.Event, pack, index, lit) { Stage = stage }
            );
            foreach (var one in from)
                Connect(one, step, "", how, lit);
            return step;
        }

        List<string> Stages(ImmutableArray<Stage> stages, List<string> from, int first, string how)
        {
            for (var i = 0; i < stages.Length; i++)
            {
                var reached = new List<string>();
                foreach (var branch in stages[i].Branches)
                {
                    var node = Step(
                        PictureKind.Action,
                        [branch.Action, ActionText(branch), Options(branch)],
                        first + i,
                        from,
                        i == 0 ? how : RulePicture.Flow
                    );
                    reached.Add(node);
                    if (!actionNodes.TryGetValue(branch.Action, out var known))
                        actionNodes[branch.Action] = known = [];
                    known.Add(node);
                }

                from = reached;
            }

            return from;
        }
    }

    private readonly List<(string Node, Rule Rule, AwaitStep Step, bool? Lit)> awaits = [];

    private void AddAwaits()
    {
        foreach (var (node, _, step, lit) in awaits)
        foreach (var action in step.Actions)
        foreach (var target in actionNodes.GetValueOrDefault(action) ?? [])
            Connect(node, target, "awaits", RulePicture.Await, lit);
    }

    private string EventNode(string name)
    {
        var known = events.IndexOf(name);
        if (known >= 0)
            return Id("e", known);
        events.Add(name);
        nodes.Add(
            new PictureNode(
                Id("e", events.Count - 1),
                PictureKind.Event,
                [name],
                name,
                null,
                null,
                payloadEvent is null ? null : name == payloadEvent
            )
        );
        return Id("e", events.Count - 1);
    }

    private string FilterNode(Rule rule, ImmutableArray<string> filter, string before, string? pack, int index, bool? lit, string? why)
    {
        // Rules that look for the same share one; one of a pack stays in its box.
        var key = (rule.Event, $"{pack}\n{string.Join('\n', filter)}");
        if (filters.TryGetValue(key, out var known))
        {
            if (lit is true)
            {
                var at = nodes.FindIndexOf(known);
                nodes[at] = nodes[at] with { IsLit = true, Why = null };
            }

            return known;
        }

        var id = Id("c", filters.Count);
        filters[key] = id;
        nodes.Add(new PictureNode(id, PictureKind.Filter, filter, rule.Event, pack, index, lit, why));
        Connect(before, id, "", RulePicture.Flow, lit);
        return id;
    }

    private void Connect(string from, string to, string label, string kind, bool? lit) =>
        edges.Add(new PictureEdge(from, to, label, kind, lit));

    private static ImmutableArray<string> FilterOf(Rule rule)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        if (rule.Matcher is not Matcher.Any)
            lines.Add(Short(RouteTrace.Describe(rule.Matcher)));
        if (!rule.Globs.IsEmpty)
            lines.Add(Short(string.Join(' ', rule.Globs.Select(glob => glob.Text))));
        if (rule.Where is { } where)
            lines.AddRange(Wrapped($"where {ConditionText.Of(where)}"));
        return lines.ToImmutable();
    }

    private static ImmutableArray<string> RuleLines(Rule rule)
    {
        var lines = ImmutableArray.CreateBuilder<string>();
        lines.Add(Short(rule.Name ?? $"{rule.Source.File}:{rule.Source.Line}"));
        if (rule.Window is { } window)
            lines.Add(WindowText.Of(window));
        if (rule.Closed)
            lines.Add("closed");
        return lines.ToImmutable();
    }

    private string ActionText(Branch branch) =>
        graph.Actions.FirstOrDefault(action => action.Name == branch.Action)?.Handler switch
        {
            Handler.Run run => Short(string.Join(' ', run.Argv.Select(Text))),
            Handler.Shell shell => Short($"shell {shell.Script.Split('\n')[0]}"),
            Handler.Http http => Short($"{http.Method} {Text(http.Url)}"),
            Handler.Slack slack => Short($"slack {Text(slack.Text)}"),
            Handler.Notify notify => Short($"notify {Text(notify.Text)}"),
            Handler.Log log => Short($"log {Text(log.File)}"),
            _ => "",
        };

    private static string Text(TextValue value) => value is TextValue.Text text ? text.Template.Text : $"env.{((TextValue.Env)value).Name}";

    private static string Options(Branch branch)
    {
        var options = branch.Options;
        var words = new List<string>();
        if (options.Window is { } window)
            words.Add(WindowText.Of(window));
        if (options.Timeout is { } timeout)
            words.Add($"timeout {Rules.Syntax.Durations.Format(timeout)}");
        if (options.Retry > 0)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"retry {options.Retry}"));
        if (options.Concurrency is { } most)
            words.Add(string.Create(CultureInfo.InvariantCulture, $"concurrency {most}"));
        if (options.Busy is { } busy)
            words.Add($"busy {busy.ToString().ToLowerInvariant()}");
        if (options.Group is { } group)
            words.Add($"group {group}");
        if (options.Feedback)
            words.Add("feedback");
        return string.Join(", ", words);
    }

    private static string NativeText(NativeHandler native)
    {
        using var json = System.Text.Json.JsonDocument.Parse(native.Json);
        var type = json.RootElement.TryGetProperty("type", out var kind) ? kind.ToString() : "handler";
        var text = NativeTexts
            .Select(name => json.RootElement.TryGetProperty(name, out var value) ? value.ToString() : null)
            .FirstOrDefault(value => value is not null);
        return $"{type} {text}".Trim();
    }

    private string TextOf(Rule rule)
    {
        if (sources.GetValueOrDefault(rule.Source.File) is not { } source)
            return "";
        var lines = Enumerable.Range(rule.Source.Line, Math.Max(1, rule.Source.EndLine - rule.Source.Line + 1));
        return string.Join('\n', lines.Select(line => source.Line(line).ToString())).TrimEnd();
    }

    private static IEnumerable<string> Wrapped(string text)
    {
        const int MostLines = 3;
        var lines = new List<string>();
        while (text.Length > LongestLine && lines.Count < MostLines - 1)
        {
            var at = text.LastIndexOf(' ', LongestLine);
            at = at <= 0 ? LongestLine : at;
            lines.Add(text[..at]);
            text = text[at..].TrimStart();
        }

        lines.Add(Short(text));
        return lines;
    }

    private static string Short(string text)
    {
        text = text.Replace('\n', ' ');
        return text.Length <= LongestLine ? text : string.Concat(text.AsSpan(0, LongestLine - 1), "…");
    }

    private static string Id(string prefix, int number) => string.Create(CultureInfo.InvariantCulture, $"{prefix}{number}");
}

file static class Nodes
{
    public static int FindIndexOf(this ImmutableArray<PictureNode>.Builder nodes, string id)
    {
        for (var i = nodes.Count - 1; i >= 0; i--)
            if (nodes[i].Id == id)
                return i;
        return -1;
    }
}
