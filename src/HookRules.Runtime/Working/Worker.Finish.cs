using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>What follows the end of a run: first the journal, then what comes next, then the order is gone.</summary>
internal sealed partial class Worker
{
    private readonly Dictionary<string, RunResult> endedBefore = new(StringComparer.Ordinal);

    public static readonly PipelineStep FinishStep = new(
        "finish",
        "the next stage when all branches of one succeeded, on failure when one did not; then the order leaves the spool"
    );

    /// <summary>Of orders that a dead consumer had begun, how they ended where they did: only what was cut off runs again.</summary>
    private ValueTask NoteEnds(IReadOnlyList<OrderLease> leases)
    {
        var begun = leases.Where(lease => lease.Deliveries > 0).Select(lease => lease.Order.Id).ToHashSet(StringComparer.Ordinal);
        if (begun.Count > 0)
            foreach (var (id, attempt, result) in journal.EndsOf(begun))
                endedBefore[$"{id} {attempt}"] = result;
        return ValueTask.CompletedTask;
    }

    private RunResult? EndedBefore(OrderLease lease) =>
        endedBefore.Remove($"{lease.Order.Id} {lease.Order.Attempt}", out var result) ? result : null;

    private async ValueTask Conclude()
    {
        while (ended.TryDequeue(out var end))
        {
            end.Result = WithRoom(end.Turn, end.Run, end.Result);
            if (!end.Result.IsJournalled && !end.Result.LacksRoom)
            {
                journal.Add(end.Run, end.Result, end.Turn.Waited);
                // What was cut short is told of with the run that stands for it now.
                if (end.Turn.Next is null)
                    journal.AddEvents(end.Turn.Leases.Select(lease => lease.Order));
            }

            unwritten.Add(end);
        }

        if (unwritten.Count == 0)
            return;
        writeRetry = null;
        if (journal.Flush() is { } problem)
        {
            onProblem($"the journal cannot be written, so nothing leaves the spool: {problem}", null);
            writeRetry = clock.Now + WriteRetry;
            return;
        }

        FaultPoint.Pass("finish:after-journal");
        while (unwritten.Count > 0)
        {
            var (turn, run, result) = unwritten[0];
            try
            {
                await End(turn, run, result).ConfigureAwait(false);
            }
            catch (Exception e) when (e is IOException or UnauthorizedAccessException)
            {
                onProblem($"what follows {run.Branch.Id} cannot be written: {e.Message}", run.Order.LastEvent);
                writeRetry = clock.Now + WriteRetry;
                return;
            }

            unwritten.RemoveAt(0);
            Running--;
            Release(turn);
        }
    }

    private async ValueTask End(Turn turn, OrderRun run, RunResult result)
    {
        if (turn.Next is not null)
            return; // Its orders are with the run that stands for them now.
        if (result.LacksRoom)
        {
            await Delay(turn, run.Order, clock.Now + RoomRetry).ConfigureAwait(false);
            return;
        }

        var options = run.Branch.Options;
        if (!result.Succeeded && result.MayRetry && run.Order.Attempt <= options.Retry)
        {
            var until = clock.Now + Backoff.Of(run.Order, options, result.RetryAfter);
            await Delay(turn, run.Order with { Attempt = run.Order.Attempt + 1 }, until).ConfigureAwait(false);
            return;
        }

        var hasNewer = !result.Succeeded && (busy.HasFollower(turn) || isCollected(turn.Key));
        // What Claude is told of needs no person to look at it.
        if (!verdicts.Keep(run, turn.Plan, result, hasNewer))
            Bury(turn.Last, run, result);
        FaultPoint.Pass("finish:after-verdict");
        verdicts.End(run.Order, [run.Branch]);
        foreach (var skipped in turn.EndsToo)
            verdicts.End(skipped, [run.Branch]);
        FaultPoint.Pass("finish:after-mark");
        await FinishAll(turn.Leases, run.Order, turn.Place, turn.Plan, result.Succeeded ? RunEnd.Succeeded : RunEnd.Failed)
            .ConfigureAwait(false);
    }

    private async ValueTask Delay(Turn turn, Order order, DateTimeOffset until)
    {
        var waits = order with { LaterMs = (long)(until - clock.Now).TotalMilliseconds };
        await store.Delay(turn.Last, waits, until).ConfigureAwait(false);
        foreach (var lease in turn.Leases.Where(lease => lease != turn.Last))
            await store.Finish(lease, [], []).ConfigureAwait(false);
    }

    /// <param name="whole">All of the orders as one, with the payload of the last.</param>
    private async ValueTask FinishAll(IReadOnlyList<OrderLease> leases, Order whole, Place place, LoadedPlan plan, RunEnd end)
    {
        if (end == RunEnd.Skipped && journal.Flush() is { } problem)
            onProblem($"the journal cannot be written: {problem}", whole.LastEvent);
        var last = leases.MaxBy(lease => lease.Order.LastEvent, StringComparer.Ordinal)!;
        foreach (var lease in leases.OrderBy(lease => lease == last))
        {
            if (place.Of > 1)
                await FinishBranch(lease, whole, place, plan, end).ConfigureAwait(false);
            else if (lease == last)
                await FinishWith(lease, whole, place, plan, end).ConfigureAwait(false);
            else
                await store.Finish(lease, [], []).ConfigureAwait(false);
        }
    }

