using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>When the runs of a throttle may start: at most so many within its length. What cannot yet gets the next moment that is
/// free.</summary>
internal sealed class Throttles
{
    private readonly Dictionary<string, Queue<long>> taken = new(StringComparer.Ordinal);

    /// <summary>Takes the next moment for a run of an event, counted by the time of publishing as windows are.</summary>
    public long Take(string unit, Window window, long publishedMs)
    {
        if (!taken.TryGetValue(unit, out var last))
            taken[unit] = last = new Queue<long>();
        var at = publishedMs;
        if (last.Count >= window.Count)
        {
            while (last.Count > window.Count)
                last.Dequeue();
            at = Math.Max(publishedMs, last.Dequeue() + (long)window.Length.TotalMilliseconds);
        }

        last.Enqueue(at);
        return at;
    }
}
