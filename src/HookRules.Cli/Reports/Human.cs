using System.Globalization;
using HookRules.Compiler.Rules.Syntax;

namespace HookRules.Cli.Reports;

/// <summary>Times, sizes and numbers as people read them.</summary>
internal static class Human
{
    public static string Duration(TimeSpan time) => Duration((long)time.TotalMilliseconds);

    public static string Duration(long ms)
    {
        const long Second = 1000,
            Minute = 60 * Second,
            Hour = 60 * Minute,
            Day = 24 * Hour;
        return ms switch
        {
            < Second => Text($"{ms} ms"),
            < 10 * Second => Text($"{ms / 1000.0:0.0} s"),
            < 2 * Minute => Text($"{ms / Second} s"),
            < 2 * Hour => Text($"{ms / Minute} min"),
            < 2 * Day => Text($"{ms / Hour} h"),
            _ => Text($"{ms / Day} days"),
        };
    }

    /// <summary>A length of time as rules files write it, and days; null where it is none.</summary>
    public static TimeSpan? TimeOf(string text) =>
        text.EndsWith('d') && Durations.Parse(text[..^1] + "h") is { } days ? 24 * days : Durations.Parse(text);

    /// <summary>The time of day, with the date where it was on another one.</summary>
    public static string Clock(DateTimeOffset at, TimeProvider time)
    {
        var local = TimeZoneInfo.ConvertTime(at, time.LocalTimeZone);
        return local.ToString(local.Date == time.GetLocalNow().Date ? "HH:mm:ss" : "yyyy-MM-dd HH:mm:ss", CultureInfo.InvariantCulture);
    }

    public static string Size(long bytes) =>
        bytes switch
        {
            < 1 << 10 => Text($"{bytes} B"),
            < 1 << 20 => Text($"{bytes >> 10} KB"),
            < 1L << 30 => Text($"{bytes >> 20} MB"),
            _ => Text($"{bytes / (double)(1 << 30):0.0} GB"),
        };

    public static string Count(int number, string what) => Text($"{number} {what}{(number == 1 ? "" : "s")}");

    public static string Number(long number) => number.ToString(CultureInfo.InvariantCulture);

    /// <summary>Text for a column, without its end where it is too long.</summary>
    public static string Short(string text, int most) => text.Length <= most ? text : text[..(most - 1)] + "…";

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
