using System.Diagnostics;
using HookRules.Engine;
using HookRules.Tests.Faults;
using Shouldly;
using Xunit;

namespace HookRules.Tests.Sessions;

/// <summary><c>batch turn</c>: one run for all that Claude wrote until its turn ended, however it ended.</summary>
public sealed class TurnTests
{
    private const string Rules = """
        action all = run ["sh", "-c", "echo \"$@\" >> ran", "all", "{files}"]
        on Write *.py -> all, batch turn
        """;

    [Theory]
    [InlineData("Stop")]
    [InlineData("StopFailure")]
    [InlineData("SessionEnd")]
    public void AllOfATurnIsOneRunWhenItEnds(string end)
    {
        using var bench = new SessionBench(Rules);
        foreach (var file in new[] { "b.py", "a.py", "b.py", "c.py" })
            bench.Write(file, "x");
        bench.Faults.Spool("new").Length.ShouldBe(4);

        bench.Hook(end);
        bench.Done();

        Ran(bench).ShouldBe(["b.py a.py c.py"]);
        bench.Faults.Runs.Single().GetProperty("closed_by").GetString().ShouldBe("turn");
    }

    [Fact]
    public void ATurnThatWasBrokenOffEndsWithTheNextPrompt()
    {
        using var bench = new SessionBench(Rules);
        bench.Write("a.py", "x", prompt: "p1");
        bench.Write("b.py", "x", prompt: "p2");
        bench.Faults.Until(() => Ran(bench).Length == 1, "the first turn is not over");
        Ran(bench).ShouldBe(["a.py"]);
        bench.Hook("Stop", prompt: "p2");
        bench.Done();

        Ran(bench).ShouldBe(["a.py", "b.py"]);
    }

    [Fact]
    public void ASubagentHasATurnOfItsOwn()
    {
        using var bench = new SessionBench(Rules);
        bench.Write("main.py", "x");
        bench.Write("agent.py", "x", agent: "a1");
        bench.Hook("SubagentStop", agent: "a1");
        bench.Faults.Until(() => Ran(bench).Length == 1, "the agent's turn is not over");
        Ran(bench).ShouldBe(["agent.py"]);
        bench.Hook("Stop");
        bench.Done();

        Ran(bench).ShouldBe(["agent.py", "main.py"]);
    }

    [Fact]
    public void WhereTheClientIsKilledTheTurnIsOver()
    {
        using var client = Process.Start("sleep", "600");
        using var bench = new SessionBench(Rules);
        bench.Faults.Project.Variables["CLAUDE_PID"] = $"{client.Id}";
        bench.Write("a.py", "x");
        client.Kill();
        client.WaitForExit();
        bench.Done();

        Ran(bench).ShouldBe(["a.py"]);
    }

    [Fact]
    public void AConsumerThatIsKilledWithinTheTurnLosesNothing()
    {
        using var bench = new SessionBench(Rules);
        bench.Write("a.py", "x");
        bench.Faults.Until(() => ConsumerRecord.Read(bench.State) is not null, "no consumer");
        FaultBench.Tool("kill", "-9", $"{ConsumerRecord.Read(bench.State)!.Pid}");
        // While a process dies its lock is still held, and a hook that comes in these milliseconds leaves the start to the next one.
        bench.Faults.Until(() => !FileLock.IsHeld(bench.State.ConsumerLock), "the consumer does not die");
        bench.Write("b.py", "x");
        bench.Hook("Stop");
        bench.Done();

        Ran(bench).ShouldBe(["a.py b.py"]);
    }

    [Fact]
    public void WhoAwaitsItHasItClosedAndHearsOfAllFiles()
    {
        using var bench = new SessionBench(
            """
            action all = run ["sh", "-c", "echo \"$@\"; exit 1", "all", "{files}"]
            on Write *.py -> all, batch turn
            on Stop -> await all
            """
        );
        bench.Write("a.py", "x");
        bench.Write("b.py", "x");

        bench.Block().ShouldContain("[all] a.py, b.py, exit code 1");
    }

    [Fact]
    public void ARuleThatTheEndOfATurnIsAboutRunsToo()
    {
        using var bench = new SessionBench(Rules + "\non Stop -> run [\"sh\", \"-c\", \"echo stop >> ran\"]\n");
        bench.Write("a.py", "x");
        bench.Hook("Stop");
        bench.Done();

        Ran(bench).Order().ShouldBe(["a.py", "stop"]);
    }

    private static string[] Ran(SessionBench bench) =>
        [.. bench.Faults.Lines("ran").Select(line => line.Replace(bench.Folder + "/", "", StringComparison.Ordinal))];
}
