using HookRules.Runtime;

namespace HookRules.Tests.Runtime;

/// <summary>Does something once when a consumer that was started meanwhile comes to a moment; those of other tests do not notice.</summary>
internal sealed class FaultMoment : IDisposable
{
    private static readonly AsyncLocal<FaultMoment?> Current = new();

    private readonly string name;
    private Action? action;

    static FaultMoment() => FaultPoint.Reached = moment => Current.Value?.Pass(moment);

    public FaultMoment(string name, Action action)
    {
        (this.name, this.action) = (name, action);
        Current.Value = this;
    }

    public void Dispose() => Current.Value = null;

    private void Pass(string moment)
    {
        if (moment == name)
            Interlocked.Exchange(ref action, null)?.Invoke();
    }
}
