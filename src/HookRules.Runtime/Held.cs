using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>An envelope in hand: it is acknowledged when the last of its rules is through.</summary>
internal sealed class Held(Delivery delivery, Payload payload, Progress progress)
{
    private readonly Lock gate = new();
    private Payload? payload = payload;
    private int open;
    private int readers;

    public Delivery Delivery { get; private set; } = delivery;

    public Progress Progress { get; } = progress;

    public string Id { get; } = delivery.Envelope.Id;

    public long PublishedMs { get; } = delivery.Envelope.PublishedMs;

    public string? Session { get; } = payload.Session;

    /// <summary>Kept when the payload is let go: a batch wants the files of all its events.</summary>
    public string? File { get; } = payload.File;

    public int Size { get; } = delivery.Envelope.Payload.Length;

    /// <summary>It takes part in a window, so it belongs to the holder of the windows' lock.</summary>
    public bool Windowed { get; init; }

    /// <summary>Something is left that is not for this consumer, or not for now.</summary>
    public bool Unfinished { get; set; }

    /// <summary>A fault of the consumer's own kept a rule from its end.</summary>
    public bool HadAccident { get; set; }

    public bool HasPayload => payload is not null;

    public int Open => Volatile.Read(ref open);

    public Payload Payload => payload ?? throw new InvalidOperationException($"the payload of {Id} was let go");

    public void Begin()
    {
        lock (gate)
        {
            open++;
            readers++;
        }
    }

    /// <summary>A rule is through with it. True for the last one.</summary>
    /// <param name="reading">It read the payload until now; false where a window let go of it before.</param>
    public bool End(bool reading)
    {
        lock (gate)
        {
            if (reading)
                StopReading();
            return --open == 0;
        }
    }

    /// <summary>Waits without being read, as the first event of a window that ran at once.</summary>
    public void Hold()
    {
        lock (gate)
            open++;
    }

    /// <summary>A later event of the same window stands for this one: long windows must not keep what nobody will read.</summary>
    public void LetGo()
    {
        lock (gate)
            StopReading();
    }

    private void StopReading()
    {
        if (--readers > 0)
            return;
        payload = null;
        Delivery = Delivery with { Envelope = Delivery.Envelope with { Payload = ReadOnlyMemory<byte>.Empty } };
    }

    public static Held Later(Held one, Held other) => (one.PublishedMs, one.Id).CompareTo((other.PublishedMs, other.Id)) >= 0 ? one : other;
}
