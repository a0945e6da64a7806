using System.Diagnostics;

namespace HookRules.Benchmarks;

/// <summary>What one subject took, round by round.</summary>
internal sealed class Series(string name, double[] values)
{
    private readonly double[] sorted = [.. values.Order()];

    public string Name { get; } = name;

    public int Count => sorted.Length;

    public double Median => sorted.Length % 2 == 1 ? sorted[sorted.Length / 2] : (sorted[(sorted.Length / 2) - 1] + sorted[sorted.Length / 2]) / 2;

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
            for (var warmUp = 0; warmUp < WarmUps; warmUp++) subjects[i].Measure();
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
