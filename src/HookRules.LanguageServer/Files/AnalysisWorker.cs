namespace HookRules.LanguageServer.Files;

/// <summary>Analyses changed files one at a time on a thread of its own. A change of the file that is being looked at ends that look, and
/// any number of changes meanwhile are one look more.</summary>
internal sealed class AnalysisWorker
{
    private readonly object gate = new();
    private readonly List<string> waiting = [];
    private readonly Action<string, CancellationToken> analyse;
    private readonly Thread thread;
    private CancellationTokenSource? running;
    private string? current;
    private bool stopped;

    /// <param name="analyse">Looks at the file of a URI as it is then.</param>
    public AnalysisWorker(Action<string, CancellationToken> analyse)
    {
        this.analyse = analyse;
        thread = new Thread(Run) { IsBackground = true, Name = "analysis" };
        thread.Start();
    }

    public void Add(IEnumerable<string> uris)
    {
        lock (gate)
        {
            foreach (var uri in uris)
            {
                if (uri == current)
                    running?.Cancel();
                if (waiting.Contains(uri))
                    continue;
                waiting.Add(uri);
            }

            Monitor.Pulse(gate);
        }
    }

    /// <summary>Nothing is begun any more, and what is under way is given a moment to end.</summary>
    public void Stop()
    {
        lock (gate)
        {
            stopped = true;
            running?.Cancel();
            Monitor.Pulse(gate);
        }

        thread.Join(TimeSpan.FromSeconds(2));
    }

    private void Run()
    {
        while (true)
        {
            using var cancel = new CancellationTokenSource();
            lock (gate)
            {
                while (waiting.Count == 0 && !stopped)
                    Monitor.Wait(gate);
                if (stopped)
                    return;
                current = waiting[0];
                waiting.RemoveAt(0);
                running = cancel;
            }

            try
            {
                analyse(current, cancel.Token);
            }
            catch (OperationCanceledException)
            {
                // It is waiting again.
            }

            lock (gate)
                (running, current) = (null, null);
        }
    }
}
