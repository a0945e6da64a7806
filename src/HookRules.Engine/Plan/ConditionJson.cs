using System.Collections.Immutable;
using System.Text.Json;

namespace HookRules.Engine;

/// <summary>Conditions in plan.json: an array whose first item is the operator.</summary>
internal static class ConditionJson
{
    private static FieldPath? lastField;

    private static ReadOnlySpan<(string Name, CompareOperator Value)> Operators =>
        new[]
        {
            ("==", CompareOperator.Equal),
            ("!=", CompareOperator.NotEqual),
            ("<", CompareOperator.Less),
            ("<=", CompareOperator.LessOrEqual),
            (">", CompareOperator.Greater),
            (">=", CompareOperator.GreaterOrEqual),
            ("contains", CompareOperator.Contains),
            ("starts with", CompareOperator.StartsWith),
            ("ends with", CompareOperator.EndsWith),
            ("in", CompareOperator.In),
        };

    public static void Write(Utf8JsonWriter json, Condition condition)
    {
        json.WriteStartArray();
        switch (condition)
        {
            case Condition.All all:
                json.WriteStringValue("and");
                foreach (var term in all.Terms)
                    Write(json, term);
                break;
            case Condition.Any any:
                json.WriteStringValue("or");
                foreach (var term in any.Terms)
                    Write(json, term);
                break;
            case Condition.Not not:
                json.WriteStringValue("not");
                Write(json, not.Term);
                break;
            case Condition.Exists exists:
                json.WriteStringValue("exists");
                json.WriteStringValue(exists.Field.Text);
                break;
            case Condition.Matches matches:
                json.WriteStringValue("matches");
                json.WriteStringValue(matches.Field.Text);
                json.WriteStringValue(matches.Pattern.ToString());
                break;
            case Condition.InGlob glob:
                json.WriteStringValue("glob");
                json.WriteStringValue(glob.Field.Text);
                json.WriteStringValue(glob.Glob.Text);
                break;
            case Condition.Compare compare:
                json.WriteStringValue(RuleJson.Name(Operators, compare.Operator));
                json.WriteStringValue(compare.Field.Text);
                foreach (var value in compare.Values)
                    Write(json, value);
                break;
            case Condition.Runs runs:
                json.WriteStringValue(runs.OrMay ? "may run" : "runs");
                json.WriteStringValue(runs.Field.Text);
                if (runs.Commands is [var only])
                {
                    Write(json, only);
                }
                else
                {
                    json.WriteStartArray();
                    foreach (var command in runs.Commands)
                        Write(json, command);
                    json.WriteEndArray();
                }

                Write(json, runs.With);
                Write(json, runs.Without);
                var hasExpressions = !runs.Given.IsEmpty || !runs.NotGiven.IsEmpty || !runs.Variables.IsEmpty;
                if (!runs.Outside.IsEmpty || hasExpressions)
                    Write(json, runs.Outside);
                if (!hasExpressions)
                    break;
                Write(json, [.. runs.Given.Select(pattern => pattern.ToString())]);
                Write(json, [.. runs.NotGiven.Select(pattern => pattern.ToString())]);
                if (!runs.Variables.IsEmpty)
                    Write(json, runs.Variables);
                break;
            case Condition.OnlyRuns onlyRuns:
                json.WriteStringValue("only runs");
                foreach (var allowedRuns in onlyRuns.Allowed)
                    Write(json, allowedRuns);
                break;
            case Condition.Opaque opaque:
                json.WriteStringValue("opaque");
                json.WriteStringValue(opaque.Field.Text);
                break;
            case Condition.Writes writes:
                Write(json, writes.Word, writes.Field, writes.Files);
                break;
            case Condition.Reads reads:
                Write(json, "reads", reads.Field, reads.Files);
                break;
            case Condition.Pipes pipes:
                json.WriteStringValue("pipes");
                json.WriteStringValue(pipes.Field.Text);
                Write(json, pipes.From);
                Write(json, pipes.Into);
                break;
            case Condition.ForkBomb bomb:
                json.WriteStringValue("forkbomb");
                json.WriteStringValue(bomb.Field.Text);
                break;
            default:
                throw new InvalidOperationException($"unknown condition {condition.GetType().Name}");
        }

        json.WriteEndArray();
    }

