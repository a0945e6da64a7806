using System.Diagnostics;
using System.Globalization;
using HookRules.Engine;
using HookRules.Runtime;
using HookRules.Runtime.Dispatching;
using HookRules.Runtime.Journals;
using HookRules.Runtime.Stores;
using HookRules.Runtime.Stores.Files;
using HookRules.Runtime.Stores.Memory;
using HookRules.Runtime.Stores.Sqlite;
using HookRules.Runtime.Working;
using HookRules.Tests.Runtime;
using Microsoft.Data.Sqlite;
using Shouldly;
using Xunit;
using Xunit.Abstractions;

namespace HookRules.Tests.Faults;

/// <summary>A day on a virtual clock in which nearly every event has a key of its own: what is over leaves no trace, in memory or on
/// disk. Long form: <c>tests/faults --events 10000000 --filter DayTests</c>, where an event is a key.</summary>
public sealed class DayTests(ITestOutputHelper output)
{
    [Fact]
    public Task InMemory() => Play("memory", FaultSize.Events(20_000, 10_000_000), (_, time) => new MemoryStore(time));

    [Fact]
    public Task InADatabase() =>
        Play(
            "sqlite",
            FaultSize.Events(3_000, 1_000_000),
            (bench, time) =>
                new SqliteStore(
                    new QueueAddress(QueueKind.Sqlite, bench.Folder.Of("queue.db"), ""),
                    new StoreContext
                    {
                        State = bench.State,
                        Time = time,
                        Durability = Durability.Fast,
                        Environment = _ => null,
                        Spool = new FileStore(bench.State, time, Durability.Fast),
                        OnChange = () => { },
                        OnProblem = problem => throw new InvalidOperationException(problem),
                    }
                )
        );

    [Fact]
    public Task InFiles() =>
        Play("files", FaultSize.Events(3_000, 300_000), (bench, time) => new FileStore(bench.State, time, Durability.Fast));

