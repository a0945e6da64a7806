using System.Buffers;
using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>What a prefilter looks for; the plan has the number.</summary>
internal enum PrefilterKind
{
    /// <summary>One of the texts stands in the field.</summary>
    Text = 0,

    /// <summary>The same, in either case.</summary>
    TextInAnyCase = 1,

    /// <summary>Its expression matches the field: no text is certain.</summary>
    Expression = 2,

    /// <summary>The field is a command line and runs one of the programs for certain.</summary>
    Program = 3,

    /// <summary>It is enough that the line may run one: its program is a variable, or a program that we do not know has the name among its
    /// words.</summary>
    PossibleProgram = 4,

    /// <summary>The line does one of what <see cref="LineDeed"/> names, whatever it does it to.</summary>
    Deed = 5,
}

/// <summary>Words for what a command line does, as a posting of the plan has them.</summary>
internal static class LineDeed
{
    public const string Writes = "writes";
    public const string Reads = "reads";
    public const string Hides = "opaque";
    public const string Forks = "forkbomb";

    public static bool IsDone(string deed, ShellLine line) =>
        deed switch
        {
            Writes => line.WritesFiles,
            Reads => line.ReadsFiles,
            Hides => line.OpaqueReason is not null,
            Forks => line.IsForkBomb,
            _ => throw new PlanCorruptException($"the plan says \"{deed}\" where this version knows no such word"),
        };
}

/// <summary>Something cheap to see without which a rule cannot match.</summary>
/// <param name="Texts">Of which one is needed; names of programs are in lower case.</param>
internal readonly record struct Prefilter(FieldPath Field, PrefilterKind Kind, ImmutableArray<string> Texts)
{
    private static readonly SearchValues<char> ShellSpellings = SearchValues.Create("'\"\\$`{*?[");

    // What hardly a line does is worth as much as the name of a program.
    private const int DeedStrength = 4;

    public RegexPattern? Expression { get; init; }

    public RequiredCharacters? Characters { get; init; }

    public bool ArePrograms => Kind is PrefilterKind.Program or PrefilterKind.PossibleProgram;

    /// <summary>Length of the shortest text; longer is better.</summary>
    public int Strength =>
        Kind == PrefilterKind.Deed ? DeedStrength
        : Texts.IsEmpty ? 0
        : Texts.Min(text => text.Length);

    public bool MayHold(Payload payload)
    {
        if (!payload.TryGet(Field, out var value))
            return false;
        if (value.ValueKind != JsonValueKind.String)
            return true;
        var text = payload.Text(Field)!;
        switch (Kind)
        {
            case PrefilterKind.Program or PrefilterKind.PossibleProgram:
                return MayRun(text, payload);
            case PrefilterKind.Deed:
                payload.Budget.Scan(text.Length);
                var line = payload.ShellLine(text);
                return Texts.Any(deed => LineDeed.IsDone(deed, line));
            case PrefilterKind.Expression:
                return Characters?.MayMatch(payload.CharactersOf(text)) != false && Expression?.IsMatch(text, payload.Budget) != false;
            default:
                payload.Budget.Scan(text.Length * Texts.Length);
                var comparison = Kind == PrefilterKind.TextInAnyCase ? StringComparison.OrdinalIgnoreCase : StringComparison.Ordinal;
                foreach (var one in Texts)
                    if (text.Contains(one, comparison))
                        return true;
                return false;
        }
    }

    /// <summary>A name may be spelt with quotes, backslashes, expansions, braces or patterns; without any of these it stands there in full.
    /// Only a line that passes is taken apart, once for all rules.</summary>
    private bool MayRun(string line, Payload payload)
    {
        payload.Budget.Scan(line.Length * (Texts.Length + 1));
        var letters = payload.CharactersOf(line);
        return (
                IsSpelt(line)
                || Texts.Any(name => letters.MayName<char>(name) && line.Contains(Known(name), StringComparison.OrdinalIgnoreCase))
            ) && ShellMatch.RunsOneOf(payload.ShellLine(line), Texts, Kind == PrefilterKind.PossibleProgram);
    }

    /// <summary>A command line in which the name of a program may stand otherwise than in full.</summary>
    public static bool IsSpelt(string line) => line.AsSpan().ContainsAny(ShellSpellings);

    /// <summary>What stands before a wildcard.</summary>
    private static string Known(string name) => name.AsSpan().IndexOfAny('*', '?') is >= 0 and var wildcard ? name[..wildcard] : name;
}
