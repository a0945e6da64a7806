namespace HookRules.Fuzz;

/// <summary>What became of an input that broke nothing.</summary>
public enum Verdict
{
    Accepted,
    Rejected,
}

/// <summary>One part of the product under random inputs.</summary>
public abstract class Target
{
    public abstract string Name { get; }

    /// <summary>What holds for every input.</summary>
    public abstract string Promise { get; }

    /// <summary>Why it cannot run in this version; null if it can.</summary>
    public virtual string? Missing => null;

    /// <summary>An input may take this long whatever its size, and as much again for each so many bytes.</summary>
    public virtual TimeBound Time => new(TimeSpan.FromMilliseconds(50), 500);

    /// <summary>Makes an input and tries it; throws where the promise is broken.</summary>
    public abstract Verdict Try(Choices choices, Attempt attempt);
}

/// <summary>A target whose input is one text, which can be shrunken as a text too.</summary>
public abstract class TextTarget : Target
{
    public abstract string Make(Choices choices);

    public abstract Verdict Check(string text);

    public override Verdict Try(Choices choices, Attempt attempt)
    {
        var text = Make(choices);
        attempt.Input = text;
        return Check(text);
    }
}

/// <param name="Floor">Time that any input may take.</param>
/// <param name="NanosecondsPerByte">Time that each byte adds.</param>
public readonly record struct TimeBound(TimeSpan Floor, double NanosecondsPerByte)
{
    public TimeSpan Of(int size) => Floor + TimeSpan.FromMicroseconds(size * NanosecondsPerByte / 1000);
}

/// <summary>One input as reports show it.</summary>
public sealed class Attempt
{
    public string Input { get; set; } = "";
}

/// <summary>A promise that an input broke.</summary>
public sealed class BrokenException(string what) : Exception(what)
{
    public static void Unless(bool holds, string what)
    {
        if (!holds)
            throw new BrokenException(what);
    }
}
