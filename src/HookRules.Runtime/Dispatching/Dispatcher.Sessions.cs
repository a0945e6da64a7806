using HookRules.Engine;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Dispatching;

/// <summary>What closes a window before its time: a turn that ends, and hooks that hold Claude until something has ended.</summary>
internal sealed partial class Dispatcher
{
    private static readonly TimeSpan YoungMark = TimeSpan.FromSeconds(2);

    private HashSet<string> knownRequests = new(StringComparer.Ordinal);
    private bool isToSweep;
    private long? sweepAtUs;
    private volatile bool isToLookAtClients,
        hasTurns;

    /// <summary>The next look finds turns whose client is gone. False where none is open; may be asked on any thread.</summary>
    public bool LookAtClients() => hasTurns && (isToLookAtClients = true);

    private WindowYield YieldOf(
        Rule rule,
        Branch? branch,
        string planPath,
        string project,
        Origin? origin,
        Payload payload,
        LoadedPlan plan
    )
    {
        var branches = rule.QueuedBranches.Where(one => branch is null || one == branch || !rule.Stages[0].Branches.Contains(one));
        var counted = branches.Where(one => Working.Verdicts.Counts(plan, one)).ToList();
        return new WindowYield(
            counted.Select(one => PendingMark.ActionName(planPath, one.Action)).ToHashSet(StringComparer.Ordinal),
            counted
                .Select(one => Orders.KeyOf(origin?.Plan ?? planPath, origin, project, payload, plan, rule, one))
                .ToHashSet(StringComparer.Ordinal)
        );
    }

    /// <summary>A window that holds this key is open: a newer run is to come.</summary>
    public bool Collects(string key) => windows.Collects(key);

    private async ValueTask EndTurns()
    {
        foreach (var (arrival, payload) in turnEnds)
        {
            var agent = payload.Text(FieldPath.AgentId);
            var isAll = payload.Event == "SessionEnd";
            windows.EndTurns(group =>
                group.Last.Sessions.LastOrDefault() is { } session && session.Id == payload.Session && (isAll || session.Agent == agent)
            );
            if (arrival.Event!.Turn == Envelope.EndsTurn && plans.Present(arrival.Event.PlanPath) is { } plan)
                await Route(arrival, arrival.Event, payload, plan).ConfigureAwait(false);
            else
                done.Add(arrival.Receipt);
        }

        turnEnds.Clear();
        if (!isToLookAtClients)
            return;
        isToLookAtClients = false;
        windows.EndTurns(group => group.Last.Client > 0 && !ChildProcess.IsThere(group.Last.Client));
    }

    /// <summary>Who waits for a run has its window closed now, and every later one as long as it waits.</summary>
    private async ValueTask CloseForWhoWaits()
    {
        var requests = await store.Awaits().ConfigureAwait(false);
        if (requests.Count > 0)
            foreach (var group in windows.Take(group => requests.Values.Any(request => Concerns(request, group))))
                await Close(group, "await").ConfigureAwait(false);
        isToSweep |= sweepAtUs <= clock.NowUs || requests.Keys.Any(name => !knownRequests.Contains(name));
        knownRequests = [.. requests.Keys];
        if (isToSweep)
            Sweep();
    }

    private static bool Concerns(AwaitRequest request, WindowGroup group) =>
        request.Actions.Any(group.Yields.Actions.Contains)
        && group
            .Members.SelectMany(member => member.Sessions)
            .Any(session =>
                session.Id == request.Session && (request.Agent is null || PendingMark.AgentName(session.Agent) == request.Agent)
            );

    /// <summary>Removes the marks of hooks that died before they published, or whose event is gone: nothing will end them.</summary>
    private void Sweep()
    {
        (isToSweep, sweepAtUs) = (false, null);
        IReadOnlySet<string>? living = null;
        foreach (var (session, marks) in verdicts.Marks())
        foreach (var mark in marks)
        {
            if (mark.Since(session) is not { } since || (living ??= store.LivingEvents()).Contains(mark.Event))
                continue;
            // Between the mark and the event its hook is still at work.
            if (clock.Now - since > YoungMark)
                mark.Remove(session);
            else if (knownRequests.Count > 0)
                sweepAtUs = clock.NowUs + (long)YoungMark.TotalMicroseconds;
        }
    }
}
