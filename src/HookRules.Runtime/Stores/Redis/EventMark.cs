namespace HookRules.Runtime.Stores.Redis;

/// <summary>What stands beside an event's envelope in the stream.</summary>
/// <param name="When">In milliseconds, by the publisher's clock; by the server's where that one is far off.</param>
/// <param name="Home">Machine and checkout.</param>
/// <param name="Plan">The plan's name for all machines.</param>
internal sealed record EventMark(string Id, string When, string Home, string Plan)
{
    private const int Parts = 4;

    /// <summary>Null where it is none.</summary>
    public static EventMark? TryRead(string? text) =>
        text?.Split('\n', Parts) is [var id, var when, var home, var plan] ? new(id, when, home, plan) : null;

    public override string ToString() => $"{Id}\n{When}\n{Home}\n{Plan}";
}
