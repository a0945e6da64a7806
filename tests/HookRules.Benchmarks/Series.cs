using System.Diagnostics;

namespace HookRules.Benchmarks;

/// <summary>What one subject took, round by round.</summary>
internal sealed class Series(string name, double[] values)
{
    private readonly double[] values = values;
    private readonly double[] sorted = [.. values.Order()];

    public string Name { get; } = name;

    public int Count => sorted.Length;

    public double Median => MedianOf(sorted);

    /// <summary>The median of what each round says: a burst of other work spoils the rounds that it hits, and not the rest.</summary>
    public double Against(Series other, Func<double, double, double> compare) => MedianOf([.. values.Zip(other.values, compare).Order()]);

    private static double MedianOf(double[] sorted) =>
        sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

    public double Min => sorted[0];

    public double Max => sorted[^1];

    /// <summary>Measures in turn, A B C, B C A, …: what slows the machine for a while slows all alike.</summary>
    public static Series[] Interleave(int rounds, params (string Name, Func<double> Measure)[] subjects)
    {
        const int WarmUps = 2;
        var values = new double[subjects.Length][];
        for (var i = 0; i < subjects.Length; i++)
        {
            values[i] = new double[rounds];
            for (var warmUp = 0; warmUp < WarmUps; warmUp++)
                subjects[i].Measure();
        }

        for (var round = 0; round < rounds; round++)
        {
            for (var turn = 0; turn < subjects.Length; turn++)
            {
                var i = (round + turn) % subjects.Length;
                values[i][round] = subjects[i].Measure();
            }
        }

        return [.. subjects.Select((subject, i) => new Series(subject.Name, values[i]))];
    }

    /// <summary>Milliseconds that a piece of work takes inside this process.</summary>
    public static double Time(Action work)
    {
        var start = Stopwatch.GetTimestamp();
        work();
        return Stopwatch.GetElapsedTime(start).TotalMilliseconds;
    }
}
