namespace HookRules.Runtime;

/// <summary>Something happened; several happenings before a look are one.</summary>
internal sealed class Signal
{
    private TaskCompletionSource happened = New();

    /// <summary>Something that nobody has looked at yet.</summary>
    public bool IsSet => Volatile.Read(ref happened).Task.IsCompleted;

    public void Set() => Volatile.Read(ref happened).TrySetResult();

    public async Task Wait()
    {
        await happened.Task.ConfigureAwait(false);
        // Before the look that follows: what happens from here on is for the next one.
        Volatile.Write(ref happened, New());
    }

    private static TaskCompletionSource New() => new(TaskCreationOptions.RunContinuationsAsynchronously);
}
