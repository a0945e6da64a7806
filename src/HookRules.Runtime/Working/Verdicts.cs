using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Stores;

namespace HookRules.Runtime.Working;

/// <summary>What the end of a run means to the sessions that caused it: a failed check is kept for Claude until a later run of the same key
/// mends it, and who waits for the run learns that it is over.</summary>
internal sealed class Verdicts(StateFolder state, Clock clock)
{
    /// <summary>So long a failure is kept back for a newer run of its key to decide.</summary>
    private static readonly TimeSpan LongestHold = TimeSpan.FromSeconds(30);
    private static readonly TimeSpan LongestTurn = TimeSpan.FromSeconds(2);
    private static readonly TimeSpan KeepFolders = TimeSpan.FromDays(7);

    public static readonly PipelineStep Step = new(
        "verdict",
        "with feedback or await: a failed check is kept for Claude until it is told, or mended by a later run of the same key"
    );

    /// <summary>The sessions that a key fails in, of whichever consumer; read when it is first asked for.</summary>
    private Dictionary<string, Dictionary<string, SessionFolder>>? failing;

    /// <summary>Claude hears how the runs of this branch end.</summary>
    public static bool Counts(LoadedPlan plan, Branch branch) => branch.Options.Feedback || plan.IsAwaited(branch.Action);

    /// <summary>Keeps how a run ended for good. False where it failed and nobody will be told.</summary>
    /// <param name="hasNewer">A newer run of the key is to come.</param>
    /// <exception cref="IOException">It could not be kept.</exception>
    public bool Keep(OrderRun run, LoadedPlan plan, RunResult result, bool hasNewer)
    {
        if (result.Succeeded)
        {
            Mended(run.Order);
            return true;
        }

        if (!Counts(plan, run.Branch) || run.Order.Sessions.IsEmpty)
            return false;
        foreach (var of in run.Order.Sessions.GroupBy(session => session.Id, StringComparer.Ordinal))
        {
            var session = SessionFolder.Of(state, of.Key);
            if (!state.CreateBelow(session.Path, out var problem))
                throw new IOException(problem);
            // What several had a part in is the main conversation's.
            var agent = of.Select(one => (one.Agent, one.AgentType)).Distinct().ToList() is [var only] ? only : default;
            Change(session, checks => [.. checks.Where(check => check.Key != run.Order.Key), CheckOf(run, result, agent, hasNewer)]);
            Note(run.Order.Key, session);
        }

        return true;
    }

    /// <summary>These branches have nothing to run any more for the events of an order.</summary>
    public void End(Order order, IEnumerable<Branch> branches) =>
        ForMarks(order, branches, session => Libc.Exists(session.Pending), (mark, session) => mark.Remove(session));

    /// <summary>The rules were changed: other branches now stand for the events of an order.</summary>
    public void Move(Order order, LoadedPlan plan, IEnumerable<(Rule Rule, Branch Branch)> places)
    {
        var awaited = places
            .SelectMany(place => place.Rule.QueuedBranches)
            .Where(branch => plan.IsAwaited(branch.Action))
            .DistinctBy(branch => branch.Id)
            .ToList();
        ForMarks(order, awaited, _ => true, (mark, session) => mark.Make(session));
        End(order, [new Branch(order.Branch, order.Action, BranchOptions.Default)]);
    }

    /// <summary>What is waited for, session by session.</summary>
    public IEnumerable<(SessionFolder Session, IReadOnlyList<PendingMark> Marks)> Marks() =>
        from session in SessionFolder.All(state)
        let marks = PendingMark.In(session)
        where marks.Length > 0
        select (session, (IReadOnlyList<PendingMark>)marks);

    /// <summary>Removes folders of sessions that nothing has happened in for a week.</summary>
    public void RemoveOld()
    {
        foreach (var session in SessionFolder.All(state))
            session.RemoveIfOlder(clock.Now - KeepFolders);
    }

    private void ForMarks(
        Order order,
        IEnumerable<Branch> branches,
        Func<SessionFolder, bool> isMeant,
        Action<PendingMark, SessionFolder> act
    )
    {
        foreach (var of in order.Sessions.Select(session => (session.Id, session.Agent)).Distinct())
        {
            var session = SessionFolder.Of(state, of.Id);
            if (!isMeant(session))
                continue;
            foreach (var branch in branches)
            foreach (var id in order.Events)
                act(PendingMark.Of(id, of.Agent, order.PlanPath, branch), session);
        }
    }

