using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>A condition as the text form spells it, for messages.</summary>
public static class ConditionText
{
    public static string Of(Condition condition) =>
        condition switch
        {
            Condition.All all => string.Join(" and ", all.Terms.Select(Nested)),
            Condition.Any any => string.Join(" or ", any.Terms.Select(Nested)),
            Condition.Not not => $"not {Nested(not.Term)}",
            Condition.Exists exists => $"{exists.Field} exists",
            Condition.Matches matches => $"{matches.Field} matches {matches.Pattern}",
            Condition.InGlob glob => $"{glob.Field} glob \"{glob.Glob}\"",
            Condition.Compare { Operator: CompareOperator.In } oneOf => $"{oneOf.Field} in ({string.Join(", ", oneOf.Values)})",
            Condition.Compare compare => $"{compare.Field} {Symbol(compare.Operator)} {compare.Values[0]}",
            Condition.Runs runs => (runs.OrMay ? "may run" : "runs")
                + Commands(runs.Commands)
                + Listed(" with ", runs.With, runs.Given)
                + Listed(" with env ", runs.Variables)
                + Listed(" without ", runs.Without, runs.NotGiven)
                + Listed(" outside ", runs.Outside),
            Condition.OnlyRuns only => string.Join(" or ", only.Allowed.Select(runs => $"only {Of(runs)}")),
            Condition.Opaque => "opaque",
            Condition.Writes writes => $"{writes.Word}{Listed(" ", [.. writes.Files.Select(glob => glob.Text)])}",
            Condition.Reads reads => $"reads{Listed(" ", [.. reads.Files.Select(glob => glob.Text)])}",
            Condition.Pipes pipes => $"pipes{Listed(" ", pipes.From)}{Listed(" into ", pipes.Into)}",
            Condition.ForkBomb => "forkbomb",
            _ => throw new InvalidOperationException($"unknown condition {condition.GetType().Name}"),
        };

    /// <summary>The field of a condition that has no others inside.</summary>
    public static FieldPath FieldOf(Condition condition) =>
        condition switch
        {
            Condition.Exists exists => exists.Field,
            Condition.Matches matches => matches.Field,
            Condition.InGlob glob => glob.Field,
            Condition.Compare compare => compare.Field,
            Condition.Runs runs => runs.Field,
            Condition.OnlyRuns only => only.Field,
            Condition.Opaque opaque => opaque.Field,
            Condition.Writes writes => writes.Field,
            Condition.Reads reads => reads.Field,
            Condition.Pipes pipes => pipes.Field,
            Condition.ForkBomb bomb => bomb.Field,
            _ => throw new InvalidOperationException($"{condition.GetType().Name} has no field of its own"),
        };

    private static string Nested(Condition condition) => condition is Condition.All or Condition.Any ? $"({Of(condition)})" : Of(condition);

    private static string Listed(string word, ImmutableArray<string> items, ImmutableArray<RegexPattern> expressions = default) =>
        items.Select(Word).Concat(expressions.IsDefault ? [] : expressions.Select(one => one.ToString())).ToArray() is { Length: > 0 } words
            ? $"{word}({string.Join(", ", words)})"
            : "";

    private static string Word(string item) =>
        item.Length > 0 && item.All(c => char.IsAsciiLetterOrDigit(c) || c is '-' or '_' or '.') ? item : Quoted(item);

    private static string Commands(ImmutableArray<ImmutableArray<string>> commands) =>
        commands is [var only]
            ? $" {Quoted(string.Join(' ', only))}"
            : Listed(" ", [.. commands.Select(command => string.Join(' ', command))]);

    private static string Quoted(string text) =>
        $"\"{text.Replace("\\", "\\\\", StringComparison.Ordinal).Replace("\"", "\\\"", StringComparison.Ordinal)}\"";

    private static string Symbol(CompareOperator @operator) =>
        @operator switch
        {
            CompareOperator.Equal => "==",
            CompareOperator.NotEqual => "!=",
            CompareOperator.Less => "<",
            CompareOperator.LessOrEqual => "<=",
            CompareOperator.Greater => ">",
            CompareOperator.GreaterOrEqual => ">=",
            CompareOperator.Contains => "contains",
            CompareOperator.StartsWith => "starts with",
            CompareOperator.EndsWith => "ends with",
            _ => throw new InvalidOperationException($"unknown operator {@operator}"),
        };
}
