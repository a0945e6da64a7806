namespace HookRules.Runtime.Stores.Redis;

/// <summary>What stands beside an event's envelope in the stream.</summary>
/// <param name="When">In milliseconds, by the publisher's clock; by the server's where that one is far off.</param>
/// <param name="Home">Machine and checkout.</param>
/// <param name="Plan">The plan's name for all machines.</param>
internal sealed record EventMark(string Id, string When, string Home, string Plan)
{
    private const int Parts = 4;

    /// <summary>Null where it is none. A slash parts what a receipt is made of.</summary>
    /// <param name="before">The one before it in its entry.</param>
    public static EventMark? TryRead(string? text, EventMark? before = null) =>
        text?.Split('\n', Parts) switch
        {
            [var id, ..] when id.Contains('/', StringComparison.Ordinal) => null,
            [var id, var when, var home, var plan] => new EventMark(id, when, home, plan),
            [var id, var when] when before is not null => before with { Id = id, When = when },
            _ => null,
        };

    /// <summary>With publisher and plan left out where they are those of the one before it.</summary>
    public string ToText(EventMark? before = null) =>
        before is not null && before.Home == Home && before.Plan == Plan ? $"{Id}\n{When}" : $"{Id}\n{When}\n{Home}\n{Plan}";
}
