using HookRules.Engine;
using HookRules.Tests.Hook;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>A consumer that is killed while it writes leaves half a line: what comes next must neither stand on that line nor be lost in
/// it.</summary>
public sealed class CutLineTests
{
    [Theory]
    [InlineData(0)]
    [InlineData(1)]
    [InlineData(2)]
    public void TheLineThatWasCutOffStandsWholeAndNothingElseIsHurt(int cutOff)
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        var log = Path.Combine(bench.Project.Folder, "a.jsonl");
        var events = Enumerable.Range(0, 3).Select(number => Event(bench, number)).ToArray();
        string[] lines = [.. WorkedOff(bench, events)];
        File.WriteAllText(log, lines[0] + "\n" + lines[cutOff][..^20]);

        WorkedOff(bench, events).Select(line => line.TrimStart(' ')).ShouldBe([lines[0], .. lines]);
    }

    [Fact]
    public void WhatSomebodyWroteWithoutAnEndStays()
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        File.WriteAllText(Path.Combine(bench.Project.Folder, "a.jsonl"), "my notes");
        bench.Project.Run(HookProject.Bash("0")).ExitCode.ShouldBe(0);

        bench.WorkOff().Code.ShouldBe(0);

        bench.Lines("a.jsonl").Length.ShouldBe(2);
        bench.Lines("a.jsonl")[0].ShouldBe("my notes");
    }

    [Fact]
    public void ARunBehindHalfALineOfTheJournalIsFound()
    {
        using var bench = new FaultBench([Log("a")], Queue("r", null, "a"));
        bench.Project.Run(HookProject.Bash("0")).ExitCode.ShouldBe(0);
        File.WriteAllText(bench.State.Runs, """{"kind":"run","ru""");

        bench.WorkOff().Code.ShouldBe(0);

        var lines = File.ReadAllLines(bench.State.Runs);
        lines[0].ShouldBe("""{"kind":"run","ru""");
        lines.Skip(1).Count(line => line.Contains("\"r/a\"", StringComparison.Ordinal)).ShouldBe(1);
    }

    private static Envelope Event(FaultBench bench, int number) => bench.Project.Event(HookProject.Bash($"{number}"));

    private static string[] WorkedOff(FaultBench bench, Envelope[] events)
    {
        foreach (var envelope in events)
            FileSpool.Publish(bench.State, envelope, Durability.Fast).Problem.ShouldBeNull();
        bench.WorkOff().Code.ShouldBe(0);
        return bench.Lines("a.jsonl");
    }
}
