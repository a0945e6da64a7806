using System.Globalization;
using System.Text.Json;

namespace HookRules.Benchmarks;

/// <summary>What a row says of its two sides, and what it has to be.</summary>
internal enum Comparing
{
    Difference,
    Ratio,
}

/// <summary>The table, printed row by row: each compares two sides that were measured in the same run.</summary>
internal sealed class Report
{
    private readonly string machine;
    private readonly TextWriter output;
    private readonly List<Dictionary<string, object?>> rows = [];

    public Report(string machine, TextWriter output)
    {
        this.machine = machine;
        this.output = output;
        output.WriteLine(machine);
    }

    /// <summary>A part of the table that has columns of its own.</summary>
    public void Heading(string title)
    {
        output.WriteLine();
        output.WriteLine(title);
    }

    public void Group(string title)
    {
        Heading(title);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {"what", -38}{"median", 9}  {"min-max", -17}  {"against", -30}{"median", 9}  {"min-max", -17}  {"result", 12}  "
                    + $"should be"
            )
        );
    }

    public void Note(string text) => output.WriteLine($"  {text}");

    /// <param name="limit">At most for a difference, at least for a ratio; null where nothing is promised.</param>
    public void Add(Series what, Series against, Comparing comparing, double? limit = null, string unit = "ms")
    {
        if (comparing == Comparing.Difference)
        {
            Write(what, against, comparing, what.Against(against, (a, b) => a - b), limit, null, unit);
            return;
        }

        var ratio = what.Against(against, (a, b) => a / b);
        Write(what, against, comparing, Math.Max(ratio, 1 / ratio), limit, ratio < 1 ? "less" : "more", unit);
    }

    /// <summary>How many times the time of ten times the work was the time of the work; as many times is linear.</summary>
    public void AddGrowth(Series large, Series small, Series none, double factor)
    {
        var growth = (large.Median - none.Median) / (small.Median - none.Median) / factor;
        Write(large, small, Comparing.Ratio, growth, 1.5, "of linear", "ms", atMost: true);
    }

    /// <summary>A rate that may be so many times less than what it is measured against.</summary>
    public void AddRate(Series what, Series against, double atMost, string unit) =>
        Write(what, against, Comparing.Ratio, what.Against(against, (a, b) => b / a), atMost, "less", unit, atMost: true);

    private void Write(
        Series what,
        Series against,
        Comparing comparing,
        double result,
        double? limit,
        string? word,
        string unit,
        bool atMost = false
    )
    {
        atMost |= comparing == Comparing.Difference;
        var kept = limit is null || (atMost ? result <= limit : result >= limit && word == "less");
        if (unit != "ms" && limit is not null && !atMost)
            kept = what.Median >= limit;
        var text =
            comparing == Comparing.Difference
                ? string.Create(CultureInfo.InvariantCulture, $"{result, 9:+0.00;-0.00} ms")
                : string.Create(CultureInfo.InvariantCulture, $"{result:0.0}x {word}");
        var should =
            limit is null ? ""
            : unit != "ms" && !atMost ? string.Create(CultureInfo.InvariantCulture, $">= {limit:#,0} {unit}")
            : string.Create(
                CultureInfo.InvariantCulture,
                $"{(atMost ? "<=" : ">=")} {limit:0.##}{(comparing == Comparing.Difference ? " ms" : "x")}"
            );
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"  {what.Name, -38}{Number(what.Median), 9}  {Range(what), -17}  {against.Name, -30}{Number(against.Median), 9}  "
                    + $"{Range(against), -17}  {text, 12}  {should}{(kept ? "" : "  <-- NOT KEPT")}"
            )
        );
        output.Flush();
        rows.Add(
            new Dictionary<string, object?>
            {
                ["what"] = what.Name,
                ["unit"] = unit,
                ["median"] = what.Median,
                ["min"] = what.Min,
                ["max"] = what.Max,
                ["rounds"] = what.Count,
                ["against"] = against.Name,
                ["against_median"] = against.Median,
                ["against_min"] = against.Min,
                ["against_max"] = against.Max,
                ["comparing"] = comparing == Comparing.Difference ? "difference" : "ratio",
                ["result"] = result,
                ["limit"] = limit,
                ["kept"] = kept,
            }
        );
    }

    public void Close(string? json)
    {
        var missed = rows.Count(row => row["kept"] is false);
        output.WriteLine();
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{rows.Count} rows, {missed} of them beyond what they should be. Medians; each row's two sides ran in turn in this run."
            )
        );
        if (json is null)
            return;
        using var file = File.Create(json);
        using var writer = new Utf8JsonWriter(file, new JsonWriterOptions { Indented = true });
        JsonSerializer.Serialize(writer, new Dictionary<string, object?> { ["machine"] = machine, ["rows"] = rows });
    }

    private static string Number(double value) =>
        value.ToString(
            value >= 1000 ? "#,0"
                : value >= 100 ? "0.0"
                : "0.00",
            CultureInfo.InvariantCulture
        );

    private static string Range(Series series) => $"{Number(series.Min)}-{Number(series.Max)}";
}
