using System.Diagnostics;

namespace HookRules.Fuzz;

/// <summary>Makes an input that breaks a promise smaller while it breaks the same one.</summary>
internal static class Shrinker
{
    private static readonly TimeSpan Patience = TimeSpan.FromSeconds(20);

    public static (string Input, Exception Error) Shrink(Target target, IReadOnlyList<int> choices, Attempt attempt, Exception error)
    {
        var clock = Stopwatch.StartNew();
        var best = (attempt.Input, Error: error);
        Reduce(
            choices,
            smaller =>
            {
                var again = new Attempt();
                if (Fails(() => target.Try(Choices.Replay(smaller), again), error) is not { } same)
                    return false;
                best = (again.Input, same);
                return true;
            },
            clock
        );

        if (target is TextTarget text)
        {
            Reduce(
                best.Input.ToCharArray(),
                smaller =>
                {
                    var shorter = new string([.. smaller]);
                    if (Fails(() => text.Check(shorter), error) is not { } same)
                        return false;
                    best = (shorter, same);
                    return true;
                },
                clock
            );
        }

        return best;
    }

    private static Exception? Fails(Action attempt, Exception expected)
    {
        try
        {
            attempt();
            return null;
        }
        catch (Exception e)
        {
            return Kind(e) == Kind(expected) ? e : null;
        }
    }

    /// <summary>Two failures are the same if they come from the same place, or break the same promise.</summary>
    public static string Kind(Exception error) =>
        error is BrokenException
            ? error.Message.Split(':')[0]
            : $"{error.GetType().Name} {new StackTrace(error).GetFrame(0)?.GetMethod()?.Name}";

    private static void Reduce<T>(IReadOnlyList<T> whole, Func<IReadOnlyList<T>, bool> stillFails, Stopwatch clock)
    {
        var current = whole.ToList();
        for (var size = Math.Max(1, current.Count / 2); size >= 1 && clock.Elapsed < Patience; )
        {
            var shrunk = false;
            for (var at = 0; at < current.Count && clock.Elapsed < Patience; )
            {
                List<T> smaller = [.. current.Take(at), .. current.Skip(at + size)];
                if (stillFails(smaller))
                    (current, shrunk) = (smaller, true);
                else
                    at += size;
            }

            if (!shrunk || size > current.Count)
                size = size == 1 ? 0 : Math.Max(1, Math.Min(size / 2, current.Count));
        }
    }
}
