using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>What a turn has to wait for before it starts: its action's and the machine's places, its key, its throttle.</summary>
internal sealed partial class Worker
{
    /// <summary>Takes a turn through its gates until one of them is shut, or to its start.</summary>
    private async ValueTask Advance(Turn turn)
    {
        if (Stopping)
            return;
        turn.Waits = false;
        if (turn.Gate == Gate.Busy)
            turn.Pass(Gate.Concurrency, clock.NowUs);
        if (turn.Gate == Gate.Concurrency)
        {
            if (!places.Enter(turn))
            {
                LetGo(turn);
                return;
            }

            turn.Pass(Gate.Slot, clock.NowUs);
        }

        if (!places.EnterSlot(turn))
        {
            LetGo(turn);
            return;
        }

        turn.Pass(Gate.Hold, clock.NowUs);
        // Another consumer may run the same key, such as one that is about to end. Only what could start now holds its key: a file is open
        // for each that does.
        if (turn.Mode is not null && !await Hold(turn).ConfigureAwait(false))
        {
            StepBack(turn);
            forHold.Add(turn);
            holdRetry = clock.Now + HoldRetry;
            return;
        }

        turn.Pass(Gate.Throttle, clock.NowUs);
        if (Throttles.Of(turn.Place, turn.Scope) is { } unit && !await HasPlace(turn, unit).ConfigureAwait(false))
            return;
        await Start(turn).ConfigureAwait(false);
    }

    /// <summary>Asked last, since its place counts from now on. What has none gives back what it has of the others.</summary>
    private async ValueTask<bool> HasPlace(Turn turn, (string Name, Window Window) unit)
    {
        var entry = await throttles.Enter(turn, unit, store, clock).ConfigureAwait(false);
        if (entry == Entry.Free)
        {
            if (throttles.TakeNext(unit) is { } follower)
                Again(follower);
            return true;
        }

        StepBack(turn);
        if (entry == Entry.Joined)
        {
            turns--;
            turn.Dispose();
        }

        return false;
    }

    /// <summary>It waits, and what it had of others is free.</summary>
    private void StepBack(Turn turn)
    {
        turn.HeldIn?.Release(turn.Key);
        turn.HeldIn = null;
        foreach (var next in places.Leave(turn))
            ready.Enqueue(next);
        turn.Waits = true;
        LetGo(turn);
    }

    private async ValueTask<bool> Hold(Turn turn)
    {
        var home = store.Of(turn.PlanPath);
        if (!await home.TryHold(turn.Key).ConfigureAwait(false))
            return false;
        turn.HeldIn = home;
        return true;
    }

    private void Again(Turn turn)
    {
        turn.Pass(Gate.Concurrency, clock.NowUs);
        ready.Enqueue(turn);
    }
}
