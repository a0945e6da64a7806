using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Journals;

/// <summary>What the journal says of an event.</summary>
/// <param name="HookUs">How long its hook took until it was published; null where the hook did not say.</param>
internal sealed record PublishedEvent(string Id, string Name, OrderSession? Session, string? File, long Ms, int? HookUs)
{
    /// <summary>Of an event that is its own order.</summary>
    public static PublishedEvent? Of(Order order) =>
        order.IsEvent
            ? new(
                order.LastEvent,
                order.Event,
                order.Sessions.IsEmpty ? null : order.Sessions[0],
                order.Files.IsEmpty ? null : order.Files[0],
                order.LastMs,
                order.HookUs
            )
            : null;
}
