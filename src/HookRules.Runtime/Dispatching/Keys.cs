using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>Which events stand for one another.</summary>
internal static class Keys
{
    /// <param name="scope">The plan, and where machines share a store what its rules are shared with (<see cref="Scope"/>).</param>
    /// <param name="unit">The rule or branch whose window it is, or the action that may be busy.</param>
    /// <param name="project">The folder that the files of several machines are compared below; null where there is one machine.</param>
    public static string Of(string scope, string unit, Window? window, Payload payload, string? project = null) =>
        Order.Hash($"{scope}\0{unit}\0{Fields(window, payload, project)}");

    /// <summary>Of a rule that works on files each checkout has its own: the write in one clone must not swallow the lint of another.
    /// What only sends messages is sent once for all.</summary>
    public static string Scope(string planName, Origin? origin, Rule rule, LoadedPlan plan) =>
        origin is null || IsForAll(rule, plan) ? planName : $"{planName}\0{origin.Checkout}";

    public static bool IsForAll(Rule rule, LoadedPlan plan) =>
        rule.QueuedBranches.All(branch => ReachOf(plan.Action(branch.Action)?.Handler) == Reach.Anywhere);

    public static Reach ReachOf(Handler? handler) =>
        handler switch
        {
            Handler.Http or Handler.Slack => Reach.Anywhere,
            Handler.Notify => Reach.Publisher,
            null or Handler.Run or Handler.Shell or Handler.Log => Reach.Checkout,
            _ => throw new InvalidOperationException($"unknown handler {handler}"),
        };

    /// <summary>What the rule says, else the file, else the session. A batch holds the files of its session; a turn is an
    /// agent's own.</summary>
    private static string Fields(Window? window, Payload payload, string? project) =>
        window is { By.Length: > 0 } ? string.Join('\0', window.By.Select(field => Below(project, payload.Text(field) ?? "")))
        : window is not { IsBatch: true } && payload.File is { } file ? $"file\0{Below(project, file)}"
        : window is { Kind: WindowKind.BatchTurn } && payload.Text(FieldPath.AgentId) is { } agent ? $"session\0{payload.Session}\0{agent}"
        : $"session\0{payload.Session}";

    private static string Below(string? project, string text) =>
        project is not null && text.StartsWith(project.TrimEnd('/') + "/", StringComparison.Ordinal)
            ? text[(project.TrimEnd('/').Length + 1)..]
            : text;
}
