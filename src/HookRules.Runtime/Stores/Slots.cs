using System.Globalization;

namespace HookRules.Runtime.Stores;

/// <summary>The last starts of a unit that allows so many within a time.</summary>
internal sealed class Slots(int count, TimeSpan per)
{
    private readonly List<(long Ms, string By)> taken = [];

    public IReadOnlyList<(long Ms, string By)> Taken => taken;

    /// <summary>What is over is kept so long: an event that was cut off finds its place again when the consumer is back.</summary>
    public static readonly TimeSpan KeepOver = TimeSpan.FromMinutes(10);

    /// <summary>When all of its places are free again.</summary>
    public DateTimeOffset Over => DateTimeOffset.FromUnixTimeMilliseconds(taken.Max(slot => slot.Ms)) + per;

    public void Add(long ms, string by) => taken.Add((ms, by));

    /// <summary>As a file holds them, a line each.</summary>
    public void Add(string text)
    {
        foreach (var line in text.Split('\n', StringSplitOptions.RemoveEmptyEntries))
            if (
                line.Split(' ') is [var ms, var by]
                && long.TryParse(ms, NumberStyles.AllowLeadingSign, CultureInfo.InvariantCulture, out var at)
            )
                Add(at, by);
    }

    /// <summary>Null where there is a place, else when there will be one.</summary>
    /// <param name="isNew">False where the asker has its place already.</param>
    public long? Take(string by, long ms, out bool isNew)
    {
        isNew = false;
        if (taken.Exists(slot => slot.By == by))
            return null;
        var length = (long)per.TotalMilliseconds;
        // What lies further ahead than a whole length was noted before the clock was set back.
        taken.RemoveAll(slot => slot.Ms + length <= ms || slot.Ms > ms + length);
        if (taken.Count >= count)
            return taken.OrderBy(slot => slot.Ms).ElementAt(taken.Count - count).Ms + length;
        isNew = true;
        taken.Add((ms, by));
        return null;
    }
}
