using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A regular expression that runs in linear time and means the same in JavaScript: searched for anywhere, case-sensitive unless
/// flagged <c>i</c>.</summary>
public sealed class RegexPattern : IEquatable<RegexPattern>
{
    // Below this length to match is quicker than to find out which texts must occur.
    private const int ShortText = 512;

    // Made when they are first needed: of the expressions in a plan most are never asked.
    private RegexNode? node;
    private RegexProgram? program;
    private ImmutableArray<string> literals;

    private RegexPattern(string source, string flags) => (Source, Flags) = (source, flags);

    public string Source { get; }

    /// <summary>Any of <c>i</c>, <c>m</c>, <c>s</c>.</summary>
    public string Flags { get; }

    public bool IgnoreCase => Flags.Contains('i');

    /// <summary>Texts of which at least one must occur in whatever matches (compared without regard to ASCII case where flagged <c>i</c>);
    /// empty where nothing is certain.</summary>
    public ImmutableArray<string> RequiredLiterals => literals.IsDefault ? literals = RegexLiterals.Of(Node, IgnoreCase) : literals;

    /// <summary>Characters that every match needs; null where none are certain.</summary>
    internal RequiredCharacters? RequiredCharacters => RequiredCharacters.Of(Node);

    private RegexNode Node => node ??= Made(() => new RegexParser(Source, Flags).Parse());

    private RegexProgram Program => program ??= Made(() => new RegexProgram(Node));

    /// <summary>Null with the reason, and its offset in the source, where the expression is wrong, cannot run in linear time (look-around,
    /// back-references) or is read differently elsewhere.</summary>
    public static RegexPattern? TryParse(string source, string flags, out string? problem, out int problemAt)
    {
        try
        {
            (problem, problemAt) = (null, 0);
            var node = new RegexParser(source, flags).Parse();
            return new RegexPattern(source, flags) { node = node, program = new RegexProgram(node) };
        }
        catch (RegexProblem e)
        {
            (problem, problemAt) = (e.Message, e.At);
            return null;
        }
    }

    /// <summary>One of a plan, which the compiler has tried; what is wrong with it is thrown as <see cref="PlanCorruptException"/> when it
    /// is first used.</summary>
    internal static RegexPattern OfPlan(string source, string flags) => new(source, flags);

    private static T Made<T>(Func<T> make)
    {
        try
        {
            return make();
        }
        catch (RegexProblem e)
        {
            throw new PlanCorruptException($"it has a bad regular expression: {e.Message}");
        }
    }

    public bool IsMatch(ReadOnlySpan<char> text, Budget? budget = null)
    {
        if (text.Length < ShortText && literals.IsDefault)
            return Program.IsMatch(text, budget);
        budget?.Scan(text.Length * RequiredLiterals.Length);
        return MayMatch(text) && Program.IsMatch(text, budget);
    }

    /// <summary>False where a text that every match contains is missing; much cheaper than matching.</summary>
    public bool MayMatch(ReadOnlySpan<char> text)
    {
        if (RequiredLiterals.IsEmpty)
            return true;
        var comparison = IgnoreCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
        foreach (var literal in RequiredLiterals)
            if (text.Contains(literal, comparison))
                return true;
        return false;
    }

    public bool Equals(RegexPattern? other) => other is not null && Source == other.Source && Flags == other.Flags;

    public override bool Equals(object? obj) => Equals(obj as RegexPattern);

    public override int GetHashCode() => HashCode.Combine(Source, Flags);

    public override string ToString() => $"/{Source}/{Flags}";
}
