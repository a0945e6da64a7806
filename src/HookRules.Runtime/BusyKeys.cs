using HookRules.Engine;

namespace HookRules.Runtime;

/// <summary>One run of an action's key at a time: what becomes of the next one is for its author to say.</summary>
internal sealed class BusyKeys
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, List<Turn>> turns = new(StringComparer.Ordinal);

    private sealed class Turn(string branch, IReadOnlyList<Held> members, Func<IReadOnlyList<Held>, Task<RunEnd>> run, Action cut)
    {
        private readonly TaskCompletionSource<RunEnd> end = new(TaskCreationOptions.RunContinuationsAsynchronously);

        public string Branch => branch;

        public List<Held> Members { get; } = [.. members];

        /// <summary>It stands for the events of this one too, which it cuts short.</summary>
        public Turn? Next { get; set; }

        public Task<RunEnd> End => end.Task;

        public async Task Run(Action leave)
        {
            try
            {
                RunEnd result;
                try
                {
                    result = await run(Members).ConfigureAwait(false);
                }
                finally
                {
                    leave();
                }

                end.SetResult(result == RunEnd.Failed && Next is { } next ? await next.End.ConfigureAwait(false) : result);
            }
            catch (Exception e)
            {
                end.SetException(e);
            }
        }

        public void Cut() => cut();
    }

    /// <summary>The task ends when the run that stands for the events does; at once where they are skipped.</summary>
    /// <param name="key">Of the action, not of the rule: several rules may use it.</param>
    public Task<RunEnd> Enter(
        string key,
        BusyMode mode,
        string branch,
        IReadOnlyList<Held> members,
        Func<IReadOnlyList<Held>, CancellationToken, Task<RunEnd>> run
    )
    {
        // Without a timer there is nothing to dispose of, and the one who cuts may come when the run has just ended.
        var cut = new CancellationTokenSource();
        var turn = new Turn(branch, members, all => run(all, cut.Token), cut.Cancel);
        Turn current;
        lock (gate)
        {
            if (!turns.TryGetValue(key, out var queue))
            {
                turns[key] = [turn];
                Start(key, turn);
                return turn.End;
            }

            if (mode == BusyMode.Skip)
                return Task.FromResult(RunEnd.Skipped);
            if (mode != BusyMode.Queue && queue.Skip(1).FirstOrDefault(waiting => waiting.Branch == branch) is { } same)
            {
                same.Members.AddRange(members);
                return same.End;
            }

            current = queue[0];
            queue.Add(turn);
            if (mode != BusyMode.Restart || current.Branch != branch)
                return turn.End;
            turn.Members.InsertRange(0, current.Members);
            current.Next = turn;
        }

        current.Cut();
        return turn.End;
    }

    private async void Start(string key, Turn turn)
    {
        // A turn that was cut ends with the one after it, so the next must not wait for its end.
        await turn.Run(Leave).ConfigureAwait(false);

        void Leave()
        {
            Turn? next;
            lock (gate)
            {
                var queue = turns[key];
                queue.RemoveAt(0);
                next = queue.FirstOrDefault();
                if (next is null)
                    turns.Remove(key);
            }

            if (next is not null)
                Start(key, next);
        }
    }
}
