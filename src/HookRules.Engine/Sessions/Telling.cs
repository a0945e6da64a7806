using System.Collections.Immutable;

namespace HookRules.Engine;

/// <summary>The time at which something is told.</summary>
public readonly record struct TellingTime(TimeProvider Time)
{
    /// <summary>The files that checks are about are not looked for: a simulation makes none.</summary>
    public bool FilesStay { get; init; }

    internal long Ms => Time.GetUtcNow().ToUnixTimeMilliseconds();
}

/// <summary>Failed checks that are told in this answer: they count as told only when it was written, so that one that is cut off is told
/// again. The session's lock is held meanwhile, so that of two hooks one tells.</summary>
public sealed class Telling : IDisposable
{
    private const int MostBlocks = 5;

    private readonly SessionFolder session;
    private readonly FileLock held;
    private readonly TellingTime time;
    private readonly List<ToldLine> lines = [];
    private bool isAllTold;

    private Telling(SessionFolder session, FileLock held, TellingTime time) => (this.session, this.held, this.time) = (session, held, time);

    public string Text { get; private set; } = "";

    /// <summary>What the checks that are told are about.</summary>
    public IEnumerable<string> Keys => lines.Where(line => line.Kind is ToldKind.Feedback or ToldKind.Await).Select(line => line.Key);

    /// <summary>What has failed and is untold, at an event that Claude hears; null where there is nothing, or another hook is telling
    /// it.</summary>
    public static Telling? AsFeedback(StateFolder state, Payload payload, TellingTime time)
    {
        if (payload.Session is not { } id || !Hears(payload))
            return null;
        var session = SessionFolder.Of(state, id);
        // One system call, whatever the history.
        if (!session.HasUntold || state.Prepare() is not null || FileLock.TryAcquire(session.Lock) is not { } held)
            return null;
        return new Telling(session, held, time).Find(payload, ToldKind.Feedback, check => check.IsFedBack);
    }

    /// <summary>What has failed of some actions and was not told by an <c>await</c> before.</summary>
    private static Telling? AsAwaited(SessionFolder session, Payload payload, Func<FailedCheck, bool> isAwaited, TellingTime time)
    {
        if (!File.Exists(session.Failing) || FileLock.Wait(session.Lock, TimeSpan.FromSeconds(1)) is not { } held)
            return null;
        return new Telling(session, held, time).Find(payload, ToldKind.Await, isAwaited);
    }

    /// <summary>How often an <c>await</c> has held Claude at this prompt.</summary>
    private int BlocksAt(string? prompt) =>
        ToldLine.In(session).Count(line => line.Kind == ToldKind.Block && line.Prompt == ToldLine.PromptName(prompt));

    private void Blocks(string? prompt) => lines.Add(ToldLine.Blocked(prompt, time.Ms));

    /// <summary>What an <c>await</c> says when it ends, and what of it counts as told once it was written.</summary>
    /// <param name="actions">What was waited for, by the names in marks.</param>
    public static (Decision Decision, Telling? Telling) Verdict(
        SessionFolder session,
        Payload payload,
        ImmutableDictionary<string, string> actions,
        TellingTime time
    )
    {
        if (AsAwaited(session, payload, check => actions.ContainsKey(check.Action), time) is not { } telling)
            return (Decision.None, null);
        if (telling.Text.Length == 0)
            return (Decision.None, telling);
        // There a block would end the turn, and Claude would never read why.
        if (HookEvents.Find(payload.Event)?.Decisions.Contains(DecisionKind.Block) is not true)
            return (new Decision { Contexts = [telling.Text] }, telling);
        var prompt = payload.Text(FieldPath.PromptId);
        if (telling.BlocksAt(prompt) >= MostBlocks)
        {
            telling.Dispose();
            var what = telling.Text.Split('\n').Where(line => line.StartsWith('[')).Select(line => Printable.Line(line));
            return (new Decision { Warnings = [$"hookrules: still failing after {MostBlocks} tries: {string.Join("; ", what)}"] }, null);
        }

        telling.Blocks(prompt);
        return (new Decision { BlockReason = telling.Text }, telling);
    }

    /// <summary>The answer was written.</summary>
    public void Done()
    {
        if (ToldLine.Append(session, lines) && isAllTold)
            TryDelete(session.Ready);
    }

    public void Dispose() => held.Dispose();

    private Telling? Find(Payload payload, ToldKind kind, Func<FailedCheck, bool> isMeant)
    {
        var told = ToldLine.In(session);
        var agent = payload.Text(FieldPath.AgentId) is { } agentId ? PendingMark.AgentName(agentId) : null;
        // What a subagent left behind is the main conversation's, where it begins or ends a turn.
        var all = agent is null && payload.Event is "UserPromptSubmit" or "Stop";
        var (now, oldest) = (time.Ms, time.Ms - (long)FailingFile.Keep.TotalMilliseconds);
        var prompt = payload.Text(FieldPath.PromptId);
        var untold = FailingFile
            .Read(session)
            .Where(check => check.EndMs >= oldest && !told.Any(line => line.Check == check.Id && Counts(line.Kind, kind)))
            .ToList();
        if (!time.FilesStay)
        {
            foreach (var gone in untold.Where(check => check.IsGone))
                lines.Add(ToldLine.Of(ToldKind.Gone, gone, prompt, now));
            untold.RemoveAll(check => check.IsGone);
        }

        var mine = untold
            .Where(check => isMeant(check) && (all || check.Agent == agent) && (kind == ToldKind.Await || check.HoldUntilMs <= now))
            .ToImmutableArray();
        var (text, tells) = FailureText.Of(mine, told, ofSubagents: all);
        lines.AddRange(tells.Select(check => ToldLine.Of(kind, check, prompt, now)));
        isAllTold = !untold.Any(check => check.IsFedBack && !tells.Contains(check));
        Text = text;
        if (lines.Count > 0)
            return this;
        Dispose();
        return null;
    }

    // Who was told as feedback is still to be held, once; who was held need not be told again.
    private static bool Counts(ToldKind before, ToldKind kind) => before != ToldKind.Feedback || kind == ToldKind.Feedback;

    /// <summary>Its answer reaches Claude: a session that begins has nothing to hear; what starts a subagent or a compaction reads
    /// it for another purpose.</summary>
    private static bool Hears(Payload payload) =>
        HookEvents.Find(payload.Event) is { ContextGoesElsewhere: false } known
        && known.Decisions.Contains(DecisionKind.Context)
        && (known.Name != "SessionStart" || payload.Text(SessionSource) is SessionNeeds.Resume or "compact");

    private static readonly FieldPath SessionSource = FieldPath.Parse("source")!;

    private static void TryDelete(string path)
    {
        try
        {
            File.Delete(path);
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            // The next hook looks once too often.
        }
    }
}
