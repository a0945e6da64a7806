namespace HookRules.Engine;

/// <summary>A condition as the text form spells it, for messages.</summary>
public static class ConditionText
{
    public static string Of(Condition condition) => condition switch
    {
        Condition.All all => string.Join(" and ", all.Terms.Select(Nested)),
        Condition.Any any => string.Join(" or ", any.Terms.Select(Nested)),
        Condition.Not not => $"not {Nested(not.Term)}",
        Condition.Exists exists => $"{exists.Field} exists",
        Condition.Matches matches => $"{matches.Field} matches {matches.Pattern}",
        Condition.InGlob glob => $"{glob.Field} glob \"{glob.Glob}\"",
        Condition.Compare { Operator: CompareOperator.In } oneOf => $"{oneOf.Field} in ({string.Join(", ", oneOf.Values)})",
        Condition.Compare compare => $"{compare.Field} {Symbol(compare.Operator)} {compare.Values[0]}",
        _ => throw new InvalidOperationException($"unknown condition {condition.GetType().Name}"),
    };

    /// <summary>The field of a condition that has no others inside.</summary>
    public static FieldPath FieldOf(Condition condition) => condition switch
    {
        Condition.Exists exists => exists.Field,
        Condition.Matches matches => matches.Field,
        Condition.InGlob glob => glob.Field,
        Condition.Compare compare => compare.Field,
        _ => throw new InvalidOperationException($"{condition.GetType().Name} has no field of its own"),
    };

    private static string Nested(Condition condition) => condition is Condition.All or Condition.Any ? $"({Of(condition)})" : Of(condition);

    private static string Symbol(CompareOperator @operator) => @operator switch
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
