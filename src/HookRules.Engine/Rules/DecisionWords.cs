namespace HookRules.Engine;

/// <summary>The words of the decisions, as rules and plans spell them. The only list of them in the code; a test compares it with the
/// grammar, the colours and the schema.</summary>
public static class DecisionWords
{
    public static ReadOnlySpan<(string Name, DecisionKind Value)> All =>
        new[]
        {
            ("deny", DecisionKind.Deny),
            ("defer", DecisionKind.Defer),
            ("ask", DecisionKind.Ask),
            ("allow", DecisionKind.Allow),
            ("block", DecisionKind.Block),
            ("stop", DecisionKind.Stop),
            ("warn", DecisionKind.Warn),
            ("context", DecisionKind.Context),
        };

    public static string Of(DecisionKind kind)
    {
        foreach (var (name, value) in All)
        {
            if (value == kind)
                return name;
        }

        throw new InvalidOperationException($"{kind} is no decision");
    }
}
