namespace HookRules.Engine;

/// <summary>What became of a publishing; a full or read-only disk is a result, not an exception.</summary>
public readonly record struct PublishResult(string? Problem)
{
    public bool Ok => Problem is null;
}

/// <summary>The hook's side of the spool: an event is written to <c>tmp/</c> and published by a rename into <c>new/</c>, which is atomic
/// on every system.</summary>
public static partial class FileSpool
{
    public const string Extension = ".json";

    /// <summary>No lock, no scan, no thread: the fewest system calls that leave no half message behind.</summary>
    public static PublishResult Publish(StateFolder state, in Envelope envelope, Durability durability)
    {
        if (state.Prepare() is { } problem)
            return new PublishResult(problem);
        return new PublishResult(
            Put(state, "new", envelope.Id + Extension, envelope.Head(), envelope.Payload.Span, Envelope.Tail, durability)
        );
    }
}
