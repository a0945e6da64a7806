using HookRules.Engine;
using Shouldly;
using Xunit;
using static HookRules.Tests.Faults.FaultBench;

namespace HookRules.Tests.Faults;

/// <summary>A system that lets a process have few files open, and a backlog that is longer than that.</summary>
public sealed class OpenFilesTests
{
    private const int Most = 200;

    [Fact]
    public void ALongerBacklogOfKeysThanThereMayBeOpenFilesIsWorkedOff()
    {
        const int Events = 3 * Most;
        using var bench = new FaultBench([Shell("a", "echo \"$HOOK_COMMAND\" >> log")], Queue("r", null, "a"));
        bench.StartedBy = ["/bin/sh", "-c", $"ulimit -n {Most}; exec \"$@\"", "sh"];
        for (var number = 0; number < Events; number++)
            FileSpool.Publish(bench.State, OfFile(bench, number), Durability.Fast).Problem.ShouldBeNull();

        bench.Consumer();
        bench.Until(() => bench.LineCount("log") == Events && bench.SpoolIsEmpty, "the backlog is not worked off");

        bench.Spool("dead").ShouldBeEmpty();
    }

    [Fact]
    public void WhatThereIsNoRoomToStartIsNoFailureAndIsStartedLater()
    {
        const int Events = 20;
        using var bench = new FaultBench([Shell("a", "echo \"$HOOK_COMMAND\" >> log")], Queue("r", null, "a"));
        var consumer = bench.Consumer();
        FileSpool.Publish(bench.State, OfNoFile(bench, 0), Durability.Fast);
        bench.Until(() => bench.LineCount("log") == 1 && bench.SpoolIsEmpty, "the consumer does not begin");

        // Room to read what waits, and none for the pipes of a program.
        LetOpen(consumer.Process.Id, 3);
        for (var number = 1; number < Events; number++)
            FileSpool.Publish(bench.State, OfNoFile(bench, number), Durability.Fast);
        bench.Until(() => consumer.Said.Contains("what there is no room for is started later", StringComparison.Ordinal), "it is not told");
        bench.LineCount("log").ShouldBe(1);
        LetOpen(consumer.Process.Id, 1000);

        bench.Until(() => bench.LineCount("log") == Events && bench.SpoolIsEmpty, "they are not started later");
        bench.Spool("dead").ShouldBeEmpty();
        bench.Lines("log").Distinct().Count().ShouldBe(Events);
    }

    /// <summary>So many files more than it has open.</summary>
    private static void LetOpen(int pid, int more)
    {
        var open = Directory.GetFileSystemEntries($"/proc/{pid}/fd").Select(fd => int.Parse(Path.GetFileName(fd))).ToHashSet();
        var limit = Enumerable.Range(0, int.MaxValue).Where(fd => !open.Contains(fd)).ElementAt(more);
        Tool("prlimit", "--pid", $"{pid}", $"--nofile={limit}:").ShouldBe(0);
    }

    /// <summary>Two runs of one file never go on at once, so each file is a key of its own.</summary>
    private static Envelope OfFile(FaultBench bench, int number) =>
        Of(bench, $$"""{"command":"{{number}}","file_path":"{{bench.Project.Folder}}/{{number}}.py"}""");

    private static Envelope OfNoFile(FaultBench bench, int number) => Of(bench, $$"""{"command":"{{number}}"}""");

    private static Envelope Of(FaultBench bench, string input) =>
        bench.Project.Event($$"""{"session_id":"s","hook_event_name":"PreToolUse","tool_name":"Bash","tool_input":{{input}} }""");
}
