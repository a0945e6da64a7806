using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>How many runs go on at once: of one action as many as it allows, of programs as many as the machine has a use for, of log
/// lines as many as may be written once more when the consumer is killed before the journal has them.</summary>
internal sealed class Places(int mostProcesses, int mostLogs = Places.MostLogs)
{
    public const int MostLogs = 64;

    private readonly Dictionary<string, (int Running, Queue<Turn> Waiting)> actions = new(StringComparer.Ordinal);
    private readonly Slot processes = new(mostProcesses);
    private readonly Slot logs = new(mostLogs);

    public static readonly PipelineStep Step = new(
        "concurrency",
        "as many runs of one action at once as it allows, and as many programs as twice the processors"
    );

    public bool Enter(Turn turn)
    {
        var name = NameOf(turn);
        if (!actions.TryGetValue(name, out var action))
            action = (0, new Queue<Turn>());
        var enters = turn.Place.Branch.Options.Concurrency is not { } limit || action.Running < limit;
        if (enters)
            (action.Running, turn.PlaceAt) = (action.Running + 1, name);
        else
            action.Waiting.Enqueue(turn);
        actions[name] = action;
        return enters;
    }

    /// <summary>No more lines may be written before the journal has those that were.</summary>
    public bool LogsAreFull => logs.IsFull;

    public bool EnterSlot(Turn turn)
    {
        if (SlotOf(turn) is not { } slot)
            return true;
        if (slot.IsFull)
        {
            slot.Waiting.Enqueue(turn);
            return false;
        }

        slot.Taken++;
        turn.Slot = slot;
        return true;
    }

    /// <summary>Those that may try again, since this one has gone.</summary>
    public IEnumerable<Turn> Leave(Turn turn)
    {
        var free = new List<Turn>();
        if (turn.Slot is { } slot)
        {
            turn.Slot = null;
            slot.Taken--;
            if (slot.Waiting.TryDequeue(out var next))
                free.Add(next);
        }

        if (turn.PlaceAt is { } name && actions.TryGetValue(name, out var action))
        {
            turn.PlaceAt = null;
            action.Running--;
            if (action.Waiting.TryDequeue(out var waiting))
                free.Add(waiting);
            if (action.Running == 0 && action.Waiting.Count == 0)
                actions.Remove(name);
            else
                actions[name] = action;
        }

        return free;
    }

    private static string NameOf(Turn turn) => $"{turn.PlanPath}\0{turn.Place.Branch.Action}";

    private Slot? SlotOf(Turn turn) =>
        turn.Plan.Action(turn.Place.Branch.Action)?.Handler switch
        {
            Handler.Run or Handler.Shell or Handler.Notify => processes,
            Handler.Log => logs,
            _ => null,
        };
}

/// <summary>Runs of one kind, of which only so many go on at once.</summary>
internal sealed class Slot(int most)
{
    public Queue<Turn> Waiting { get; } = new();

    public int Taken { get; set; }

    public bool IsFull => Taken >= most;
}
