using System.Collections.Immutable;

namespace HookRules.Engine;

public enum CompareOperator
{
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    Contains,
    StartsWith,
    EndsWith,
    In,
}

/// <summary>What a field is compared with: text, a number or a truth value.</summary>
public readonly record struct Literal(string? Text, double? Number, bool? Flag)
{
    public static Literal Of(string text) => new(text, null, null);

    public static Literal Of(double number) => new(null, number, null);

    public static Literal Of(bool flag) => new(null, null, flag);

    public override string ToString() =>
        Text is not null ? $"\"{Text}\""
        : Number is { } n ? n.ToString(System.Globalization.CultureInfo.InvariantCulture)
        : Flag is true ? "true"
        : "false";
}

/// <summary>A closed set of conditions on a payload. Any comparison with a missing field is false, <c>!=</c> included.</summary>
public abstract record Condition
{
    private Condition() { }

    public sealed record All(ImmutableArray<Condition> Terms) : Condition;

    public sealed record Any(ImmutableArray<Condition> Terms) : Condition;

    public sealed record Not(Condition Term) : Condition;

    public sealed record Exists(FieldPath Field) : Condition;

    /// <summary>One value, or several for <see cref="CompareOperator.In"/>.</summary>
    public sealed record Compare(FieldPath Field, CompareOperator Operator, ImmutableArray<Literal> Values) : Condition;

    public sealed record Matches(FieldPath Field, RegexPattern Pattern) : Condition;

    public sealed record InGlob(FieldPath Field, Glob Glob) : Condition;

    /// <summary>A command line runs one of these programs (and subcommands) with one of the first options or arguments and none of the
    /// second.</summary>
    /// <param name="Commands">Of each the program's name, then subcommands; <c>*</c> and <c>?</c> stand for any characters.</param>
    /// <param name="With">Options where they begin with a hyphen (<c>--option=PATTERN</c> with such a value, wherever they stand), else
    /// patterns for an argument.</param>
    public sealed record Runs(
        FieldPath Field,
        ImmutableArray<ImmutableArray<string>> Commands,
        ImmutableArray<string> With,
        ImmutableArray<string> Without
    ) : Condition
    {
        /// <summary>If any: an argument must be a path that is below none of these folders (<c>project</c>, <c>~</c>, absolute, or relative
        /// to the project).</summary>
        public ImmutableArray<string> Outside { get; init; } = [];

        /// <summary>Beside <see cref="With"/>: expressions of which one matches a word of the command, or a text that it is given to read.
        /// </summary>
        public ImmutableArray<RegexPattern> Given { get; init; } = [];

        /// <summary>The same beside <see cref="Without"/>.</summary>
        public ImmutableArray<RegexPattern> NotGiven { get; init; } = [];

        /// <summary>If any: one of these variables must be given to the command in the line itself, before it or earlier.</summary>
        public ImmutableArray<string> Variables { get; init; } = [];

        /// <summary>It is enough that what is not known before the command runs could make it hold.</summary>
        public bool OrMay { get; init; }
    }

    /// <summary>Every command of a line is one of these, nothing in it is hidden, and it writes no file: the whole line can be
    /// trusted.</summary>
    public sealed record OnlyRuns(ImmutableArray<Runs> Allowed) : Condition
    {
        public FieldPath Field => Allowed[0].Field;
    }

    /// <summary>A command line hides from view what it runs: a variable as the command, <c>eval</c> of something unknown, a script from a
    /// pipe.</summary>
    public sealed record Opaque(FieldPath Field) : Condition;

    /// <summary>A command line writes, replaces or removes a file; of the patterns, the last that matches decides.</summary>
    /// <param name="Anew">What was in it is lost: adding at its end, <c>touch</c> and a copy of an example of it do not count.</param>
    public sealed record Writes(FieldPath Field, ImmutableArray<Glob> Files, bool Anew = false) : Condition
    {
        public string Word => Anew ? "overwrites" : "writes";
    }

    /// <summary>A command line prints or copies what is in a file; of the patterns, the last that matches decides.</summary>
    public sealed record Reads(FieldPath Field, ImmutableArray<Glob> Files) : Condition;

    /// <summary>A command line lets a program run what another one prints.</summary>
    public sealed record Pipes(FieldPath Field, ImmutableArray<string> From, ImmutableArray<string> Into) : Condition;

    /// <summary>A command line defines a function that starts itself again beside itself.</summary>
    public sealed record ForkBomb(FieldPath Field) : Condition;
}
