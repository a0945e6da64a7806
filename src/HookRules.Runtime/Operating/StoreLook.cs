using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Working;

namespace HookRules.Runtime.Operating;

/// <summary>What lies in a project's spool and in the stores that its plans name, and why: nothing is taken or moved.</summary>
internal sealed class StoreLook
{
    /// <summary>Of more than these only the number is known.</summary>
    private const int MostRead = 5000;

    private readonly StateFolder state;
    private readonly DateTimeOffset now;
    private readonly Plans plans;
    private readonly Dictionary<string, int> running = new(StringComparer.Ordinal);
    private readonly HashSet<string> busyKeys = new(StringComparer.Ordinal);
    private int programs;
    private int read;

    private StoreLook(StateFolder state, TimeProvider time) =>
        (this.state, now, plans) = (state, time.GetUtcNow(), new Plans(time, _ => { }));

    /// <summary>Events that are read by nobody yet or wait in a window.</summary>
    public int Events { get; private set; }

    /// <summary>Orders that wait to be run.</summary>
    public int Orders { get; private set; }

    /// <summary>Those that wait for their time.</summary>
    public int Later { get; private set; }

    public int InHand { get; private set; }

    /// <summary>Begun by a consumer that has died; the next one goes on with them.</summary>
    public int LeftBehind { get; private set; }

    public int Dead { get; private set; }

    /// <summary>Files in <c>dead/</c> that nobody could read.</summary>
    public int Unreadable { get; private set; }

    /// <summary>More wait than were looked at.</summary>
    public int NotLookedAt { get; private set; }

    /// <summary>When the oldest of all that waits was published.</summary>
    public DateTimeOffset? Oldest { get; private set; }

    public List<WaitingItem> Items { get; } = [];

    /// <summary>The stores beside the spool.</summary>
    public List<QueueLook> Queues { get; } = [];

    public int Waiting => Events + Orders + Later;

    /// <param name="environment">Where the URLs of servers stand; null where none is to be asked.</param>
    public static StoreLook At(StateFolder state, TimeProvider time, Func<string, string?>? environment = null)
    {
        var look = new StoreLook(state, time);
        look.LookAtClaims();
        foreach (var address in QueueAddress.Noted(state))
            if (environment is not null || address.Kind != QueueKind.Redis)
                look.LookAt(QueueLook.At(address, state, look.now, MostRead, environment ?? (_ => null)));
        look.Events += look.LookAt("new");
        look.Orders += look.LookAt(FileStore.OrdersNew);
        look.Later += look.LookAt("later");
        foreach (var name in look.Names("dead", "*"))
            if (name.EndsWith(".unreadable", StringComparison.Ordinal))
                look.Unreadable++;
            else if (name.EndsWith(FileSpool.Extension, StringComparison.Ordinal))
                look.Dead++;
        return look;
    }

    private List<string> Names(string folder, string pattern = "*" + FileSpool.Extension)
    {
        try
        {
            return
            [
                .. Directory
                    .EnumerateFiles(state.Spool(folder), pattern)
                    .Select(path => Path.GetFileName(path))
                    .Order(StringComparer.Ordinal),
            ];
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return [];
        }
    }

    private int LookAt(string folder)
    {
        var names = Names(folder);
        foreach (var name in names)
        {
            if (read == MostRead)
            {
                NotLookedAt += names.Count - names.IndexOf(name);
                break;
            }

            if (Read(folder, name) is { } item)
                Add(item);
        }

        return names.Count;
    }

    private void LookAt(QueueLook queue)
    {
        Queues.Add(queue);
        (Events, Orders, Later) = (Events + queue.Events, Orders + queue.Orders, Later + queue.Later);
        (InHand, LeftBehind) = (InHand + queue.InHand, LeftBehind + queue.LeftBehind);
        NotLookedAt += queue.Events + queue.Orders + queue.Later + queue.InHand + queue.LeftBehind - queue.Items.Count;
        foreach (var found in queue.Items)
        {
            var item = Read(found.Id + FileSpool.Extension, found.Body, found.Due, found.IsArrival);
            if (found.Lives is { } lives)
                AddBegun(item, lives);
            else
                Add(item);
        }
    }

    private void AddBegun(WaitingItem item, bool lives)
    {
        Add(item with { Cause = lives ? "running" : "dead-consumer" });
        if (lives && item is { Place: { } place, Plan: { } plan })
            Count(item, place, plan);
    }

    private void Add(WaitingItem item)
    {
        Items.Add(item);
        if (Oldest is null || item.Since < Oldest)
            Oldest = item.Since;
    }

