using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>Makes orders: of events, of closed windows, of stages that are reached.</summary>
internal static class Orders
{
    private static readonly FieldPath AgentType = FieldPath.Parse("agent_type")!;

    public static OrderSession? SessionOf(Payload payload) =>
        payload.Session is { } session
            ? new OrderSession(session, payload.Text(FieldPath.AgentId), payload.Text(FieldPath.PromptId), payload.Text(AgentType))
            : null;

    /// <summary>An order for one event.</summary>
    /// <param name="branch">Null where a window of the whole rule is still to collect it.</param>
    public static Order Of(Envelope envelope, Payload payload, LoadedPlan plan, Rule rule, Branch? branch, int of, Origin? origin = null)
    {
        var order = new Order
        {
            Id = Order.IdOf(envelope.Id, origin?.Plan ?? envelope.PlanPath, branch?.Id ?? $"rule {rule.Id}"),
            Plan = plan.Hash,
            PlanPath = envelope.PlanPath,
            Project = envelope.ProjectDir,
            Rule = rule.Id,
            Branch = branch?.Id ?? "",
            Action = branch?.Action ?? "",
            Group = branch?.Options.Group,
            Key = branch is null ? "" : KeyOf(origin?.Plan ?? envelope.PlanPath, origin, envelope.ProjectDir, payload, plan, rule, branch),
            Origin = origin,
            Reach = ReachOf(plan, branch),
            Of = of,
            Event = payload.Event,
            Events = [envelope.Id],
            Sessions = SessionOf(payload) is { } session ? [session] : [],
            Files = payload.File is { } file ? [file] : [],
            FirstMs = envelope.PublishedMs,
            LastMs = envelope.PublishedMs,
            ReadyMs = envelope.PublishedMs,
            Boot = envelope.Boot,
            ReadyUs = envelope.MonoUs,
            Env = envelope.Env,
            Client = envelope.Client,
            Payload = envelope.Payload,
        };
        return order;
    }

    /// <summary>The order of a branch for all that its window collected.</summary>
    public static Order Closed(
        Order last,
        Payload payload,
        WindowGroup group,
        LoadedPlan plan,
        Rule rule,
        Branch branch,
        int of,
        string by,
        Clock clock
    )
    {
        var members = group.Members.OrderBy(member => (member.At, member.LastEvent)).ToList();
        return For(last, payload, plan, rule, branch, of) with
        {
            Events = [.. members.SelectMany(member => member.Events).Distinct(StringComparer.Ordinal)],
            Sessions = [.. members.SelectMany(member => member.Sessions).Distinct()],
            Files = [.. members.SelectMany(member => member.Files).Distinct(StringComparer.Ordinal)],
            FirstMs = members.Min(member => member.FirstMs),
            ReadyMs = clock.Now.ToUnixTimeMilliseconds(),
            Boot = clock.Boot,
            ReadyUs = clock.NowUs,
            ClosedBy = by,
        };
    }

    /// <summary>The order of a branch whose stage is reached now.</summary>
    public static Order Next(Order before, Payload payload, LoadedPlan plan, Rule rule, Branch branch, int of, string cause, Clock clock) =>
        For(before, payload, plan, rule, branch, of) with
        {
            ReadyMs = clock.Now.ToUnixTimeMilliseconds(),
            Boot = clock.Boot,
            ReadyUs = clock.NowUs,
            ClosedBy = null,
            Cause = cause,
        };

    /// <summary>The same events, another branch.</summary>
    public static Order For(Order order, Payload payload, LoadedPlan plan, Rule rule, Branch branch, int of) =>
        order with
        {
            Id = Order.IdOf(order.LastEvent, order.PlanName, branch.Id),
            Reach = ReachOf(plan, branch),
            Plan = plan.Hash,
            Rule = rule.Id,
            Branch = branch.Id,
            Action = branch.Action,
            Group = branch.Options.Group,
            Key = KeyOf(order.PlanName, order.Origin, order.Project, payload, plan, rule, branch),
            Of = of,
            Attempt = 1,
        };

    /// <summary>Which runs of its action stand for one another.</summary>
    public static string KeyOf(
        string planName,
        Origin? origin,
        string project,
        Payload payload,
        LoadedPlan plan,
        Rule rule,
        Branch branch
    ) =>
        Keys.Of(
            Keys.Scope(planName, origin, rule, plan),
            branch.Action,
            branch.Options.Window ?? rule.Window,
            payload,
            origin is null ? null : project
        );

    private static Reach ReachOf(LoadedPlan plan, Branch? branch) =>
        branch is null ? default : Keys.ReachOf(plan.Action(branch.Action)?.Handler);
}