    private async Task Play(string name, int keys, Func<ConsumerBench, TimeProvider, IWorkStore> open)
    {
        using var day = new Day(keys, open);
        var started = Stopwatch.GetTimestamp();
        // Without the test's own context what follows a run's end happens at once, and not on another thread.
        await Task.Run(day.Play);
        var took = Stopwatch.GetElapsedTime(started);
        output.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{name}: {keys} keys, {day.Events} events, {day.Runs} runs of a day in {took.TotalSeconds:0} s, "
                    + $"{keys / took.TotalSeconds:0} keys/s"
            )
        );
        foreach (var hour in day.Hours)
            output.WriteLine($"  {hour}");
        if (FaultSize.IsLong)
            output.WriteLine($"  most memory of the process {Process.GetCurrentProcess().PeakWorkingSet64 >> 20} MB");

        day.Lost.ShouldBe(0, "keys without a run");
        day.Twice.ShouldBe(0, "keys with two runs in a window");
        // The first hours fill what is bounded by time.
        const int Filled = 4;
        var (before, after) = (day.Hours.Take(Filled).ToList(), day.Hours.Skip(Filled).ToList());
        after.Max(hour => hour.Held).ShouldBeLessThan((3 * before.Max(hour => hour.Held) / 2) + 1_000, "what is kept in memory");
        after.Max(hour => hour.Files).ShouldBeLessThan((2 * before.Max(hour => hour.Files)) + 100, "files");
        after.Max(hour => hour.Rows).ShouldBeLessThan((2 * before.Max(hour => hour.Rows)) + 100, "rows");
        // The journal is four files of 8 MB.
        after.Max(hour => hour.Bytes).ShouldBeLessThan((2 * before.Max(hour => hour.Bytes)) + (40 << 20), "bytes on disk");
        var (end, spool) = (day.Hours[^1], day.Spool);
        (end.Waits, end.Rows, spool).ShouldBe((false, 0, 0), "what waits at the end");
    }

    /// <summary>What there was at the end of an hour.</summary>
    /// <param name="Held">Objects in memory.</param>
    /// <param name="Rows">Of the database.</param>
    private sealed record Hour(int Number, long Held, int Files, long Bytes, long Rows, bool Waits, long Managed)
    {
        public override string ToString() =>
            string.Create(
                CultureInfo.InvariantCulture,
                $"hour {Number, 2}: {Held} objects, {Managed >> 20} MB managed, {Files} files, {Bytes >> 10} KB, {Rows} rows"
            );
    }

    private sealed class Day : IDisposable
    {
        private const string Boot = "virtual";
        private const int HoursOfDay = 24;
        private static readonly TimeSpan Tick = TimeSpan.FromSeconds(20);

        private readonly ConsumerBench bench = new();
        private readonly ManualTime time = new();
        private readonly Func<ConsumerBench, TimeProvider, IWorkStore> open;
        private readonly RunJournal journal;
        private readonly int keys;
        private readonly long heldAtFirst;

        /// <summary>Of each key: how often it ran.</summary>
        private readonly byte[] ran;
        private int[] again = [];
        private IWorkStore store = null!;
        private Dispatcher dispatcher = null!;
        private Worker worker = null!;
        private Verdicts verdicts = null!;

        public Day(int keys, Func<ConsumerBench, TimeProvider, IWorkStore> open)
        {
            (this.keys, this.open, ran) = (keys, open, new byte[keys]);
            bench.State.Prepare().ShouldBeNull();
            var fails = new BranchOptions { Feedback = true };
            bench.Plan(
                [ConsumerBench.Shell("note", "true"), ConsumerBench.Shell("check", "true")],
                ConsumerBench.Rule("all", ["note"], "*.py", ConsumerBench.Dedup(30, "tool_input.file_path")),
                ConsumerBench.Rule(
                    "first",
                    ["note"],
                    "*.txt",
                    new Window(WindowKind.DedupFirst, TimeSpan.FromMinutes(5), [FieldPath.Parse("tool_input.file_path")!])
                ),
                ConsumerBench.Rule("fed", ["check"], "*.c", ConsumerBench.Dedup(30, "tool_input.file_path"), options: fails)
            );
            journal = new RunJournal(bench.State, Durability.Fast);
            Open();
            Work().AsTask().GetAwaiter().GetResult();
            heldAtFirst = Reachable.From(store, dispatcher, worker, verdicts, journal);
        }

        public int Events { get; private set; }

        public int Runs { get; private set; }

        public List<Hour> Hours { get; } = [];

        public int Spool =>
            Directory.Exists(bench.State.Spool("new"))
                ? Directory
                    .GetFiles(Path.GetDirectoryName(bench.State.Spool("new"))!, "*" + FileSpool.Extension, SearchOption.AllDirectories)
                    .Length
                : 0;

        public int Lost => ran.Count(times => times == 0);

        public int Twice => ran.Count(times => times > 1);

        public async Task Play()
        {
            var ticks = (int)(TimeSpan.FromHours(HoursOfDay) / Tick);
            var next = 0;
            for (var tick = 0; tick < ticks; tick++)
            {
                var until = (int)((long)keys * (tick + 1) / ticks);
                // Each is written again in its window.
                await Publish([.. again, .. Enumerable.Range(next, until - next)]);
                again = [.. Enumerable.Range(next, until - next)];
                next = until;
                await Pass();
                if ((tick + 1) % (ticks / HoursOfDay) == 0)
                    await EndHour((tick + 1) / (ticks / HoursOfDay));
            }
        }

        public void Dispose()
        {
            store.DisposeAsync().AsTask().GetAwaiter().GetResult();
            bench.Dispose();
        }

        private async Task EndHour(int number)
        {
            if (number == HoursOfDay)
                for (var ticks = 0; ticks < 10; ticks++)
                    await Pass();
            // A consumer looks at everything now and then, and none lives for ever.
            store.Refresh();
            verdicts.RemoveOld();
            if (number is 2 or HoursOfDay)
            {
                await store.DisposeAsync();
                Open();
                await Work();
            }

            var files = new DirectoryInfo(bench.State.Path).GetFiles("*", SearchOption.AllDirectories);
            var database = new FileInfo(bench.Folder.Of("queue.db"));
            Hours.Add(
                new Hour(
                    number,
                    Reachable.From(store, dispatcher, worker, verdicts, journal) - heldAtFirst,
                    files.Length,
                    files.Sum(file => file.Length) + (database.Exists ? database.Length : 0),
                    database.Exists ? Rows(database.FullName) : 0,
                    !dispatcher.IsIdle || !worker.IsIdle,
                    GC.GetTotalMemory(forceFullCollection: FaultSize.IsLong)
                )
            );
        }

        private static long Rows(string database)
        {
            using var connection = new SqliteConnection($"Data Source={database};Mode=ReadOnly;Pooling=False");
            connection.Open();
            using var command = connection.CreateCommand();
            command.CommandText = "SELECT (SELECT count(*) FROM event) + (SELECT count(*) FROM orders)";
            return (long)command.ExecuteScalar()!;
        }

        private ValueTask Publish(IReadOnlyCollection<int> written)
        {
            Events += written.Count;
            return store.Publish([.. written.Select(key => bench.EnvelopeOf($"{key}{EndingOf(key)}", time, Boot))]);
        }

        // One in two collects, one in two is the first of its window; of two thousand Claude is told that they fail.
        private string EndingOf(int key) =>
            key % Math.Max(10, keys / 2_000) == 7 ? ".c"
            : key % 2 == 0 ? ".py"
            : ".txt";

        private ValueTask Pass()
        {
            time.Advance(Tick);
            return Work();
        }

        private async ValueTask Work()
        {
            while (await dispatcher.Turn() || await worker.Turn()) { }
        }

        private void Open()
        {
            store = store is MemoryStore ? store : open(bench, time);
            (store as MemoryStore)?.Abandon();
            var clock = new Clock(time, Boot);
            var plans = new Plans(time, problem => throw new InvalidOperationException(problem));
            verdicts = new Verdicts(bench.State, clock);
            dispatcher = new Dispatcher(store, plans, journal, clock, null, Throw, verdicts);
            worker = new Worker(
                store,
                plans,
                journal,
                new DeadLetters(bench.State, time).Add,
                clock,
                null,
                mostProcesses: 8,
                Begin,
                () => { },
                Throw,
                verdicts,
                dispatcher.Collects
            );

            static void Throw(string problem, string? _) => throw new InvalidOperationException(problem);
        }

        private Task<RunResult> Begin(OrderRun order)
        {
            Runs++;
            var file = Path.GetFileName(order.Payload.File!);
            ran[int.Parse(file.AsSpan(0, file.IndexOf('.', StringComparison.Ordinal)), CultureInfo.InvariantCulture)]++;
            return Task.FromResult(
                new RunResult(file.EndsWith(".c", StringComparison.Ordinal) ? 1 : 0, "true", time.GetUtcNow(), time.GetUtcNow())
                {
                    MayRetry = false,
                }
            );
        }
    }
}
