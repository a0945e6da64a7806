namespace HookRules.Runtime;

/// <summary>The moments between two steps that a crash may fall into; a test makes it fall there.</summary>
internal static class FaultPoint
{
    /// <summary>Told the name of each moment as it passes; nobody listens but in a test.</summary>
    public static Action<string>? Reached { get; set; }

    public static void Pass(string name) => Reached?.Invoke(name);
}
