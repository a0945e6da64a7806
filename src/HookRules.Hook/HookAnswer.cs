using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>What the process prints, and what it has told Claude by it.</summary>
internal sealed class HookAnswer(WireOutput output, IReadOnlyList<Telling> tellings) : IDisposable
{
    public WireOutput Output => output;

    /// <summary>Called when it was written.</summary>
    public void Told()
    {
        foreach (var telling in tellings)
            telling.Done();
    }

    public void Dispose()
    {
        foreach (var telling in tellings)
            telling.Dispose();
    }
}
