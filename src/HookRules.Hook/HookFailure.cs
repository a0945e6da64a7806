namespace HookRules.Hook;

/// <summary>What kept the hook from doing all of its work; of each kind the user is told once a session.</summary>
/// <param name="Kind">A short word for the file that remembers the telling.</param>
/// <param name="Message">In words, with what to do.</param>
/// <param name="Guards">A closed entry must block for it: a rule that guards may not have done its work.</param>
internal sealed record HookFailure(string Kind, string Message, bool Guards = true)
{
    public const string CompileAgain = "run \"hookrules compile\"";

    public static HookFailure Payload(string problem) => new("payload", $"{problem}; no rule was applied to this event");

    public static HookFailure TooLarge() =>
        new("too-large", $"the event is larger than {StandardStreams.Limit >> 20} MB and was not read; no rule was applied to it");

    public static HookFailure Crowded() =>
        new(
            "too-large",
            $"the event has more than {PayloadShape.MostValues / 1000},000 values and was not taken apart; no rule was applied to it"
        );

    public static HookFailure TooDeep() =>
        new(
            "too-large",
            $"the event is nested more than {HookRules.Engine.Payload.MaxDepth} levels deep and was not taken apart; no rule was "
                + "applied to it"
        );

    public static HookFailure TooHeavy(string why) =>
        new("too-heavy", $"{why}; rules that guard could not look at this event, and the consumer decides on the others");

    public static HookFailure TooLate() =>
        new(
            "too-late",
            $"the event did not arrive within {StandardStreams.PatienceMilliseconds / 1000} seconds; no rule was applied to it"
        );

    public static HookFailure NoPlan(string path, string problem) =>
        new("plan", $"the plan {path} cannot be used: {problem}; no rule is applied. To mend it, {CompileAgain}");

    public static HookFailure Edited(string path) =>
        new(
            "edited",
            $"{path} is not the plan that \"hookrules compile\" wrote last, so no rule is applied: somebody edited it or the hook "
                + $"entries. Look at what changed, then {CompileAgain}"
        );

    public static HookFailure Spool(string problem, bool guards) => new("spool", $"actions were not queued: {problem}", guards);

    public static HookFailure Record(string problem) =>
        new("record", $"events are not recorded: {problem}; rules are applied as ever", Guards: false);

    public static HookFailure Consumer(string problem) =>
        new("consumer", $"the consumer could not be started, so actions wait in the queue: {problem}", Guards: false);

    public static HookFailure ConsumerEnds(string? lastWords) =>
        new(
            "consumer",
            $"the consumer ends at once, so actions wait in the queue{(lastWords is null ? "" : $": \"{lastWords}\"")}; run \"hookrules "
                + "doctor\"",
            Guards: false
        );

    public static HookFailure ConsumerHangs(int pid) =>
        new(
            "consumer",
            $"the consumer (process {pid}) holds its lock and gives no sign of life, so actions wait in the queue; end that process, "
                + "or run \"hookrules doctor\"",
            Guards: false
        );

    /// <param name="rule">With its place.</param>
    /// <param name="problem">What failed and what it printed, in lines.</param>
    public static HookFailure Sync(string branch, string rule, string problem, bool guards) =>
        new("sync-" + branch, $"{rule}: {problem}", guards);

    public static HookFailure Bug(Exception exception) =>
        new(
            "bug",
            $"the hook failed in a way that nobody foresaw ({exception.GetType().Name}: {exception.Message}); this event was not "
                + "fully handled"
        );
}