    private void LookAtClaims()
    {
        string[] folders;
        try
        {
            folders = Directory.GetDirectories(state.Spool("claimed"));
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            return;
        }

        foreach (var folder in folders)
        {
            var below = Path.Join("claimed", Path.GetFileName(folder));
            var lives = SpoolOwner.IsAlive(folder, now);
            foreach (var name in Names(below))
            {
                if (lives)
                    InHand++;
                else
                    LeftBehind++;
                if (read == MostRead || Read(below, name) is not { } item)
                    continue;
                AddBegun(item, lives);
            }
        }
    }

    private void Count(WaitingItem item, Place place, LoadedPlan plan)
    {
        var action = place.Branch.Action;
        running[action] = running.GetValueOrDefault(action) + 1;
        busyKeys.Add(item.Order!.Key);
        if (plan.Action(action)?.Handler is Handler.Run or Handler.Shell or Handler.Notify)
            programs++;
    }

    private WaitingItem? Read(string folder, string file)
    {
        var (name, due) = SpoolName.SplitLater(file) is { } later
            ? (later.Name, DateTimeOffset.FromUnixTimeMilliseconds(later.DueMs))
            : (file, (DateTimeOffset?)null);
        if (SpoolFile.TryRead(state.Spool(folder, file), out var problem) is not { } bytes)
            return problem is null ? null : new WaitingItem(name, "reading");
        read++;
        return Read(name, bytes, due, folder == "new");
    }

    /// <param name="isArrival">The dispatcher has not made orders of it yet.</param>
    private WaitingItem Read(string name, ReadOnlyMemory<byte> bytes, DateTimeOffset? due, bool isArrival)
    {
        var item = new WaitingItem(name, due is null ? "reading" : "later") { Due = due };
        if (SpoolName.IsOrder(name))
            return OrderJson.TryRead(bytes, out _) is { } order ? Explain(item with { Order = order }, order, isArrival) : item;
        if (Envelope.TryRead(bytes, out _) is not { } envelope)
            return item;
        item = item with { Event = envelope };
        if (plans.Present(envelope.PlanPath) is not { } plan)
            return item with { Cause = "plan" };
        if (Payload.TryParse(envelope.Payload, out _) is not { } payload)
            return item;
        item = item with { Plan = plan };
        var rules = plan.Route(payload, envelope.ProjectDir);
        item = item with { Starts = ActionsOf(rules) };
        if (rules.Any(rule => Windows.Collecting(rule.Window) is not null || rule.Stages[0].Branches.Any(Collects)))
            return item.Cause == "later" ? item : item with { Cause = "window" };
        if (rules is not [{ Stages: [{ Branches: [var branch] }, ..] } only])
            return item;
        // Such an event is its own order.
        return Explain(item with { Order = Dispatching.Orders.Of(envelope, payload, plan, only, branch, 1) }, null, false);
    }

    private static string ActionsOf(IEnumerable<Rule> rules) =>
        string.Join(
            ", ",
            rules.SelectMany(rule => rule.Stages[0].Branches).Select(branch => branch.Action).Distinct(StringComparer.Ordinal)
        );

    private static bool Collects(Branch branch) => Windows.Collecting(branch.Options.Window) is not null;

    private WaitingItem Explain(WaitingItem item, Order? read, bool isGathering)
    {
        var order = read ?? item.Order!;
        if (plans.Present(order.PlanPath) is not { } plan)
            return item with { Cause = "plan" };
        item = item with { Plan = plan, Place = Place.Find(plan, order) };
        if (item.Cause == "later")
            return item;
        if (isGathering)
            return item with { Cause = "window", Starts = plan.Rule(order.Rule) is { } rule ? ActionsOf([rule]) : null };
        if (item.Place is not { } place)
            return item;
        var mode = BusyKeys.ModeOf(place.Rule, place.Branch, plan.Action(place.Branch.Action), order.Files.Length > 0);
        if (mode is not null && busyKeys.Contains(order.Key))
            return item with { Cause = "busy" };
        if (place.Branch.Options.Concurrency is { } limit && running.GetValueOrDefault(place.Branch.Action) >= limit)
            return item with { Cause = "concurrency" };
        if (Throttles.Of(place, order.PlanName) is { } unit && SlotIsFreeAt(unit) is { } free)
            return item with { Cause = "throttle", Due = free };
        return programs >= 2 * Environment.ProcessorCount ? item with { Cause = "slot" } : item;
    }

    private DateTimeOffset? SlotIsFreeAt((string Name, Window Window) unit)
    {
        var slots = new Slots(unit.Window.Count, unit.Window.Length);
        if (SpoolFile.TryRead(state.Spool("slots", Order.Hash($"throttle {unit.Name}")), out _) is not { } bytes)
            return null;
        slots.Add(System.Text.Encoding.UTF8.GetString(bytes));
        return slots.Take("", now.ToUnixTimeMilliseconds(), out _) is { } free ? DateTimeOffset.FromUnixTimeMilliseconds(free) : null;
    }
}
