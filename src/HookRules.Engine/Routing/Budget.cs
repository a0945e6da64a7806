namespace HookRules.Engine;

/// <summary>How much matching one payload may cost. It counts work and not time, so that the same payload fares the same on every
/// machine.</summary>
/// <remarks>A unit is about what it takes to carry a regular expression one character on.</remarks>
public sealed class Budget(long units)
{
    /// <summary>Where nobody waits: consumer and simulator.</summary>
    public static Budget Unbounded => new(long.MaxValue);

    // Characters that a search for a fixed text looks at in the time of one unit.
    private const int Glance = 8;

    private long left = units;

    /// <exception cref="BudgetException">Nothing is left.</exception>
    public void Spend(long units)
    {
        left -= units;
        if (left < 0)
            throw new BudgetException();
    }

    /// <summary>For looking through a text, which the machine does many characters at a time.</summary>
    public void Scan(int length) => Spend(length / Glance);
}

/// <summary>The rules ask for more work on this payload than a caller can wait for.</summary>
public sealed class BudgetException() : Exception("comparing the event with the rules takes too long");
