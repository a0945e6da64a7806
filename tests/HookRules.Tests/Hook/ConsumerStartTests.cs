using System.Diagnostics;
using System.Text.Json;
using HookRules.Engine;
using HookRules.Tests.Runtime;
using Shouldly;
using Xunit;
using static HookRules.Tests.Hook.HookProject;

namespace HookRules.Tests.Hook;

/// <summary>The hook starts the consumer that is installed beside it.</summary>
public sealed class ConsumerStartTests
{
    [Fact]
    public void OfManyHooksAtOnceOneStartsTheConsumerAndAllEventsAreWorkedOff()
    {
        const int Hooks = 10;
        using var project = new HookProject(new GraphSettings(), Audited());
        var log = Path.Combine(project.Folder, "audit.jsonl");

        var results = Enumerable
            .Range(0, Hooks)
            .AsParallel()
            .WithDegreeOfParallelism(Hooks)
            .Select(i => project.Run(Bash($"echo {i}")))
            .ToArray();

        results.ShouldAllBe(result => result == new ProcessResult("", "", 0));
        Eventually.True(() => Runs(project).Length == Hooks);
        var consumer = Runs(project).Select(run => run.GetProperty("pid").GetInt32()).Distinct().ShouldHaveSingleItem();
        FileLock.IsHeld(project.State.ConsumerLock).ShouldBeTrue();
        File.ReadAllLines(log).Length.ShouldBe(Hooks);
        using var process = Process.GetProcessById(consumer);
        process.Kill();
        Eventually.True(() => !FileLock.IsHeld(project.State.ConsumerLock));
        project.Errors.ShouldBeEmpty();
    }

    [Fact]
    public void WhereTheConsumerIsSomebodyElsesMatterNoneIsStarted()
    {
        using var project = new HookProject(new GraphSettings { Consumer = ConsumerMode.Service }, Audited());

        project.Run(Bash("ls")).ShouldBe(new ProcessResult("", "", 0));

        project.Queued.Length.ShouldBe(1);
        File.Exists(project.State.ConsumerLock).ShouldBeFalse();
    }

    private static JsonElement[] Runs(HookProject project) =>
        File.Exists(project.State.Runs)
            ?
            [
                .. File.ReadAllText(project.State.Runs)
                    .Split('\n')
                    .SkipLast(1)
                    .Select(line => JsonDocument.Parse(line).RootElement)
                    .Where(line => line.GetProperty("kind").GetString() == "run"),
            ]
            : [];
}
