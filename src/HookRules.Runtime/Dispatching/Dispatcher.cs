using HookRules.Engine;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Dispatching;

/// <summary>The first role of a consumer, one for each project: reads events, asks the router which rules of the present plan match, keeps
/// windows, and makes orders.</summary>
/// <param name="ownGroup">The only group of this process's worker; null where it takes all.</param>
internal sealed partial class Dispatcher(
    IWorkStore store,
    Plans plans,
    IRunJournal journal,
    Clock clock,
    string? ownGroup,
    Action<string, string?> onProblem,
    Verdicts verdicts
)
{
    private const int MostAtOnce = 256;
    private const string HasRun = "dedup first: the first event of its window has run",
        IsLate = "it was handed on when its window had closed, and had its run";

    private readonly Windows windows = new();
    private readonly Dictionary<string, string> foldedBy = new(StringComparer.Ordinal);
    private readonly Dictionary<string, List<string>> parked = new(StringComparer.Ordinal);
    private readonly List<string> done = [];
    private readonly List<Order> born = [];
    private readonly List<Order> gathering = [];
    private readonly List<(Arrival Arrival, Payload Payload)> turnEnds = [];
    private bool isNew = true;
    private int term;

    public static readonly PipelineStep Step = new("read", "the oldest events first; what cannot be read goes to dead/ and stops nothing"),
        RouteStep = new("route", "the hook's own router, on the present plan: which rules, which branches"),
        CommitStep = new("commit", "an order for each branch is in place before the event leaves the spool");

    /// <summary>Called when something of the dispatcher's was read for the first time since the last look.</summary>
    public bool HasWorked { get; private set; }

    /// <summary>Nothing waits here: no window is open, nothing is to be written.</summary>
    public bool IsIdle => windows.IsEmpty && turnEnds.Count == 0 && IsWritten;

    /// <summary>How many events wait for a plan that cannot be read.</summary>
    public int Parked => parked.Values.Sum(receipts => receipts.Count);

    public long? NextDueUs => sweepAtUs is { } sweep && !(windows.NextDueUs < sweep) ? sweep : windows.NextDueUs;

    /// <summary>One look at everything. True if there may be more to read at once.</summary>
    /// <param name="reads">False while so much waits to run that what is new may as well wait where it lies.</param>
    public async ValueTask<bool> Turn(bool reads = true)
    {
        try
        {
            return await Look(reads).ConfigureAwait(false);
        }
        catch (StoreUnusableException)
        {
            // The store says why itself, and wakes us when it can be used.
            Resign();
            return false;
        }
        catch (IOException)
        {
            // What was to be read cannot be: all that waits is read and folded anew, so nothing is forgotten between two steps.
            Resign();
            throw;
        }
    }

    private async ValueTask<bool> Look(bool reads)
    {
        HasWorked = false;
        if (isNew)
            await BeginAnew().ConfigureAwait(false);
        if (!IsWritten)
            await Commit().ConfigureAwait(false);
        foreach (var path in foldedBy.Keys.ToList())
            await FollowPlan(path).ConfigureAwait(false);
        foreach (var path in parked.Keys.ToList())
            await Unpark(path).ConfigureAwait(false);
        // Taken before the reading: a window is closed only after a look that began when it was over.
        var now = clock.NowUs;
        var most = reads ? MostAtOnce : 0;
        var arrivals = await store.Arrivals(most).ConfigureAwait(false);
        if (arrivals.Count == 0 && windows.NextDueUs <= now)
        {
            store.CatchUp();
            arrivals = await store.Arrivals(most).ConfigureAwait(false);
        }

        if (store.Term != term)
        {
            // The role of all machines is this one's since this look: what it folded before others may have folded since.
            term = store.Term;
            Resign();
            return true;
        }

        foreach (var arrival in arrivals)
            await Accept(arrival).ConfigureAwait(false);
        if (arrivals.Count == 0)
        {
            await EndTurns().ConfigureAwait(false);
            foreach (var (group, closedBy) in windows.TakeDue(now))
                await Close(group, closedBy).ConfigureAwait(false);
        }

        await CloseForWhoWaits().ConfigureAwait(false);
        hasTurns = windows.HasTurns;
        HasWorked |= arrivals.Count > 0;
        await Commit().ConfigureAwait(false);
        return arrivals.Count > 0;
    }

    /// <summary>Another process may take the role now; what waits in windows stays in the store.</summary>
    public void Resign()
    {
        windows.Clear();
        turnEnds.Clear();
        parked.Clear();
        foldedBy.Clear();
        isNew = true;
    }

    private bool IsWritten => done.Count == 0 && born.Count == 0 && gathering.Count == 0;

    private ValueTask BeginAnew()
    {
        isNew = false;
        store.LookAgain();
        isToSweep = true;
        return ValueTask.CompletedTask;
    }

    private async ValueTask Accept(Arrival arrival)
    {
        var planPath = arrival.Event?.PlanPath ?? arrival.Order!.PlanPath;
        if (plans.Present(planPath) is not { } plan)
        {
            if (!parked.TryGetValue(planPath, out var waiting))
                parked[planPath] = waiting = [];
            waiting.Add(arrival.Receipt);
            return;
        }

        foldedBy[planPath] = plan.Hash;
        if (Payload.TryParse(arrival.Event?.Payload ?? arrival.Order!.Payload, out var problem) is not { } payload)
        {
            await store.SetAside(arrival.Receipt, problem!).ConfigureAwait(false);
        }
        else if (arrival.Event is { Turn: not null })
        {
            // Only when nothing that came before it is left to read.
            turnEnds.Add((arrival, payload));
        }
        else if (arrival.Event is { } envelope)
        {
            try
            {
                await Route(arrival, envelope, payload, plan).ConfigureAwait(false);
            }
            catch (PlanCorruptException e)
            {
                await store.SetAside(arrival.Receipt, $"the plan {planPath} cannot be used: {e.Message}").ConfigureAwait(false);
            }
        }
        else
        {
            await Gather(arrival, arrival.Order!, payload, plan).ConfigureAwait(false);
        }
    }

    private async ValueTask Route(Arrival arrival, Envelope envelope, Payload payload, LoadedPlan plan)
    {
        var parts = new List<(Rule Rule, Branch? Branch, Window? Window)>();
        foreach (var rule in plan.Route(payload, envelope.ProjectDir))
        {
            if (Windows.Collecting(rule.Window) is { } ofRule)
                parts.Add((rule, null, ofRule));
            else if (await RunsAtAll(rule.Id, rule.Window, rule, plan, arrival, payload).ConfigureAwait(false))
            {
                foreach (var branch in rule.Stages[0].Branches)
                    if (await RunsAtAll(branch.Id, branch.Options.Window, rule, plan, arrival, payload).ConfigureAwait(false))
                        parts.Add((rule, branch, Windows.Collecting(branch.Options.Window)));
                    else
                    {
                        verdicts.End(Orders.Of(envelope, payload, plan, rule, branch, 1, arrival.Origin), [branch]);
                        NoteSkipped(rule, branch, arrival, payload, plan, HasRun);
                    }
            }
            else
            {
                verdicts.End(Orders.Of(envelope, payload, plan, rule, null, 1, arrival.Origin), rule.QueuedBranches);
                foreach (var branch in rule.Stages[0].Branches)
                    NoteSkipped(rule, branch, arrival, payload, plan, HasRun);
            }
        }

        if (parts is [var (theRule, theBranch, theWindow)])
        {
            if (theWindow is not null)
            {
                Join(theRule, theBranch, arrival, theWindow, payload, plan, MemberOf(arrival, envelope, payload));
                return;
            }

            if (IsItsOwnOrder(theRule, theBranch!))
            {
                var order = Orders.Of(envelope, payload, plan, theRule, theBranch, 1, arrival.Origin) with
                {
                    IsEvent = true,
                    HookUs = envelope.HookUs,
                };
                await store.Promote(arrival, order).ConfigureAwait(false);
                return;
            }
        }

        // Each part waits and ends for itself, so each becomes an order of its own before the event may go.
        var orders = new List<string>(parts.Count);
        foreach (var (rule, branch, window) in parts)
        {
            var order = Orders.Of(envelope, payload, plan, rule, branch, rule.Stages[0].Branches.Length, arrival.Origin);
            orders.Add(order.Id);
            (window is null ? born : gathering).Add(order);
        }

        journal.Add(MemberOf(arrival, envelope, payload).Published!, orders);
        done.Add(arrival.Receipt);
    }

    private void NoteSkipped(Rule rule, Branch branch, Arrival arrival, Payload payload, LoadedPlan plan, string why) =>
        journal.Note(
            arrival.Order is { } order
                ? Orders.For(order, payload, plan, rule, branch, rule.Stages[0].Branches.Length)
                : Orders.Of(arrival.Event!, payload, plan, rule, branch, rule.Stages[0].Branches.Length, arrival.Origin),
            rule,
            "skipped",
            why,
            clock.Now
        );

    private bool IsItsOwnOrder(Rule rule, Branch branch) =>
        (ownGroup is null || branch.Options.Group == ownGroup)
        && rule.Stages.Length == 1
        && rule.OnFailure.IsEmpty
        && rule.Stages[0].Branches.Length == 1;

    /// <summary>False where <c>dedup first</c> has run for an event of its window already.</summary>
    private async ValueTask<bool> RunsAtAll(string unit, Window? window, Rule rule, LoadedPlan plan, Arrival arrival, Payload payload)
    {
        if (window is not { Kind: WindowKind.DedupFirst })
            return true;
        var envelope = arrival.Event!;
        var at = clock.WallTimeOf(clock.Of(envelope.Boot, envelope.MonoUs, envelope.PublishedMs));
        var key = $"first {KeyOf(unit, window, rule, plan, envelope.PlanPath, arrival.Origin, envelope.ProjectDir, payload)}";
        return await store.Of(envelope.PlanPath).Slot(key, 1, window.Length, envelope.Id, at).ConfigureAwait(false) is null;
    }

    private static string KeyOf(
        string unit,
        Window window,
        Rule rule,
        LoadedPlan plan,
        string planPath,
        Origin? origin,
        string project,
        Payload payload
    ) => Keys.Of(Keys.Scope(origin?.Plan ?? planPath, origin, rule, plan), unit, window, payload, origin is null ? null : project);

    private ValueTask Gather(Arrival arrival, Order order, Payload payload, LoadedPlan plan)
    {
        var rule = plan.Rule(order.Rule);
        var place = Place.Find(plan, order);
        if (order.Branch.Length == 0 && Windows.Collecting(rule?.Window) is { } ofRule)
        {
            Join(rule!, null, arrival, ofRule, payload, plan, MemberOf(arrival, order, payload));
        }
        else if (place is not null && Windows.Collecting(place.Branch.Options.Window) is { } ofBranch)
        {
            Join(place.Rule, place.Branch, arrival, ofBranch, payload, plan, MemberOf(arrival, order, payload));
        }
        else if (place is not null)
        {
            born.Add(Orders.For(order, payload, plan, place.Rule, place.Branch, place.Of));
            done.Add(arrival.Receipt);
        }
        else
        {
            // The rule was changed while it waited: what matches now takes it.
            var anew =
                order.Branch.Length == 0
                    ? plan.Route(payload, order.Project)
                        .SelectMany(r => r.Stages[0].Branches.Select(b => new Place(r, b, false, 0)))
                        .ToList()
                    : Place.Anew(plan, order, payload);
            foreach (var (found, branch) in anew.Select(a => (a.Rule, a.Branch)))
            {
                if (Windows.Collecting(found.Window) is not null)
                    gathering.Add(
                        order with
                        {
                            Id = Order.IdOf(order.LastEvent, order.PlanName, $"rule {found.Id}"),
                            Rule = found.Id,
                            Branch = "",
                        }
                    );
                else if (Windows.Collecting(branch.Options.Window) is not null)
                    gathering.Add(Orders.For(order, payload, plan, found, branch, found.Stages[0].Branches.Length));
                else
                    born.Add(Orders.For(order, payload, plan, found, branch, found.Stages[0].Branches.Length));
            }

            verdicts.Move(order, plan, anew.Select(a => (a.Rule, a.Branch)));
            if (anew.Count == 0)
                journal.Note(order, null, "dropped", "no rule matches it any more", clock.Now);
            done.Add(arrival.Receipt);
        }

        return ValueTask.CompletedTask;
    }

    private void Join(Rule rule, Branch? branch, Arrival arrival, Window window, Payload payload, LoadedPlan plan, Member member)
    {
        var (planPath, project, origin) = arrival.Order is { } order
            ? (order.PlanPath, order.Project, order.Origin)
            : (arrival.Event!.PlanPath, arrival.Event.ProjectDir, arrival.Origin);
        var unit = new WindowUnit(planPath, rule.Id, branch?.Id);
        var joined = windows.Join(
            unit,
            KeyOf(unit.Id, window, rule, plan, planPath, origin, project, payload),
            window,
            member,
            () => YieldOf(rule, branch, planPath, project, origin, payload, plan),
            // The other branches of a stage wait for this one.
            isForAll: origin is not null && Keys.IsForAll(rule, plan) && (branch is null || rule.QueuedBranches.Count() == 1)
        );
        if (joined)
            return;
        var late = arrival.Order ?? Orders.Of(arrival.Event!, payload, plan, rule, branch, 1, origin);
        verdicts.End(late, branch is null ? rule.QueuedBranches : [branch]);
        foreach (var one in branch is null ? rule.Stages[0].Branches : [branch])
            NoteSkipped(rule, one, arrival, payload, plan, IsLate);
        if (member.Published is { } published)
            journal.Add(published, []);
        done.Add(arrival.Receipt);
    }

    private Member MemberOf(Arrival arrival, Envelope envelope, Payload payload) =>
        new(
            arrival.Receipt,
            envelope.Id,
            clock.Of(envelope.Boot, envelope.MonoUs, envelope.PublishedMs),
            envelope.PublishedMs,
            payload.File,
            Orders.SessionOf(payload)
        )
        {
            Client = envelope.Client,
            Event = HookEvents.Find(payload.Event)?.Name ?? payload.Event,
            HookUs = envelope.HookUs,
        };

    private Member MemberOf(Arrival arrival, Order order, Payload payload) =>
        new(arrival.Receipt, order.LastEvent, clock.Of(order.Boot, order.ReadyUs, order.ReadyMs), order.FirstMs, payload.File, null)
        {
            Order = order with { Payload = default },
            Client = order.Client,
        };

    private async ValueTask Close(WindowGroup group, string closedBy)
    {
        var orders = new List<string>();
        await Close(group, closedBy, orders).ConfigureAwait(false);
        done.AddRange(group.Members.Select(member => member.Receipt));
        foreach (var published in group.Members.Select(member => member.Published).OfType<PublishedEvent>())
            journal.Add(published, orders);
    }

    private async ValueTask Close(WindowGroup group, string closedBy, List<string> orders)
    {
        var unit = group.Unit;
        // The plan is the one that it was folded by; what is gone from the store cannot run.
        if (
            plans.Present(unit.PlanPath) is not { } plan
            || plan.Rule(unit.Rule) is not { } rule
            || await store.Load(group.Last.Receipt).ConfigureAwait(false) is not { } arrival
        )
            return;
        var payload = Payload.TryParse(arrival.Event?.Payload ?? arrival.Order!.Payload, out _)!;
        var last = arrival.Order ?? Orders.Of(arrival.Event!, payload, plan, rule, null, 1, arrival.Origin);
        var stage = unit.Branch is null ? rule.Stages[0] : StageOf(rule, unit.Branch);
        foreach (var branch in stage.Branches)
            if (unit.Branch is null || branch.Id == unit.Branch)
            {
                born.Add(Orders.Closed(last, payload, group, plan, rule, branch, stage.Branches.Length, closedBy, clock));
                orders.Add(born[^1].Id);
            }
    }

    private static Stage StageOf(Rule rule, string branch) =>
        rule.Stages.Concat(rule.OnFailure).First(stage => stage.Branches.Any(one => one.Id == branch));

    /// <summary>Windows were folded by the rules of that moment; with others they are folded anew.</summary>
    private async ValueTask FollowPlan(string path)
    {
        if (plans.Present(path) is not { } plan || plan.Hash == foldedBy[path])
            return;
        foldedBy[path] = plan.Hash;
        foreach (var member in windows.TakeOut(group => group.Unit.PlanPath == path).OrderBy(member => (member.At, member.LastEvent)))
            if (await store.Load(member.Receipt).ConfigureAwait(false) is { } arrival)
                await Accept(arrival).ConfigureAwait(false);
    }

    private async ValueTask Unpark(string path)
    {
        if (plans.Present(path) is null)
            return;
        parked.Remove(path, out var receipts);
        foreach (var receipt in receipts!)
            if (await store.Load(receipt).ConfigureAwait(false) is { } arrival)
                await Accept(arrival).ConfigureAwait(false);
    }

    /// <summary>First the journal, then the store: what has left it can be read about.</summary>
    private async ValueTask Commit()
    {
        if (IsWritten)
            return;
        if (journal.Flush() is { } problem)
        {
            onProblem($"the journal cannot be written, so nothing leaves the spool: {problem}", null);
            return;
        }

        await store.Commit(done, born, gathering).ConfigureAwait(false);
        done.Clear();
        born.Clear();
        gathering.Clear();
    }
}
