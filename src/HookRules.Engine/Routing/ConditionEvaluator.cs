using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Decides whether a condition holds for a payload.</summary>
internal static class ConditionEvaluator
{
    public static bool Holds(Condition condition, Payload payload, RouteContext context)
    {
        switch (condition)
        {
            case Condition.All all:
                foreach (var term in all.Terms)
                    if (!Holds(term, payload, context))
                        return false;
                return true;
            case Condition.Any any:
                foreach (var term in any.Terms)
                    if (Holds(term, payload, context))
                        return true;
                return false;
            case Condition.Not not:
                return !Holds(not.Term, payload, context);
            case Condition.Exists exists:
                return payload.TryGet(exists.Field, out _);
            case Condition.Matches matches:
                return payload.Text(matches.Field) is { } text && matches.Pattern.IsMatch(text, payload.Budget);
            case Condition.InGlob glob:
                return payload.Text(glob.Field) is { } path && context.Matches(glob.Glob, path, payload) != glob.Glob.Negated;
            case Condition.Compare compare:
                return payload.TryGet(compare.Field, out var value) && Compare(value, payload, compare);
            case Condition.Runs runs:
                return Line(runs.Field, payload) is { } line
                    && ShellMatch.Runs(line, runs, payload, context) >= (runs.OrMay ? Likelihood.Maybe : Likelihood.Yes);
            case Condition.OnlyRuns only:
                return Line(only.Field, payload) is { } whole && ShellOnly.Holds(whole, only, payload);
            case Condition.Opaque opaque:
                return Line(opaque.Field, payload)?.OpaqueReason is not null;
            case Condition.Writes writes:
                return Line(writes.Field, payload) is { } written
                    && ShellFiles.Writes(written, writes.Files, writes.Anew, payload, context);
            case Condition.Reads reads:
                return Line(reads.Field, payload) is { } read && ShellFiles.Reads(read, reads.Files, payload, context);
            case Condition.Pipes pipes:
                return Line(pipes.Field, payload) is { } piped && ShellMatch.Pipes(piped, pipes);
            case Condition.ForkBomb bomb:
                return Line(bomb.Field, payload) is { IsForkBomb: true };
            default:
                throw new InvalidOperationException($"unknown condition {condition.GetType().Name}");
        }
    }

    private static ShellLine? Line(FieldPath field, Payload payload) => payload.Text(field) is { } text ? payload.ShellLine(text) : null;

    private static bool Compare(JsonElement value, Payload payload, Condition.Compare compare)
    {
        var (@operator, operands) = (compare.Operator, compare.Values);
        // A text is decoded once for all rules; what is left is to look through it.
        var text = value.ValueKind == JsonValueKind.String ? payload.Text(compare.Field) : null;
        if (text is not null)
            payload.Budget.Scan(text.Length);
        var operand = operands[0];
        switch (@operator)
        {
            case CompareOperator.Equal:
                return AreEqual(value, text, operand);
            case CompareOperator.NotEqual:
                return !AreEqual(value, text, operand);
            case CompareOperator.In:
                foreach (var one in operands)
                    if (AreEqual(value, text, one))
                        return true;
                return false;
            case CompareOperator.Contains when value.ValueKind == JsonValueKind.Array:
                payload.Budget.Spend(value.GetArrayLength());
                foreach (var item in value.EnumerateArray())
                    if (AreEqual(item, item.ValueKind == JsonValueKind.String ? Payload.StringOf(item) : null, operand))
                        return true;
                return false;
            case CompareOperator.Contains:
                return text is not null && text.Contains(operand.Text!, StringComparison.Ordinal);
            case CompareOperator.StartsWith:
                return text is not null && text.StartsWith(operand.Text!, StringComparison.Ordinal);
            case CompareOperator.EndsWith:
                return text is not null && text.EndsWith(operand.Text!, StringComparison.Ordinal);
            default:
                return value.ValueKind == JsonValueKind.Number
                    && value.TryGetDouble(out var number)
                    && operand.Number is { } limit
                    && @operator switch
                    {
                        CompareOperator.Less => number < limit,
                        CompareOperator.LessOrEqual => number <= limit,
                        CompareOperator.Greater => number > limit,
                        CompareOperator.GreaterOrEqual => number >= limit,
                        _ => throw new InvalidOperationException($"unknown operator {@operator}"),
                    };
        }
    }

    private static bool AreEqual(JsonElement value, string? text, Literal operand) =>
        value.ValueKind switch
        {
            JsonValueKind.String => operand.Text is not null && text == operand.Text,
            JsonValueKind.Number => operand.Number is { } number && value.TryGetDouble(out var actual) && actual == number,
            JsonValueKind.True => operand.Flag == true,
            JsonValueKind.False => operand.Flag == false,
            _ => false,
        };
}
