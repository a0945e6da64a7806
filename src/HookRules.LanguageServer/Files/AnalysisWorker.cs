using System.Diagnostics;

namespace HookRules.LanguageServer.Files;

/// <summary>Analyses changed files one at a time on a thread of its own. A change of the file that is being looked at ends that look, and
/// any number of changes meanwhile are one look more. Answers come first: somebody waits for them.</summary>
internal sealed class AnalysisWorker
{
    /// <summary>What an editor asks after a change comes at once.</summary>
    private static readonly TimeSpan Quiet = TimeSpan.FromMilliseconds(4);

    /// <summary>Who asks without a pause is told what is wrong all the same.</summary>
    private static readonly TimeSpan LongestWait = TimeSpan.FromMilliseconds(200);

    private readonly object gate = new();
    private readonly List<string> waiting = [];
    private readonly Action<string, CancellationToken> analyse;
    private readonly Thread thread;
    private CancellationTokenSource? running;
    private string? current;
    private bool stopped;
    private bool isAnswering;
    private long quietSince = Stopwatch.GetTimestamp();
    private long waitingSince;

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
            if (waiting.Count == 0)
                waitingSince = Stopwatch.GetTimestamp();
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

    /// <summary>A message is being answered; nothing is begun until it is, and a moment longer.</summary>
    public void Hold()
    {
        lock (gate)
            isAnswering = true;
    }

    public void Release()
    {
        lock (gate)
        {
            (isAnswering, quietSince) = (false, Stopwatch.GetTimestamp());
            Monitor.Pulse(gate);
        }
    }

    private bool IsQuiet =>
        !isAnswering && Stopwatch.GetElapsedTime(quietSince) >= Quiet || Stopwatch.GetElapsedTime(waitingSince) >= LongestWait;

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
                while (!stopped && (waiting.Count == 0 || !IsQuiet))
                    Monitor.Wait(gate, waiting.Count == 0 ? Timeout.InfiniteTimeSpan : Quiet);
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
