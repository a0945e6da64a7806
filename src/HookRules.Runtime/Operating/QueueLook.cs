using HookRules.Engine;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Redis;
using HookRules.Runtime.Stores.Sqlite;

namespace HookRules.Runtime.Operating;

/// <summary>What lies in a store that a plan's <c>queue</c> names, read without taking any of it.</summary>
internal sealed record QueueLook(QueueAddress Address)
{
    /// <summary>Why it cannot be read; null where it can.</summary>
    public string? Problem { get; init; }

    public int Events { get; init; }

    public int Orders { get; init; }

    public int Later { get; init; }

    public int InHand { get; init; }

    public int LeftBehind { get; init; }

    /// <summary>The oldest of all that.</summary>
    public IReadOnlyList<QueueItem> Items { get; init; } = [];

    /// <summary>Reads at most so many items of it.</summary>
    public static QueueLook At(QueueAddress address, StateFolder state, DateTimeOffset now, int most, Func<string, string?> environment) =>
        address.Kind switch
        {
            QueueKind.Sqlite => SqliteLook.At(address, state, now, most),
            QueueKind.Redis => RedisLook.At(address, AbandonedStates.ProjectOf(state.Path) ?? "", state, environment, most).Queue(address),
            _ => new QueueLook(address),
        };
}

/// <summary>An event or an order in such a store.</summary>
/// <param name="Id">As the spool names it, without what the name ends in.</param>
/// <param name="IsArrival">The dispatcher has not made orders of it yet.</param>
/// <param name="Due">When it goes on, where it waits for a time.</param>
/// <param name="Lives">Whether the consumer that has begun it lives; null where nobody has.</param>
internal sealed record QueueItem(string Id, ReadOnlyMemory<byte> Body, bool IsArrival, DateTimeOffset? Due, bool? Lives);
