namespace HookRules.Runtime.Tracing;

/// <summary>Why a run did not begin while another one was under way. Those of a limit come last.</summary>
internal enum WaitCause
{
    /// <summary>Its event came when the other run had ended.</summary>
    Arrival,

    /// <summary>It belongs to a later stage.</summary>
    Stage,

    /// <summary>It is another attempt.</summary>
    Retry,
    Window,

    /// <summary>From being ready to the first gate: reading, dispatching, starting a process.</summary>
    Start,
    Busy,
    Concurrency,
    Slot,
    Throttle,

    /// <summary>It was ready and no rule held it, while all processors were at work.</summary>
    Cpu,
}

internal static class WaitCauses
{
    /// <summary>As verdicts say it.</summary>
    public static string Words(this WaitCause cause) =>
        cause switch
        {
            WaitCause.Arrival => "arrival",
            WaitCause.Stage => "stage order",
            WaitCause.Retry => "retry",
            WaitCause.Window => "window",
            WaitCause.Start => "start",
            WaitCause.Busy => "busy",
            WaitCause.Concurrency => "concurrency",
            WaitCause.Slot => "process slots",
            WaitCause.Throttle => "throttle",
            WaitCause.Cpu => "CPU",
            _ => throw new InvalidOperationException($"unknown cause {cause}"),
        };

    /// <summary>As the journal's <c>wait</c> and other programs read it.</summary>
    public static string Name(this WaitCause cause) =>
        cause switch
        {
            WaitCause.Retry => "later",
            _ => cause.ToString().ToLowerInvariant(),
        };

    /// <summary>Without it more would run at once; the others are what the rules ask for.</summary>
    public static bool IsLimit(this WaitCause cause) => cause >= WaitCause.Busy;
}
