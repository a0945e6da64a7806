namespace HookRules.Engine;

/// <summary>What became of one rule of the payload's event.</summary>
/// <param name="FailedClause">Which clause kept it from matching (<c>matcher</c>, <c>glob</c>, <c>where</c>); null if it matches.</param>
/// <param name="Detail">The clause and the value that it met, in words.</param>
public sealed record RouteTrace(Rule Rule, string? FailedClause, string? Detail)
{
    public bool Matched => FailedClause is null;
}
