using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Simulation.Cases;

/// <summary>How a case ended.</summary>
/// <param name="Came">What the rules did.</param>
/// <param name="Why">The clauses that decided, one a line; empty where it passed.</param>
internal sealed record CaseResult(TestCase Case, bool Passed, string Expected, string Came, ImmutableArray<string> Why);

/// <summary>Compares what an event caused with what was expected of it.</summary>
internal static class CaseJudge
{
    private static readonly string[] Shown = ["deny", "defer", "ask", "allow", "block", "stop"];

    public static RouteContext Context => new(CaseProject.Folder) { Home = CaseProject.Home, IgnoresCase = false };

    public static CaseResult Judge(EventCase one, RuleGraph graph)
    {
        var payload = Payload(one);
        var matched = Router.Match(payload, graph.Rules, Context);
        var came = Outcome.Of(matched, payload.Event);
        if (StepsHold(one.Expected, came) && TextsHold(one, graph, matched.Length))
            return new CaseResult(one, Passed: true, one.Expected.Shown, Described(came), []);
        return new CaseResult(one, Passed: false, one.Expected.Shown, Described(came, one, graph), Why(one, came, graph));
    }

    public static Payload Payload(EventCase one) =>
        Engine.Payload.TryParse(one.Payload, out var problem) ?? throw new FormatException($"{one.At}: {problem}");

    /// <summary>What is expected is there; what else is there may only be work that is queued, unless the case speaks of that.</summary>
    public static bool StepsHold(Expectation expected, ImmutableArray<Outcome> came)
    {
        foreach (var step in expected.Steps)
            if (came.Any(outcome => Fits(step, outcome)) == step.IsAbsent)
                return false;
        if (expected.IsClosed is { } closed && came.Any(outcome => outcome.Rule.IsClosed) != closed)
            return false;
        if (!expected.IsWhole)
            return true;
        var speaksOfQueue = expected.Steps.IsEmpty || expected.Steps.Any(step => step.Word == "queue");
        return came.All(outcome =>
            outcome.IsAlso || expected.Steps.Any(step => Fits(step, outcome)) || (outcome.Word == "queue" && !speaksOfQueue)
        );
    }

    private static bool Fits(ExpectedStep step, Outcome outcome) =>
        step.Word == outcome.Word && (step.Name is null || outcome.IsNamed(step.Name));

    /// <param name="matched">How many rules match: where none does, nothing is told.</param>
    public static bool TextsHold(EventCase one, RuleGraph graph, int matched) =>
        one.Expected.Texts.IsEmpty || (matched > 0 && one.Expected.Texts.All(text => Texts(one, graph, text.Place).Any(text.Holds)));

    private static IEnumerable<string> Texts(EventCase one, RuleGraph graph, TextPlace place)
    {
        var dry = Simulator.Simulate(graph, Payload(one), CaseProject.Folder, Context);
        var decision = dry.Decision;
        var runs = dry.Sync.Concat(dry.Queued).SelectMany(run => Both(RunText(run)));
        return place switch
        {
            TextPlace.Reason => new[] { decision.PermissionReason, decision.BlockReason, decision.StopReason }.OfType<string>(),
            TextPlace.Context => decision.Contexts,
            TextPlace.Warn => decision.Warnings,
            TextPlace.Run => runs,
            _ =>
            [
                .. runs,
                dry.Output.Stdout,
                dry.Output.Stderr,
                .. decision.Contexts,
                .. decision.Warnings,
                .. new[] { decision.PermissionReason, decision.BlockReason, decision.StopReason }.OfType<string>(),
            ],
        };
    }

    private static string RunText(SimulatedRun run) =>
        run.Invocation is Invocation.Process process ? ShellQuoting.Join(process.Argv) : run.Invocation.Shown;

    // A path is the project's own in one spelling or the other.
    private static IEnumerable<string> Both(string text) => [text, text.Replace(CaseProject.Folder + "/", "", StringComparison.Ordinal)];

    public static string Described(ImmutableArray<Outcome> came) =>
        came.IsEmpty ? "nothing" : string.Join(", ", came.Select(outcome => outcome.IsAlso ? $"also {outcome.Shown}" : outcome.Shown));

    private static string Described(ImmutableArray<Outcome> came, EventCase one, RuleGraph graph)
    {
        if (one.Expected.Texts.IsEmpty || came.IsEmpty || !StepsHold(one.Expected, came))
            return Described(came);
        var texts = one.Expected.Texts.SelectMany(text => Texts(one, graph, text.Place)).Where(text => text.Length > 0).Distinct();
        return $"{Described(came)}, told or run: {string.Join(" | ", texts)}";
    }

    private static ImmutableArray<string> Why(EventCase one, ImmutableArray<Outcome> came, RuleGraph graph)
    {
        var payload = Payload(one);
        var trace = new List<RouteTrace>();
        Router.Match(payload, graph.Rules, Context, trace);
        var expected = one.Expected.Steps.Where(step => !step.IsAbsent && !came.Any(outcome => Fits(step, outcome))).ToList();
        var lines = new List<string>();
        foreach (var step in expected)
        {
            var rules = graph.Rules.Where(rule => Means(rule, step)).ToList();
            if (rules.Count == 0)
                lines.Add(step.Name is null ? $"no rule does {step.Word}" : $"no rule is called \"{step.Name}\" and does {step.Word}");
            // Those that came closest.
            var known = rules.Select(rule => (Rule: rule, Trace: trace.Find(one => one.Rule == rule))).ToList();
            foreach (var (rule, found) in known.OrderBy(one => Distance(one.Trace)).Take(step.Name is null ? 3 : 5))
                lines.Add(Described(rule, found, payload, step));
        }

        foreach (var outcome in came.Where(outcome => !outcome.IsAlso && !one.Expected.Steps.Any(step => Fits(step, outcome))))
            lines.Add($"{outcome.Rule.Label} matches: {Clauses(outcome.Rule)}");
        return [.. lines.Distinct()];
    }

    private static int Distance(RouteTrace? trace) =>
        trace switch
        {
            null => 4,
            { Matched: true } => 0,
            { FailedClause: RouteTrace.WhereClause } => 1,
            { FailedClause: RouteTrace.GlobClause } => 2,
            _ => 3,
        };

    private static bool Means(Rule rule, ExpectedStep step)
    {
        var words = Outcome.Of([rule], rule.Event);
        return words.Any(outcome => Fits(step, outcome)) || words.Any(outcome => step.Name is not null && outcome.IsNamed(step.Name));
    }

    private static string Described(Rule rule, RouteTrace? trace, Payload payload, ExpectedStep step) =>
        trace is null ? $"{rule.Label} is on {rule.Event}, and this is {payload.Event}"
        : !trace.Matched ? $"{rule.Label} does not match: {trace.FailedClause}: {trace.Detail}"
        : Shown.Contains(step.Word) ? $"{rule.Label} matches, but a stronger decision is told"
        : $"{rule.Label} matches, but has no {step.Word}";

    private static string Clauses(Rule rule)
    {
        var clauses = new List<string>();
        if (rule.Matcher is not Matcher.Any)
            clauses.Add(RouteTrace.Describe(rule.Matcher));
        if (!rule.Globs.IsEmpty)
            clauses.Add(string.Join(' ', rule.Globs.Select(glob => glob.Text)));
        if (rule.Where is { } where)
            clauses.Add($"where {ConditionText.Of(where)}");
        return clauses.Count == 0 ? $"every {rule.Event}" : string.Join(' ', clauses);
    }
}
