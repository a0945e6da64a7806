using System.Text.Json;
using HookRules.Compiler.Diagnostics;
using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Operating;

namespace HookRules.Cli.Reports;

/// <summary>Prints the story of an event for people and for programs.</summary>
internal static class WhyReport
{
    private const string NoLongerKnown = "what the other rules said is no longer known: the event's payload is kept by \"record on\" alone";
    private const int MostMembers = 5;
    private const long ShortestWait = 20;

    public static void WriteText(Cli cli, RunningProject project, EventStory story)
    {
        var report = new Report(cli);
        report.Line("event", $"{story.Name}{(story.Tool is { } tool ? $" {tool}" : "")}  {story.Id}", Report.Strong);
        report.Line(
            "published",
            Human.Clock(story.Published, cli.Time)
                + (story.Event?.HookUs is { } us ? FormattableString.Invariant($", its hook took {us / 1000.0:0.0} ms") : "")
        );
        if (story.Session is { } session)
            report.Line("session", session);
        if (!story.Files.IsEmpty)
            report.Line("file", string.Join(", ", story.Files));
        if (story.Decided is { } decided)
            report.Line("decided", decided.IsEmpty ? "nothing" : string.Join(", ", decided));
        WriteRules(report, project, story);
        foreach (var order in story.Runs.GroupBy(run => run.Order ?? run.Branch))
            WriteOrder(cli, report, project, story, [.. order]);
        foreach (var item in story.Waiting)
            WriteWaiting(cli, report, item);
        if (story.Runs.IsEmpty && story.Waiting.IsEmpty)
            report.Line("runs", "none: no rule queues anything for it");
        foreach (var letter in story.Dead)
            report.Line("dead letter", $"{letter.Reason}: hookrules dead show {letter.Id}", Report.Bad);
    }

    private static void WriteRules(Report report, RunningProject project, EventStory story)
    {
        report.Heading("Rules");
        if (story.Rules is not { } rules)
        {
            foreach (var rule in story.Runs.GroupBy(run => run.Rule))
                report.Line("  matched", WithText(project, rule.Key, rule.First().Place), Report.Good);
            report.Line("  " + NoLongerKnown, Report.Faint);
            return;
        }

        if (rules.IsEmpty)
            report.Line("  no rule is about this event");
        foreach (var rule in rules)
            if (rule.Matched)
                report.Line("  matched", WithText(project, rule.Rule.Name ?? rule.Rule.Id, rule.Rule.Source.ToString()), Report.Good);
            else
                report.Line("  no match", $"{rule.Rule.Label}: {rule.FailedClause}: {rule.Detail}");
    }

    private static string WithText(RunningProject project, string rule, string? place)
    {
        var text = Places.TextOf(project.ProjectDir, place);
        return Places.Of(rule, place) + (text.Length > 0 ? $"  {text}" : "");
    }

    private static void WriteOrder(Cli cli, Report report, RunningProject project, EventStory story, IReadOnlyList<JournalEntry> runs)
    {
        var first = runs[0];
        report.Heading($"{first.Action}  {WithText(project, first.Rule, first.Place)}");
        if (first.Events.Length > 1)
            report.Line(
                "  stands for",
                $"{first.Events.Length} events: {string.Join(", ", first.Events.TakeLast(MostMembers))}"
                    + (first.Events.Length > MostMembers ? ", …" : "")
                    + (first.Sessions.Length > 1 ? $"; {first.Sessions.Length} sessions: {string.Join(", ", first.Sessions)}" : "")
                    + (first.Events[^1] == story.Id ? "" : "; a later one is the last, which it saw")
            );
        if (first.ClosedBy is { } closedBy)
            report.Line("  window", $"closed by {closedBy}");
        if (first.Cause is { } cause)
            report.Line("  made by", CauseOf(cause));
        foreach (var run in runs)
        {
            // What is shorter is the way through the gates, and no waiting at one of them.
            foreach (var (name, ms) in run.Waits.Where(wait => wait.Ms >= ShortestWait))
                report.Line("  waited", $"{Human.Duration(ms)}: {WaitText(name)}");
            var (outcome, style) = RunText.Outcome(run);
            var at = Human.Clock(DateTimeOffset.FromUnixTimeMilliseconds(run.StartMs), cli.Time);
            if (run.IsNote)
                report.Line($"  {outcome}", $"{run.Why}  ({at})", style);
            else
                report.Line(
                    $"  {outcome}",
                    $"{at}, {RunText.Times(run)}{(run.Deliveries > 0 ? $", begun {run.Deliveries + 1} times" : "")}"
                        + $"{(run.Why is { } why ? $": {why}" : "")}",
                    style
                );
        }

        foreach (var told in story.Told.Where(told => runs.Any(run => run.Order == told.Order)))
            report.Line(
                "  told",
                $"{(told.Kind == ToldKind.Await ? "by an await" : "as feedback")} at {Human.Clock(told.At, cli.Time)} "
                    + $"in session {told.Session}"
            );
        if (first.Command.Length > 0)
            report.Line("  command", first.Command);
    }

