using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>At most so many starts within a time. What has no place waits, and orders of one key that wait become one run.</summary>
internal sealed class Throttles
{
    private static readonly TimeSpan AskAgain = TimeSpan.FromSeconds(1);

    private readonly Dictionary<string, (LinkedList<Turn> Waiting, DateTimeOffset Due)> units = new(StringComparer.Ordinal);

    public static readonly PipelineStep Step = new(
        "throttle",
        "as many starts within a time as the rule allows, also over restarts; orders of one key that wait become one run"
    );

    public DateTimeOffset? NextDue =>
        units.Values.Where(unit => unit.Due < DateTimeOffset.MaxValue).Select(unit => (DateTimeOffset?)unit.Due).Min();

    /// <summary>The unit that a turn has to ask, and its window: the rule's where it begins the rule, or its branch's own.</summary>
    public static (string Name, Window Window)? Of(Place place, string scope)
    {
        var (rule, branch) = (place.Rule, place.Branch);
        return branch.Options.Window is { Kind: WindowKind.Throttle } own ? ($"{scope}\0{branch.Id}", own)
            : place.IsFirst && rule.Window is { Kind: WindowKind.Throttle } ofRule ? ($"{scope}\0{rule.Id}", ofRule)
            : null;
    }

    public async ValueTask<Entry> Enter(Turn turn, (string Name, Window Window) unit, IWorkStore store, Clock clock)
    {
        var known = units.TryGetValue(unit.Name, out var queue);
        if (known && queue.Waiting.First?.Value != turn)
        {
            if (queue.Waiting.FirstOrDefault(waiting => waiting.Mode is null && waiting.IsSame(turn)) is { } same)
            {
                same.Leases.AddRange(turn.Leases);
                return Entry.Joined;
            }

            queue.Waiting.AddLast(turn);
            return Entry.Waits;
        }

        // An order that is begun again, or tried again, has its place already.
        DateTimeOffset? free;
        try
        {
            free = await store
                .Of(turn.PlanPath)
                .Slot($"throttle {unit.Name}", unit.Window.Count, unit.Window.Length, turn.Last.Order.LastEvent, clock.Now)
                .ConfigureAwait(false);
        }
        catch (StoreUnusableException)
        {
            free = clock.Now + AskAgain;
        }

        if (free is { } due)
        {
            var waiting = known ? queue.Waiting : new LinkedList<Turn>([turn]);
            units[unit.Name] = (waiting, due);
            return Entry.Waits;
        }

        if (known)
        {
            queue.Waiting.RemoveFirst();
            if (queue.Waiting.Count == 0)
                units.Remove(unit.Name);
        }

        return Entry.Free;
    }

    /// <summary>The next of a unit in which one has just got a place: there may be another.</summary>
    public Turn? TakeNext((string Name, Window Window) unit)
    {
        if (!units.TryGetValue(unit.Name, out var queue))
            return null;
        units[unit.Name] = (queue.Waiting, DateTimeOffset.MaxValue);
        return queue.Waiting.First!.Value;
    }

    public List<Turn> TakeDue(DateTimeOffset now)
    {
        var due = new List<Turn>();
        foreach (var (name, (waiting, at)) in units.ToList())
            if (at <= now)
            {
                due.Add(waiting.First!.Value);
                units[name] = (waiting, DateTimeOffset.MaxValue);
            }

        return due;
    }
}
