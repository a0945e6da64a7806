using HookRules.Engine;

namespace HookRules.Runtime.Operating;

/// <summary>What is known of a project's consumer from outside.</summary>
/// <param name="State"><c>none</c>, <c>working</c>, <c>waiting</c>, <c>draining</c>, <c>handover</c>, <c>hangs</c>, or <c>unknown</c> where
/// somebody holds the lock and does not say who.</param>
/// <param name="Record">What it says of itself; null where it says nothing.</param>
internal sealed record ConsumerLook(string State, ConsumerRecord? Record)
{
    private static readonly TimeSpan Fresh = TimeSpan.FromSeconds(12);

    public bool Runs => State is not "none";

    public bool Hangs => State == "hangs";

    /// <summary>How long ago it gave a sign of life.</summary>
    public TimeSpan? Silence => Record is { } record && record.Boot == BootClock.Boot ? record.Silence : null;

    public static ConsumerLook At(StateFolder state)
    {
        var record = ConsumerRecord.Read(state);
        var lives = record is not null && record.Boot == BootClock.Boot && Lives(record.Pid);
        // The lock is asked only where the record does not answer: a hook that asks in the same moment would take us for a consumer.
        if (lives && record!.Silence < Fresh && record.State is "working" or "waiting")
            return new(record!.State, record);
        if (!File.Exists(state.ConsumerLock) || !FileLock.IsHeld(state.ConsumerLock))
            return lives && record!.State is "draining" or "handover" ? new(record!.State, record) : new("none", null);
        if (!lives)
            return new("unknown", null);
        return new(record!.Hangs ? "hangs" : record.State, record);
    }

    private static bool Lives(int pid)
    {
        if (OperatingSystem.IsLinux())
            return ProcessTable.Read(pid) is { State: not ('Z' or 'X') };
        try
        {
            using var process = System.Diagnostics.Process.GetProcessById(pid);
            return !process.HasExited;
        }
        catch (Exception e) when (e is ArgumentException or InvalidOperationException or System.ComponentModel.Win32Exception)
        {
            return false;
        }
    }
}