    private static void WriteWaiting(Cli cli, Report report, WaitingItem item)
    {
        var name = item.Action ?? "an order";
        report.Line(
            item.Cause == "running" ? "running" : "waiting",
            item.Cause == "running"
                ? name
                : $"{name}: {item.Cause}, {StatusReport.Describe(item.Cause)}"
                    + (item.Due is { } due ? $"; goes on at {Human.Clock(due, cli.Time)}" : ""),
            Report.Warning
        );
    }

    private static string WaitText(string cause) =>
        cause switch
        {
            "window" => "until its window closed",
            "later" => "before it was tried again",
            "busy" => "while another run of its key was under way",
            _ => StatusReport.Describe(cause),
        };

    private static string CauseOf(string cause) =>
        cause switch
        {
            "stage" => "the end of the stage before",
            "failure" => "the failure of a stage",
            "dead-retry" => "hookrules dead retry",
            _ => cause,
        };

    public static void WriteJson(Cli cli, EventStory story) =>
        cli.Print(output =>
        {
            using var json = new Utf8JsonWriter(output, JsonLayout.Readable);
            json.WriteStartObject();
            json.WriteString("event_id", story.Id);
            json.WriteString("event", story.Name);
            json.WriteString("tool", story.Tool);
            json.WriteString("session_id", story.Session);
            json.WriteNumber("published_ms", story.Published.ToUnixTimeMilliseconds());
            if (story.Event?.HookUs is { } us)
                json.WriteNumber("hook_us", us);
            json.WriteStrings("files", story.Files);
            json.WriteBoolean("payload_known", story.Rules is not null);
            if (story.Decided is { } decided)
                json.WriteStrings("decided", decided);
            json.WriteStartArray("rules");
            foreach (var rule in story.Rules ?? [])
            {
                json.WriteStartObject();
                json.WriteString("rule", rule.Rule.Id);
                json.WriteString("place", rule.Rule.Source.ToString());
                json.WriteBoolean("matches", rule.Matched);
                if (!rule.Matched)
                {
                    json.WriteString("failed_clause", rule.FailedClause);
                    json.WriteString("detail", rule.Detail);
                }

                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("runs");
            foreach (var run in story.Runs)
                json.WriteRawValue(run.Text.Span);
            json.WriteEndArray();
            json.WriteStartArray("waiting");
            foreach (var item in story.Waiting)
            {
                json.WriteStartObject();
                json.WriteString("action", item.Action);
                json.WriteString("cause", item.Cause);
                if (item.Due is { } due)
                    json.WriteNumber("due_ms", due.ToUnixTimeMilliseconds());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStartArray("told");
            foreach (var told in story.Told)
            {
                json.WriteStartObject();
                json.WriteString("order", told.Order);
                json.WriteString("session_id", told.Session);
                json.WriteString("by", told.Kind == ToldKind.Await ? "await" : "feedback");
                json.WriteNumber("at_ms", told.At.ToUnixTimeMilliseconds());
                json.WriteEndObject();
            }

            json.WriteEndArray();
            json.WriteStrings("dead", story.Dead.Select(letter => letter.Id));
            json.WriteEndObject();
        });
}