    private void Mended(Order order)
    {
        if (!Known().TryGetValue(order.Key, out var sessions))
            return;
        foreach (var session in sessions.Values.ToList())
            Change(session, checks => [.. checks.Where(check => check.Key != order.Key)]);
        Known().Remove(order.Key);
    }

    private void Change(SessionFolder session, Func<IReadOnlyList<FailedCheck>, IReadOnlyList<FailedCheck>> change)
    {
        using var turn =
            FileLock.Wait(session.Lock, LongestTurn) ?? throw new IOException($"{session.Lock} is held by a hook that does not end");
        var before = FailingFile.Read(session);
        var oldest = (clock.Now - FailingFile.Keep).ToUnixTimeMilliseconds();
        var kept = FailingFile.Replace(session, [.. change(before).Where(check => check.EndMs >= oldest)]);
        foreach (var check in before)
            if (!kept.Contains(check.Key))
                Forget(check.Key, session);
    }

    private FailedCheck CheckOf(OrderRun run, RunResult result, (string? Id, string? Type) agent, bool hasNewer)
    {
        var order = run.Order;
        var project = order.Project.TrimEnd(Path.DirectorySeparatorChar);
        return new FailedCheck(
            order.Id,
            order.Key,
            PendingMark.ActionName(order.PlanPath, order.Action),
            Printable.Line(NameOf(run, result)),
            Printable.Line(PlaceOf(run.Rule))
        )
        {
            Files = run.Files,
            Project = project,
            Agent = agent.Id is { } id ? PendingMark.AgentName(id) : null,
            AgentType = agent.Type,
            How = HowOf(result),
            Text = ProgramOutput.ForClaude(result.Stdout, result.Stderr, project, order.Id),
            EndMs = result.Ended.ToUnixTimeMilliseconds(),
            HoldUntilMs = hasNewer ? (clock.Now + LongestHold).ToUnixTimeMilliseconds() : 0,
            IsFedBack = run.Branch.Options.Feedback,
        };
    }

    // An action that is written where it is used has a made-up name: the program says more.
    private static string NameOf(OrderRun run, RunResult result) =>
        run.Action?.Handler is Handler.Run && run.Branch.Action.StartsWith("run-", StringComparison.Ordinal)
            ? Path.GetFileName(result.Shown.Split(' ')[0])
            : run.Branch.Action;

    private static string PlaceOf(Rule rule)
    {
        var place = string.Create(CultureInfo.InvariantCulture, $"{rule.Source.File}:{rule.Source.Line}");
        return rule.Name is { } name ? $"rule {name} at {place}" : $"rule at {place}";
    }

    private static string HowOf(RunResult result) =>
        result.Problem is { } problem && (result.Pid == 0 || result.ExitCode is null or 0 or ChildResult.TimeoutCode) ? problem
        : result.ExitCode is > 128 and <= 128 + 64 ? string.Create(CultureInfo.InvariantCulture, $"ended by signal {result.ExitCode - 128}")
        : string.Create(CultureInfo.InvariantCulture, $"exit code {result.ExitCode}");

    private Dictionary<string, Dictionary<string, SessionFolder>> Known()
    {
        if (failing is not null)
            return failing;
        failing = new(StringComparer.Ordinal);
        foreach (var session in SessionFolder.All(state))
        foreach (var check in FailingFile.Read(session))
            Note(check.Key, session);
        return failing;
    }

    private void Note(string key, SessionFolder session)
    {
        if (!Known().TryGetValue(key, out var sessions))
            failing![key] = sessions = new(StringComparer.Ordinal);
        sessions[session.Path] = session;
    }

    /// <summary>The file has it no more: it was mended, or is too old or one too many to be told.</summary>
    private void Forget(string key, SessionFolder session)
    {
        if (failing is null || !failing.TryGetValue(key, out var sessions))
            return;
        sessions.Remove(session.Path);
        if (sessions.Count == 0)
            failing.Remove(key);
    }
}
