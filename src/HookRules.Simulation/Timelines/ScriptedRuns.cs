using System.Collections.Immutable;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime.Working;

namespace HookRules.Simulation.Timelines;

/// <summary>Takes the place of programs and requests: runs end as the script says, otherwise well after a tenth of a second.</summary>
internal sealed class ScriptedRuns(ImmutableArray<ScriptedOutcome> outcomes)
{
    private static readonly TimeSpan Usual = TimeSpan.FromMilliseconds(100);

    private readonly int[] used = new int[outcomes.Length];

    /// <summary>How a run that begins now will end.</summary>
    public ScriptedEnd Next(OrderRun run, Invocation? invocation)
    {
        for (var i = 0; i < outcomes.Length; i++)
        {
            var outcome = outcomes[i];
            if (outcome.Times is { } times && used[i] >= times || !IsMeant(outcome, run, invocation))
                continue;
            used[i]++;
            return Ended(outcome, run, invocation);
        }

        return new ScriptedEnd(Usual, 0, "");
    }

    private static bool IsMeant(ScriptedOutcome outcome, OrderRun run, Invocation? invocation) =>
        (
            outcome.Action == "*"
            || Cases.Outcome.IsShort(run.Branch.Action, outcome.Action)
            || (invocation is Invocation.Process process && Path.GetFileName(process.Argv[0]) == outcome.Action)
        ) && (outcome.File is not { } glob || run.Files.Any(file => Cases.CaseJudge.Context.Matches(glob, file, run.Payload)));

    private static ScriptedEnd Ended(ScriptedOutcome outcome, OrderRun run, Invocation? invocation)
    {
        var timeout = run.Branch.Options.Timeout ?? invocation?.DefaultTimeout ?? TimeSpan.MaxValue;
        var took = outcome.Took ?? Usual;
        if (took > timeout)
            return new ScriptedEnd(timeout, ChildResult.TimeoutCode, outcome.Output)
            {
                Problem = string.Create(
                    CultureInfo.InvariantCulture,
                    $"it took longer than {timeout.TotalSeconds:0.###} s and was ended with all that it started"
                ),
            };
        if (outcome.Status is not { } status)
            return new ScriptedEnd(took, outcome.Exit ?? 0, outcome.Output);
        var isGood = status is >= 200 and < 300;
        return new ScriptedEnd(took, isGood ? 0 : 1, outcome.Output)
        {
            Problem = isGood ? null : string.Create(CultureInfo.InvariantCulture, $"the server answered {status}"),
            MayRetry = HttpHandler.MayRetry(status),
            RetryAfter = outcome.RetryAfter,
        };
    }
}

/// <summary>How a run ends.</summary>
internal sealed record ScriptedEnd(TimeSpan Took, int Exit, string Output)
{
    public string? Problem { get; init; }

    public bool MayRetry { get; init; } = true;

    public TimeSpan? RetryAfter { get; init; }
}
