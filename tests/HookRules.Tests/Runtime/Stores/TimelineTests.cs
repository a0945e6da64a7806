using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores.Memory;
using HookRules.Runtime.Working;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace HookRules.Tests.Runtime.Stores;

/// <summary>The dispatcher and worker on a virtual clock, on random timelines, against a list of what was written.</summary>
public sealed class TimelineTests(ITestOutputHelper output) : IDisposable
{
    private readonly ConsumerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Theory]
    [InlineData(WindowKind.Dedup)]
    [InlineData(WindowKind.Debounce)]
    [InlineData(WindowKind.Throttle)]
    [InlineData(null)]
    public async Task NoWindowRunsTwiceAndTheLastWriteIsSeenByARunThatBeganAfterIt(WindowKind? kind)
    {
        const int Timelines = 250;
        var (runs, writes, kills) = (0, 0, 0);
        for (var seed = 0; seed < Timelines; seed++)
        {
            var random = new Random(seed);
            var window = kind is { } some
                ? new Window(some, TimeSpan.FromMilliseconds(random.Next(5, 40) * 10), []) { Count = random.Next(1, 3) }
                : null;
            var busy = random.Next(3) switch
            {
                0 => (BusyMode?)null,
                1 => BusyMode.Queue,
                _ => BusyMode.Coalesce,
            };
            bench.Plan(
                [ConsumerBench.Shell("note", "true")],
                ConsumerBench.Rule("r", ["note"], window: window, options: new BranchOptions { Busy = busy })
            );
            await using var timeline = new Timeline(bench, random);
            // Without the test's own context what follows a run's end happens at once, and not on another thread.
            await Task.Run(() => timeline.Play(mayKill: seed % 2 == 1));
            Check(
                timeline,
                window,
                busy ?? BusyMode.Coalesce,
                string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {busy}, {window}")
            );
            (runs, writes, kills) = (runs + timeline.Runs.Count, writes + timeline.Written.Count, kills + timeline.Kills);
        }

        output.WriteLine($"{Timelines} timelines: {writes} writes, {runs} runs, {kills} kills");
        kills.ShouldBeGreaterThan(Timelines / 10);
    }

    private static void Check(Timeline timeline, Window? window, BusyMode busy, string what)
    {
        var ended = timeline.Runs.Where(run => run.End is not null).ToList();
        foreach (var write in timeline.Written)
        {
            var times = ended.Count(run => run.Events.Contains(write.Id));
            times.ShouldBe(1, $"{what}: {write}");
        }

        foreach (var file in timeline.Written.GroupBy(write => write.File))
        {
            var last = file.Last();
            ended.ShouldContain(run => run.Seen == last.Id && run.Start >= last.At, $"{what}: the last write of {file.Key}");
            var ofFile = timeline.Runs.Where(run => run.File == file.Key).OrderBy(run => run.Start).ToList();
            for (var i = 1; i < ofFile.Count; i++)
                (ofFile[i].Start >= (ofFile[i - 1].End ?? ofFile[i - 1].CutAt)).ShouldBeTrue($"{what}: two runs of {file.Key} at once");
            if (busy == BusyMode.Queue && window is { Kind: WindowKind.Dedup or WindowKind.Debounce })
                ended
                    .Where(run => run.File == file.Key)
                    .OrderBy(run => run.Start)
                    .Select(run => string.Join(' ', run.Events))
                    .ShouldBe(Model([.. file], window), what);
        }

        if (window is not { Kind: WindowKind.Throttle } throttle)
            return;
        // One that was cut off has its place already, so its second start takes none.
        var starts = timeline.Runs.DistinctBy(run => run.Seen).Select(run => run.Start).Order().ToList();
        for (var i = throttle.Count; i < starts.Count; i++)
            (starts[i] - starts[i - throttle.Count]).ShouldBeGreaterThanOrEqualTo(throttle.Length - TimeSpan.FromMilliseconds(1), what);
    }

    /// <summary>What a window is, in a few lines over a list.</summary>
    private static IEnumerable<string> Model(List<Write> writes, Window window)
    {
        var open = new List<Write>();
        foreach (var write in writes)
        {
            var from =
                open.Count == 0 ? TimeSpan.Zero
                : window.Kind == WindowKind.Debounce ? open[^1].At
                : open[0].At;
            if (open.Count > 0 && write.At >= from + window.Length)
            {
                yield return string.Join(' ', open.Select(one => one.Id));
                open.Clear();
            }

            open.Add(write);
        }

        yield return string.Join(' ', open.Select(one => one.Id));
    }

    private sealed record Write(string Id, string File, TimeSpan At);

    private sealed record Run(IReadOnlyList<string> Events, string Seen, string File, TimeSpan Start)
    {
        public TimeSpan? End { get; set; }

        /// <summary>When its consumer was killed.</summary>
        public TimeSpan CutAt { get; set; }
    }

    /// <summary>Writes at random moments, and a consumer that may be killed between them.</summary>
    private sealed class Timeline : IAsyncDisposable
    {
        private const string Boot = "virtual";
        private static readonly TimeSpan Tick = TimeSpan.FromMilliseconds(10);

        private readonly ConsumerBench bench;
        private readonly Random random;
        private readonly ManualTime time = new();
        private readonly MemoryStore store;
        private readonly RunJournal journal;
        private Dispatcher dispatcher = null!;
        private Worker worker = null!;
        private int generation;

        public Timeline(ConsumerBench bench, Random random)
        {
            (this.bench, this.random) = (bench, random);
            store = new MemoryStore(time);
            bench.State.Prepare().ShouldBeNull();
            journal = new RunJournal(bench.State, Durability.Fast);
            Open();
        }

        public ValueTask DisposeAsync() => store.DisposeAsync();

        public List<Write> Written { get; } = [];

        public List<Run> Runs { get; } = [];

        public int Kills { get; private set; }

        private TimeSpan Now => time.GetElapsedTime(0);

        public async Task Play(bool mayKill)
        {
            const int Writes = 12,
                OneInSoMany = 6;
            for (var i = 0; i < Writes; i++)
            {
                await Publish($"{(char)('a' + random.Next(3))}.py");
                for (var ticks = random.Next(3) == 0 ? 0 : random.Next(1, 25); ticks > 0; ticks--)
                    await Pass();
                if (mayKill && random.Next(OneInSoMany) == 0)
                    Kill();
            }

            for (var ticks = 0; !store.IsEmpty; ticks++)
            {
                ticks.ShouldBeLessThan(2_000, "it does not come to an end");
                await Pass();
            }
        }

        private async Task Publish(string file)
        {
            var envelope = bench.EnvelopeOf(file, time, Boot);
            Written.Add(new Write(envelope.Id, Path.Join(bench.Project, file), Now));
            await store.Publish(envelope);
        }

        private async Task Pass()
        {
            time.Advance(Tick);
            while (await dispatcher.Turn() || await worker.Turn()) { }
        }

        private void Open()
        {
            generation++;
            var clock = new Clock(time, Boot);
            var plans = new Plans(time, problem => throw new InvalidOperationException(problem));
            var verdicts = new Verdicts(bench.State, clock);
            dispatcher = new Dispatcher(
                store,
                plans,
                journal,
                clock,
                null,
                (problem, _) => throw new InvalidOperationException(problem),
                verdicts
            );
            worker = new Worker(
                store,
                plans,
                journal,
                new DeadLetters(bench.State, time).Add,
                clock,
                null,
                2,
                Begin,
                () => { },
                (problem, _) => throw new InvalidOperationException(problem),
                verdicts,
                dispatcher.Collects
            );
        }

        private void Kill()
        {
            foreach (var run in Runs.Where(run => run.End is null && run.CutAt == default))
                run.CutAt = Now;
            Kills++;
            store.Abandon();
            Open();
        }

        private Task<RunResult> Begin(OrderRun order)
        {
            var run = new Run([.. order.Order.Events], order.Order.LastEvent, order.Payload.File!, Now);
            Runs.Add(run);
            var end = new TaskCompletionSource<RunResult>();
            var mine = generation;
            var started = time.GetUtcNow();
            ITimer? timer = null;
            timer = time.CreateTimer(
                _ =>
                {
                    timer!.Dispose();
                    if (mine != generation)
                        return;
                    run.End = Now;
                    end.SetResult(new RunResult(0, "true", started, time.GetUtcNow()));
                },
                null,
                TimeSpan.FromMilliseconds(random.Next(1, 300)),
                Timeout.InfiniteTimeSpan
            );
            return end.Task;
        }
    }
}
