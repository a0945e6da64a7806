using HookRules.Engine;

namespace HookRules.Runtime.Working;

/// <summary>How many runs go on at once: of one action as many as it allows, of programs as many as the machine has a use for.</summary>
internal sealed class Places(int mostProcesses)
{
    private readonly Dictionary<string, (int Running, Queue<Turn> Waiting)> actions = new(StringComparer.Ordinal);
    private readonly Queue<Turn> forSlot = new();
    private int processes;

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

    public bool EnterSlot(Turn turn)
    {
        if (!IsProcess(turn))
            return true;
        if (processes >= mostProcesses)
        {
            forSlot.Enqueue(turn);
            return false;
        }

        processes++;
        turn.HasSlot = true;
        return true;
    }

    /// <summary>Those that may try again, since this one has gone.</summary>
    public IEnumerable<Turn> Leave(Turn turn)
    {
        var free = new List<Turn>();
        if (turn.HasSlot)
        {
            turn.HasSlot = false;
            processes--;
            if (forSlot.TryDequeue(out var next))
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

    private static bool IsProcess(Turn turn) =>
        turn.Plan.Action(turn.Place.Branch.Action)?.Handler is Handler.Run or Handler.Shell or Handler.Notify;
}
