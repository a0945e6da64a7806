using System.Collections.Immutable;
using System.Globalization;
using HookRules.Engine;
using HookRules.Simulation.Coverage;
using HookRules.Simulation.Timelines;

namespace HookRules.Simulation.Cases;

/// <summary>Events in order of time, and what comes of them together.</summary>
internal sealed record TimelineCase(
    SourceRef At,
    string Title,
    CaseParameters With,
    Timeline Timeline,
    ImmutableArray<ExpectedHappening> Expected
) : TestCase(At, Title, With), IReachesStages
{
    public IEnumerable<Payload> Events => Timeline.Events.Select(one => one.Payload);

    public IEnumerable<string> FailureStages(RuleGraph graph) =>
        Play(graph).Runs.Where(run => run.Run.Order.Cause == "failure").Select(run => run.Run.Rule.Id);

    public TimelineResult Play(RuleGraph graph) => TimelineRun.Play(graph, Timeline, CaseProject.Folder);

    public CaseResult Judge(RuleGraph graph)
    {
        var result = Play(graph);
        var missing = Expected.Where(one => !one.Holds(result)).ToList();
        var expected = string.Join("; ", Expected.Select(one => one.Shown));
        var came = Came(result);
        return missing.Count == 0
            ? new CaseResult(this, Passed: true, expected, came, [])
            : new CaseResult(this, Passed: false, expected, came, [.. missing.Select(one => $"did not happen: {one.Shown}")]);
    }

    public bool Holds(RuleGraph graph) => Play(graph) is var result && Expected.All(one => one.Holds(result));

    private static string Came(TimelineResult result)
    {
        var lines = result
            .Runs.Select(run => (run.Start, $"run {run.Run.Branch.Action} at {Time(run.Start)}, exit {run.Result?.ExitCode}"))
            .Concat(result.Told.Select(told => (told.At, $"told at {result.Events[told.Event].Payload.Event}, {Time(told.At)}")))
            .Concat(result.Held.Select(held => (held.To, $"held {result.Events[held.Event].Payload.Event} until {Time(held.To)}")))
            .Concat(result.Notes.Select(note => (note.At, $"{note.Kind} {note.Action} at {Time(note.At)}")))
            .OrderBy(one => one.Item1)
            .Select(one => one.Item2)
            .ToList();
        return lines.Count == 0 ? "nothing" : string.Join("; ", lines);
    }

    internal static string Time(TimeSpan at) => string.Create(CultureInfo.InvariantCulture, $"{at.TotalSeconds:0.###} s");
}

/// <summary>Something that a timeline must cause.</summary>
/// <param name="Kind"><c>run</c>, <c>told</c>, <c>held</c>, <c>dead</c>, <c>skipped</c>, <c>withdrawn</c> or <c>decision</c>.</param>
/// <param name="What">The action, the text or the event; of a decision its word.</param>
internal sealed record ExpectedHappening(string Kind, string What)
{
    /// <summary>A window closes a little after its time, and nobody counts milliseconds.</summary>
    private static readonly TimeSpan Tolerance = TimeSpan.FromMilliseconds(60);

    public string? File { get; init; }

    public int? Times { get; init; }

    public TimeSpan? At { get; init; }

    public string? AtEvent { get; init; }

    public int? Exit { get; init; }

    /// <summary>How long something is held.</summary>
    public TimeSpan? For { get; init; }

    public string? Rule { get; init; }

    public string Shown
    {
        get
        {
            var text = Kind == "told" ? $"told \"{What}\"" : $"{Kind} {What}";
            if (Rule is not null)
                text += $" {Rule}";
            if (File is not null)
                text += $" {File}";
            if (Times is { } times)
                text += string.Create(CultureInfo.InvariantCulture, $" {times} times");
            if (At is { } at)
                text += $" at {TimelineCase.Time(at)}";
            if (AtEvent is not null)
                text += $" at {AtEvent}";
            if (For is { } length)
                text += $" for {TimelineCase.Time(length)}";
            return Exit is { } exit ? string.Create(CultureInfo.InvariantCulture, $"{text} exit {exit}") : text;
        }
    }

    public bool Holds(TimelineResult result)
    {
        var found = Moments(result).ToList();
        if (Times is { } times && found.Count != times)
            return false;
        if (Times == 0)
            return true;
        return At is { } at ? found.Exists(moment => Near(moment, at)) : found.Count > 0;
    }

    /// <summary>When it happened, as often as it did.</summary>
    private IEnumerable<TimeSpan> Moments(TimelineResult result) =>
        Kind switch
        {
            "run" => from run in result.Runs
            where Outcome.IsShort(run.Run.Branch.Action, What) || Path.GetFileName(Program(run) ?? "") == What
            where File is null || run.Run.Files.Any(IsFile) || run.Run.Order.Files.Any(IsFile)
            where Exit is null || run.Result?.ExitCode == Exit
            where Rule is null || Outcome.IsShort(run.Run.Rule.Name, Rule)
            select run.Start,
            "told" => from told in result.Told
            where told.Text.Contains(What, StringComparison.Ordinal) && IsAt(result, told.Event)
            select told.At,
            "held" => from held in result.Held
            where result.Events[held.Event].Payload.Event == What
            where For is not { } length || Near(held.To - held.From, length)
            select held.From,
            "decision" => from one in result.Events
            where IsAt(result, one.Index)
            where
                Outcome.Of(one.Matched, one.Payload.Event).Any(outcome => outcome.Word == What && (Rule is null || outcome.IsNamed(Rule)))
                || (What == "block" && one.Decision.BlockReason is not null && Rule is null)
            select one.At,
            _ => from note in result.Notes where note.Kind == Kind && Outcome.IsShort(note.Action, What) select note.At,
        };

    private bool IsAt(TimelineResult result, int index) => AtEvent is null || result.Events[index].Payload.Event == AtEvent;

    private bool IsFile(string path) => path == File || path == CaseProject.PathOf(File!);

    private static bool Near(TimeSpan one, TimeSpan other) => (one - other).Duration() <= Tolerance;

    private static string? Program(TimelineRunEntry run) => run.Invocation is Invocation.Process process ? process.Argv[0] : null;
}
