namespace HookRules.Engine;

/// <summary>A leased copy of an envelope.</summary>
/// <param name="Attempt">How often it has been delivered, this time included.</param>
/// <param name="Receipt">The queue's own name of the lease.</param>
public sealed record Delivery(Envelope Envelope, int Attempt, string Receipt);

/// <summary>Where envelopes wait. A lease lasts while its holder lives and renews it; of one that died, at most the lease's length after
/// the last renewal.</summary>
public interface IQueue
{
    Task Publish(Envelope envelope, CancellationToken ct);

    /// <summary>The oldest envelope that nobody holds; null if there is none now.</summary>
    Task<Delivery?> Receive(TimeSpan lease, CancellationToken ct);

    /// <summary>It is done with: gone for good.</summary>
    Task Ack(Delivery delivery, CancellationToken ct);

    /// <summary>Gives it back, to be delivered again after some time; <see cref="Timeout.InfiniteTimeSpan"/> leaves it to other consumers,
    /// and this one is asked again later.</summary>
    Task Nack(Delivery delivery, TimeSpan retryAfter, CancellationToken ct);
}
