using System.Collections.Immutable;

namespace HookRules.Engine;

public enum CompareOperator { Equal, NotEqual, Less, LessOrEqual, Greater, GreaterOrEqual, Contains, StartsWith, EndsWith, In }

/// <summary>What a field is compared with: text, a number or a truth value.</summary>
public readonly record struct Literal(string? Text, double? Number, bool? Flag)
{
    public static Literal Of(string text) => new(text, null, null);
    public static Literal Of(double number) => new(null, number, null);
    public static Literal Of(bool flag) => new(null, null, flag);

    public override string ToString() => Text is not null ? $"\"{Text}\"" : Number is { } n ? n.ToString(System.Globalization.CultureInfo.InvariantCulture) : Flag is true ? "true" : "false";
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
}
