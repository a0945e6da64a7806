using System.Text;
using HookRules.Engine;
using Shouldly;

namespace HookRules.Tests.Hook;

/// <summary>What the processes ask of the system, and in which order: a crash of the machine between any two calls loses no
/// event.</summary>
public sealed class DurabilityTests
{
    [FactNeeding(Need.Strace)]
    public void WithFsyncTheEventIsOnTheDiskBeforeItsNameIsAndItsNameBeforeTheHookEnds()
    {
        using var project = Project(Durability.Fsync);

        var calls = Trace(project, "hookrules-hook", "openat,fsync,rename,renameat,renameat2", Hook(project), HookProject.Bash("ls"));

        Order(
            calls,
            call => call.StartsWith("fsync(", StringComparison.Ordinal) && call.Contains("/spool/tmp/", StringComparison.Ordinal),
            call => call.StartsWith("rename", StringComparison.Ordinal) && call.Contains("/spool/new/", StringComparison.Ordinal),
            call => call.StartsWith("fsync(", StringComparison.Ordinal) && call.Contains("/spool/new>", StringComparison.Ordinal)
        );
        project.Queued.ShouldHaveSingleItem();
    }

    [FactNeeding(Need.Strace)]
    public void FastAsksForNoSynchronousWrite()
    {
        using var project = Project(Durability.Fast);

        var calls = Trace(project, "hookrules-hook", "fsync,fdatasync", Hook(project), HookProject.Bash("ls"));

        calls.ShouldBeEmpty();
        project.Queued.ShouldHaveSingleItem();
    }

    [FactNeeding(Need.Strace)]
    public void TheConsumerWritesTheJournalBeforeTheEventGoes()
    {
        using var project = Project(Durability.Fast);
        project.Run(HookProject.Bash("ls")).ExitCode.ShouldBe(0);

        var calls = Trace(
            project,
            "hookrules",
            "write,pwrite64,writev,pwritev,unlink,unlinkat",
            ["run", "--once", "--plan", project.PlanPath],
            ""
        );

        Order(
            calls,
            call => call.Contains("write", StringComparison.Ordinal) && call.Contains("/runs.jsonl>", StringComparison.Ordinal),
            call => call.StartsWith("unlink", StringComparison.Ordinal) && call.Contains("/spool/", StringComparison.Ordinal)
        );
        project.Queued.ShouldBeEmpty();
    }

    private static HookProject Project(Durability durability) =>
        new(new GraphSettings { Consumer = ConsumerMode.Manual, Durability = durability }, HookProject.Audited());

    private static string[] Hook(HookProject project) => ["--plan", project.PlanPath, "--plan-hash", project.Hash, "--event", "PreToolUse"];

    /// <summary>The calls of a program and all its threads, with the paths that its descriptors stand for.</summary>
    private static List<string> Trace(HookProject project, string program, string calls, string[] args, string payload)
    {
        var log = Path.Combine(project.Root, "trace");
        var result = RealProcess.Run(
            "strace",
            ["-f", "-y", "-qq", "-s", "300", "-e", $"trace={calls}", "-o", log, Path.Combine(HookProject.RuntimeFolder, program), .. args],
            Encoding.UTF8.GetBytes(payload),
            project.Environment,
            project.Folder
        );
        result.ExitCode.ShouldBe(0, result.Stderr);
        // With -f each line begins with the thread; what another thread interrupts is finished in a line of its own.
        return
        [
            .. File.ReadLines(log)
                .Select(line => line.Split(' ', 2, StringSplitOptions.RemoveEmptyEntries)[^1].TrimStart())
                .Where(call => !call.StartsWith("---", StringComparison.Ordinal) && !call.Contains(" = -1 ", StringComparison.Ordinal)),
        ];
    }

    private static void Order(List<string> calls, params Predicate<string>[] steps)
    {
        var from = 0;
        for (var step = 0; step < steps.Length; step++)
        {
            var at = calls.FindIndex(from, steps[step]);
            at.ShouldBeGreaterThanOrEqualTo(0, $"step {step + 1} is not among, from call {from}:\n{string.Join('\n', calls)}");
            from = at + 1;
        }
    }
}
