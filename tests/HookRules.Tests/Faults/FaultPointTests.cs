using System.Text.Json;
using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>A consumer that is killed between two steps of commit and finish: the next one goes on at that step.</summary>
public sealed class FaultPointTests
{
    [Theory]
    [InlineData("commit:before-orders")]
    [InlineData("commit:after-orders")]
    [InlineData("commit:after-ack")]
    [InlineData("run:after-claim")]
    [InlineData("finish:after-journal")]
    [InlineData("finish:after-verdict")]
    [InlineData("finish:after-mark")]
    [InlineData("finish:after-end")]
    [InlineData("finish:before-next")]
    [InlineData("finish:after-next")]
    [InlineData("finish:after-ack")]
    [InlineData("delay:after-order")]
    public void NothingIsLostAndNoRunThatEndedIsRepeated(string moment) => Kill(moment, new QueueSettings());

    [Theory]
    [InlineData("forward:after-commit")]
    [InlineData("forward:before-unlink")]
    [InlineData("commit:after-ack")]
    [InlineData("run:after-claim")]
    [InlineData("finish:before-next")]
    [InlineData("write:after-commit")]
    public void InADatabaseTheSame(string moment) => Kill(moment, new QueueSettings(QueueKind.Sqlite, ".claude/queue.db"));

    private static void Kill(string moment, QueueSettings queue)
    {
        var windowed = Queue("w", null, "c") with
        {
            Window = new Window(WindowKind.Dedup, TimeSpan.FromSeconds(0.2), [FieldPath.Parse("command")!]),
        };
        using var bench = new FaultBench(
            Graph(
                queue,
                [
                    Shell("a", "echo a >> ran"),
                    Shell("b", "echo b >> ran"),
                    Shell("c", "echo c >> ran"),
                    Shell("d", "echo d >> ran"),
                    Shell("tries", "echo tried >> tried; [ $(wc -l < tried) -ge 2 ]"),
                ],
                Queue("r", null, "a b", "d"),
                windowed,
                Queue("t", new BranchOptions { Retry = 2, Backoff = TimeSpan.FromSeconds(0.2) }, "tries")
            )
        );
        bench.Project.Run(HookProject.Bash("x")).ExitCode.ShouldBe(0);

        RunOnce(bench, moment).ShouldBe(137, "it did not come to that moment");
        // What ran beside it was cut off, unless the journal has its end.
        var ended = bench.Runs.Where(run => run.GetProperty("exit_code").GetInt32() == 0).Select(ActionOf).ToList();
        for (var again = 0; RunOnce(bench, moment) != 0; again++)
            again.ShouldBeLessThan(4, "it does not get past that moment");
        bench.WorkOff().ShouldBe((0, ""));

        var ran = bench.Lines("ran");
        ran.Distinct().Order().ShouldBe(["a", "b", "c", "d"]);
        foreach (var action in ended.Where(action => action != "tries"))
            ran.Count(line => line == action).ShouldBe(1, action);
        var attempts = bench.Runs.Count(run => ActionOf(run) == "tries");
        bench.Lines("tried").Length.ShouldBeInRange(attempts, attempts + 1);
        bench.StoreIsEmpty.ShouldBeTrue();
        bench.Spool("dead").ShouldBeEmpty();
        bench
            .Runs.Where(run => run.GetProperty("exit_code").ValueKind == JsonValueKind.Number)
            .Select(ActionOf)
            .Distinct()
            .Count()
            .ShouldBe(5);
    }

    private static string ActionOf(JsonElement run) => run.GetProperty("action").GetString()!;

    /// <summary>One consumer, killed when it comes to that moment for the first time.</summary>
    private static int RunOnce(FaultBench bench, string moment)
    {
        var used = Path.Combine(bench.Project.Root, "used");
        var environment = new Dictionary<string, string>(bench.Project.Environment);
        if (!File.Exists(used))
        {
            environment["DOTNET_STARTUP_HOOKS"] = typeof(FaultPointTests).Assembly.Location;
            environment["HOOKRULES_FAULT"] = moment;
            File.WriteAllText(used, "");
        }

        return RealProcess
            .Run(
                "dotnet",
                [Path.Join(AppContext.BaseDirectory, "hookrules.dll"), "run", "--once", "--plan", bench.Project.PlanPath],
                default,
                environment,
                "/",
                120
            )
            .ExitCode;
    }
}
