namespace HookRules.Fuzz;

/// <summary>The choices that make up one input: drawn from a seeded generator, kept, and replayed when the input is shrunken. Zero is
/// always the simplest choice.</summary>
public sealed class Choices
{
    private readonly List<int> taken = [];
    private readonly IReadOnlyList<int>? replayed;
    private ulong state;

    private Choices(ulong seed, IReadOnlyList<int>? replayed) => (state, this.replayed) = (seed, replayed);

    public static Choices Random(ulong seed, string target, long number)
    {
        var mixed = seed * 0x9E3779B97F4A7C15UL;
        foreach (var c in target)
            mixed = (mixed ^ c) * 0x100000001B3UL;
        return new Choices(mixed ^ ((ulong)number * 0xD1B54A32D192ED03UL), null);
    }

    public static Choices Replay(IReadOnlyList<int> choices) => new(0, choices);

    public IReadOnlyList<int> Taken => taken;

    /// <summary>From 0 up to but not including <paramref name="count"/>.</summary>
    public int Next(int count)
    {
        if (count <= 1)
            return 0;
        var value =
            replayed is null ? (int)(Draw() % (ulong)count)
            : taken.Count < replayed.Count ? replayed[taken.Count] % count
            : 0;
        taken.Add(value);
        return value;
    }

    public int Between(int least, int most) => least + Next(most - least + 1);

    /// <summary>True once in so many times.</summary>
    public bool OneIn(int times) => Next(times) == times - 1;

    public T Pick<T>(IReadOnlyList<T> items) => items[Next(items.Count)];

    // SplitMix64.
    private ulong Draw()
    {
        var z = state += 0x9E3779B97F4A7C15UL;
        z = (z ^ (z >> 30)) * 0xBF58476D1CE4E5B9UL;
        z = (z ^ (z >> 27)) * 0x94D049BB133111EBUL;
        return z ^ (z >> 31);
    }
}
