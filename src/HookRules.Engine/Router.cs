using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>What a route needs to know besides the payload.</summary>
/// <param name="ProjectDir">Absolute path of the project folder; globs with a slash are relative to it.</param>
public sealed record RouteContext(string ProjectDir);

/// <summary>The rules that match one payload, in source order, and what their decisions amount to.</summary>
public sealed record Routing(ImmutableArray<Rule> Matched, Decision Decision)
{
    /// <summary>Something goes into the queue.</summary>
    public bool Queues => Matched.Any(rule => rule.Queues);

    public IEnumerable<(Rule Rule, Branch Branch)> Sync => from rule in Matched from branch in rule.Sync select (rule, branch);
}

/// <summary>The one evaluator: hook process, consumer and simulator all ask it which rules match.</summary>
public static class Router
{
    /// <param name="rules">Candidates in source order, of any event.</param>
    /// <param name="trace">Where given, told about every rule of the payload's event.</param>
    public static Routing Route(Payload payload, IEnumerable<Rule> rules, RouteContext context, ICollection<RouteTrace>? trace = null)
        => throw new NotImplementedException();
}
