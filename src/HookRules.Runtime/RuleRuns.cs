using System.Collections.Immutable;
using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>Takes the stages of a rule through, for one event or for a window of them.</summary>
internal sealed class RuleRuns(
    Pipeline pipeline,
    Windows windows,
    RunJournal journal,
    ConsumerOptions options,
    TimeProvider time,
    Action<string, string?> onProblem,
    CancellationToken stopping
)
{
    private readonly BusyKeys busy = new();

    public async Task<RunEnd> Run(Rule rule, LoadedPlan plan, IReadOnlyList<Held> members)
    {
        var end = await RunStages(rule, rule.Stages, plan, members).ConfigureAwait(false);
        if (end != RunEnd.Failed)
            return end;
        var afterFailure = await RunStages(rule, rule.OnFailure, plan, members).ConfigureAwait(false);
        return afterFailure == RunEnd.Left ? RunEnd.Left : RunEnd.Failed;
    }

    private async Task<RunEnd> RunStages(Rule rule, ImmutableArray<Stage> stages, LoadedPlan plan, IReadOnlyList<Held> members)
    {
        foreach (var stage in stages)
        {
            var ends = await Task.WhenAll(stage.Branches.Select(branch => Begin(rule, branch, plan, members)).ToList())
                .ConfigureAwait(false);
            if (ends.Contains(RunEnd.Left))
                return RunEnd.Left;
            if (ends.Contains(RunEnd.Failed))
                return RunEnd.Failed;
            if (ends.Contains(RunEnd.Skipped))
                return RunEnd.Skipped;
        }

        return RunEnd.Succeeded;
    }

    private Task<RunEnd> Begin(Rule rule, Branch branch, LoadedPlan plan, IReadOnlyList<Held> members)
    {
        if (ThroughBefore(branch, members) is { } before)
        {
            if (branch.Options.Window is { Kind: WindowKind.DedupFirst } first)
                windows.Reserve(branch.Id, first, members[0]);
            return Task.FromResult(before);
        }

        if (options.Group is { } group && branch.Options.Group != group)
            return Task.FromResult(RunEnd.Left);
        if (stopping.IsCancellationRequested)
            return Task.FromResult(RunEnd.Left);
        return Windows.Collecting(branch.Options.Window) is { } window
            ? windows.Join(
                branch.Id,
                window,
                members,
                letGo: false,
                collected => RunBranch(rule, branch, plan, collected.Members, collected.Last)
            )
            : RunBranch(rule, branch, plan, members, members.Aggregate(Held.Later));
    }

    private static RunEnd? ThroughBefore(Branch branch, IReadOnlyList<Held> members)
    {
        var through = members.Select(member => member.Progress.Of(branch.Id)).ToList();
        return through.Contains(null) ? null
            : through[^1] is true ? RunEnd.Succeeded
            : RunEnd.Failed;
    }

    private async Task<RunEnd> RunBranch(Rule rule, Branch branch, LoadedPlan plan, IReadOnlyList<Held> members, Held last)
    {
        if (branch.Options.Busy is not { } mode)
            return await RunNow(rule, branch, plan, members, last, CancellationToken.None).ConfigureAwait(false);
        var key = Windows.KeyOf(branch.Action, branch.Options.Window ?? rule.Window, last.Payload);
        var end = await busy.Enter(
                key,
                mode,
                branch.Id,
                members,
                (all, cut) => RunNow(rule, branch, plan, all, all.Aggregate(Held.Later), cut)
            )
            .ConfigureAwait(false);
        if (end == RunEnd.Skipped)
        {
            journal.Add(
                new BranchRun(rule, branch, null, last, members),
                new RunResult(null, "skipped: another run of its key was under way", time.GetUtcNow(), time.GetUtcNow())
            );
            Note(rule, branch, members, succeeded: true);
        }

        return end;
    }

    private async Task<RunEnd> RunNow(
        Rule rule,
        Branch branch,
        LoadedPlan plan,
        IReadOnlyList<Held> members,
        Held last,
        CancellationToken cut
    )
    {
        // Off the consumer's loop: what is cheap enough to end at once must not hold it up either.
        await Task.CompletedTask.ConfigureAwait(ConfigureAwaitOptions.ForceYielding);
        // It may have waited for another run.
        if (stopping.IsCancellationRequested)
            return RunEnd.Left;
        using var ending = CancellationTokenSource.CreateLinkedTokenSource(stopping, cut);
        var run = new BranchRun(rule, branch, plan.Action(branch.Action), last, members) { Cut = cut };
        RunResult result;
        try
        {
            result = await pipeline.Run(run, ending.Token).ConfigureAwait(false);
        }
        catch (OperationCanceledException) when (ending.IsCancellationRequested)
        {
            return stopping.IsCancellationRequested ? RunEnd.Left : RunEnd.Failed;
        }

        if (cut.IsCancellationRequested && !result.Succeeded)
            return RunEnd.Failed;
        Note(rule, branch, members, result.Succeeded);
        return result.Succeeded ? RunEnd.Succeeded : RunEnd.Failed;
    }

    /// <summary>Remembers the end of a branch, unless the envelopes leave the spool now anyway.</summary>
    private void Note(Rule rule, Branch branch, IReadOnlyList<Held> members, bool succeeded)
    {
        var isOnlyOne = options.Group is null && rule.QueuedBranches.Take(2).Count() == 1;
        var remembering = members.Where(member => !isOnlyOne || member.Open > 1).ToList();
        if (remembering.Count == 0)
            return;
        if (journal.Flush() is { } problem)
            onProblem($"the journal cannot be written: {problem}", members[^1].Id);
        foreach (var member in remembering)
            member.Progress.NoteBranch(branch.Id, succeeded);
    }
}
