using System.Diagnostics;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>Asks the consumer of a project to end.</summary>
/// <param name="Pid">Null where none runs.</param>
/// <param name="Problem">Why it runs on.</param>
public sealed record ConsumerStop(int? Pid, string? Problem)
{
    private static readonly TimeSpan Limit = TimeSpan.FromSeconds(10),
        Look = TimeSpan.FromMilliseconds(20);

    /// <summary>Ends when the consumer takes nothing more; what it runs then goes on to its end.</summary>
    public static async Task<ConsumerStop> Of(StateFolder state, CancellationToken ct)
    {
        if (!FileLock.IsHeld(state.ConsumerLock))
            return new ConsumerStop(null, null);
        // One that a hook has just started holds the lock before it says who it is.
        await Eventually(() => Running(state) is not null || !FileLock.IsHeld(state.ConsumerLock), ct).ConfigureAwait(false);
        if (!FileLock.IsHeld(state.ConsumerLock))
            return new ConsumerStop(null, null);
        if (Running(state) is not { } record)
            return new ConsumerStop(null, "a consumer runs for this project and does not say which process it is");
        if (!ChildProcess.AskToEnd(record.Pid))
            return new ConsumerStop(record.Pid, $"the consumer, process {record.Pid}, cannot be ended");
        return await Eventually(() => !FileLock.IsHeld(state.ConsumerLock), ct).ConfigureAwait(false)
            ? new ConsumerStop(record.Pid, null)
            : new ConsumerStop(record.Pid, $"the consumer, process {record.Pid}, was asked to end and did not let go; end that process");
    }

    /// <summary>The same, until its process is gone.</summary>
    public static async Task<ConsumerStop> ToTheEnd(StateFolder state, CancellationToken ct)
    {
        var stop = await Of(state, ct).ConfigureAwait(false);
        // One that lets go by itself just now still writes how its runs end.
        if (
            stop.Pid is null
            && ConsumerRecord.Read(state) is { State: not ("working" or "waiting") } leaving
            && leaving.Boot == BootClock.Boot
        )
            await Eventually(() => !ChildProcess.IsThere(leaving.Pid), ct).ConfigureAwait(false);
        return stop is { Pid: { } pid, Problem: null } && !await Eventually(() => !ChildProcess.IsThere(pid), ct).ConfigureAwait(false)
            ? stop with
            {
                Problem = $"the consumer, process {pid}, still waits for an action that runs; end that process",
            }
            : stop;
    }

    private static ConsumerRecord? Running(StateFolder state) =>
        ConsumerRecord.Read(state) is { } record && record.Boot == BootClock.Boot ? record : null;

    private static async Task<bool> Eventually(Func<bool> isSo, CancellationToken ct)
    {
        var asked = Stopwatch.GetTimestamp();
        while (!isSo())
        {
            if (Stopwatch.GetElapsedTime(asked) > Limit)
                return false;
            await Task.Delay(Look, ct).ConfigureAwait(false);
        }

        return true;
    }
}
