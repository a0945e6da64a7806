namespace HookRules.Runtime;

/// <summary>Something happened; several happenings before a look are one.</summary>
internal sealed class Wake : IDisposable
{
    private readonly SemaphoreSlim signal = new(0, 1);
    private readonly Lock gate = new();

    public void Set()
    {
        lock (gate)
        {
            if (signal.CurrentCount == 0) signal.Release();
        }
    }

    public Task Wait() => signal.WaitAsync();

    public void Dispose() => signal.Dispose();
}
