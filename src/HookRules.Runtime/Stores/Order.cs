using System.Collections.Immutable;
using System.Text;
using HookRules.Engine;

namespace HookRules.Runtime.Stores;

/// <summary>Who contributed to an order: a session, the subagent in it, and the prompt it was at.</summary>
/// <param name="AgentType">What kind of subagent that is, where its events say.</param>
internal sealed record OrderSession(string Id, string? Agent, string? Prompt, string? AgentType = null);

/// <summary>One branch of a rule that is to run for one event or for all that a window collected: what is leased, delayed, tried again
/// and put among the dead letters.</summary>
internal sealed record Order
{
    /// <summary>The id of its last event and eight digits of what runs, so that making it twice makes the same order.</summary>
    public required string Id { get; init; }

    /// <summary>The hash of the plan that made it.</summary>
    public required string Plan { get; init; }
    public required string PlanPath { get; init; }
    public required string Project { get; init; }
    public required string Rule { get; init; }

    /// <summary>Empty where a window of the whole rule is still to collect it.</summary>
    public required string Branch { get; init; }
    public required string Action { get; init; }
    public string? Group { get; init; }

    /// <summary>Which orders stand for one another: plan, action, and the file, the session or the rule's own fields.</summary>
    public required string Key { get; init; }

    /// <summary>How many branches its stage has.</summary>
    public int Of { get; init; } = 1;

    /// <summary>The name of the hook event.</summary>
    public required string Event { get; init; }

    /// <summary>The ids of all events that it stands for, in the order in which they came.</summary>
    public ImmutableArray<string> Events { get; init; } = [];
    public ImmutableArray<OrderSession> Sessions { get; init; } = [];
    public ImmutableArray<string> Files { get; init; } = [];
    public long FirstMs { get; init; }
    public long LastMs { get; init; }

    /// <summary>When the stage was reached or the window closed.</summary>
    public long ReadyMs { get; init; }
    public string? Boot { get; init; }

    /// <summary>The same on the clock of that boot.</summary>
    public long ReadyUs { get; init; }

    /// <summary>What closed its window: <c>time</c>, <c>event</c> or <c>room</c>; null where it had none.</summary>
    public string? ClosedBy { get; init; }
    public int Attempt { get; init; } = 1;

    /// <summary>Null in a store of this machine alone.</summary>
    public Origin? Origin { get; init; }
    public Reach Reach { get; init; }

    /// <summary>Why it is there where no event made it: <c>stage</c>, <c>failure</c>.</summary>
    public string? Cause { get; init; }
    public string? Env { get; init; }

    /// <summary>The process of Claude Code; 0 where the hook did not know it.</summary>
    public int Client { get; init; }

    /// <summary>How long this attempt was made to wait, in milliseconds.</summary>
    public long LaterMs { get; init; }

    /// <summary>It is an event that is its own order, and not yet written as one.</summary>
    public bool IsEvent { get; init; }

    /// <summary>Of such an event, how long its hook took.</summary>
    public int? HookUs { get; init; }

    /// <summary>Of its last event; empty while it only waits.</summary>
    public ReadOnlyMemory<byte> Payload { get; init; }

    public string LastEvent => Events[^1];

    /// <summary>Names the run of a rule's stage, whichever of its branches asks.</summary>
    public string StageRun(string stage) => IdOf(LastEvent, PlanName, $"{Rule}\n{stage}");

    /// <summary>The plan as keys and ids name it: its path, or what all machines call it.</summary>
    public string PlanName => Origin?.Plan ?? PlanPath;

    public static string IdOf(string eventId, string planPath, string what) => $"{eventId}.{Hash($"{planPath}\n{what}")[..8]}";

    /// <summary>A short name for a longer text, such as a key.</summary>
    public static string Hash(string text) => Blake2b.HashHex(Encoding.UTF8.GetBytes(text))[..16];

    /// <summary>One order for the events of several, with the id and the payload of the last.</summary>
    public static Order Merge(IEnumerable<Order> orders)
    {
        var all = orders.OrderBy(order => order.LastEvent, StringComparer.Ordinal).ToList();
        return all.Count == 1
            ? all[0]
            : all[^1] with
            {
                Events = [.. all.SelectMany(order => order.Events).Distinct(StringComparer.Ordinal)],
                Sessions = [.. all.SelectMany(order => order.Sessions).Distinct()],
                Files = [.. all.SelectMany(order => order.Files).Distinct(StringComparer.Ordinal)],
                FirstMs = all.Min(order => order.FirstMs),
            };
    }
}
