using HookRules.Engine;

namespace HookRules.Runtime.Stores.Files;

/// <summary>Events that another store has taken: their files stay in <c>forwarded/</c> until their end is known.</summary>
internal sealed partial class FileStore
{
    public const string ForwardedFolder = "forwarded";

    /// <summary>Another store has said yes to these events.</summary>
    /// <param name="keep">Until <see cref="ForgetForwarded"/>; else they are gone.</param>
    public void Forwarded(IReadOnlyList<string> receipts, bool keep)
    {
        FaultPoint.Pass("forward:before-unlink");
        foreach (var receipt in receipts)
        {
            if (keep)
                Move(state.Spool("new", receipt), ForwardedFolder, receipt);
            else
                Remove(state.Spool("new", receipt));
            lock (gate)
                events.Given.Remove(receipt);
        }
    }

    /// <summary>The ids of the events that were forwarded and have not ended.</summary>
    public IReadOnlyList<string> ForwardedEvents() =>
        [.. NamesInOptional(ForwardedFolder).Select(name => name[..^FileSpool.Extension.Length]).Order(StringComparer.Ordinal)];

    public void ForgetForwarded(string eventId) => Remove(state.Spool(ForwardedFolder, eventId + FileSpool.Extension));

    /// <summary>The store has lost it: it comes again, as if it had just been published.</summary>
    public void ForwardAgain(string eventId)
    {
        var name = eventId + FileSpool.Extension;
        Move(state.Spool(ForwardedFolder, name), "new", name);
        lock (gate)
            events.AddOnce(name);
    }

    private IEnumerable<string> NamesInOptional(string folder) => Directory.Exists(state.Spool(folder)) ? NamesIn(state.Spool(folder)) : [];
}
