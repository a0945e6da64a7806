namespace HookRules.Cli.Doctor;

internal enum Grade
{
    Ok,

    /// <summary>Worth knowing; nothing fails.</summary>
    Hint,
    Problem,
}

/// <summary>What one check found.</summary>
/// <param name="Check">What was looked at.</param>
/// <param name="Where">A file or folder; null where it is no place.</param>
/// <param name="Mend">What to do; null where nothing is to be done.</param>
internal sealed record Finding(string Check, Grade Grade, string What, string? Where = null, string? Mend = null)
{
    /// <summary>Mends it, where that is safe; null, or why it could not.</summary>
    public Func<string?>? Fix { get; init; }

    public static Finding Ok(string check, string what, string? where = null) => new(check, Grade.Ok, what, where);

    public static Finding Problem(string check, string what, string? where, string mend) => new(check, Grade.Problem, what, where, mend);

    public static Finding Hint(string check, string what, string? where, string mend) => new(check, Grade.Hint, what, where, mend);
}