    public static Condition Read(JsonElement json)
    {
        var items = json.AsArray(item => item);
        var kind = RuleJson.At(json, 0).AsText();
        switch (kind)
        {
            case "and":
                return new Condition.All([.. items.Skip(1).Select(Read)]);
            case "or":
                return new Condition.Any([.. items.Skip(1).Select(Read)]);
            case "not":
                return new Condition.Not(Read(RuleJson.At(json, 1)));
            case "exists":
                return new Condition.Exists(Field(RuleJson.At(json, 1)));
            case "matches":
                return new Condition.Matches(Field(RuleJson.At(json, 1)), Regex(RuleJson.At(json, 2).AsText()));
            case "glob":
                return new Condition.InGlob(Field(RuleJson.At(json, 1)), Glob(RuleJson.At(json, 2)));
            case "runs" or "may run":
                return new Condition.Runs(
                    Field(RuleJson.At(json, 1)),
                    Commands(RuleJson.At(json, 2)),
                    Texts(RuleJson.At(json, 3)),
                    Texts(RuleJson.At(json, 4))
                )
                {
                    Outside = items.Length > 5 ? Texts(items[5]) : [],
                    Given = items.Length > 6 ? items[6].AsArray(item => Regex(item.AsText())) : [],
                    NotGiven = items.Length > 7 ? items[7].AsArray(item => Regex(item.AsText())) : [],
                    Variables = items.Length > 8 ? items[8].AsArray(item => item.AsText()) : [],
                    OrMay = kind == "may run",
                };
            case "only runs":
                var allowed = items.Skip(1).Select(Read).OfType<Condition.Runs>().ToImmutableArray();
                return allowed.IsEmpty
                    ? throw new PlanCorruptException("the plan has a condition on no program")
                    : new Condition.OnlyRuns(allowed);
            case "opaque":
                return new Condition.Opaque(Field(RuleJson.At(json, 1)));
            case "writes" or "overwrites" or "reads":
                var globs = RuleJson.At(json, 2).AsArray(Glob);
                if (globs.IsEmpty)
                    throw new PlanCorruptException("the plan has a condition on no files");
                return kind == "reads"
                    ? new Condition.Reads(Field(RuleJson.At(json, 1)), globs)
                    : new Condition.Writes(Field(RuleJson.At(json, 1)), globs, Anew: kind == "overwrites");
            case "pipes":
                return new Condition.Pipes(
                    Field(RuleJson.At(json, 1)),
                    Texts(RuleJson.At(json, 2), atLeast: 1),
                    Texts(RuleJson.At(json, 3), atLeast: 1)
                );
            case "forkbomb":
                return new Condition.ForkBomb(Field(RuleJson.At(json, 1)));
            default:
                var @operator = RuleJson.At(json, 0).AsOneOf(Operators);
                if (items.Length < 3)
                    throw new PlanCorruptException("the plan has a comparison with nothing");
                var values = items.Skip(2).Select(Literal).ToImmutableArray();
                if (
                    @operator is CompareOperator.Contains or CompareOperator.StartsWith or CompareOperator.EndsWith
                    && values[0].Text is null
                )
                    throw new PlanCorruptException("the plan looks for something that is no text");
                return new Condition.Compare(Field(items[1]), @operator, values);
        }
    }

    public static Glob Glob(JsonElement json) =>
        json.AsText() is { Length: > 0 } text ? Engine.Glob.OfPlan(text) : throw new PlanCorruptException("the plan has an empty glob");

    /// <summary>The words of one command, or of each of several.</summary>
    private static ImmutableArray<ImmutableArray<string>> Commands(JsonElement json) =>
        json.ValueKind == JsonValueKind.Array && json.GetArrayLength() > 0 && json[0].ValueKind == JsonValueKind.Array
            ? json.AsArray(command => Texts(command, atLeast: 1))
            : [Texts(json, atLeast: 1)];

    private static ImmutableArray<string> Texts(JsonElement json, int atLeast = 0) =>
        json.AsArray(item => item.AsText()) is var texts && texts.Length >= atLeast
            ? texts
            : throw new PlanCorruptException("the plan has a condition on no program");

    private static void Write(Utf8JsonWriter json, string kind, FieldPath field, ImmutableArray<Glob> files)
    {
        json.WriteStringValue(kind);
        json.WriteStringValue(field.Text);
        Write(json, [.. files.Select(glob => glob.Text)]);
    }

    private static void Write(Utf8JsonWriter json, ImmutableArray<string> texts)
    {
        json.WriteStrings(texts);
    }

    public static FieldPath Field(JsonElement json)
    {
        // Most rules of an event ask for the same field.
        if (lastField is { } last && json.ValueKind == JsonValueKind.String && json.ValueEquals(last.Text))
            return last;
        return lastField = FieldPath.Parse(json.AsText()) ?? throw new PlanCorruptException("the plan has a bad field path");
    }

    /// <summary>Reads <c>/source/flags</c>.</summary>
    public static RegexPattern Regex(string text)
    {
        var end = text.LastIndexOf('/');
        if (end < 1 || text[0] != '/')
            throw new PlanCorruptException("the plan has a bad regular expression");
        return RegexPattern.OfPlan(text[1..end], text[(end + 1)..]);
    }

    private static void Write(Utf8JsonWriter json, Literal value)
    {
        if (value.Text is not null)
            json.WriteStringValue(value.Text);
        else if (value.Number is { } number)
            json.WriteNumberValue(number);
        else
            json.WriteBooleanValue(value.Flag == true);
    }

    private static Literal Literal(JsonElement json) =>
        json.ValueKind switch
        {
            JsonValueKind.String => Engine.Literal.Of(json.GetString()!),
            JsonValueKind.Number => Engine.Literal.Of(json.AsDouble()),
            JsonValueKind.True => Engine.Literal.Of(true),
            JsonValueKind.False => Engine.Literal.Of(false),
            _ => throw new PlanCorruptException("the plan compares with something that is no value"),
        };
}
