using System.Globalization;

namespace HookRules.Engine;

/// <summary>What became of one rule of the payload's event.</summary>
/// <param name="FailedClause">Which clause kept it from matching (<c>matcher</c>, <c>glob</c>, <c>where</c>); null if it matches.</param>
/// <param name="Detail">The clause and the value that it met, in words.</param>
public sealed record RouteTrace(Rule Rule, string? FailedClause, string? Detail)
{
    public const string MatcherClause = "matcher";
    public const string GlobClause = "glob";
    public const string WhereClause = "where";

    public bool Matched => FailedClause is null;

    internal static string Explain(Rule rule, string clause, Payload payload, RouteContext context) =>
        clause switch
        {
            MatcherClause => $"{Describe(rule.Matcher)} does not match {Quote(MatcherValue.Of(payload))}",
            GlobClause => payload.File is { } file
                ? $"{string.Join(' ', rule.Globs.Select(glob => glob.Text))} does not match {Quote(file)}"
                : "the event has no file that a glob could match",
            WhereClause => Explain(rule.Where!, payload, context),
            _ => throw new InvalidOperationException($"unknown clause {clause}"),
        };

    private static string Explain(Condition condition, Payload payload, RouteContext context)
    {
        switch (condition)
        {
            case Condition.All all:
                return Explain(all.Terms.First(term => !Router.Holds(term, payload, context)), payload, context);
            case Condition.Any any:
                return string.Join("; ", any.Terms.Select(term => Explain(term, payload, context)));
            case Condition.Not not:
                return $"not ({ConditionText.Of(not.Term)}): the condition in it holds";
            default:
                return $"{ConditionText.Of(condition)} is false: {Found(condition, payload)}";
        }
    }

    private static string Found(Condition condition, Payload payload)
    {
        var field = ConditionText.FieldOf(condition);
        return payload.TryGet(field, out _) ? $"{field} is {Quote(payload.Text(field))}" : $"{field} is missing";
    }

    internal static string Describe(Matcher matcher) =>
        matcher switch
        {
            { Raw: { } raw } => $"matcher {Quote(raw)}",
            Matcher.Names names => string.Join('|', names.Values),
            Matcher.Expression expression => expression.Pattern.ToString(),
            _ => "*",
        };

    private static string Quote(string? value)
    {
        if (value is null)
            return "nothing";
        const int most = 120;
        return value.Length <= most
            ? $"\"{value}\""
            : string.Create(CultureInfo.InvariantCulture, $"\"{value.AsSpan(0, most)}…\" ({value.Length} characters)");
    }
}
