using System.Collections.Immutable;
using System.Globalization;
using System.Text;
using System.Text.Json.Nodes;
using HookRules.Engine;
using HookRules.Simulation.Timelines;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Simulation;

/// <summary>The same random timelines, played and worked off by the real consumer: the same orders, in the same windows, with the same
/// ends.</summary>
public sealed class SimulationAndConsumerTests
{
    private static readonly SourceRef Somewhere = new("main.hookrules", 1, 1, 1, 2);

    [Theory]
    [InlineData(WindowKind.Dedup)]
    [InlineData(WindowKind.DedupFirst)]
    [InlineData(WindowKind.Debounce)]
    [InlineData(WindowKind.Batch)]
    [InlineData(null)]
    public void BothDoTheSame(WindowKind? kind)
    {
        for (var seed = 0; seed < 3; seed++)
        {
            var random = new Random(seed);
            var window = kind is { } some ? new Window(some, TimeSpan.FromMilliseconds(random.Next(10, 40) * 10), []) : null;
            var rule = ConsumerBench.Rule("r", ["note", "fail", "never"], window: window, onFailure: "after");
            var graph = new RuleGraph
            {
                Actions =
                [
                    ConsumerBench.Shell("note", "true"),
                    ConsumerBench.Shell("fail", "exit 3"),
                    ConsumerBench.Shell("never", "true"),
                    ConsumerBench.Shell("after", "true"),
                ],
                Rules = [rule],
            };
            var writes = Enumerable
                .Range(0, 8)
                .Select(_ => (Gap: random.Next(1, 12) * 50, File: $"{(char)('a' + random.Next(2))}.py"))
                .ToList();

            var what = string.Create(CultureInfo.InvariantCulture, $"seed {seed}, {window}");
            var real = Real(graph, writes);
            real.Length.ShouldBeGreaterThan(4, what);
            Simulated(graph, writes).ShouldBe(real, what);
        }
    }

    private static JsonObject Payload(string project, string file) =>
        new()
        {
            ["session_id"] = "s-1",
            ["cwd"] = project,
            ["hook_event_name"] = "PostToolUse",
            ["tool_name"] = "Write",
            ["tool_input"] = new JsonObject { ["file_path"] = $"{project}/{file}", ["content"] = "" },
        };

    private static string[] Real(RuleGraph graph, List<(int Gap, string File)> writes)
    {
        using var bench = new ConsumerBench();
        bench.Plan(graph.Actions, [.. graph.Rules]);
        using var consumer = bench.Start();
        var ids = new List<string>();
        foreach (var (gap, file) in writes)
        {
            for (var passed = 0; passed < gap; passed += 50)
            {
                bench.Rest();
                bench.Time.Advance(TimeSpan.FromMilliseconds(50));
            }

            bench.Rest();
            ids.Add(bench.Publish(Payload(bench.Project, file)));
            bench.Settle();
        }

        bench.AdvanceUntil(() => bench.SpoolIsEmpty, TimeSpan.FromMilliseconds(50));
        return
        [
            .. bench
                .Runs()
                .Where(run => run.GetProperty("outcome").GetString() is "ok" or "failed")
                .Select(run =>
                    Line(
                        run.GetProperty("hook").GetString()!,
                        run.GetProperty("events").EnumerateArray().Select(id => ids.IndexOf(id.GetString()!)),
                        run.TryGetProperty("closed_by", out var by) ? by.GetString() : null,
                        run.GetProperty("exit_code").GetInt32()
                    )
                )
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string[] Simulated(RuleGraph graph, List<(int Gap, string File)> writes)
    {
        const string Project = "/home/dev/project";
        var at = 0;
        var events = ImmutableArray.CreateBuilder<TimelineEvent>();
        foreach (var (gap, file) in writes)
        {
            at += gap;
            var json = Encoding.UTF8.GetBytes(Payload(Project, file).ToJsonString());
            events.Add(new TimelineEvent(TimeSpan.FromMilliseconds(at), HookRules.Engine.Payload.TryParse(json, out _)!, Somewhere));
        }

        // The bench's programs take no time of its clock.
        var outcomes = ImmutableArray.Create(
            new ScriptedOutcome("fail") { Exit = 3, Took = TimeSpan.Zero },
            new ScriptedOutcome("*") { Took = TimeSpan.Zero }
        );
        return
        [
            .. TimelineRun
                .Play(graph, new Timeline(events.ToImmutable(), outcomes), Project)
                .Runs.Select(run => Line(run.Run.Branch.Id, run.Members, run.Run.Order.ClosedBy, run.Result!.ExitCode!.Value))
                .Order(StringComparer.Ordinal),
        ];
    }

    private static string Line(string branch, IEnumerable<int> members, string? closedBy, int exit) =>
        string.Create(CultureInfo.InvariantCulture, $"{branch} [{string.Join(' ', members)}] {closedBy} {exit}");
}
