using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Operating;

/// <summary>An event or an order that lies in the spool.</summary>
/// <param name="Name">Its file.</param>
/// <param name="Cause">What it waits for: <c>window</c>, <c>throttle</c>, <c>busy</c>, <c>concurrency</c>, <c>slot</c>, <c>later</c>,
/// <c>plan</c>, <c>reading</c> where nobody has come to it yet, <c>running</c>, or <c>dead-consumer</c> where who had it has died.</param>
internal sealed record WaitingItem(string Name, string Cause)
{
    /// <summary>Which of the two it is is in its file; neither where that cannot be read.</summary>
    public Envelope? Event { get; init; }
    public Order? Order { get; init; }
    public LoadedPlan? Plan { get; init; }
    public Place? Place { get; init; }

    /// <summary>When it goes on, where that is known.</summary>
    public DateTimeOffset? Due { get; init; }

    public string EventId => Name[..Math.Max(0, Name.IndexOf('.', StringComparison.Ordinal))];

    /// <summary>When its event was published: ids begin with the microseconds.</summary>
    public DateTimeOffset Since =>
        long.TryParse(EventId.Split('-')[0], NumberStyles.None, CultureInfo.InvariantCulture, out var micros)
            ? DateTimeOffset.UnixEpoch.AddMicroseconds(micros)
            : DateTimeOffset.UnixEpoch;

    public IEnumerable<string> Events =>
        Order is { } order ? order.Events
        : Event is { } one ? [one.Id]
        : [EventId];

    public ReadOnlyMemory<byte> Payload => Order?.Payload ?? Event?.Payload ?? default;

    /// <summary>The actions that its event is to start, of one that waits in a window.</summary>
    public string? Starts { get; init; }

    public string? Action => Place?.Branch.Action ?? Starts ?? Order?.Action;
}