    private async ValueTask FinishBranch(OrderLease lease, Order whole, Place place, LoadedPlan plan, RunEnd end)
    {
        var run = lease.Order.StageRun(place.StageName);
        var ends = await (lease.Home ?? store).EndBranch(run, place.Branch.Id, end, place.Of).ConfigureAwait(false);
        if (ends is null)
        {
            await store.Finish(lease, [], []).ConfigureAwait(false);
            return;
        }

        var all =
            ends.Contains(RunEnd.Failed) ? RunEnd.Failed
            : ends.Contains(RunEnd.Skipped) ? RunEnd.Skipped
            : RunEnd.Succeeded;
        // Its own events, with their own payload: another branch of the stage may not have stood for the others.
        var own =
            lease.Order.LastEvent == whole.LastEvent
                ? lease.Order with
                {
                    Payload = whole.Payload,
                }
                : await WithPayload(lease).ConfigureAwait(false);
        if (own is null)
            await store.Finish(lease, [], []).ConfigureAwait(false);
        else
            await FinishWith(lease, own, place, plan, all).ConfigureAwait(false);
        await (lease.Home ?? store).ForgetStage(run).ConfigureAwait(false);
    }

    private ValueTask FinishWith(OrderLease lease, Order order, Place place, LoadedPlan plan, RunEnd end)
    {
        var (stages, index, cause) =
            end == RunEnd.Failed && !place.AfterFailure ? (place.Rule.OnFailure, 0, "failure") : (place.Stages, place.Index + 1, "stage");
        var isLast = end == RunEnd.Skipped || (end == RunEnd.Failed && place.AfterFailure) || index >= stages.Length;
        verdicts.End(order, NotToCome(place, isLast ? [] : stages.AsSpan(index..), mayFail: !isLast && stages == place.Rule.Stages));
        if (isLast)
            return store.Finish(lease, [], []);
        var born = new List<Order>();
        var gathering = new List<Order>();
        var payload = Payload.TryParse(order.Payload, out _)!;
        var branches = stages[index].Branches;
        foreach (var branch in branches)
            Sort(Orders.Next(order, payload, plan, place.Rule, branch, branches.Length, cause, clock), branch, born, gathering);
        return store.Finish(lease, born, gathering);
    }

    /// <summary>The branches of a rule that nothing can bring to run any more.</summary>
    private static IEnumerable<Branch> NotToCome(Place place, ReadOnlySpan<Stage> next, bool mayFail)
    {
        var toCome = place.Stages[place.Index].Branches.Select(branch => branch.Id).ToHashSet(StringComparer.Ordinal);
        foreach (var stage in next)
            toCome.UnionWith(stage.Branches.Select(branch => branch.Id));
        if (mayFail)
            toCome.UnionWith(place.Rule.OnFailure.SelectMany(stage => stage.Branches).Select(branch => branch.Id));
        return place.Rule.QueuedBranches.Where(branch => !toCome.Contains(branch.Id));
    }

    private void Bury(OrderLease lease, OrderRun run, RunResult result)
    {
        if (result.Succeeded)
            return;
        if (bury(run, result) is { } problem)
            onProblem($"a dead letter could not be kept: {problem}", run.Order.LastEvent);
        if (lease.Home is not ISharedStore shared)
            return;
        var why =
            result.Problem
            ?? (result.ExitCode is { } code ? string.Create(CultureInfo.InvariantCulture, $"exit code {code}") : "it failed");
        var (order, branch, rule) = (run.Order, run.Branch, run.Rule);
        shared.Note(
            new DeadNote(
                order.Id,
                branch.Action,
                rule.Id,
                rule.Source.ToString(),
                order.Event,
                order.LastEvent,
                order.Attempt,
                clock.Now.ToUnixTimeMilliseconds()
            )
            {
                Reason = why,
            }
        );
    }

    /// <summary>Each time that it was begun the consumer ended before it did: whether by its doing or not, it is begun no more.</summary>
    private async ValueTask Bury(OrderLease lease, LoadedPlan plan, Place place)
    {
        if (await WithPayload(lease).ConfigureAwait(false) is not { } order || Payload.TryParse(order.Payload, out _) is not { } payload)
        {
            await store.Finish(lease, [], []).ConfigureAwait(false);
            return;
        }

        var why = $"the consumer ended {lease.Deliveries} times while this ran";
        var now = clock.Now;
        var run = new OrderRun(order, payload, place, plan.Action(place.Branch.Action))
        {
            Orders = [order.Id],
            Deliveries = lease.Deliveries,
            Named = plan.Graph.Settings.Environment,
        };
        var result = new RunResult(null, run.Branch.Action, now, now) { Problem = why, MayRetry = false };
        journal.Add(run, result, null);
        journal.AddEvents([lease.Order]);
        if (journal.Flush() is { } problem)
            onProblem($"the journal cannot be written: {problem}", order.LastEvent);
        Bury(lease, run, result);
        verdicts.Keep(run, plan, result, hasNewer: false);
        verdicts.End(order, [run.Branch]);
        onProblem($"{run.Branch.Id} was put into the dead letters: {why}", order.LastEvent);
        await FinishAll([lease], order, place, plan, RunEnd.Failed).ConfigureAwait(false);
    }
}
