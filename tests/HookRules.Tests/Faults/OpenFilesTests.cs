using System.Text;
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

    /// <summary>Two runs of one file never go on at once, so each file is a key of its own.</summary>
    private static Envelope OfFile(FaultBench bench, int number) =>
        Envelope.Create(
            TimeProvider.System.GetUtcNow(),
            bench.Project.Hash,
            bench.Project.Folder,
            bench.Project.PlanPath,
            Encoding.UTF8.GetBytes(
                $$"""
                {"session_id":"s","hook_event_name":"PreToolUse","tool_name":"Bash",
                "tool_input":{"command":"{{number}}","file_path":"{{bench.Project.Folder}}/{{number}}.py"} }
                """
            )
        );
}
