using System.Globalization;

namespace HookRules.Cli.Reports;

/// <summary>A line on a terminal that says how far work has come which takes longer than a second; elsewhere nothing.</summary>
internal sealed class Progress : IDisposable
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(1),
        Step = TimeSpan.FromMilliseconds(100);

    private readonly TextWriter? output;
    private readonly TimeProvider time;
    private readonly string what;
    private readonly int? of;
    private readonly long began;
    private TimeSpan next = Patience;
    private int width;

    private Progress(TextWriter? output, TimeProvider time, string what, int? of)
    {
        (this.output, this.time, this.what, this.of) = (output, time, what, of);
        began = time.GetTimestamp();
    }

    /// <param name="what">What is counted, in the singular.</param>
    /// <param name="of">How many there are, where that is known.</param>
    public static Progress Of(Cli cli, string what, int? of = null) => new(cli.Terminal is null ? null : cli.Error, cli.Time, what, of);

    /// <summary>So many are done.</summary>
    public void At(int done)
    {
        if (output is null || time.GetElapsedTime(began) is var elapsed && elapsed < next)
            return;
        next = elapsed + Step;
        var text = of is { } all
            ? string.Create(CultureInfo.InvariantCulture, $"{done} of {Human.Count(all, what)} ({100L * done / Math.Max(1, all)} %)")
            : Human.Count(done, what);
        output.Write($"\r{text.PadRight(width)}");
        width = text.Length;
    }

    /// <summary>Takes the line away.</summary>
    public void Dispose()
    {
        if (width > 0)
            output!.Write($"\r{new string(' ', width)}\r");
    }
}
