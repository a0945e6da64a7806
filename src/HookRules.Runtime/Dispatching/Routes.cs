using System.Collections.Immutable;
using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>Where a branch stands in its rule.</summary>
/// <param name="AfterFailure">In one of the stages that run when another failed.</param>
/// <param name="Index">Which of those stages, or of the others.</param>
internal sealed record Place(Rule Rule, Branch Branch, bool AfterFailure, int Index)
{
    public ImmutableArray<Stage> Stages => AfterFailure ? Rule.OnFailure : Rule.Stages;

    public int Of => Stages[Index].Branches.Length;

    /// <summary>Names the stage within its rule.</summary>
    public string StageName => $"{(AfterFailure ? "failure" : "stage")} {Index}";

    public bool IsFirst => !AfterFailure && Index == 0;

    public static Place? Find(LoadedPlan plan, Order order)
    {
        if (plan.Rule(order.Rule) is not { } rule)
            return null;
        return In(rule, order.Branch, rule.Stages, afterFailure: false) ?? In(rule, order.Branch, rule.OnFailure, afterFailure: true);
    }

    private static Place? In(Rule rule, string branchId, ImmutableArray<Stage> stages, bool afterFailure)
    {
        for (var i = 0; i < stages.Length; i++)
            foreach (var branch in stages[i].Branches)
                if (branch.Id == branchId)
                    return new Place(rule, branch, afterFailure, i);
        return null;
    }

    /// <summary>For an order whose branch the plan has no more: what matches its event now. A branch of the same action takes its place;
    /// where no rule uses that action, whatever the rules now say.</summary>
    public static IReadOnlyList<Place> Anew(LoadedPlan plan, Order order, Payload payload)
    {
        var places = (
            from rule in plan.Route(payload, order.Project)
            from branch in rule.Stages[0].Branches
            select new Place(rule, branch, AfterFailure: false, 0)
        ).ToList();
        var same = places.Where(place => place.Branch.Action == order.Action).ToList();
        return same.Count > 0 ? same : places;
    }
}
