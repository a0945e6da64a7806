using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>Which events stand for one another.</summary>
internal static class Keys
{
    /// <param name="unit">The rule or branch whose window it is, or the action that may be busy.</param>
    public static string Of(string planPath, string unit, Window? window, Payload payload) =>
        Order.Hash($"{planPath}\0{unit}\0{Fields(window, payload)}");

    /// <summary>What the rule says, else the file, else the session. A batch holds the files of its session; a turn is an
    /// agent's own.</summary>
    private static string Fields(Window? window, Payload payload) =>
        window is { By.Length: > 0 } ? string.Join('\0', window.By.Select(field => payload.Text(field) ?? ""))
        : window is not { IsBatch: true } && payload.File is { } file ? $"file\0{file}"
        : window is { Kind: WindowKind.BatchTurn } && payload.Text(FieldPath.AgentId) is { } agent ? $"session\0{payload.Session}\0{agent}"
        : $"session\0{payload.Session}";
}
