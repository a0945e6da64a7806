using System.Diagnostics;
using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Runtime.ConsumerBench;

namespace HookRules.Tests.Runtime;

/// <summary>The consumer as a process of its own, with real signals and the real clock.</summary>
public sealed class ConsumerProcessTests : IDisposable
{
    private static readonly string Program = Path.Join(AppContext.BaseDirectory, "hookrules.dll");

    private readonly ConsumerBench bench = new();

    public void Dispose() => bench.Dispose();

    [Fact]
    public void KilledAtAnyMomentItLosesNothing()
    {
        const int Events = 150;
        bench.Plan(
            [
                Shell("a", "sleep 0.02; echo \"${HOOK_FILE##*/}\" >> a"),
                Shell("b", "sleep 0.02; echo \"${HOOK_FILE##*/}\" >> b"),
                Shell("c", "echo \"${HOOK_FILE##*/}\" >> c"),
            ],
            Rule("r", ["a b", "c"]),
            Rule("w", ["c"], "*", Dedup(0.2))
        );
        for (var i = 0; i < Events; i++)
            bench.Write($"{i}");
        for (var kills = 0; kills < 6 && !bench.SpoolIsEmpty; kills++)
        {
            using var process = Start();
            // Another moment each time, but never before it has begun.
            var done = bench.Lines("a").Length + kills;
            bench.Until(() => bench.Lines("a").Length > done || bench.SpoolIsEmpty);
            process.Kill();
            process.WaitForExit();
        }

        using var last = Start("--once");
        last.WaitForExit(60_000).ShouldBeTrue();

        bench.SpoolIsEmpty.ShouldBeTrue();
        Directory.GetFiles(bench.State.Spool("dead")).ShouldBeEmpty();
        var expected = Enumerable.Range(0, Events);
        bench.Lines("a").Select(int.Parse).Distinct().Order().ShouldBe(expected);
        bench.Lines("b").Select(int.Parse).Distinct().Order().ShouldBe(expected);
        var c = bench.Lines("c").Select(int.Parse).ToList();
        // One for each of the two rules; more only where a kill came between a run and its note.
        expected.ShouldAllBe(i => c.Count(j => i == j) >= 2);
    }

    [Fact]
    public void AskedToEndItFinishesWhatRunsAndExitsWithZero()
    {
        bench.Plan([Shell("a", "touch started; sleep 1; echo done >> log")], Rule("r", ["a"]));
        bench.Write("x");
        using var process = Start();
        Eventually.True(() => File.Exists(Path.Join(bench.Project, "started")));

        using (Process.Start("kill", ["-TERM", $"{process.Id}"]))
            process.WaitForExit(20_000).ShouldBeTrue();

        process.ExitCode.ShouldBe(0);
        bench.Lines("log").ShouldBe(["done"]);
        bench.SpoolIsEmpty.ShouldBeTrue();
    }

    [Fact]
    public void StartedByAHookItTakesTheLockOverAndOutlivesIt()
    {
        bench.Plan([Shell("a", "echo done >> log")], Rule("r", ["a"]));
        bench.State.Prepare().ShouldBeNull();
        var dotnet = Environment.ProcessPath!;
        using (var mine = FileLock.TryAcquire(bench.State.ConsumerLock).ShouldNotBeNull())
        {
            var spec = new ChildSpec
            {
                Argv = [dotnet, Program, "run", "--plan", bench.PlanPath, "--idle-exit"],
                Folder = bench.Project,
                Environment = [.. Variables().Select(variable => KeyValuePair.Create(variable.Key, variable.Value))],
            };
            ChildProcess.StartDetached(spec, mine).ShouldBeNull();
        }

        FileLock.IsHeld(bench.State.ConsumerLock).ShouldBeTrue();
        bench.Write("x");
        bench.Until(() => bench.SpoolIsEmpty && bench.Runs().Count == 1);
        using var consumer = Process.GetProcessById(bench.Runs()[0].GetProperty("ppid").GetInt32());
        try
        {
            // A second one for the same project sees that it is not needed.
            using var second = Start("--idle-exit");
            second.WaitForExit(20_000).ShouldBeTrue();
            second.ExitCode.ShouldBe(0);
            FileLock.IsHeld(bench.State.ConsumerLock).ShouldBeTrue();
        }
        finally
        {
            consumer.Kill();
        }

        Eventually.True(() => !FileLock.IsHeld(bench.State.ConsumerLock));
    }

    [Fact]
    public void ItPrintsItsSteps()
    {
        bench.Plan([Shell("a", "true")], Rule("r", ["a"]));
        using var process = Start("--explain");

        var text = process.StandardOutput.ReadToEnd();

        process.WaitForExit();
        var steps = text.Split('\n').Where(line => line.Length > 4 && char.IsAsciiDigit(line[1])).Select(line => line[4..17].Trim());
        steps.ShouldBe([
            "read",
            "route",
            "window",
            "commit",
            "busy",
            "throttle",
            "concurrency",
            "handler",
            "journal",
            "retry",
            "verdict",
            "dead letter",
            "finish",
        ]);
        process.ExitCode.ShouldBe(0);
    }

    [Fact]
    public void WithoutAPlanItSaysWhatToDo()
    {
        using var process = Start();

        process
            .StandardError.ReadToEnd()
            .ShouldBe("hookrules: no .claude/hookrules/plan.json here or in a folder above; run: hookrules compile\n");
        process.WaitForExit();
        process.ExitCode.ShouldBe(3);
    }

    private Process Start(params string[] arguments)
    {
        var start = new ProcessStartInfo("dotnet", [Program, "run", .. arguments])
        {
            WorkingDirectory = bench.Project,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        start.Environment.Clear();
        foreach (var (name, value) in Variables())
            start.Environment[name] = value;
        return Process.Start(start)!;
    }

    private Dictionary<string, string> Variables() =>
        new()
        {
            ["PATH"] = Environment.GetEnvironmentVariable("PATH")!,
            ["HOME"] = bench.Folder.Path,
            ["XDG_STATE_HOME"] = bench.Folder.Of("state"),
        };
}
