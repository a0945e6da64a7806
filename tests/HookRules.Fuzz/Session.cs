using System.Diagnostics;

namespace HookRules.Fuzz;

/// <summary>What a run over one target found.</summary>
public sealed record Report(
    string Target,
    ulong Seed,
    long Inputs,
    long Rejected,
    TimeSpan Took,
    TimeSpan Slowest,
    long SlowestNumber,
    Finding? Finding
);

/// <summary>The first input that broke a promise, shrunken.</summary>
public sealed record Finding(long Number, string Input, Exception Error);

/// <summary>Feeds inputs to a target until the count, the time or its promise is used up.</summary>
/// <param name="slack">Makes the time bounds so many times longer, for machines on which much else runs.</param>
public sealed class Session(Target target, ulong seed, double slack = 1)
{
    private long current = -1;

    /// <summary>The number of the input that is being tried.</summary>
    public long Current => Volatile.Read(ref current);

    public Report Run(long inputs, TimeSpan? limit = null, long first = 0, Action<long>? started = null)
    {
        var clock = Stopwatch.StartNew();
        long rejected = 0,
            slowestNumber = 0,
            number = first;
        var slowest = TimeSpan.Zero;
        for (; number < first + inputs && !(clock.Elapsed >= limit); number++)
        {
            Volatile.Write(ref current, number);
            started?.Invoke(number);
            var choices = Choices.Random(seed, target.Name, number);
            var attempt = new Attempt();
            try
            {
                var begun = Stopwatch.GetTimestamp();
                if (target.Try(choices, attempt) == Verdict.Rejected)
                    rejected++;
                var took = Stopwatch.GetElapsedTime(begun);
                // Other work on the machine makes anything slow once; what is slow five times is slow.
                if (took > Allowed(attempt) || (took > slowest && number - first > 1000))
                    took = Quickest(choices.Taken, took);
                if (took > slowest && number - first > 1000)
                    (slowest, slowestNumber) = (took, number);
                if (took > Allowed(attempt))
                    throw new BrokenException($"too slow: {took.TotalMilliseconds:F1} ms for {attempt.Input.Length} bytes");
            }
            catch (Exception e)
            {
                var (input, error) = e.Message.StartsWith("too slow", StringComparison.Ordinal)
                    ? (attempt.Input, e)
                    : Shrinker.Shrink(target, [.. choices.Taken], attempt, e);
                return Result(new Finding(number, input, error)) with { Inputs = number - first + 1 };
            }
        }

        return Result(null);

        Report Result(Finding? finding) => new(target.Name, seed, number - first, rejected, clock.Elapsed, slowest, slowestNumber, finding);
    }

    private TimeSpan Allowed(Attempt attempt) => target.Time.Of(attempt.Input.Length) * slack;

    private TimeSpan Quickest(IReadOnlyList<int> choices, TimeSpan best)
    {
        for (var i = 0; i < 4; i++)
        {
            var begun = Stopwatch.GetTimestamp();
            target.Try(Choices.Replay([.. choices]), new Attempt());
            var took = Stopwatch.GetElapsedTime(begun);
            if (took < best)
                best = took;
        }

        return best;
    }
}
