using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime;

/// <summary>Windows other than dedup.</summary>
public sealed class ConsumerWindowKindTests : IDisposable
{
    private const string Note = "printf '%s %s\\n' \"${HOOK_FILE##*/}\" \"$HOOK_TOOL_INPUT_CONTENT\" >> ";

    private static readonly BranchOptions EachRun = new() { Busy = BusyMode.Queue };

    private readonly ConsumerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void ADebounceWaitsUntilNothingCameForItsLength()
    {
        bench.Plan(
            [Shell("note", Note + "note.log")],
            Rule("r", ["note"], "*", new Window(WindowKind.Debounce, TimeSpan.FromSeconds(1), []))
        );
        bench.Start();
        for (var i = 1; i <= 5; i++)
        {
            bench.Write("a.py", $"{i}");
            bench.Time.Advance(TimeSpan.FromSeconds(0.8));
        }

        bench.Settle();
        bench.Lines("note.log").ShouldBeEmpty();
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(0.3));
        bench.Lines("note.log").ShouldBe(["a.py 5"]);
    }

    [Fact]
    public void ADebounceBelongsToTheTimeOfPublishingHoweverLateItIsRead()
    {
        bench.Plan(
            [Shell("note", Note + "note.log")],
            Rule("r", ["note"], "*", new Window(WindowKind.Debounce, TimeSpan.FromSeconds(1), []), options: EachRun)
        );
        foreach (var (content, pause) in new[] { ("1", 0.8), ("2", 0.8), ("3", 1.5), ("4", 0.8), ("5", 3600) })
        {
            bench.Write("a.py", content);
            bench.Time.Advance(TimeSpan.FromSeconds(pause));
        }

        bench.Start(once: true).Finish();

        bench.Lines("note.log").Order().ShouldBe(["a.py 3", "a.py 5"]);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void ABatchIsOneRunWithAllFilesOfItsSession(bool ofTheRule)
    {
        var batch = new Window(WindowKind.Batch, TimeSpan.FromSeconds(5), []);
        var action = Action(
            "lint",
            new Handler.Run([Word("sh"), Word("-c"), Word("echo \"$@\" >> lint.log"), Word("sh"), Word("{files}")])
        );
        bench.Plan(
            [action],
            ofTheRule ? Rule("r", ["lint"], "*.py", batch) : Rule("r", ["lint"], "*.py", options: new BranchOptions { Window = batch })
        );
        bench.Start();
        foreach (var file in new[] { "b.py", "a.py", "c.txt", "b.py" })
        {
            bench.Write(file, session: "s-1");
            bench.Time.Advance(TimeSpan.FromMilliseconds(100));
        }

        bench.Write("d.py", session: "s-2");
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(5.2));

        bench
            .Lines("lint.log")
            .Order(StringComparer.Ordinal)
            .ShouldBe([$"{bench.Project}/b.py {bench.Project}/a.py", $"{bench.Project}/d.py"]);
    }

    [Fact]
    public void AThrottleLetsSoManyRunAndTheRestWaitsForRoom()
    {
        bench.Plan(
            [Shell("note", Note + "note.log"), Shell("seen", Note + "seen.log")],
            Rule("r", ["note"], "*.py", new Window(WindowKind.Throttle, TimeSpan.FromSeconds(60), []) { Count = 2 }),
            Rule("s", ["seen"], "*.txt")
        );
        bench.Start();
        foreach (var (file, content) in new[] { ("a.py", "1"), ("b.py", "1"), ("a.py", "2"), ("c.py", "1"), ("a.py", "3") })
        {
            bench.Write(file, content);
            if (content == "1" && file != "c.py")
                bench.Until(() => bench.Lines("note.log").Contains($"{file} 1"));
            bench.Time.Advance(TimeSpan.FromSeconds(1));
        }

        // Events are read in their order: once this one has run, those before it wait for their place. Had the clock gone on while one was
        // still unread, it would have found the place free.
        bench.Write("last.txt");
        bench.Until(() => bench.Runs().Count == 3);
        bench.Lines("note.log").Order().ShouldBe(["a.py 1", "b.py 1"]);

        // Room at 60 s for a.py, whose two events share it, and at 61 s for c.py.
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(57));
        bench.Lines("note.log").Order().ShouldBe(["a.py 1", "a.py 3", "b.py 1", "c.py 1"]);
    }

    [Fact]
    public void AThrottleGoesByTheTimeOfStartingAndOverARestart()
    {
        bench.Plan(
            [Shell("note", Note + "note.log")],
            Rule("r", ["note"], "*", new Window(WindowKind.Throttle, TimeSpan.FromSeconds(60), []) { Count = 1 })
        );
        foreach (var file in new[] { "a.py", "b.py", "c.py" })
        {
            bench.Write(file);
            bench.Time.Advance(TimeSpan.FromMinutes(5));
        }

        using (var first = bench.Start())
        {
            bench.Until(() => bench.Runs().Count == 1);
            first.Stop();
        }

        bench.Lines("note.log").ShouldBe(["a.py "]);
        bench.Start();
        bench.Time.Advance(TimeSpan.FromSeconds(59));
        bench.Settle();
        bench.Lines("note.log").ShouldBe(["a.py "]);
        bench.Time.Advance(TimeSpan.FromSeconds(2));
        bench.Until(() => bench.Runs().Count == 2);
        bench.AdvanceUntilEmpty(TimeSpan.FromSeconds(61));
        bench.Lines("note.log").ShouldBe(["a.py ", "b.py ", "c.py "]);
    }

    [Fact]
    public void APlanWithEveryWordRuns()
    {
        Window Of(WindowKind kind, double seconds, int count = 0) => new(kind, TimeSpan.FromSeconds(seconds), []) { Count = count };
        var options = new[]
        {
            new BranchOptions
            {
                Window = Of(WindowKind.Debounce, 1),
                Feedback = true,
                Busy = BusyMode.Skip,
            },
            new BranchOptions { Window = Of(WindowKind.Throttle, 60, 1), Busy = BusyMode.Queue },
            new BranchOptions { Window = Of(WindowKind.Batch, 1), Busy = BusyMode.Restart },
            new BranchOptions { Window = Of(WindowKind.BatchTurn, 0), Busy = BusyMode.Coalesce },
        };
        var rules = options
            .Select((one, i) => Rule($"r{i}", [$"note-r{i}"], options: one))
            .Concat([
                Rule("turn", ["note-turn"], window: Of(WindowKind.BatchTurn, 0)) with
                {
                    Await = new AwaitStep(["note-turn"], TimeSpan.FromSeconds(1)),
                },
                Rule("often", ["note-often"], window: Of(WindowKind.Throttle, 60, 1)),
            ])
            .ToArray();
        // Each rule has its own action, since busy is about the action's key.
        bench.Plan(rules.Select(rule => Shell($"note-{rule.Id}", "printf '%s\\n' \"$HOOK_FILES\" >> note.log")), rules);
        bench.Start();
        bench.Write("a.py");
        bench.Write("b.py");

        // No event ends the turn here, so it is over when nothing has come for long.
        bench.AdvanceUntilEmpty(TimeSpan.FromMinutes(31));

        bench
            .Runs()
            .GroupBy(run => run.GetProperty("rule").GetString())
            .OrderBy(runs => runs.Key)
            .Select(runs => $"{runs.Key} {runs.Count()}")
            .ShouldBe(["often 2", "r0 2", "r1 2", "r2 1", "r3 1", "turn 1"]);
        bench.Runs().ShouldAllBe(run => run.GetProperty("exit_code").GetInt32() == 0);
        bench.Lines("note.log").Length.ShouldBe(12);
        bench.Errors().ShouldBeEmpty();
    }

    private static TextValue.Text Word(string word) => new(Template.Parse(word));
}
