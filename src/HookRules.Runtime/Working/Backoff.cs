using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>How long a failed order waits for its next attempt.</summary>
internal static class Backoff
{
    private static readonly TimeSpan First = TimeSpan.FromSeconds(1),
        Longest = TimeSpan.FromMinutes(1);

    public static readonly PipelineStep Step = new(
        "retry",
        "as often as the rule says, later and later, with jitter where it names no backoff; Retry-After is respected"
    );

    /// <summary>Twice as long each time. Where an author names no backoff, orders that failed together do not all come back
    /// together.</summary>
    public static TimeSpan Of(Order order, BranchOptions options, TimeSpan? asked)
    {
        if (asked is { } wait)
            return wait;
        var first = options.Backoff ?? First;
        var longest = options.Backoff > Longest ? options.Backoff.Value : Longest;
        var doubled = first * Math.Pow(2, Math.Min(order.Attempt - 1, 30));
        var length = doubled < longest ? doubled : longest;
        if (options.Backoff is null)
            length *= 0.5 + Share($"{order.Id} {order.Attempt}");
        return length < BranchOptions.LongestBackoff ? length : BranchOptions.LongestBackoff;
    }

    // Of the order's own name, so that a simulation and a run wait the same.
    private static double Share(string text) => Convert.ToInt32(Order.Hash(text)[..4], 16) / 65536.0;
}
