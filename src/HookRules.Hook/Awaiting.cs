using System.Collections.Immutable;
using System.Diagnostics;
using System.Globalization;
using HookRules.Engine;

namespace HookRules.Hook;

/// <summary>Holds an event until what its session has queued of some actions has ended, at most so long, and says what failed.</summary>
internal sealed class Awaiting
{
    private const int MostStarts = 3;
    private static readonly TimeSpan LookAtConsumer = TimeSpan.FromSeconds(1),
        LookInBackground = TimeSpan.FromSeconds(10);

    private readonly StateFolder state;
    private readonly Payload payload;
    private readonly string planPath;
    private readonly string projectDir;
    private readonly ConsumerMode mode;
    private readonly SessionFolder session;
    private readonly ImmutableDictionary<string, string> actions;
    private readonly string? agent;

    private Awaiting(StateFolder state, Payload payload, string planPath, string projectDir, ConsumerMode mode, IEnumerable<string> names)
    {
        (this.state, this.payload, this.planPath, this.projectDir, this.mode) = (state, payload, planPath, projectDir, mode);
        session = SessionFolder.Of(state, payload.Session!);
        actions = names.Distinct(StringComparer.Ordinal).ToImmutableDictionary(name => PendingMark.ActionName(planPath, name));
        // At Stop the whole session is meant, at the other events the agent whose event it is.
        agent = payload.Event == "Stop" ? null : PendingMark.AgentName(payload.Text(FieldPath.AgentId));
    }

    /// <summary>What is said at the end, and what of it counts as told once it was written.</summary>
    public static (Decision Decision, Telling? Telling) Run(
        IReadOnlyList<AwaitStep> steps,
        StateFolder state,
        Payload payload,
        string planPath,
        string projectDir,
        ConsumerMode mode
    )
    {
        if (payload.Session is null)
            return (Decision.None, null);
        var waiting = new Awaiting(state, payload, planPath, projectDir, mode, steps.SelectMany(step => step.Actions));
        var problem = waiting.Wait(steps.Max(step => step.Timeout), isHurried: true);
        var (decision, telling) = waiting.Verdict();
        return (problem is null ? decision : decision.And(new Decision { Warnings = [problem] }), telling);
    }

    /// <summary>Waits while Claude does not: windows close when their time is over, and nothing is said.</summary>
    public static void InBackground(
        IEnumerable<string> names,
        TimeSpan longest,
        StateFolder state,
        Payload payload,
        string planPath,
        string projectDir,
        ConsumerMode mode
    ) => new Awaiting(state, payload, planPath, projectDir, mode, names).Wait(longest, isHurried: false);

    /// <summary>Null where all has ended, else what is to be said about it.</summary>
    private string? Wait(TimeSpan longest, bool isHurried)
    {
        // The usual case: nothing is queued.
        if (Left().IsEmpty)
            return null;
        var now = TimeProvider.System.GetUtcNow();
        var began = Stopwatch.GetTimestamp();
        var deadline = Environment.TickCount64 + (long)longest.TotalMilliseconds;
        var request = new AwaitRequest(
            payload.Session!,
            agent,
            [.. actions.Keys],
            (now + longest).ToUnixTimeMilliseconds(),
            Environment.ProcessId
        );
        // What is removed from now on wakes; what was removed before is not in the list.
        using var watch = new FolderWatch(session.Pending);
        var name = isHurried ? request.Publish(state, $"{now.ToUnixTimeMilliseconds()}-{Environment.ProcessId}") : null;
        var look = isHurried ? LookAtConsumer : LookInBackground;
        try
        {
            var starts = 0;
            while (true)
            {
                var left = Left();
                if (left.IsEmpty)
                    return null;
                var time = TimeSpan.FromMilliseconds(deadline - Environment.TickCount64);
                if (time <= TimeSpan.Zero)
                    return $"hookrules: still running: {Describe(left)}; Claude goes on, and what fails is told later";
                if (EnsureConsumer(ref starts) is { } problem)
                    return $"hookrules: {problem} Not waited for: {Describe(left)}";
                watch.Wait(time < look ? time : look);
            }
        }
        finally
        {
            if (name is not null)
                AwaitRequest.Remove(state, name);
            if (isHurried)
                AwaitJournal.Append(state, payload, now, Stopwatch.GetElapsedTime(began), Left().IsEmpty ? "ok" : "timeout");
        }
    }

    private ImmutableArray<PendingMark> Left() =>
        [.. PendingMark.In(session).Where(mark => actions.ContainsKey(mark.Action) && (agent is null || mark.Agent == agent))];

    private string? EnsureConsumer(ref int starts)
    {
        if (mode != ConsumerMode.Auto)
            return FileLock.IsHeld(state.ConsumerLock) || FileLock.IsHeld(state.DispatcherLock)
                ? null
                : "no consumer runs, nothing was awaited; start \"hookrules run\".";
        if (ConsumerStart.Ensure(state, planPath, projectDir, out var hasStarted) is { } failure)
            return failure.Message + ".";
        starts += hasStarted ? 1 : 0;
        return starts > MostStarts ? $"the consumer ended {MostStarts} times meanwhile; run \"hookrules doctor\"." : null;
    }

    private string Describe(ImmutableArray<PendingMark> left) =>
        string.Join(
            ", ",
            from mark in left
            group mark by actions[mark.Action] into runs
            let since = runs.Min(mark => mark.Since(session)) ?? TimeProvider.System.GetUtcNow()
            let seconds = Math.Max(0, (long)(TimeProvider.System.GetUtcNow() - since).TotalSeconds)
            select runs.Count() == 1
                ? string.Create(CultureInfo.InvariantCulture, $"{runs.Key} ({seconds} s)")
                : string.Create(CultureInfo.InvariantCulture, $"{runs.Key} ({runs.Count()} runs, {seconds} s)")
        );

    private (Decision, Telling?) Verdict() => Telling.Verdict(session, payload, actions, new TellingTime(TimeProvider.System));
}
