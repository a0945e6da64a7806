using System.Diagnostics;
using System.Globalization;
using System.Text;
using System.Text.Json;
using Microsoft.Win32.SafeHandles;

namespace HookRules.Engine;

/// <summary>What a consumer says of itself in <c>consumer.json</c>: hooks and commands read it.</summary>
/// <param name="State"><c>working</c>, <c>waiting</c>, <c>draining</c> or <c>handover</c>.</param>
/// <param name="BeatUs">When it said so, on the clock that stands still while the machine sleeps.</param>
public sealed record ConsumerRecord(int Pid, string? Boot, string Version, int PlanFormat, long SinceMs, string State, long BeatUs)
{
    public const string FileName = "consumer.json";

    /// <summary>How often a consumer gives a sign of life.</summary>
    public static readonly TimeSpan BeatEvery = TimeSpan.FromSeconds(5);

    private static readonly TimeSpan LongestSilence = TimeSpan.FromSeconds(30);
    private const int Length = 320;

    /// <summary>It has given no sign of life for so long that it is not at work, whoever holds its lock.</summary>
    public bool Hangs => Boot == BootClock.Boot && NowUs - BeatUs > (long)LongestSilence.TotalMicroseconds;

    /// <summary>How long ago it gave a sign of life.</summary>
    public TimeSpan Silence => TimeSpan.FromMicroseconds(Math.Max(0, NowUs - BeatUs));

    private static long NowUs => (long)Stopwatch.GetElapsedTime(0).TotalMicroseconds;

    /// <summary>Null where there is none, or none that can be read.</summary>
    public static ConsumerRecord? Read(StateFolder state)
    {
        try
        {
            using var document = JsonDocument.Parse(File.ReadAllBytes(state.File(FileName)));
            var json = document.RootElement;
            return new ConsumerRecord(
                json.GetProperty("pid").GetInt32(),
                json.GetProperty("boot").GetString(),
                json.GetProperty("version").GetString()!,
                json.GetProperty("plan_format").GetInt32(),
                json.GetProperty("since_ms").GetInt64(),
                json.GetProperty("state").GetString()!,
                json.GetProperty("beat_us").GetInt64()
            );
        }
        catch (Exception e)
            when (e
                    is IOException
                        or UnauthorizedAccessException
                        or JsonException
                        or KeyNotFoundException
                        or InvalidOperationException
                        or FormatException
            )
        {
            return null;
        }
    }

    /// <summary>The record of a consumer that hangs; one look at the file's time where all is well.</summary>
    public static ConsumerRecord? FindHanging(StateFolder state)
    {
        var file = new FileInfo(state.File(FileName));
        return
            file.Exists && TimeProvider.System.GetUtcNow() - file.LastWriteTimeUtc > LongestSilence && Read(state) is { Hangs: true } record
            ? record
            : null;
    }

    /// <summary>Written over in place, always as long as before: a reader sees the old one or the new one.</summary>
    internal static void Write(SafeFileHandle file, ConsumerRecord record)
    {
        var text = string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            {"pid":{{record.Pid}},"boot":{{Quoted(record.Boot)}},"version":{{Quoted(record.Version)}},
            """
        );
        text += string.Create(
            CultureInfo.InvariantCulture,
            $$"""
            "plan_format":{{record.PlanFormat}},"since_ms":{{record.SinceMs}},"state":"{{record.State}}","beat_us":{{NowUs}}}
            """
        );
        RandomAccess.Write(file, Encoding.UTF8.GetBytes(text.PadRight(Length - 1) + "\n"), 0);
    }

    private static string Quoted(string? text) => text is null ? "null" : $"\"{JsonEncodedText.Encode(text)}\"";
}
