using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Tracing;

namespace HookRules.Simulation.Timelines;

/// <summary>A timeline as <c>trace</c> sees a journal, with what was decided and told as notes.</summary>
internal static class TimelineTrace
{
    private const string Note = "note";

    public static Trace Of(TimelineResult result)
    {
        var start = result.Start.ToUnixTimeMilliseconds();
        return Trace.Of(
            [
                .. result.Events.Select(Event),
                .. result.Journal.Where(line => !line.IsEvent),
                .. result.Events.SelectMany(Decided),
                .. result.Told.Select(Told),
                .. result.Held.Select(Held),
            ],
            result.Slots
        );

        JournalEntry Event(SimulatedEvent one) =>
            About(one, "event", one.At) with
            {
                PublishedMs = Ms(one.At),
                Files = one.Payload.File is { } file ? [file] : [],
            };

        IEnumerable<JournalEntry> Decided(SimulatedEvent one) =>
            RecordLine
                .KindsOf(one.Decision)
                .Select(kind =>
                    About(one, Note, one.AnsweredAt) with
                    {
                        Action = one.Payload.Event,
                        Outcome = kind,
                        Why = one.Decision.PermissionReason ?? one.Decision.BlockReason ?? one.Decision.StopReason,
                    }
                );

        JournalEntry Told(ToldText told) =>
            About(result.Events[told.Event], Note, told.At) with
            {
                Action = "Claude",
                Outcome = told.Blocks ? "is held with" : "is told",
                Why = told.Text,
            };

        JournalEntry Held(HeldEvent held) =>
            About(result.Events[held.Event], "await", held.To) with
            {
                StartMs = Ms(held.From),
                DurationMs = (long)(held.To - held.From).TotalMilliseconds,
            };

        JournalEntry About(SimulatedEvent one, string kind, TimeSpan end) =>
            new()
            {
                Kind = kind,
                Event = one.Payload.Event,
                EventId = one.Id,
                Session = one.Payload.Session,
                Prompt = one.Payload.Text(FieldPath.PromptId),
                EndMs = Ms(end),
            };

        long Ms(TimeSpan at) => start + (long)at.TotalMilliseconds;
    }
}
