using System.Globalization;

namespace HookRules.Compiler.Rules.Syntax;

/// <summary>Durations as rules files spell them: <c>250ms 1s 5m 1h</c>.</summary>
internal static class Durations
{
    /// <summary>Null where the text is no duration, is nothing, or is longer than a year.</summary>
    public static TimeSpan? Parse(string text)
    {
        var unit = text.AsSpan().TrimStart("0123456789");
        var milliseconds = unit switch
        {
            "ms" => 1L,
            "s" => 1000,
            "m" => 60_000,
            "h" => 3_600_000,
            _ => 0,
        };
        return
            milliseconds > 0
            && long.TryParse(text.AsSpan(0, text.Length - unit.Length), NumberStyles.None, CultureInfo.InvariantCulture, out var count)
            && count > 0
            && count <= 365L * 24 * 3_600_000 / milliseconds
            ? TimeSpan.FromMilliseconds(count * milliseconds)
            : null;
    }

    /// <summary>In the largest unit that keeps the number whole.</summary>
    public static string Format(TimeSpan duration)
    {
        var milliseconds = (long)duration.TotalMilliseconds;
        return milliseconds % 3_600_000 == 0 ? Text(milliseconds / 3_600_000, "h")
            : milliseconds % 60_000 == 0 ? Text(milliseconds / 60_000, "m")
            : milliseconds % 1000 == 0 ? Text(milliseconds / 1000, "s")
            : Text(milliseconds, "ms");

        static string Text(long count, string unit) => count.ToString(CultureInfo.InvariantCulture) + unit;
    }
}
